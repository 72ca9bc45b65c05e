"""What the tests of the tunnel share: reading a page as a person, filling its form as a browser."""

import re

from bs4 import BeautifulSoup
from django.urls import reverse


def tunnel(name, *args) -> str:
    """The address of a page of the tunnel."""
    return reverse(f"tunnel:{name}", args=args)


def page(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def text(node) -> str:
    """The words of a page or of an element, every kind of space made one plain space."""
    return re.sub(r"\s+", " ", node.get_text(" ")).strip()


def words(response) -> str:
    return text(page(response).main)


def fields(response) -> dict:
    """What the browser would send if the first form with a token or a fingerprint were sent as it is."""
    forms = page(response).main.select("form[method=post]")
    form = next(f for f in forms if f.select_one("[name$=jeton], [name=empreinte]"))
    data: dict = {}
    for control in form.select("input[name], select[name], textarea[name]"):
        name, kind = control["name"], control.get("type")
        if name == "csrfmiddlewaretoken" or (
            kind in ("checkbox", "radio") and not control.has_attr("checked")
        ):
            continue
        if control.name == "select":
            chosen = control.select_one("option[selected]")
            value = chosen["value"] if chosen else ""
        elif control.name == "textarea":
            value = control.get_text().removeprefix("\n")
        else:
            value = control.get("value", "")
        if kind == "checkbox":
            data.setdefault(name, []).append(value)
        else:
            data[name] = value
    return data


def recapitulatif(client, action):
    return client.get(tunnel("recapitulatif", action.pk))


def send(client, action, nom, **data):
    action.refresh_from_db()
    data.setdefault("revision", action.revision)
    return client.post(tunnel("transition", action.pk, nom), data, follow=True)


def rows(soup, titre):
    """The facts of one card, by name."""
    card = next(s for s in soup.select("section.fiche") if titre in text(s.select_one("h2")))
    return {text(r.dt): text(r.dd) for r in card.select(".fiche__ligne")}
