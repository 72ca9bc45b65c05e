"""The frame of each page: who I am, where I am, whom to call."""

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from catalogue.enums import RoleOrganisme
from sofi.navigation import AIDE, build_navigation
from tests.factories import MOT_DE_PASSE, OrganismeFactory, UserFactory

pytestmark = pytest.mark.django_db


def page(response):
    return BeautifulSoup(response.content, "html.parser")


def test_the_sign_in_page_is_the_manual_s(client):
    shown = page(client.get(reverse("accounts:login")))
    assert shown.h1.text == "Connexion SOFI"
    assert shown.title.text == "Connexion – SOFI"
    form = shown.select_one("main form")
    assert form.has_attr("novalidate")
    assert [label.get_text(" ", strip=True) for label in form.select("label")] == [
        "E-mail *",
        "Mot de passe *",
    ]
    assert "* Champ obligatoire" in form.get_text(" ", strip=True)
    assert form.button.text == "Se connecter"
    assert [link.text for link in shown.select(".accueil__liens a")] == [
        "Réinitialiser votre mot de passe",
        "J’ai reçu une clé d’activation et je veux créer mon compte",
        "Je n’ai pas de clé d’activation et souhaite en faire la demande",
    ]
    assert shown.select_one(".bandeau .btn") is None


def test_a_refused_sign_in_says_so_in_the_title_and_the_summary(client):
    shown = page(client.post(reverse("accounts:login"), {"username": "a@exemple.fr", "password": "faux"}))
    assert shown.title.text == "Erreur\u00a0: Connexion – SOFI"
    assert "E-mail ou mot de passe incorrect" in shown.select_one("[data-sofi-focus]").text
    assert shown.select_one("#id_username")["value"] == "a@exemple.fr"


def test_the_way_in_keeps_where_one_was_going(client):
    user = UserFactory(organisme=OrganismeFactory())
    shown = page(client.get(reverse("accounts:login") + "?next=/aide/"))
    assert shown.select_one("input[name=next]")["value"] == "/aide/"
    answer = client.post(
        reverse("accounts:login"), {"username": user.email, "password": MOT_DE_PASSE, "next": "/aide/"}
    )
    assert answer.headers["Location"] == "/aide/"


def test_the_band_names_the_person_and_their_organisme(client):
    client.force_login(
        UserFactory(prenom="Zoé", nom="Œuvrard", organisme=OrganismeFactory(nom_usage="Greta 44"))
    )
    band = page(client.get(reverse("aide:accueil"))).select_one(".bandeau")
    assert band.select_one(".qui__nom").text == "Zoé Œuvrard"
    assert band.select_one(".qui__organisme").text == "Greta 44"
    form = band.select_one("form")
    assert (form["method"], form["action"], form.button.text) == (
        "post",
        reverse("accounts:logout"),
        "Déconnexion",
    )


def test_the_band_names_the_carif_oref_s_staff_and_costs_no_query_more(client, django_assert_num_queries):
    client.force_login(UserFactory(valideur=True))
    with django_assert_num_queries(1):  # session and person
        band = page(client.get(reverse("aide:accueil"))).select_one(".bandeau")
    assert band.select_one(".qui__organisme").text == "Carif-Oref"


@pytest.mark.parametrize("role", RoleOrganisme)
def test_only_who_may_type_is_offered_to_create(client, role):
    client.force_login(UserFactory(organisme=OrganismeFactory(), organisme__role=role))
    for url in (reverse("tunnel:formation_list"), reverse("tableau_de_bord:accueil")):
        shown = page(client.get(url))
        offered = bool(shown.find_all("a", href=reverse("tunnel:formation_create")))
        assert offered == (role != RoleOrganisme.LECTURE)


def test_the_visitor_is_offered_to_sign_in(client):
    shown = page(client.get(reverse("aide:accueil")))
    assert shown.select_one(".bandeau .btn")["href"] == reverse("accounts:login")
    links = [link.text for link in shown.select(".navigation a")]
    assert links == ["Chercher une formation", "Aide en ligne"]


def test_the_current_page_is_marked(client):
    link = page(client.get(reverse("aide:accueil"))).select_one(".navigation [aria-current]")
    assert (link.text, link["aria-current"]) == ("Aide en ligne", "page")
    link = page(client.get(reverse("aide:theme", args=["fasd"]))).select_one(".navigation [aria-current]")
    assert link["aria-current"] == "true"


def test_the_entry_that_names_a_page_wins_over_its_section():
    plan = (
        ("Aide", "aide:accueil", ("aide:",)),
        ("Un thème", "alive", ("aide:theme",)),
        AIDE,
    )
    entries = build_navigation(plan, "aide:theme")
    assert [entry.courante for entry in entries] == ["", "true", ""]


def test_the_footer_is_the_manual_s_contact_block(client):
    footer = page(client.get(reverse("aide:accueil"))).footer
    assert f"Permanence téléphonique {settings.CARIF.horaires}" in footer.text
    assert footer.select_one("a[href^=tel]")["href"] == "tel:" + "".join(settings.CARIF.telephone.split())
    assert footer.select_one("a[href^=mailto]").text == settings.CARIF.courriel
    assert footer.select_one(f"a[href='{reverse('aide:accueil')}']")


def test_the_skip_link_is_first_and_leads_to_the_content(client):
    shown = page(client.get(reverse("aide:accueil")))
    assert shown.select_one("a")["href"] == "#contenu"
    assert shown.select_one("main#contenu")["tabindex"] == "-1"
    assert shown.html["lang"] == "fr"


def test_a_page_that_does_not_exist_keeps_the_frame(client):
    client.force_login(UserFactory(organisme=OrganismeFactory()))
    answer = client.get("/nulle/part/")
    shown = page(answer)
    assert answer.status_code == 404
    assert shown.h1.text == "Page introuvable"
    assert shown.footer


def test_a_visitor_is_told_nothing_of_an_account_they_do_not_have(client, db):
    shown = page(client.get("/offre/sessions/52_999999/"))
    assert shown.h1.text == "Page introuvable"
    assert "votre compte" not in shown.main.text
    assert shown.select_one("main .btn-primary")["href"] == reverse("diffusion:recherche")


def test_a_forged_form_is_explained():
    answer = Client(enforce_csrf_checks=True).post(reverse("accounts:login"), {"username": "a"})
    assert answer.status_code == 403
    assert page(answer).h1.text == "Ce formulaire n’a pas pu être vérifié"


@pytest.mark.parametrize("template", ["400.html", "500.html", "503.html"])
def test_error_pages_stand_without_any_context(template):
    shown = BeautifulSoup(render_to_string(template), "html.parser")
    assert len(shown.select("h1")) == 1
    assert shown.select_one("main a")["href"] == "/"
