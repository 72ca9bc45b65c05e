"""« Aide en ligne »: public, complete, and every link inside it leads somewhere."""

import re

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from catalogue.aide.themes import THEMES
from catalogue.lheo import profils
from catalogue.models import Action, Dispositif, Session
from catalogue.tunnel import suivi_session

SLUGS = [theme.slug for theme in THEMES]
ASKED_BY_MAIL = """intitulé, objectif, programme, siret, nom d’usage, date de début, date de fin,
durée en centre, hebdomadaire, site internet, adresse, code postal, ville, nombre de places, aif"""


def page(client, url):
    response = client.get(url)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def test_the_index_lists_the_themes(client):
    listed = page(client, reverse("aide:accueil"))
    links = listed.select(".themes h2 a")
    assert [link.text for link in links] == [theme.titre for theme in THEMES]
    assert [link["href"] for link in links] == [reverse("aide:theme", args=[slug]) for slug in SLUGS]


@pytest.mark.parametrize("slug", SLUGS)
def test_each_theme_says_something_and_its_summary_leads_to_it(client, slug):
    theme = page(client, reverse("aide:theme", args=[slug]))
    assert len(theme.select_one(".aide-texte").text.split()) >= 400
    assert len(theme.select("h1")) == 1
    anchors = [link["href"] for link in theme.select(".sommaire a[href^='#']")]
    assert anchors
    assert [anchor for anchor in anchors if not theme.select(anchor)] == []
    text = theme.select_one(".aide-texte").text
    assert text.count("Pôle emploi") == text.count("France Travail (ex-Pôle emploi)")


@pytest.mark.parametrize("slug", SLUGS)
def test_links_between_themes_reach_an_anchor_that_exists(client, slug):
    theme = page(client, reverse("aide:theme", args=[slug]))
    for link in theme.select(".aide-texte a[href*='#']"):
        address, _, anchor = link["href"].partition("#")
        there = page(client, address) if address else theme
        assert there.select_one(f'[id="{anchor}"]'), link["href"]


def test_every_field_of_the_tunnel_is_explained(client):
    explained = {tag["id"] for tag in page(client, reverse("aide:theme", args=["fasd"])).select("dt[id]")}
    plumbing = {"formation", "action", "session", "organisme"}
    for model in (Action, Session, Dispositif):
        typed = {field.name for field in model._meta.fields if field.editable and not field.primary_key}
        assert typed - plumbing - explained == set(), model


def test_the_mail_for_an_offer_without_code_lists_what_the_manual_asks(client):
    text = page(client, reverse("aide:theme", args=["fasd"])).select_one(".aide-texte").text
    asked = text[text.index("Demande AIF hors Certifinfo") :].lower()
    for item in re.split(r",\s+", ASKED_BY_MAIL):
        assert item in asked, item


def test_what_a_session_is_told_of_france_travail_is_explained_in_the_same_words(client):
    text = page(client, reverse("aide:theme", args=["suivi"])).select_one(".aide-texte").text
    said = text[text.index("Exportée, Non exportée\u00a0: pourquoi") :]
    words = (suivi_session.EXPORTEE, suivi_session.NON_EXPORTEE, suivi_session.MOTS[suivi_session.EN_COURS])
    for phrase in (*words, *profils.EXCLUSIONS.values(), profils.TERMINEE):
        assert phrase in said


def test_an_unknown_theme_is_not_found(client):
    assert client.get("/aide/inconnu/").status_code == 404


@pytest.mark.parametrize("path", ["", *SLUGS])
def test_french_typography_of_what_is_read(client, path):
    shown = page(client, f"/aide/{path}/" if path else "/aide/")
    text = re.sub(r"[ \n]+", " ", shown.body.get_text())
    assert re.findall(r".{0,25} [:;!?»](?=\s|$)", text) == []
    assert "« " not in text
    assert re.findall(r"\w'\w", text) == []


def test_reading_help_asks_the_database_nothing(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        client.get(reverse("aide:theme", args=["fasd"]))
