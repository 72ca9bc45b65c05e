"""The legal pages: what they say comes from the settings, and every page leads to them."""

import dataclasses
from datetime import datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.checks import run_checks
from django.urls import reverse
from django.utils import timezone

from sofi.legal.controles import check_editeur
from tests.factories import OrganismeFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGES = ("mentions", "donnees", "accessibilite", "ecoconception", "plan")


@pytest.fixture
def editeur(settings):
    """Change what the settings say of who publishes the site."""

    def change(**champs):
        settings.EDITEUR = dataclasses.replace(settings.EDITEUR, **champs)

    return change


def shown(client, nom) -> BeautifulSoup:
    response = client.get(reverse(f"legal:{nom}"))
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def words(soup) -> str:
    return " ".join(soup.main.get_text(" ").split())


@pytest.mark.parametrize("adresse", ["accounts:login", "diffusion:recherche", "tableau_de_bord:accueil"])
def test_every_page_leads_to_them(client, adresse):
    client.force_login(UserFactory(organisme=OrganismeFactory()))
    pied = BeautifulSoup(client.get(reverse(adresse), follow=True).content, "html.parser").select_one(".pied")
    assert {reverse(f"legal:{nom}") for nom in PAGES} <= {link["href"] for link in pied.select("a")}
    assert "Accessibilité : non conforme" in " ".join(pied.get_text().split())


@pytest.mark.parametrize("nom", [*PAGES, "securite"])
def test_they_read_nothing_of_the_base(client, nom, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get(reverse(f"legal:{nom}"))
    assert not client.cookies


def test_who_publishes_and_hosts_is_said_or_said_missing(client, editeur):
    editeur(directeur="", hebergeur="")
    assert words(shown(client, "mentions")).count("pas encore indiqué ici") == 2
    editeur(directeur="Anne <b>Roy</b>", hebergeur="Hébergeur, 1 rue des Serveurs, Nantes")
    dit = words(shown(client, "mentions"))
    assert "Anne <b>Roy</b>" in dit
    assert "Hébergeur, 1 rue des Serveurs, Nantes." in dit
    assert "pas encore" not in dit


def test_personal_data_names_whom_to_ask_and_every_cookie(client, editeur, settings):
    editeur(dpo="dpo@exemple.fr")
    page = shown(client, "donnees")
    assert page.select_one('a[href="mailto:dpo@exemple.fr"]')
    cookies = {code.text for code in page.select("code")}
    assert cookies == {
        settings.SESSION_COOKIE_NAME,
        settings.CSRF_COOKIE_NAME,
        settings.APPAREIL_COOKIE_NAME,
    }


@pytest.mark.parametrize(
    ("conformite", "dit"),
    [
        ("non", "non conforme"),
        ("partielle", "partiellement conforme"),
        ("totale", "totalement conforme"),
    ],
)
def test_the_declaration_says_the_word_of_the_law(client, editeur, conformite, dit):
    editeur(conformite=conformite, audit="")
    page = shown(client, "accessibilite")
    assert " ".join(page.h1.text.split()) == f"Accessibilité : {dit}"
    assert ("aucun audit n’a encore été fait" in words(page)) is (conformite == "non")
    assert "Défenseur des droits" in words(page)
    editeur(audit="le 3 mars 2027, par Exemple, 82 % des critères")
    assert "82 % des critères" in words(shown(client, "accessibilite"))


def test_every_link_of_the_plan_leads_somewhere(client):
    for link in shown(client, "plan").main.select("a"):
        assert client.get(link["href"]).status_code == 200, link


def test_whom_to_tell_of_a_vulnerability(client, settings):
    response = client.get("/.well-known/security.txt")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    champs = dict(line.split(": ", 1) for line in response.content.decode().splitlines())
    assert champs["Contact"] == f"mailto:{settings.CARIF.courriel}"
    assert champs["Canonical"] == f"{settings.SOFI_URL}/.well-known/security.txt"
    expire = datetime.fromisoformat(champs["Expires"])
    assert timedelta(days=30) < expire - timezone.now() < timedelta(days=365)


def test_what_is_missing_is_said_before_going_to_production(editeur):
    editeur(directeur="", hebergeur="", conformite="totale", audit="")
    manques = [fault.msg.split("\u00a0")[0] for fault in check_editeur(None)]
    assert manques == [f"SOFI_EDITEUR_{nom} manque" for nom in ("DIRECTEUR", "HEBERGEUR", "AUDIT")]
    assert {fault.id for fault in run_checks(include_deployment_checks=True)} >= {"sofi.W001"}
    editeur(directeur="Anne Roy", hebergeur="Exemple", conformite="non")
    assert check_editeur(None) == []
