"""The public sheets in a real browser: by keyboard, without JavaScript, small, dark, printed."""

import pytest
from django.conf import settings
from django.urls import reverse

from catalogue.models import Diffusion, Signalement
from catalogue.numeros import numero_action, numero_organisme
from tests.factories import (
    ActionFactory,
    DispositifFactory,
    SessionFactory,
    SignalementFactory,
    UserFactory,
    publier,
)

ECRANS = {"telephone_sombre": (320, "dark"), "bureau_clair": (1280, "light")}


@pytest.fixture
def row(nomenclatures):
    """A session online, beside another of its action and one that is over."""
    action = ActionFactory(complete=True, complement_descriptif="Un atelier par semaine.\n" * 6)
    for _ in range(2):
        DispositifFactory(session=SessionFactory(action=action))
    rows = list(publier(action).diffusions.order_by("numero"))
    Diffusion.objects.filter(pk=rows[2].pk).update(date_debut="2020-01-01", date_fin="2020-02-01")
    return rows[0]


@pytest.fixture
def urls(row):
    over = Diffusion.objects.get(date_fin="2020-02-01")
    return {
        "session": reverse("diffusion:session", args=[row.numero]),
        "action": reverse("diffusion:action", args=[numero_action(row.action_id)]),
        "formation": reverse("diffusion:formation", args=[row.certification_code]),
        "organisme": reverse("diffusion:organisme", args=[numero_organisme(row.organisme_id)]),
        "terminee": reverse("diffusion:session", args=[over.numero]),
        "signaler": reverse("diffusion:signaler", args=[row.numero]),
        "merci": reverse("diffusion:signale", args=[row.numero]),
    }


@pytest.mark.parametrize("ecran", ECRANS)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(open_page, axe, urls, ecran):
    width, scheme = ECRANS[ecran]
    page = open_page(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    for url in urls.values():
        page.goto(url)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, url
        axe(page)


def test_the_data_block_breaks_no_rule_of_the_browser(open_page, urls):
    page = open_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(urls["session"])
    assert page.locator('script[type="application/ld+json"]').count() == 1
    assert said == []


def test_printed_the_sheet_holds_on_two_pages_without_its_buttons(open_page, urls):
    page = open_page()
    page.goto(urls["session"])
    page.emulate_media(media="print")
    assert page.get_by_role("heading", level=1).is_visible()
    for hidden in (".contact__geste", ".navigation", ".fil"):
        assert not page.locator(hidden).first.is_visible()
    assert page.pdf(format="A4").count(b"/Type /Page\n") <= 3


@pytest.mark.parametrize("nom", ["session", "action", "formation", "organisme"])
def test_printed_a_sheet_says_where_it_comes_from_and_parts_no_name_from_its_value(open_page, urls, nom):
    page = open_page()
    page.goto(urls[nom])
    adresse = page.get_by_text(f"{settings.SOFI_URL}{urls[nom]}", exact=False)
    assert not adresse.is_visible()
    numeros = page.locator("td, th, dd").locator(".sur-papier")
    assert numeros.count()
    assert not any(numero.is_visible() for numero in numeros.all())
    page.emulate_media(media="print")
    assert adresse.is_visible()
    assert all(numero.is_visible() for numero in numeros.all())
    # Of a pair that goes on in the other column, the browser draws two boxes.
    boites = page.locator(".contact .partie__faits > div").evaluate_all(
        "paires => paires.map(paire => paire.getClientRects().length)"
    )
    assert set(boites) == {1}


@pytest.mark.parametrize("javascript", [True, False])
def test_a_visitor_reports_an_error_by_keyboard(open_page, row, urls, javascript):
    page = open_page(java_script_enabled=javascript)
    page.goto(urls["session"])
    page.get_by_role("link", name="Signaler une erreur").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/signaler/")
    page.get_by_label("Les dates").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("La session commence le 12.")
    page.keyboard.press("Tab")
    page.keyboard.type("visiteur@exemple.fr")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/merci/")
    assert page.get_by_role("status").get_by_text("Votre signalement est envoyé").is_visible()
    kept = Signalement.objects.get()
    assert (kept.numero, kept.objet, kept.courriel) == (row.numero, "dates", "visiteur@exemple.fr")


def test_the_sheet_is_downloaded(open_page, urls):
    page = open_page()
    page.goto(urls["session"])
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger la fiche en PDF").click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("ecran", ECRANS)
def test_reports_are_read_and_answered(open_page, live_server, client, axe, row, ecran):
    width, scheme = ECRANS[ecran]
    kept = SignalementFactory(action=row.action, texte="mot" * 300)
    client.force_login(UserFactory(agent=True))
    page = open_page(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
    for url in (reverse("signalements:liste"), reverse("signalements:signalement", args=[kept.pk])):
        page.goto(url)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, url
        axe(page)
    page.get_by_label("Corrigé").check()
    page.get_by_label("Votre réponse").fill("C’est corrigé.")
    page.get_by_role("button", name="Envoyer la réponse").click()
    page.get_by_text("La réponse est envoyée au visiteur.").wait_for()
    page.goto(reverse("signalements:signalement", args=[kept.pk]))
    axe(page)
    assert page.get_by_text("C’est corrigé.").is_visible()
