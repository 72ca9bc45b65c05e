"""The public search in a real browser: by keyboard, without JavaScript, on a narrow screen."""

import pytest
from playwright.sync_api import expect

from catalogue.models import Commune
from tests.factories import TypeDispositifFactory
from tests.recherche.outils import Offre

ADRESSE = "/offre/?q=boulanger&lieu=Nantes&rayon=20"


@pytest.fixture
def offre(nomenclatures):
    """Thirty sessions, of every kind, around Nantes."""
    offre, rows = Offre(), []
    TypeDispositifFactory(code="programme-regional", libelle="Programme régional")
    communes = list(Commune.objects.filter(insee__in=["44109", "44143", "44162", "44184"]))
    for rang in range(30):
        commune = communes[rang % 4]
        rows.append(
            offre.build(
                intitule=["CAP Boulanger", "CAP Pâtissier – boulangerie et viennoiserie"][rang % 2],
                insee=commune.insee,
                ville=commune.nom,
                niveau=[3, 4, None][rang % 3],
                modalite="0012"[rang % 4],
                esp=rang % 5 == 0,
                cpf=rang % 2 == 0,
                places=[8, 1, 0, None][rang % 4],
                dispositifs=[["financement-prive"], ["programme-regional", "financement-prive"]][rang % 2],
            )
        )
    offre.put(*rows)
    return offre


def test_a_search_by_keyboard_alone(offre, clavier):
    clavier.aller("/offre/")
    clavier.remplir("Métier, formation ou organisme", "boulangerie")
    clavier.remplir("Commune ou code postal", "Nantes")
    clavier.presser("Chercher")
    clavier.lit("à moins de 20")
    clavier.cocher("Éligible au CPF : 15")
    clavier.presser("Appliquer")
    expect(clavier.page.get_by_role("link", name="Retirer le filtre Éligible au CPF")).to_be_visible()
    clavier.suivre("Date de début")
    expect(clavier.page.get_by_role("link", name="Date de début")).to_have_attribute("aria-current", "true")
    assert "cpf=oui" in clavier.page.url


@pytest.mark.parametrize("largeur", [320, 1280])
def test_a_second_skip_link_passes_the_filters(offre, open_page, largeur):
    page = open_page(java_script_enabled=False)
    page.set_viewport_size({"width": largeur, "height": 800})
    page.goto(ADRESSE)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    lien = page.get_by_role("link", name="Aller aux résultats")
    expect(lien).to_be_focused()
    expect(lien).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#resultats-titre")).to_be_focused()
    expect(page.locator("#resultats-titre")).to_be_in_viewport()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.chercher__resultats') !== null")


def test_everything_works_without_javascript(offre, open_page):
    page = open_page(java_script_enabled=False)
    page.goto("/offre/")
    page.get_by_label("Métier, formation ou organisme").fill("boulnagerie")
    page.get_by_role("button", name="Chercher").click()
    expect(page.get_by_role("status")).to_contain_text("chercher plutôt")
    page.get_by_label("Places disponibles").check()
    page.get_by_role("button", name="Appliquer").click()
    expect(page.get_by_role("heading", level=2, name="session")).to_be_visible()
    page.get_by_role("link", name="Page suivante").click()
    expect(page.get_by_role("link", name="Page précédente")).to_be_visible()


@pytest.mark.parametrize(
    "adresse",
    ["/offre/", ADRESSE, "/offre/?q=zzyzx&niveau=8", "/offre/?lieu=Atlantide", f"/offre/?q={'x' * 200}"],
)
@pytest.mark.parametrize(("largeur", "couleurs"), [(320, "dark"), (1280, "light")])
def test_axe_finds_nothing_and_nothing_is_too_wide(offre, open_page, axe, adresse, largeur, couleurs):
    page = open_page(color_scheme=couleurs)
    page.set_viewport_size({"width": largeur, "height": 800})
    page.goto(adresse)
    assert page.evaluate("document.documentElement.scrollWidth") <= largeur
    axe(page)


def test_printed_the_results_come_without_the_form(offre, open_page):
    page = open_page()
    page.goto(f"{ADRESSE}&departement=44")
    papier = page.locator(".trouvee .sur-papier, .chercher__donnees .sur-papier")
    assert papier.count() == 21
    assert not any(dit.is_visible() for dit in papier.all())
    page.emulate_media(media="print")
    assert all(dit.is_visible() for dit in papier.all())
    for hidden in (".chercher__barre", ".chercher__filtres", ".chercher__tris", ".trouvee__suite"):
        assert not page.locator(hidden).first.is_visible(), hidden
    assert page.locator(".jeton").first.is_visible()
    assert page.locator(".trouvee").first.is_visible()
