"""The workshop in a browser: keyboard shortcuts, ticking a page, and a batch without JavaScript."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from catalogue import lots
from catalogue.models import Lot
from tests.factories import ActionFactory, UserFactory
from tests.navigateur.test_etablissements import sign_in

pytestmark = pytest.mark.usefixtures("transactional_db")
FILE = reverse("validation:file")


@pytest.fixture
def valideur(transactional_db):
    return UserFactory(valideur=True)


@pytest.fixture
def actions(transactional_db):
    return ActionFactory.create_batch(2, attente=True, complete=True)


def test_through_the_queue_by_single_keys(open_page, live_server, axe, valideur, actions):
    page = open_page()
    sign_in(page, live_server, valideur)
    page.goto(FILE)
    rows = page.locator("[data-sofi-ligne]")
    page.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator("input[name=selection]").nth(1)).to_be_checked()
    page.keyboard.press("k")
    page.keyboard.press("o")

    expect(page).to_have_url(re.compile(f"/actions/{actions[0].pk}/"))
    page.wait_for_load_state()  # the address changes before the page listens to keys
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    axe(page)
    page.keyboard.press("v")  # the list is open: nothing moves behind it
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("r")
    expect(page.locator("form[action$='/refuse/'] textarea").first).to_be_focused()
    page.keyboard.type("non")  # letters typed in a field are letters
    expect(page.locator("form[action$='/refuse/'] textarea").first).to_have_value("non")
    page.locator("form[action$='/refuse/'] textarea").first.fill("")
    page.locator("h1").click()
    page.keyboard.press("p")
    expect(page.get_by_text("Vous examinez ce dossier")).to_be_visible()
    page.keyboard.press("n")
    expect(page).to_have_url(re.compile(f"/actions/{actions[1].pk}/"))


def test_a_decision_does_not_take_a_note_being_written_away(open_page, live_server, valideur, actions):
    page = open_page()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    sign_in(page, live_server, valideur)
    page.goto(reverse("validation:dossier", args=[actions[0].pk]))
    note = page.locator("form[action$='/notes/'] textarea")
    note.fill("Comparer avec la session de Laval.")

    page.get_by_role("button", name="Valider", exact=True).click()

    expect(note).to_have_value("Comparer avec la session de Laval.")
    assert asked == ["beforeunload"]


def test_shortcuts_are_turned_off_for_good(open_page, live_server, valideur, actions):
    page = open_page()
    sign_in(page, live_server, valideur)
    page.goto(FILE)
    page.locator(".raccourcis summary").click()
    page.get_by_label("Utiliser ces raccourcis sur cet appareil").uncheck()
    page.reload()

    page.keyboard.press("j")
    page.keyboard.press("?")

    expect(page.locator("[data-sofi-ligne]").first).not_to_be_focused()
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_batch_from_ticks_to_report(open_page, live_server, valideur, actions, javascript):
    page = open_page(java_script_enabled=javascript)
    sign_in(page, live_server, valideur)
    page.goto(FILE)
    if javascript:
        page.get_by_role("button", name="Tout cocher sur la page").click()
        expect(page.get_by_text("2 cochées")).to_be_visible()
    else:
        for box in page.locator("input[name=selection]").all():
            box.check()
    page.get_by_role("button", name="Continuer avec les actions cochées").click()
    page.get_by_role("button", name="Valider ces 2 actions").click()
    expect(page.get_by_text("Actions traitées\u00a0: 0 sur 2.")).to_be_visible()

    lots.execute(Lot.objects.get().pk)

    if not javascript:
        page.get_by_role("link", name="Actualiser").click()
    expect(page.get_by_text("Actions traitées\u00a0: 2 sur 2.")).to_be_visible()
    expect(page.get_by_text("Lot terminé le")).to_be_visible()
