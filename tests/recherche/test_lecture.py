"""What a search reads: counts, orders and pages, of sessions put there one by one."""

from datetime import timedelta

import pytest

from catalogue.diffusion.phrases import say_total
from catalogue.models import Diffusion
from catalogue.recherche import autres, lecture, parcours
from catalogue.recherche.lecture import search
from catalogue.recherche.ordre import read_key
from tests.factories import CommuneFactory
from tests.recherche.outils import JOUR, VILLES, communes, filtre_of, found, walk


@pytest.fixture
def douze(offre):
    """Twelve sessions: three titles that hold the word, begun and to come, here and there."""
    communes()
    titres = ["CAP Boulanger", "CAP Boucher"]
    return [
        offre.add(
            intitule=titres[rang % 2],
            organisme="Boulangerie École",
            insee=list(VILLES)[rang % 3],
            ville=VILLES[list(VILLES)[rang % 3]][0],
            debut=JOUR + timedelta(days=(rang - 5) * 7),
            fin=JOUR + timedelta(days=200),
        )
        for rang in range(12)
    ]


TRIS = ["q=boulanger", "q=boulanger&tri=date", "tri=date", "lieu=Nantes&rayon=100&tri=distance"]


@pytest.mark.parametrize("seuil", [10_000, 0])
@pytest.mark.parametrize("adresse", TRIS)
@pytest.mark.django_db
def test_each_page_is_read_once_even_when_rows_leave_meanwhile(douze, adresse, seuil, monkeypatch):
    for name in ("SEUIL_EXACT", "SEUIL_CHOISI"):
        monkeypatch.setattr(lecture, name, seuil)
    every = walk(adresse)
    assert sorted(every) == sorted(douze)
    page = search(filtre_of(adresse, jour=JOUR), taille=4)
    # What has been read leaves, the row that the key names among them.
    Diffusion.objects.filter(pk__in=page.numeros).delete()
    read = list(page.numeros)
    while page.suivant:
        page = search(filtre_of(adresse, jour=JOUR), apres=read_key(page.suivant), taille=4)
        read += page.numeros
    assert read == every


@pytest.mark.django_db
def test_relevance_puts_titles_first_and_dates_put_what_is_to_come_first(douze):
    vues = {row.numero: row for row in Diffusion.objects.all()}
    by_words = [vues[numero] for numero in found("q=boulanger", jour=JOUR)]
    assert [row.intitule for row in by_words] == ["CAP Boulanger"] * 6 + ["CAP Boucher"] * 6
    by_date = [vues[numero].date_debut for numero in found("tri=date", jour=JOUR)]
    to_come, begun = by_date[:7], by_date[7:]
    assert to_come == sorted(to_come)
    assert min(to_come) == JOUR
    assert begun == sorted(begun, reverse=True)


@pytest.mark.django_db
def test_few_sessions_that_the_planner_thought_many_are_counted(douze, monkeypatch):
    """As it does of words and filters that go together: the exact number is shown, and not its own."""
    monkeypatch.setattr(lecture, "expected_rows", lambda rows: lecture.SEUIL_CHOISI + 1)
    monkeypatch.setattr(parcours, "PORTEE", 3)

    page = search(filtre_of("q=boulanger", jour=JOUR))

    assert (page.total, page.est_exact, len(page.cles)) == (12, True, 12)
    assert page.facettes["departement"] == {"44": 12}


@pytest.mark.django_db
def test_a_place_is_counted_even_when_its_departement_has_many_sessions(offre, monkeypatch):
    """The index gives whole départements to read: a few thousand rows, of which the place keeps few."""
    commune = CommuneFactory(latitude=47.2173, longitude=-1.5534)
    for rang in range(6):
        offre.add(insee="44109" if rang < 2 else "44143", debut=JOUR + timedelta(days=rang))
    monkeypatch.setattr(lecture, "SEUIL_CHOISI", 3)
    lues = iter([5, 2])  # what the index gives to read, what is kept of it
    monkeypatch.setattr(lecture, "expected_rows", lambda rows: next(lues))

    page = search(filtre_of(f"lieu={commune.nom}&rayon=0&tri=distance", jour=JOUR))

    assert (page.total, page.est_exact, page.tri) == (2, True, "distance")
    assert page.facettes["departement"] == {"44": 2}


