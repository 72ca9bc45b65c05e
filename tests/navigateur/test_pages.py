"""Every page, as the roles that see it: axe finds nothing and nothing is wider than the screen."""

import pytest
from django.conf import settings
from django.urls import reverse

from catalogue import workflow
from catalogue.enums import CauseCorrection
from catalogue.points import Point
from tests.acces.monde import build_monde
from tests.acces.table import TABLE
from tests.factories import SessionFactory, publier
from tests.navigateur.ailleurs import CHAMPS, ORPHELINES, SUPPRIMABLES, delete_elsewhere, save_elsewhere

ECRANS = {"telephone_sombre": (320, "dark"), "bureau_clair": (1280, "light")}
#: Answers that are no page: fragments, plain texts and files.
SANS_PAGE = {
    "alive",
    "legal:securite",
    "ready",
    "referentiels:suggestions",
    "flux:complet",
    "flux:france_travail",
    "diffusion:fiche_pdf",
    "diffusion:robots",
    # shown by the browser's own page for XML, which keeps to no policy of ours
    "diffusion:plan_du_site",
    "diffusion:plan_du_site_page",
    "tunnel:recapitulatif_pdf",
}


@pytest.fixture
def monde(nomenclatures):
    return build_monde()


def answer_to_get(row, role: str) -> int | str:
    return row.get[role] if isinstance(row.get, dict) else row.get


#: The labels of a table's cells (`data-label`) that hold a word wider than their place.
ETIQUETTES_COUPEES = """() => {
    const mesure = document.createElement("canvas").getContext("2d");
    return [...document.querySelectorAll("td[data-label]")].filter((cell) => {
        const place = parseFloat(getComputedStyle(cell).gridTemplateColumns);
        const style = getComputedStyle(cell, "::before");
        if (style.content === "none" || Number.isNaN(place)) return false;
        mesure.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
        return cell.dataset.label.split(" ").some((mot) => mesure.measureText(mot).width > place);
    }).map((cell) => cell.dataset.label);
}"""


def check(page, axe, url: str, width: int) -> None:
    response = page.goto(url)
    assert response.status < 500, url
    look(page, axe, url, width)


def look(page, axe, url: str, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{url} dépasse à {width} px"
    assert page.evaluate(ETIQUETTES_COUPEES) == [], f"{url} coupe des étiquettes à {width} px"
    axe(page)


@pytest.fixture
def open_as(open_page, live_server, monde):
    """Return `open_as(role, écran)`: a page on the site, signed in, on that kind of screen."""

    def build(role: str, ecran: str):
        width, scheme = ECRANS[ecran]
        page = open_page(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        # The session of the role, without walking through the sign-in page again.
        key = monde.client(role).cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}
        page.context.add_cookies([cookie])
        return page

    return build


@pytest.mark.parametrize("ecran", ECRANS)
@pytest.mark.parametrize("role", ["of_a", "carif", "admin"])
def test_every_page(open_as, monde, axe, role, ecran):
    page = open_as(role, ecran)
    for nom, row in TABLE.items():
        # An administrator's own pages: the others are the valideur's.
        deja_vue = role == "admin" and answer_to_get(row, "carif") == 200
        est_page = row.options is None and nom not in SANS_PAGE  # other sites read data, not pages
        if answer_to_get(row, role) == 200 and not deja_vue and est_page:
            check(page, axe, reverse(nom, kwargs=row.kwargs(monde)), ECRANS[ecran][0])


@pytest.mark.parametrize("ecran", ECRANS)
def test_states_of_a_page(open_as, monde, axe, ecran):
    """The pages whose look depends on what happened: question, refusal, online, search results."""
    agent = monde.users["carif"]
    question = workflow.apply(
        monde.en_attente.pk,
        "request_changes",
        by=agent,
        texte="Quelle durée ?",
        points=[
            Point("action.duree_centre", CauseCorrection.INCORRECT, texte="En heures"),
            Point("session.date_fin", CauseCorrection.OBSOLETE, monde.en_attente.sessions.first().pk),
        ],
    )
    en_ligne = publier()
    organisme_pages = [
        reverse("tunnel:recapitulatif", args=[question.pk]),
        reverse("tunnel:formation_create") + "?q=boucherie",
        reverse("tunnel:formation_create") + "?code=31999",
        reverse("tunnel:formation_create") + "?q=introuvablissime",
        reverse("tableau_de_bord:action_list") + "?etat=en_saisie",
    ]
    carif_pages = [
        reverse("validation:dossier", args=[question.pk]),
        reverse("validation:dossier", args=[en_ligne.pk]),
        reverse("tunnel:recapitulatif", args=[en_ligne.pk]),
        reverse("validation:file") + "?organisme=personne",
    ]
    for role, urls in (("of_a", organisme_pages), ("carif", carif_pages)):
        page = open_as(role, ecran)
        for url in urls:
            check(page, axe, url, ECRANS[ecran][0])


@pytest.mark.parametrize("ecran", ECRANS)
def test_what_somebody_else_saved_meanwhile(open_as, monde, axe, ecran):
    """The page that shows what is stored beside what was typed."""
    page = open_as("of_a", ecran)
    for nom in CHAMPS:
        url = reverse(nom, kwargs=TABLE[nom].kwargs(monde))
        page.goto(url)
        save_elsewhere(monde, nom)
        page.locator("main form[data-sofi-garde] [type=submit]").first.click()
        page.get_by_text("a été enregistrée ailleurs").wait_for()
        assert page.locator(".valeur-enregistree").count()
        look(page, axe, url, ECRANS[ecran][0])


@pytest.mark.parametrize("ecran", ECRANS)
def test_what_somebody_else_deleted_meanwhile(open_as, monde, axe, ecran):
    """The page that keeps what was typed in a row that is gone."""
    page = open_as("of_a", ecran)
    for nom in SUPPRIMABLES:
        url = reverse(nom, kwargs=TABLE[nom].kwargs(monde))
        page.goto(url)
        delete_elsewhere(monde, nom)
        page.locator("main form[data-sofi-garde] [type=submit]").first.click()
        page.get_by_role("button", name="Enregistrer comme une nouvelle fiche").wait_for()
        look(page, axe, url, ECRANS[ecran][0])


@pytest.mark.parametrize("ecran", ECRANS)
def test_what_is_typed_for_a_row_that_somebody_else_deleted_meanwhile(open_as, monde, axe, ecran):
    """The page that keeps it, and offers other places."""
    page = open_as("of_a", ecran)
    SessionFactory(action=monde.session.action)
    for nom, parente in ORPHELINES.items():
        url = reverse(nom, kwargs=TABLE[nom].kwargs(monde))
        page.goto(url)
        page.get_by_label("Codes externes").fill("Réf 12")
        delete_elsewhere(monde, parente)
        page.locator("main form[data-sofi-garde] [type=submit]").first.click()
        page.get_by_role("button", name="Relire les sessions de l’action").wait_for()
        look(page, axe, url, ECRANS[ecran][0])
        page.get_by_role("button", name="Enregistrer dans").click()
        page.get_by_text("L’enregistrement a bien été effectué").wait_for()


def test_the_errors_of_filters_stand_above_them(open_as, monde):
    page = open_as("carif", "bureau_clair")
    page.goto(reverse("validation:file") + "?debut=hier")

    erreurs = page.locator(".filtres .resume-erreurs").bounding_box()
    champ = page.locator(".filtres .champ").first.bounding_box()
    assert erreurs["y"] + erreurs["height"] <= champ["y"]
