"""A question that points at fields, in a browser, with and without JavaScript."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import ActionFactory, SessionFactory, UserFactory
from tests.navigateur.test_etablissements import sign_in

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.mark.parametrize("javascript", [True, False])
def test_from_the_dossier_to_a_field_of_the_last_session(open_page, live_server, axe, javascript):
    action = ActionFactory(attente=True, complete=True)
    session = [SessionFactory(action=action) for _ in range(24)][-1]
    page = open_page(java_script_enabled=javascript)
    sign_in(page, live_server, UserFactory(valideur=True))
    page.goto(reverse("validation:dossier", args=[action.pk]))
    if javascript:
        page.keyboard.press("q")
        expect(page.get_by_label("Votre question")).to_be_focused()
    else:
        page.locator("summary", has_text="Poser une question").click()
    page.get_by_label("Votre question").fill("Quelle date ?")
    page.get_by_role("button", name="Signaler des champs à corriger").click()
    page.get_by_label("URL vers le site de l’OF", exact=True).select_option("obsolete")
    page.get_by_label("Montrer les champs de").select_option(f"session-{session.pk}")
    page.get_by_role("button", name="Montrer").click()
    page.get_by_label("Date fin", exact=True).select_option("incorrect")
    page.get_by_label("Précision, Date fin", exact=True).fill("Un dimanche ?")
    if javascript:
        axe(page)
    page.get_by_role("button", name="Poser une question", exact=True).click()

    expect(page.get_by_text("votre question est envoyée")).to_be_visible()
    demande = action.demandes.get()
    assert demande.question == "Quelle date ?"
    assert set(demande.points.values_list("champ", "objet_pk", "cause", "texte")) == {
        ("action.url", 0, "obsolete", ""),
        ("session.date_fin", session.pk, "incorrect", "Un dimanche ?"),
    }
