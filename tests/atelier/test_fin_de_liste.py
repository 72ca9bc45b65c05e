"""The page of a list all of whose rows have left since: it says so, and leads back with the same filters."""

import pytest
from bs4 import BeautifulSoup

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
#: Beyond the last row of a list in the order of a moment (up, down), of a word, of a key that goes down.
MOMENT, ANCIEN = "9999-12-31 00:00:00%2B00:00~1", "2001-01-01 00:00:00%2B00:00~1"
MOT, CLE = "zzzz~1", "0~0"


@pytest.fixture
def admin(client):
    client.force_login(UserFactory(administrateur=True))
    return client


def vide(client, url):
    return BeautifulSoup(client.get(url).content, "html.parser").select_one(".vide")


@pytest.mark.parametrize(
    ("adresse", "filtre", "apres"),
    [
        ("/atelier/", "priorite=retard", MOMENT),
        ("/atelier/", "tri=debut", "9999-12-31~1"),
        ("/atelier/sites/", "", MOMENT),
        ("/atelier/demandes-de-cle/", "q=greta", MOMENT),
        ("/atelier/journal/", "personne=diallo", ANCIEN),
        ("/aif/", "qui=moi", MOMENT),
        ("/signalements/", "", MOMENT),
        ("/codes/", "q=cap", MOT),
        ("/codes/", "", MOT),
        ("/annuaire/", "departement=44", MOT),
        ("/annuaire/sites/", "", MOT),
        ("/pilotage/actions/", "manque=url", CLE),
        ("/pilotage/questions/", "", MOMENT),
        ("/actions/", "etat=en_saisie", CLE),
        ("/sessions/", "q=cap", CLE),
    ],
)
def test_it_is_not_said_that_there_is_nothing(admin, adresse, filtre, apres):
    dit = vide(admin, f"{adresse}?{filtre}&apres={apres}")

    assert "Il n’y a plus rien sur cette page" in dit.get_text()
    assert dit.a["href"] == f"?{filtre}"


def test_nothing_waits_whatever_the_order_asked_for(admin):
    assert "Rien à valider pour l’instant" in vide(admin, "/atelier/?tri=debut").get_text()
    assert "Aucune action ne répond à ces filtres" in vide(admin, "/atelier/?tri=debut&niveau=3").get_text()
