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

    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Tableau de bord").first.click(no_wait_after=True)
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
