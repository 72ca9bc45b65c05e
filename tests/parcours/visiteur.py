"""Somebody who reads pages and fills forms as a browser without JavaScript would, over HTTP."""

from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag
from django.test import Client


class Visiteur:
    """Follows links and buttons by their names, fills fields by their labels; `page` is what is on screen."""

    def __init__(self):
        self.client = Client()
        self.url = "/"
        self.page = BeautifulSoup("", "html.parser")
        self.typed: dict[str, list[str]] = {}

    def go(self, url: str, method: str = "get", data: dict | None = None) -> None:
        """Ask for `url`, follow redirections, and expect a page and not an error."""
        response = getattr(self.client, method)(urljoin(self.url, url), data, follow=True)
        assert response.status_code in (200, 409, 422), f"{url} : {response.status_code}"
        self.url = response.redirect_chain[-1][0] if response.redirect_chain else urljoin(self.url, url)
        self.page = BeautifulSoup(response.content, "html.parser")
        self.typed = {}

    @property
    def text(self) -> str:
        """The words of the page, spaces of all widths made ordinary."""
        return " ".join(self.page.get_text(" ").split())

    @property
    def title(self) -> str:
        return " ".join(self.page.h1.get_text(" ").split())

    def follow(self, name: str, within: str = "body") -> None:
        """Follow the first link whose visible words start with `name`."""
        links = [a for a in self.page.select(f"{within} a[href]") if words(a).startswith(name)]
        assert links, f"Pas de lien « {name} » sur {self.url}"
        self.go(links[0]["href"])

    def fill(self, label: str, value: str) -> None:
        """Type `value` in the field labelled `label`."""
        self.typed[self._control(label)["name"]] = [value]

    def choose(self, label: str, option: str) -> None:
        """Choose the option of a drop-down list whose words hold `option`."""
        select = self._control(label)
        options = [o["value"] for o in select.find_all("option") if option in words(o)]
        assert options, f"Pas d’option « {option} » dans « {label} »"
        self.typed[select["name"]] = [options[0]]

    def tick(self, label: str) -> None:
        """Tick the box, or choose the radio button, labelled `label`."""
        control = self._control(label)
        values = self.typed.setdefault(control["name"], [])
        if control["type"] == "radio":
            values.clear()
        values.append(control.get("value", "on"))

    def press(self, name: str) -> None:
        """Press the button called `name`: sends its form with what it holds and what was typed."""
        buttons = [b for b in self.page.select("form button") if words(b) == name]
        assert buttons, f"Pas de bouton « {name} » sur {self.url}"
        button = buttons[0]
        form = button.find_parent("form")
        data = {**held_by(form), **self.typed}
        if button.get("name"):
            data[button["name"]] = [button.get("value", "")]
        self.go(form.get("action") or self.url, form.get("method", "get").lower(), data)

    def _control(self, label: str) -> Tag:
        for tag in self.page.find_all("label"):
            if words(tag).startswith(label) and tag.get("for"):
                control = self.page.find(id=tag["for"])
                if control is not None and control.get("name"):
                    return control
        raise AssertionError(f"Pas de champ « {label} » sur {self.url}")


def words(tag: Tag) -> str:
    """The words of an element, as read aloud."""
    return " ".join(tag.get_text(" ").split())


def held_by(form: Tag) -> dict[str, list[str]]:
    """What a form would send untouched."""
    data: dict[str, list[str]] = {}
    for control in form.find_all(["input", "select", "textarea"]):
        name = control.get("name")
        if not name or control.has_attr("disabled"):
            continue
        if control.name == "select":
            values = [o.get("value", "") for o in control.find_all("option") if o.has_attr("selected")]
            values = values or [o.get("value", "") for o in control.find_all("option")[:1]]
        elif control.name == "textarea":
            values = [control.get_text().removeprefix("\n")]
        elif control.get("type") in ("checkbox", "radio"):
            values = [control.get("value", "on")] if control.has_attr("checked") else []
        else:
            values = [control.get("value", "")]
        data.setdefault(name, []).extend(values)
    return data