@pytest.mark.django_db
def test_an_order_that_was_asked_for_is_told_of_more_sessions(douze, monkeypatch):
    """Above the first threshold, by date, unless relevance or distance is asked for: up to the second."""
    # What the planner thinks depends on what autovacuum last saw here.
    monkeypatch.setattr(lecture, "expected_rows", lambda rows: 12)
    monkeypatch.setattr(lecture, "SEUIL_EXACT", 5)
    monkeypatch.setattr(lecture, "SEUIL_CHOISI", 12)
    assert search(filtre_of("q=boulanger", jour=JOUR)).tri == "date"
    for adresse in ("q=boulanger&tri=pertinence", "lieu=Nantes&rayon=100&tri=distance"):
        page = search(filtre_of(adresse, jour=JOUR), taille=5)
        assert (page.total, page.est_exact, adresse.endswith(page.tri)) == (12, True, True)
    monkeypatch.setattr(lecture, "SEUIL_CHOISI", 11)
    page = search(filtre_of("q=boulanger&tri=pertinence", jour=JOUR), taille=5)
    assert (page.tri, page.est_exact, say_total(page)) == ("date", False, "Environ 12\u00a0sessions")


@pytest.mark.django_db
def test_the_other_values_of_a_filter_in_force_are_not_told_when_the_rest_is_many(offre, monkeypatch):
    for departement in ("44", "44", "49"):
        offre.add(departement=departement)
    adresse = "q=boulanger&departement=44&niveau=3"
    assert search(filtre_of(adresse)).facettes["departement"] == {"44": 2, "49": 1}
    for estimate in (3, 1):  # the planner's, wrong or right
        monkeypatch.setattr(autres, "expected_rows", lambda rows, estimate=estimate: estimate)
        monkeypatch.setattr(autres, "SEUIL", 2)
        page = search(filtre_of(adresse))
        assert (page.facettes["departement"], page.completes) == ({"44": 2}, frozenset())


@pytest.mark.parametrize("tri", ["date", "pertinence"])
@pytest.mark.django_db
def test_every_page_says_the_same_number(offre, tri, monkeypatch):
    """Rare on the nearest dates and frequent farther: what the first page counted, the next do not guess."""
    for rang in range(14):
        intitule = "Soudeur" if rang < 6 else "CAP Boulanger"
        offre.add(intitule=intitule, debut=JOUR + timedelta(days=rang), fin=JOUR + timedelta(days=200))
    monkeypatch.setattr(lecture, "expected_rows", lambda rows: lecture.SEUIL_CHOISI + 1)
    monkeypatch.setattr(parcours, "PORTEE", 5)
    adresse = f"q=boulanger&tri={tri}"

    page, said = search(filtre_of(adresse, jour=JOUR), taille=2), []
    while True:
        said.append((page.total, page.est_exact))
        if not page.suivant:
            break
        page = search(filtre_of(adresse, jour=JOUR), apres=read_key(page.suivant), taille=2)
    assert said == [(8, True)] * 4


@pytest.mark.parametrize(
    "cle",
    [
        "",
        "x",
        "date~0~2027-01-01",
        "date~a~2027-01-01~52_1",
        "date~0~jamais~52_1",
        "date~0~2027-01-01~\0",
        "~~~",
    ],
)
def test_a_forged_key_is_no_key(cle):
    assert read_key(cle) is None


@pytest.mark.django_db
def test_a_key_of_another_order_gives_the_first_page(douze):
    first = search(filtre_of("tri=date", jour=JOUR), taille=4)
    other = search(filtre_of("lieu=Nantes&rayon=100&tri=distance", jour=JOUR), taille=4)
    wrong = search(filtre_of("tri=date", jour=JOUR), apres=read_key(other.suivant), taille=4)
    assert wrong.numeros == first.numeros
