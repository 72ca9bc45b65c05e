"""Somebody else's object is a missing one: the same answer, to the byte, whatever the method."""

import re
from uuid import UUID

import pytest
from django.db import transaction
from django.urls import reverse

from tests.acces.monde import ROLES, build_monde
from tests.acces.table import TABLE

pytestmark = pytest.mark.django_db

#: A key that no row has, and codes that nothing has.
CLE, CODE = 2_000_000_000, "absent"
#: Arguments that name no object: a transition, a theme of the help, the secret of a link received by mail.
NOMS = {"nom", "slug", "categorie", "uid", "secret"}
METHODES = ("GET", "POST")


def missing(kwargs: dict) -> dict:
    absents = {int: CLE, UUID: UUID(int=CLE)}
    return {key: value if key in NOMS else absents.get(type(value), CODE) for key, value in kwargs.items()}


def ask(monde, role: str, methode: str, url: str):
    """(status, body) of an answer, in a world that the request leaves unchanged for the next one."""
    with transaction.atomic():
        response = monde.client(role).generic(methode, url)
        transaction.set_rollback(True)
    body = response.content.decode(errors="replace")  # a file may be no text
    return response.status_code, re.sub(r'value="\w{64}"', "", body).replace(url, "")


def fault(monde, role: str, methode: str, own: str, absent: str) -> str:
    """What is wrong with the answer to the missing object, or ''."""
    (status, body), (declared, own_body) = (ask(monde, role, methode, url) for url in (absent, own))
    if declared == 405:
        return "" if status == 405 else f"405 déclaré, {status} reçu"
    if status != 404:
        return f"{status} au lieu de 404"
    return "l’objet d’autrui se distingue" if declared == 404 and own_body != body else ""


@pytest.mark.parametrize("role", [role for role in ROLES if role != "anonyme"])
def test_missing_object_is_a_404_for_everybody_and_the_same_as_a_foreign_one(role):
    monde = build_monde()
    monde.sign_in_all()
    wrong, tried = {}, 0
    for nom, row in TABLE.items():
        kwargs = row.kwargs(monde)
        if not kwargs.keys() - NOMS:
            continue
        tried += 1
        own, absent = reverse(nom, kwargs=kwargs), reverse(nom, kwargs=missing(kwargs))
        for methode in METHODES:
            if said := fault(monde, role, methode, own, absent):
                wrong[nom, methode] = said

    assert wrong == {}
    assert tried > 15
