"""Every address × method × role against the declared table (`table.py`)."""

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from tests.acces.monde import ROLES, SANS_FACTEUR, build_monde
from tests.acces.table import TABLE

pytestmark = pytest.mark.django_db

#: A mail program has no token for the one click of RFC 8058.
UN_CLIC = "suivis:arreter"
#: Pages open to everybody, which nothing is ever sent to.
LUES = {nom for nom, row in TABLE.items() if row.est_publique and row.post == 405}
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


def test_what_is_sent_without_its_token_is_refused_and_to_a_public_page_that_is_only_read_a_405():
    monde, client, wrong = build_monde(), Client(enforce_csrf_checks=True), {}
    for nom in TABLE.keys() - {UN_CLIC}:
        url, is_read = reverse(nom, kwargs=TABLE[nom].kwargs(monde)), nom in LUES
        for methode in ("POST", "PUT", "PATCH", "DELETE"):
            response = client.generic(methode, url)
            allowed = set(response.headers.get("Allow", "").split(", ")) - {"OPTIONS"}
            answer = (response.status_code, allowed)
            if answer != ((405, {"GET", "HEAD"}) if is_read else (403, {""})):
                wrong[nom, methode] = answer
    assert wrong == {}


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
