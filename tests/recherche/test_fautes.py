"""Typing errors are put right by the words of the offer, and the lexicon follows what is online."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from catalogue.bench.fautes import build_slips
from catalogue.models import Certification, Diffusion, FicheRecherche, MotRecherche
from catalogue.recherche import fautes, lexique
from catalogue.recherche.ecriture import words_of
from tests.referentiels.test_import_certifinfo import run

pytestmark = pytest.mark.django_db


@pytest.fixture
def lexicon() -> None:
    """The words of the certifications that come with the project, with how many titles hold each."""
    run("load_nomenclatures")
    intitules = Certification.objects.values_list("intitule", flat=True)
    nombres = Counter(mot for intitule in intitules for mot in words_of(intitule))
    MotRecherche.objects.bulk_create(MotRecherche(mot=mot, nombre=n) for mot, n in nombres.items())


@pytest.mark.usefixtures("lexicon")
def test_the_first_suggestion_is_right_for_most_of_150_slips():
    """Of those that `bench` measures."""
    slips = build_slips(150)
    right = [(mot, faute) for mot, faute in slips if fautes.Faute(faute).correction == mot]
    assert len(right) / len(slips) >= 0.85, [
        (*slip, fautes.Faute(slip[1]).correction) for slip in slips if slip not in right
    ]


@pytest.mark.parametrize(
    ("tape", "corrige"),
    [
        ("boulnager", "boulanger"),
        ("Éléctrcien du batimnt", "electricien du batiment"),
        ("boulanger", ""),
        ("boulangers", ""),
        ("xqzwvk", ""),
        ("cap", ""),
        ("", ""),
        ("'; %", ""),
    ],
)
def test_unknown_words_alone_are_corrected(tape, corrige):
    MotRecherche.objects.bulk_create(
        MotRecherche(mot=mot, nombre=5) for mot in ("boulanger", "electricien", "batiment", "bailleur")
    )
    assert fautes.Faute(tape).correction == corrige


@pytest.mark.parametrize("q", ["vendée", "Vendee", "VENDÉE", "maine", "Côtes d’Armor", "mayenne"])
def test_the_name_of_a_departement_is_no_slip(q):
    MotRecherche.objects.bulk_create(
        MotRecherche(mot=mot, nombre=5) for mot in ("vendin", "marine", "cotte", "moyenne", "armoire")
    )
    faute = fautes.Faute(q)
    assert faute.correction == ""
    assert faute.proches == []
    assert fautes.Faute(f"{q} armoir").correction.endswith(" armoire")


def test_the_more_frequent_of_two_words_as_near_wins():
    MotRecherche.objects.create(mot="soudeur", nombre=3)
    MotRecherche.objects.create(mot="sondeur", nombre=300)
    assert fautes.Faute("sokdeur").correction == "sondeur"


@pytest.mark.parametrize(
    ("a", "b", "slips"),
    [("", "", 0), ("abc", "", 3), ("abc", "acb", 1), ("abc", "abd", 1), ("abcd", "acd", 1), ("ab", "dc", 2)],
)
def test_the_distance_counts_slips(a, b, slips):
    assert fautes.distance(a, b) == fautes.distance(b, a) == slips


def test_the_lexicon_counts_what_is_online_and_forgets_the_rest(offre):
    jour = timezone.localdate()
    for _ in range(2):
        offre.add(intitule="Boulanger d’œuvre", organisme="Estuaire", ville="Rezé")
    offre.add(
        intitule="Soudeur", organisme="Estuaire", ville="Rezé", debut=jour - timedelta(days=9), fin=jour
    )
    MotRecherche.objects.create(mot="disparu", nombre=40)
    MotRecherche.objects.filter(mot="boulanger").update(nombre=99)

    assert lexique.count_words(jour) == 5
    assert dict(MotRecherche.objects.values_list("mot", "nombre")) == {
        "boulanger": 2,
        "oeuvre": 2,
        "soudeur": 1,
        "estuaire": 3,
        "reze": 3,
    }
    lexique.count_words(jour + timedelta(days=1))
    assert not MotRecherche.objects.filter(mot="soudeur").exists()
    Diffusion.objects.all().delete()
    assert lexique.count_words(jour) == 0


def test_what_is_counted_is_what_a_validation_writes(offre):
    offre.add(
        intitule="Œnologie – niveau 2 (accès libre)", organisme="L’École d’Été", ville="Ancenis-Saint-Géréon"
    )
    written = set(MotRecherche.objects.values_list("mot", flat=True))
    lexique.count_words(timezone.localdate())
    assert set(MotRecherche.objects.values_list("mot", flat=True)) == written & {
        *words_of("Œnologie – niveau 2 (accès libre) L’École d’Été Ancenis-Saint-Géréon")
    }


def test_what_ended_a_year_ago_is_forgotten(offre):
    jour = timezone.localdate()
    for jours in (366, 365, 0):
        offre.add(intitule="Soudeur", debut=jour - timedelta(days=400), fin=jour - timedelta(days=jours))

    assert lexique.forget_ended(jour) == 1
    assert FicheRecherche.objects.count() == 2
