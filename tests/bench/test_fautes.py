"""Typing errors are measured on the words of the offer, then on many more; the lexicon stays as it was."""

import pytest

from catalogue.bench import fautes
from catalogue.models import MotRecherche
from tests.bench.outils import lines_of, picture
from tests.recherche.outils import Offre

TITRES = ("Boulanger", "Électricien du bâtiment", "Soudeur industriel", "Assistante maternelle")


@pytest.fixture
def en_ligne(db) -> None:
    offre = Offre()
    for titre in TITRES:
        offre.add(intitule=titre)


@pytest.mark.usefixtures("en_ligne")
def test_each_slip_is_another_word_than_the_one_that_was_meant():
    slips = fautes.build_slips(50, graine=3)
    mots = set(MotRecherche.objects.values_list("mot", flat=True))
    assert len(slips) == 50
    for mot, faute in slips:
        assert mot in mots
        assert faute not in mots
        assert abs(len(mot) - len(faute)) <= 1
    assert slips == fautes.build_slips(50, graine=3) != fautes.build_slips(50, graine=4)


@pytest.mark.usefixtures("en_ligne")
def test_the_offer_and_a_larger_lexicon_are_measured_and_nothing_is_written(monkeypatch):
    for nom, nombre in {"NOMBRE": 20, "PASSES": 1, "NATIONAL": 60}.items():
        monkeypatch.setattr(fautes, nom, nombre)
    MotRecherche.objects.filter(mot="boulanger").update(nombre=77)
    avant = picture(MotRecherche)
    offre, national = lines_of(fautes)
    assert picture(MotRecherche) == avant
    for ligne in (offre, national):
        assert "× lecture par clé" in ligne
        assert "20 fautes" in ligne
    # Few words, none like another: each is put right at once.
    assert "100\u00a0% justes" in offre
    # Sessions that are no longer online left some behind, which the count of each morning forgets.
    nombres = [int(ligne.split("20 fautes, ")[1].split()[0]) for ligne in (offre, national)]
    assert nombres[0] < len(avant) < nombres[1] <= 60
