"""One text for one search, and its words."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from django.http import QueryDict

from catalogue.models import RechercheSuivie
from catalogue.recherche.filtres import OffreFilter
from catalogue.recherches_suivies import canonical, criteria
from catalogue.recherches_suivies.requete import read, title
from tests.factories import CommuneFactory, RechercheSuivieFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nantes():
    CommuneFactory(nom="Nantes")


@pytest.mark.parametrize(
    ("adresse", "gardee"),
    [
        ("", ""),
        ("q=&lieu=&tri=date&apres=date~0~2027-01-01~52_000001&x=1", ""),
        ("q=+pain++de+mie+", "q=pain+de+mie"),
        ("rayon=20", ""),
        ("rayon=0&lieu=Nantes", "lieu=Nantes"),
        ("rayon=20&lieu=Nantes", "lieu=Nantes&rayon=20"),
        ("niveau=4&niveau=3&niveau=4", "niveau=3&niveau=4"),
        ("cpf=on&q=pain", "q=pain&cpf=oui"),
        ("debut_min=01/02/2027", "debut_min=2027-02-01"),
        ("q=p%C3%A2tisserie%26co", "q=p%C3%A2tisserie%26co"),
    ],
)
def test_a_search_is_kept_in_one_way(adresse, gardee):
    filtre = OffreFilter(QueryDict(adresse))
    assert filtre.form.is_valid()
    assert canonical(filtre) == gardee
    again = read(gardee, jour=filtre.jour)
    assert canonical(again) == gardee
    assert sorted(criteria(again)) == sorted(criteria(filtre))


def test_it_is_said_as_its_page_says_it():
    filtre = OffreFilter(QueryDict("q=pain&niveau=3&niveau=4&places=oui&debut_min=2027-02-01"))
    assert title(filtre).split(", ")[:2] == ["pain", "01/02/2027"]
    assert criteria(filtre)[-1] == "Places disponibles"


CHECKS = {
    "recherche_suivie_adresse": ({"courriel": "Zoe@exemple.fr"}, {"courriel": ""}),
    "recherche_suivie_empreinte": ({"empreinte": "x"},),
    "recherche_suivie_statut_connu": ({"statut": "autre"},),
    "recherche_suivie_confirmee": ({"confirmee_le": None}, {"vue_jusqu_a": None}),
    "recherche_suivie_finit_apres": ({"finit_le": datetime(2020, 1, 1, tzinfo=UTC)},),
}
UNIQUES = {"recherche_suivie_unique", "recherche_suivie_empreinte_unique"}


@pytest.mark.parametrize(
    ("contrainte", "faute"), [(nom, faute) for nom, fautes in CHECKS.items() for faute in fautes]
)
def test_the_database_refuses_what_makes_no_sense(contrainte, faute):
    with pytest.raises(IntegrityError, match=contrainte), transaction.atomic():
        RechercheSuivieFactory(**faute)


def test_an_address_follows_a_search_once():
    row = RechercheSuivieFactory()
    with pytest.raises(IntegrityError, match="recherche_suivie_unique"), transaction.atomic():
        RechercheSuivieFactory(courriel=row.courriel)
    assert RechercheSuivie.objects.count() == 1


def test_a_link_to_confirm_is_that_of_one_search():
    row = RechercheSuivieFactory()
    with pytest.raises(IntegrityError, match="recherche_suivie_empreinte_unique"), transaction.atomic():
        RechercheSuivieFactory(empreinte=row.empreinte)
