"""Every address × method × role against the declared table (`table.py`)."""

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import URLPattern, get_resolver, reverse

from tests.acces.monde import ROLES, SANS_FACTEUR, build_monde
from tests.acces.table import TABLE

pytestmark = pytest.mark.django_db

METHODES = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


def named_urls(resolver=None, prefix="") -> list[str]:
    """The names of all addresses of the site, as `reverse` wants them."""
    names = []
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            names.append(prefix + (pattern.name or str(pattern.pattern)))
        else:
            names += named_urls(pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
    return names


def test_every_address_has_its_row():
    assert sorted(named_urls()) == sorted(TABLE)


def expected(nom: str, methode: str, role: str) -> str | int:
    """The declared answer of a cell: a status, or where it redirects (« connexion », « second_facteur »)."""
    row = TABLE[nom]
    if role == "anonyme" and not row.est_publique:
        return "connexion"
    methode = "GET" if methode == "HEAD" else methode
    answers = {"GET": row.get, "POST": row.post}.get(methode, row.autres)
    if methode == "OPTIONS" and row.options is not None:
        answers = row.options
    if role == SANS_FACTEUR:
        if isinstance(answers, dict) and role in answers:
            return answers[role]
        if not row.est_publique:
            return "second_facteur"
        role = "agent"
    return answers[role] if isinstance(answers, dict) else answers


@pytest.mark.parametrize("nom", TABLE)
def test_address_answers_each_role_and_method_as_declared(nom):
    monde = build_monde()
    monde.sign_in_all()
    url = reverse(nom, kwargs=TABLE[nom].kwargs(monde))

    wrong = {
        (role, methode): (answer, expected(nom, methode, role))
        for role in (*ROLES, SANS_FACTEUR)
        for methode in METHODES
        if (answer := try_cell(monde, url, methode, role)) != expected(nom, methode, role)
    }

    assert wrong == {}, "{(role, method): (answer, declared)}"


def try_cell(monde, url: str, methode: str, role: str) -> str | int:
    """What `url` answers, in a world that the request leaves unchanged for the next one."""
    with transaction.atomic():
        response = monde.client(role).generic(methode, url)
        transaction.set_rollback(True)
    if response.status_code != 302:
        return response.status_code
    entrees = {
        "connexion": reverse(settings.LOGIN_URL) + "?next=",
        "second_facteur": reverse("accounts:second_facteur"),
    }
    return next((nom for nom, entree in entrees.items() if sent_to(entree, response.url)), 302)


def sent_to(entree: str, url: str) -> bool:
    """Whether a redirection to `url` leads to the page `entree`, with its query string when it has one."""
    return url.startswith(entree) if "?" in entree else url == entree
