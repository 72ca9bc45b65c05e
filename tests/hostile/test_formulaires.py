"""Every form of the site, each field in turn, sixteen families: an answer, never a fault of the server.

Four fields that follow one another share the families between them; `--hostile` sends all to each.
"""

from itertools import count
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from tests.acces.monde import ROLES, Monde, build_monde
from tests.acces.table import TABLE
from tests.hostile.familles import VALEURS
from tests.hostile.test_envois import ETAPES
from tests.parcours.visiteur import held_by

pytestmark = pytest.mark.django_db

#: Signing out would end the test; the steps of the tunnel are tried closer in test_envois.
AILLEURS = {"accounts:logout", *(f"tunnel:{nom}" for nom in ETAPES)}
JETON = "csrfmiddlewaretoken"


def forms_of(client: Client, url: str) -> list[tuple[str, str, dict]]:
    """(method, address, fields as they stand) of each form of the page at `url`; none if it is no page."""
    response = client.get(url)
    if response.status_code != 200 or "html" not in response.headers["Content-Type"]:
        return []
    return [
        (
            form.get("method", "get").lower(),
            form.get("action") or url,
            {name: values for name, values in held_by(form).items() if name != JETON},
        )
        for form in BeautifulSoup(response.content, "html.parser").find_all("form")
    ]


def all_forms(monde: Monde, role: str) -> dict[tuple, tuple[str, str, dict]]:
    """The different forms that `role` may meet: one of each view and set of fields."""
    client = monde.client(role)
    forms = {}
    for nom, row in TABLE.items():
        for form in forms_of(client, reverse(nom, kwargs=row.kwargs(monde))):
            methode, adresse, champs = form
            try:
                vue = resolve(urlsplit(adresse).path).view_name
            except Resolver404:
                continue
            if vue not in AILLEURS:
                forms.setdefault((methode, vue, *sorted(champs)), form)
    return forms


@pytest.fixture(scope="module")
def essayes() -> set:
    """The forms already tried in another role: once is enough."""
    return set()


@pytest.mark.parametrize("role", sorted(ROLES, key=lambda role: role != "of_a"))
def test_no_field_of_no_form_makes_the_server_fail(role, essayes, pytestconfig):
    monde = build_monde()
    forms = {cle: form for cle, form in all_forms(monde, role).items() if cle not in essayes}
    essayes.update(forms)
    client = monde.client(role)
    client.raise_request_exception = False
    toutes, rang = pytestconfig.getoption("hostile"), count()

    echecs = [
        (methode, adresse, champ, famille, statut)
        for methode, adresse, champs in forms.values()
        for champ in champs
        for famille, valeur in families(None if toutes else next(rang))
        if (statut := send(client, methode, adresse, champs | {champ: valeur})) >= 500
    ]

    assert echecs == []


def families(rang: int | None) -> list[tuple[str, object]]:
    """The families sent to the field of that rank: a quarter of them, each in its turn; all for None."""
    toutes = list(VALEURS.items())
    return toutes if rang is None else toutes[rang % 4 :: 4]


def send(client: Client, methode: str, adresse: str, data: dict) -> int:
    """The status of the answer, in a world that the request leaves unchanged for the next one."""
    with transaction.atomic():
        response = getattr(client, methode)(adresse, data)
        list(response)  # to its end: a file is not left open
        transaction.set_rollback(True)
    return response.status_code
