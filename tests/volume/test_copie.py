"""Rows written by COPY hold what they were given."""

import pytest
from django.utils import timezone

from catalogue.enums import MotifRetrait
from catalogue.models import Retrait
from catalogue.volume.copie import ENSEMBLE, Flot
from tests.factories import OrganismeFactory

pytestmark = pytest.mark.django_db

TEXTES = ["", "a\tb", "c\\nd", "e\nf\r\ng", '\\N "h" {i,"j"}', "œuvre 😀 \\", "\\."]


def write(intitules):
    organisme, flot = OrganismeFactory(), Flot(Retrait)
    for rang, intitule in enumerate(intitules):
        flot.add(
            numero=f"52_{rang:04d}",
            action_id="1",
            organisme_id=str(organisme.pk),
            intitule=intitule,
            motif=MotifRetrait.ARCHIVEE.value,
            le=timezone.now().isoformat(),
        )
    flot.write()
    assert len(flot) == 0
    return list(Retrait.objects.order_by("numero").values_list("intitule", flat=True))


def test_texts_are_what_they_were():
    assert write(TEXTES) == TEXTES


@pytest.mark.parametrize("nombre", [0, 1, ENSEMBLE, ENSEMBLE + 1])
def test_as_many_rows_as_were_added(nombre):
    assert write(["CAP Boulanger"] * nombre) == ["CAP Boulanger"] * nombre


def test_what_is_missing_is_null_and_an_empty_text_is_not():
    organisme = OrganismeFactory.build(est_qualiopi=False, qualiopi_debut=None, qualiopi_fin=None)
    flot = Flot(type(organisme))
    flot.add(
        id="1",
        siret=organisme.siret,
        raison_sociale="École",
        nom_usage="",
        qualiopi_debut=None,
        jeton=str(organisme.jeton),
    )
    flot.write()
    (ecrit,) = type(organisme).objects.all()
    assert (ecrit.raison_sociale, ecrit.nom_usage, ecrit.qualiopi_debut) == ("École", "", None)
