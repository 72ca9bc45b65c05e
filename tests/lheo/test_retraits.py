"""The list of what partners must take away: every session that left, once, at the moment it did."""

from datetime import UTC, datetime, timedelta
from datetime import timezone as fuseau

import pytest
from django.utils import timezone

from catalogue import workflow
from catalogue.lheo import retraits
from tests.factories import UserFactory, publier
from tests.lheo.outils import age

pytestmark = pytest.mark.django_db


def left(depuis: datetime) -> dict[str, str]:
    """Why each session that left since `depuis` did."""
    lignes = [ligne.split(";") for ligne in list(retraits.lines(depuis, timezone.now()))[1:]]
    numeros = [numero for numero, *_ in lignes]
    assert len(numeros) == len(set(numeros))
    return {numero: motif for numero, _, motif in lignes}


@pytest.mark.parametrize("decalage", [-23, 0, 23])
def test_the_ends_of_the_calendar(decalage):
    archivee, finie = publier(), publier()
    retiree, terminee = archivee.diffusions.get().pk, finie.diffusions.get().pk
    workflow.apply(archivee.pk, "archive", by=UserFactory(valideur=True), texte="Abandonnée")
    age(terminee, 3)
    zone = fuseau(timedelta(hours=decalage))
    assert left(datetime.min.replace(tzinfo=zone)) == {retiree: "archivee", terminee: "terminee"}
    assert left(datetime.max.replace(tzinfo=zone)) == {}
    assert left(timezone.now().astimezone(UTC) + timedelta(days=1)) == {}
