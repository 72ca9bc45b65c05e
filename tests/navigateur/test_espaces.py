"""Changing whom one works for, in a real browser: by mouse, by keyboard, and without JavaScript."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.factories import MOT_DE_PASSE, ActionFactory, OrganismeFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def premier():
    return OrganismeFactory(raison_sociale="Premier")


@pytest.mark.parametrize("maniere", ["souris", "clavier", "sans_javascript"])
def test_a_page_of_one_s_other_organisme_opens_there(request, premier, axe, maniere):
    qui = request.getfixturevalue(maniere)
    # axe is a script: it never ends where none runs.
    verifier = axe if maniere != "sans_javascript" else lambda page: None
    second = OrganismeFactory(raison_sociale="Second")
    user = UserFactory(email="nadia@exemple.fr", organisme=premier)
    user.rattachements.create(organisme=second)
    action = ActionFactory(formation__organisme=second)
    qui.aller(reverse("tunnel:recapitulatif", args=[action.pk]))
    qui.remplir("E-mail", "nadia@exemple.fr")
    qui.remplir("Mot de passe", MOT_DE_PASSE)
    qui.presser("Se connecter")

    qui.est_sur("Page introuvable")
    verifier(qui.page)
    qui.presser("Passer à Second")
    qui.est_sur("Récapitulatif")

    qui.suivre("Changer d’organisme", dans="body")
    qui.est_sur("Vos organismes")
    verifier(qui.page)
    qui.presser("Travailler pour cet organisme", exact=False)
    qui.lit("Vous travaillez maintenant pour Premier.")


@pytest.mark.parametrize("ecran", [(1280, "light"), (320, "dark")])
def test_an_agent_enters_and_leaves_an_organisation_s_space(open_page, live_server, premier, axe, ecran):
    width, scheme = ecran
    client = Client()
    client.force_login(UserFactory(agent=True))
    page = open_page(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])

    page.goto(reverse("etablissements:organisme", args=[premier.pk]))
    page.get_by_role("button", name="Agir pour cet organisme").click()
    for url in ("/", reverse("accounts:equipe"), reverse("validation:file")):
        page.goto(url)
        assert page.get_by_text("Vous agissez pour Premier (Carif-Oref).").is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, url
        axe(page)
    page.get_by_role("button", name="Quitter cet espace et rouvrir cette page").click()
    page.wait_for_url("**/atelier/")
    assert page.get_by_text("Vous agissez pour").count() == 0
