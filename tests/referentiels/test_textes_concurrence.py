"""Two agents who save the texts of one certification at the same moment: one wins, the other is told."""

import pytest

from catalogue.models import Certification
from catalogue.referentiels import textes
from catalogue.referentiels.textes import TextesPerimes, fingerprint, save_texts
from tests.concurrence import race, without_locks
from tests.factories import CertificationFactory

pytestmark = pytest.mark.django_db(transaction=True)


def save_both() -> list:
    vue = fingerprint(CertificationFactory(code="114763"))
    return race(*(lambda texte=texte: save_texts("114763", texte, "", vue) for texte in ("Un", "Deux")))


def test_one_wins_and_the_other_is_told():
    results = save_both()
    assert sorted(type(result) for result in results if result is not True) == [TextesPerimes]
    assert results.count(True) == 1
    gagnant = ("Un", "Deux")[results.index(True)]
    assert Certification.objects.get().objectif == gagnant
    [refus] = [result for result in results if result is not True]
    assert refus.actuelle.objectif == gagnant


def test_control_without_the_lock_both_would_win():
    with without_locks((textes, "fingerprint")):
        assert save_both() == [True, True]
