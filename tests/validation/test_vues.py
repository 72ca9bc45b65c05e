"""The views of the queue that are kept: by a person, for themselves or for the team."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from catalogue.models import FiltreEnregistre
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
FILE, FILTRES = reverse("validation:file"), reverse("validation:filtres")


@pytest.fixture
def agent(client):
    agent = UserFactory(agent=True)
    client.force_login(agent)
    return agent


def tabs(client, query=""):
    """The views of the queue: words → address, and the present one."""
    soup = BeautifulSoup(client.get(f"{FILE}{query}").content, "html.parser")
    links = soup.select(".onglets a")
    present = [link.get_text(" ", strip=True) for link in links if link.get("aria-current")]
    return {link.get_text(" ", strip=True): link["href"] for link in links}, present


def keep(client, nom="Niveau 3", requete="niveau=3", **data):
    return client.post(FILTRES, {"nom": nom, "requete": requete} | data)


def test_the_views_everybody_has(client, agent):
    views, present = tabs(client, "?attribution=moi")

    assert list(views) == ["Toute la file", "Mes dossiers", "Non attribués", "En retard", "Urgentes"]
    assert views["Non attribués"] == f"{FILE}?attribution=personne"
    assert present == ["Mes dossiers"]


def test_a_view_is_known_by_what_it_filters(client, agent):
    """As the form of the filters sends it, fields left empty included."""
    assert tabs(client, "?tri=debut&organisme=&priorite=urgente&niveau=&apres=x~1")[1] == ["Urgentes"]


def test_a_filter_is_kept_without_its_page_and_opens_again(client, agent):
    shown = BeautifulSoup(client.get(f"{FILE}?niveau=3&priorite=retard").content, "html.parser")
    link = shown.find("a", string="Enregistrer ce filtre")["href"]
    page = BeautifulSoup(client.get(link).content, "html.parser")
    requete = page.select_one("[name=requete]")["value"]
    assert requete == "niveau=3&priorite=retard"

    response = keep(client, "Retards niveau 3", f"{requete}&apres=x~1")

    assert response.url == f"{FILE}?niveau=3&priorite=retard"
    views, present = tabs(client, "?niveau=3&priorite=retard")
    assert views["Retards niveau 3"] == response.url
    assert present == ["Retards niveau 3"]


def test_a_double_click_keeps_it_once_and_another_of_that_name_is_refused(client, agent):
    assert keep(client).status_code == keep(client).status_code == 302
    assert FiltreEnregistre.objects.count() == 1

    response = keep(client, requete="niveau=5")
    errors = BeautifulSoup(response.content, "html.parser").select_one(".resume-erreurs a")
    assert errors["href"] == "#id_nom"
    assert "Vous avez déjà un filtre de ce nom" in errors.get_text()
    assert FiltreEnregistre.objects.get().requete == "niveau=3"


@pytest.mark.parametrize("nom", ["", "   ", "x" * 61, "a\0b"])
def test_a_name_is_asked_for(client, agent, nom):
    assert keep(client, nom).status_code == 200
    assert not FiltreEnregistre.objects.exists()


def test_shared_is_seen_by_the_team_and_deleted_by_its_author_alone(client, agent):
    awa = UserFactory(valideur=True, prenom="Awa", nom="Diallo")
    partage = FiltreEnregistre.objects.create(user=awa, nom="À voir", requete="niveau=3", est_partage=True)
    FiltreEnregistre.objects.create(user=awa, nom="Le sien", requete="niveau=5")

    views, _ = tabs(client)
    assert "À voir de Awa Diallo" in views
    assert not [nom for nom in views if "Le sien" in nom]
    supprimer = reverse("validation:filtre_supprimer", args=[partage.pk])
    assert client.post(supprimer).status_code == 404
    client.force_login(awa)
    assert client.post(supprimer).url == FILTRES
    assert list(FiltreEnregistre.objects.values_list("nom", flat=True)) == ["Le sien"]


def test_what_a_colleague_who_left_shares_may_be_deleted_by_the_team(client, agent):
    """Nobody else could, and it would stay above everybody's queue."""
    parti = UserFactory(agent=True, prenom="Luc", nom="Petit")
    champs = {"user": parti, "requete": "niveau=3"}
    FiltreEnregistre.objects.create(nom="À voir", est_partage=True, **champs)
    prive = FiltreEnregistre.objects.create(nom="Le sien", **champs)
    parti.is_active = False
    parti.save()

    page = BeautifulSoup(client.get(FILTRES).content, "html.parser")
    assert "Luc Petit (compte fermé)" in page.get_text()
    button = page.select_one("td form button")
    assert client.post(button.find_parent("form")["action"]).url == FILTRES
    assert client.post(reverse("validation:filtre_supprimer", args=[prive.pk])).status_code == 404
    assert list(FiltreEnregistre.objects.all()) == [prive]


@pytest.mark.parametrize("number", [1, 3])
def test_queries_of_the_page(client, agent, django_assert_num_queries, number):
    for rang in range(number):
        auteur = UserFactory(agent=True)
        FiltreEnregistre.objects.create(user=auteur, nom=f"Filtre {rang}", est_partage=True)

    with django_assert_num_queries(2):  # session and person, views
        client.get(FILTRES)
