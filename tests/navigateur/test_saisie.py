"""What a browser would lose of what is typed, without a word."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from catalogue.models import DemandeAIF
from tests.factories import ActionFactory, DemandeAIFFactory, SessionFactory, UserFactory
from tests.navigateur.test_etablissements import sign_in

pytestmark = pytest.mark.usefixtures("transactional_db")


def press(page, bouton: str) -> None:
    page.get_by_role("button", name=bouton, exact=True).click()


def leave(page) -> list[str]:
    """Follow a link, and return what the browser asks before it does."""
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Tableau de bord").first.click(no_wait_after=True)
    page.wait_for_timeout(500)
    return asked


@pytest.mark.parametrize("javascript", [True, False])
def test_a_date_half_typed_is_not_sent_as_no_date(open_page, live_server, javascript):
    session = SessionFactory(action=ActionFactory(), date_debut=None, date_fin=None, capacite=None)
    page = open_page(java_script_enabled=javascript)
    sign_in(page, live_server, UserFactory(organisme=session.organisme))
    page.goto(reverse("tunnel:session", args=[session.pk]))
    debut = page.locator("#id_date_debut")

    page.get_by_label("Capacité d’accueil").fill("12")
    debut.focus()
    page.keyboard.type("02")
    press(page, "Enregistrer")
    expect(debut).to_be_focused()
    debut.fill("2027-03-01")
    press(page, "Enregistrer")

    expect(page.get_by_text("L’enregistrement a bien été effectué.")).to_be_visible()
    session.refresh_from_db()
    assert (str(session.date_debut), session.capacite, session.version) == ("2027-03-01", 12, 2)


def test_nor_is_one_of_a_form_that_the_browser_does_not_check(open_page, live_server):
    demande = DemandeAIFFactory()
    page = open_page()
    sign_in(page, live_server, UserFactory(organisme=demande.organisme))
    page.goto(reverse("aif:demande_edit", args=[demande.pk]))
    fin = page.locator("#id_date_fin")

    fin.focus()
    page.keyboard.press("Delete")
    press(page, "Enregistrer les changements")
    expect(fin).to_be_focused()
    fin.fill("2028-03-01")
    press(page, "Enregistrer les changements")

    page.wait_for_url(reverse("aif:demande", args=[demande.pk]))
    assert str(DemandeAIF.objects.get().date_fin) == "2028-03-01"


def test_what_somebody_faster_kept_from_being_saved_is_not_left_without_a_word(open_page, live_server):
    session = SessionFactory(action=ActionFactory())
    page = open_page()
    sign_in(page, live_server, UserFactory(organisme=session.organisme))
    page.goto(reverse("tunnel:session", args=[session.pk]))
    type(session).objects.filter(pk=session.pk).update(version=7, capacite=30)
    page.get_by_label("Capacité d’accueil").fill("12")
    press(page, "Enregistrer")
    expect(page.get_by_role("button", name="Enregistrer ma version")).to_be_visible()

    assert leave(page) == ["beforeunload"]


def test_back_to_a_form_that_made_a_session_changes_that_one(open_page, live_server):
    action = ActionFactory()
    page = open_page()
    sign_in(page, live_server, UserFactory(organisme=action.organisme))
    page.goto(reverse("tunnel:session_create", args=[action.pk]))
    page.get_by_label("Capacité d’accueil").fill("12")
    page.get_by_label("Places disponibles").fill("9")
    press(page, "Enregistrer et continuer")
    page.wait_for_url("**/dispositifs/creer/")

    page.go_back()  # no page is kept in the memory of this browser: it asks for it again
    page.get_by_label("Capacité d’accueil").fill("14")
    press(page, "Enregistrer et continuer")
    page.wait_for_url("**/dispositifs/creer/")
    session = action.sessions.get()
    assert (session.capacite, session.places_disponibles) == (14, 9)


def test_a_message_begun_is_not_left_without_a_word(open_page, live_server):
    action = ActionFactory(attente=True)
    page = open_page()
    sign_in(page, live_server, UserFactory(organisme=action.organisme))
    page.goto(reverse("echanges:fil", args=[action.pk]))
    page.get_by_label("Votre message").fill("Bonjour, nous voudrions")
    assert leave(page) == ["beforeunload"]
