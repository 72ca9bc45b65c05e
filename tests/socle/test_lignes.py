"""Rows of a model written at once."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from catalogue.enums import MotifRetrait
from catalogue.models import Retrait
from sofi.lignes import upsert
from tests.factories import OrganismeFactory

pytestmark = pytest.mark.django_db

LE = datetime(2026, 11, 29, 23, 59, 59, 123456, tzinfo=UTC)


def retrait(numero, **champs):
    champs = {"organisme": OrganismeFactory(), "motif": MotifRetrait.ARCHIVEE, "le": LE} | champs
    return Retrait(numero=numero, action_id=7, **champs)


def test_new_rows_are_inserted_and_those_that_are_there_take_the_named_fields_alone():
    avant = retrait("52_1", intitule="CAP Boulanger", certification_code="31999")
    avant.save()
    apres = retrait("52_1", intitule='L’« œuvre » "d’or"\n\\ %s {} €', certification_code="1")

    upsert([apres, retrait("52_2")], update=["intitule", "le"])

    change, nouveau = Retrait.objects.order_by("numero")
    assert (change.intitule, change.certification_code) == (apres.intitule, "31999")
    assert change.organisme == avant.organisme
    assert (nouveau.numero, nouveau.le, nouveau.intitule) == ("52_2", LE, "")


def test_the_same_row_twice_is_the_same():
    upsert([retrait("52_1")], update=["le"])
    upsert([retrait("52_1")], update=["le"])

    assert Retrait.objects.get().le == LE


def test_nothing_to_write_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        upsert([], update=["le"])


def test_a_value_that_json_does_not_have_is_refused():
    with pytest.raises(TypeError, match="no writing"):
        upsert([retrait("52_1", intitule=Decimal("1.5"))], update=["intitule"])
