"""People at the browser: the same acts by mouse or by keyboard, elements found as a person names them."""

from re import Pattern

from playwright.sync_api import Locator, Page, expect

#: More stops than any page has: a control further away is out of reach of the keyboard.
TABULATIONS = 150


class Souris:
    """Acts with the pointer."""

    def __init__(self, page: Page):
        self.page = page

    def aller(self, adresse: str) -> None:
        """Type an address in the browser's bar."""
        self.page.goto(adresse)

    def suivre(self, nom: str, **options) -> None:
        """Follow the link called `nom`."""
        self._activer(self._seul("link", nom, **options))

    def presser(self, nom: str, **options) -> None:
        """Press the button called `nom`."""
        self._activer(self._seul("button", nom, **options))

    def remplir(self, etiquette: str | Pattern, texte: str) -> None:
        """Type `texte` in the field labelled `etiquette`, in place of what it holds."""
        self.page.get_by_label(etiquette).fill(texte)

    def choisir(self, etiquette: str, option: str) -> None:
        """Choose the `option` of a drop-down list."""
        self.page.get_by_label(etiquette).select_option(label=option)

    def cocher(self, etiquette: str) -> None:
        """Tick the box or choose the radio button labelled `etiquette`."""
        self.page.get_by_label(etiquette, exact=True).check()

    def lit(self, texte: str) -> None:
        """Check that the person can read `texte`."""
        expect(self.page.get_by_text(texte).first).to_be_visible()

    def est_sur(self, titre: str) -> None:
        """Check the main heading of the page."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(titre)

    def _seul(self, role: str, nom: str, dans: str = "main", exact: bool = True) -> Locator:
        return self.page.locator(dans).get_by_role(role, name=nom, exact=exact).first

    def _activer(self, element: Locator) -> None:
        element.click()
        self.page.wait_for_load_state()


class Clavier(Souris):
    """Acts with the keyboard alone: walks to each control by Tab, then types or presses."""

    def remplir(self, etiquette: str | Pattern, texte: str) -> None:
        field = self.page.get_by_label(etiquette)
        self._rejoindre(field)
        if field.get_attribute("type") == "date":
            # Typed part by part, in the order of Chromium's own language: Debian's speaks English only.
            annee, mois, jour = texte.split("-")
            self.page.keyboard.type(f"{mois}{jour}{annee}")
        else:
            self.page.keyboard.press("ControlOrMeta+a")
            self.page.keyboard.type(texte)
        expect(field).to_have_value(texte)

    def choisir(self, etiquette: str, option: str) -> None:
        field = self.page.get_by_label(etiquette)
        self._rejoindre(field)
        self.page.keyboard.press("Home")
        for _ in range(field.locator("option").count()):
            if field.locator("option:checked").inner_text() == option:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"Pas d’option « {option} » dans « {etiquette} »")

    def cocher(self, etiquette: str) -> None:
        box = self.page.get_by_label(etiquette, exact=True)
        if box.is_checked():
            return
        if box.get_attribute("type") == "radio":
            self._rejoindre_radio(box)
        else:
            self._rejoindre(box)
            self.page.keyboard.press("Space")
        expect(box).to_be_checked()

    def _activer(self, element: Locator) -> None:
        self._rejoindre(element)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def _rejoindre(self, element: Locator) -> None:
        """Press Tab until `element` has the focus, and check that the focus shows."""
        element.wait_for()
        for _ in range(TABULATIONS):
            if element.evaluate("element => element === document.activeElement"):
                assert element.evaluate(SHOWS_FOCUS), f"Le focus ne se voit pas : {element}"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Hors d’atteinte au clavier : {element}")

    def _rejoindre_radio(self, radio: Locator) -> None:
        """Tab to the group, then walk it with the arrows: browsers stop once per group."""
        radio.wait_for()
        for _ in range(TABULATIONS):
            self.page.keyboard.press("Tab")
            if radio.evaluate("radio => document.activeElement.name === radio.name"):
                break
        for _ in range(20):
            self.page.keyboard.press("Space")
            if radio.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
            if radio.is_checked():
                return
        raise AssertionError(f"Hors d’atteinte au clavier : {radio}")


SHOWS_FOCUS = """element => {
  const style = getComputedStyle(element);
  return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
}"""
