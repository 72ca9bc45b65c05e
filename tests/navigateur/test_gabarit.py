"""The look and static/js/sofi.js in a browser: at every width and in both modes, then each script alone."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from catalogue.aide.themes import THEMES

PAGES = [
    "/connexion/",
    "/aide/",
    "/mot-de-passe/",
    "/nulle/part/",
    *(f"/aide/{theme.slug}/" for theme in THEMES),
]

FORM = """<!doctype html><html lang="fr"><head><title>Essai</title>
<link rel="stylesheet" href="/static/css/theme.css"><link rel="stylesheet" href="/static/css/formulaires.css">
<script src="/static/js/sofi.js" defer></script></head><body><main><h1>Essai</h1>
<form method="get" action="/envoi/" novalidate data-sofi-garde data-sofi-unique>
<label for="id_nom">Nom</label><input id="id_nom" name="nom">
<p data-sofi-compteur="id_nom" data-max="5">5 caractères au plus</p>
<label for="id_q">Certification</label><input id="id_q" name="q" data-sofi-suggestions="/suggestions/">
<button type="submit">Enregistrer</button></form><a href="/ailleurs/">Partir</a></main></body></html>"""

SUGGESTIONS = """<ul data-nombre="12">
<li role="option" id="s1" data-valeur="31999" data-href="#choisi">CAP boucher</li>
<li role="option" id="s2" data-valeur="114763" data-href="#autre">CAP boucher (2025)</li></ul>"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_pages_fit_and_are_accessible(open_page, axe, transactional_db, width, scheme):
    page = open_page(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    for address in PAGES:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        axe(page)


@pytest.fixture
def form(open_page, transactional_db):
    """A page of its own with the real script, the answers of the server being written here."""
    page = open_page()
    page.asked = []

    def answer(body):
        def fulfil(route):
            page.asked.append(route.request.url)
            route.fulfill(content_type="text/html; charset=utf-8", body=body)

        return fulfil

    page.route("**/essai/", answer(FORM))
    page.route("**/suggestions/**", answer(SUGGESTIONS))
    page.route("**/envoi/**", answer("<!doctype html><title>Reçu</title>"))
    page.goto("/essai/")
    return page


def test_characters_are_counted_and_none_is_cut(form):
    counter = form.locator("[data-sofi-compteur]")
    expect(counter).to_have_text("0 / 5 caractères")
    form.fill("#id_nom", "épées🗡")
    expect(counter).to_have_text("6 / 5 caractères\u00a0: 1 de trop")
    assert form.input_value("#id_nom") == "épées🗡"


def test_leaving_with_something_typed_asks_first(form):
    asked = []
    form.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    form.fill("#id_nom", "abc")
    form.click("text=Partir")
    assert asked == ["beforeunload"]
    assert form.url.endswith("/essai/")


def test_saving_asks_nothing_and_a_double_click_sends_once(form):
    form.on("dialog", lambda dialog: pytest.fail(dialog.type))
    form.fill("#id_nom", "abc")
    form.dblclick("text=Enregistrer")
    form.wait_for_url("**/envoi/**")
    assert len([url for url in form.asked if "/envoi/" in url]) == 1


def test_back_from_the_next_page_the_form_can_be_sent_again(form):
    form.click("text=Enregistrer")
    form.wait_for_url("**/envoi/**")
    form.go_back()
    form.click("text=Enregistrer")
    form.wait_for_url("**/envoi/**")
    assert len([url for url in form.asked if "/envoi/" in url]) == 2


def test_suggestions_are_a_combobox_for_the_keyboard(form, axe):
    box = form.get_by_role("combobox", name="Certification")
    box.press_sequentially("cap")
    expect(form.get_by_role("option")).to_have_count(2)
    expect(form.locator(".suggestions__compte")).to_have_text(
        "12 suggestions, les 2 premières sont affichées."
    )
    assert len([url for url in form.asked if "/suggestions/" in url]) == 1  # one question for three keys
    axe(form)
    box.press("ArrowUp")
    expect(box).to_have_attribute("aria-activedescendant", "s2")
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "s1")
    expect(form.locator("#s1")).to_have_attribute("aria-selected", "true")
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("cap")
    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value("31999")
    assert form.url.endswith("#choisi")


def test_suggestions_wait_for_three_letters_and_say_when_they_fail(form):
    box = form.get_by_role("combobox", name="Certification")
    box.press_sequentially("ca")
    form.unroute("**/suggestions/**")
    form.route("**/suggestions/**", lambda route: route.fulfill(status=404))
    box.press_sequentially("p")
    expect(form.locator(".suggestions__compte")).to_contain_text("ne répondent pas")
    assert [url for url in form.asked if "/suggestions/" in url] == []


def test_the_skip_link_goes_to_the_content(open_page, transactional_db):
    page = open_page()
    page.goto(reverse("aide:accueil"))
    page.keyboard.press("Tab")
    expect(page.locator(".evitement")).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenu"
