"""What browsers are told on every response, and what production adds."""

import json
import os
import subprocess
import sys
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client
from django.urls import reverse

from sofi.configuration import BASE_DIR
from sofi.wsgi import application
from tests.acces.monde import build_monde
from tests.acces.table import TABLE
from tests.factories import UserFactory
from tests.socle.test_configuration import PRODUCTION

SHOW = """
import django; django.setup()
import json
from django.conf import settings
from django.test import Client
client = Client()
plain = client.get("/aide/", headers={"host": "sofi.exemple.fr"})
health = client.get("/sante/", headers={"host": "sofi.exemple.fr"})
secure = client.get("/sante/", headers={"host": "sofi.exemple.fr"}, secure=True)
print(json.dumps({
    "plain": [plain.status_code, plain["Location"]],
    "health": health.status_code,
    "hsts": secure["Strict-Transport-Security"],
    "cookies": [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME],
    "secure": [settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE],
    "hasher": settings.PASSWORD_HASHERS[0],
    "age": settings.DATABASES["default"]["CONN_MAX_AGE"],
}))
"""


ATTENDUES = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}
PAGE = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def missing_headers(response, *, est_ouverte: bool = False) -> list[str]:
    """What a response should have told the browser, and has not; any site may embed an open one."""
    headers, attendues = response.headers, dict(ATTENDUES)
    if est_ouverte:
        attendues |= {"Cross-Origin-Resource-Policy": "cross-origin", "Access-Control-Allow-Origin": "*"}
    else:
        attendues |= {"Access-Control-Allow-Origin": None}
    wrong = [name for name, value in attendues.items() if headers.get(name) != value]
    wrong += [name for name in ("Permissions-Policy", "Cache-Control") if not headers.get(name)]
    policy = headers.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy or "unsafe" in policy:
        wrong.append("Content-Security-Policy")
    if "text/html" not in headers.get("Content-Type", "text/html") and "sandbox" not in policy:
        wrong.append("sandbox")
    return wrong


@pytest.mark.django_db
def test_pages_may_load_what_is_ours_and_nothing_else(client):
    policy = client.get("/connexion/")["Content-Security-Policy"]

    assert dict(part.strip().split(" ", 1) for part in policy.split(";")) == PAGE


@pytest.mark.parametrize("role", ["anonyme", "of_a", "admin"])
@pytest.mark.django_db
def test_every_address_protects_its_answers(role):
    monde = build_monde()
    monde.sign_in_all()
    wrong = {}
    for nom, row in TABLE.items():
        url = reverse(nom, kwargs=row.kwargs(monde))
        for methode in ("get", "post", "options"):
            with transaction.atomic():
                response = getattr(monde.client(role), methode)(url)
                transaction.set_rollback(True)
            est_ouverte = row.options is not None or (row.est_partagee and methode == "get")
            if absent := missing_headers(response, est_ouverte=est_ouverte):
                wrong[nom, methode, response.status_code] = absent
    assert wrong == {}


@pytest.mark.django_db
@pytest.mark.urls("tests.socle.urls_en_panne")
@pytest.mark.parametrize(
    ("chemin", "extra", "statut"),
    [
        ("/nulle-part/", {}, 404),
        ("/panne/", {}, 500),
        ("/aide", {}, 301),
        ("/aide/", {"host": "ailleurs.exemple"}, 400),
        ("/aide/", {"cookie": 'x="\\000"'}, 400),
    ],
)
def test_errors_and_redirections_are_protected_as_well(client, chemin, extra, statut):
    client.raise_request_exception = False
    response = client.get(chemin, headers=extra)

    assert response.status_code == statut
    assert missing_headers(response) == []


@pytest.mark.django_db
def test_refused_form_is_protected_as_well():
    response = Client(enforce_csrf_checks=True).post("/connexion/", {})

    assert response.status_code == 403
    assert missing_headers(response) == []


@pytest.mark.django_db
@pytest.mark.parametrize("chemin", ["/static/css/theme.css", "/static/img/sofi.svg", "/static/js/sofi.js"])
def test_static_files_are_protected_as_well(client, chemin):
    response = client.get(chemin)
    response.close()

    assert response.status_code == 200
    assert [name for name in missing_headers(response) if name != "sandbox"] == []


@pytest.mark.django_db
@pytest.mark.urls("tests.socle.urls_en_panne")
def test_what_is_not_a_page_never_runs(client):
    image, donnees = client.get("/fichier/"), client.get("/des-donnees/")

    for response in (image, donnees):
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert response["X-Content-Type-Options"] == "nosniff"
    assert image["Content-Disposition"] == "attachment"
    assert donnees["Content-Disposition"] == 'attachment; filename="moi.json"'


@pytest.mark.django_db
def test_signing_out_empties_the_cache_of_a_shared_computer(client):
    client.force_login(UserFactory())

    assert client.get("/compte/")["Cache-Control"] == "private, no-cache"
    assert client.post("/deconnexion/")["Clear-Site-Data"] == '"cache"'


@pytest.fixture
def keep_connections():
    """A request of the web server closes old connections; the test's own stays open."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("db", "keep_connections")
@pytest.mark.parametrize("charset", ["hex", "idna", "undefined", "punycode", "rot13", "utf-16"])
@pytest.mark.parametrize("methode", ["GET", "POST"])
def test_charset_that_python_cannot_read_is_refused_at_the_door(charset, methode):
    """Through the web server's own door: Django's test client builds its requests otherwise."""
    environ = {
        "REQUEST_METHOD": methode,
        "PATH_INFO": "/aide/",
        "QUERY_STRING": "q=%FF%00&a=b",
        "CONTENT_TYPE": f"application/x-www-form-urlencoded; charset={charset}",
        "HTTP_HOST": "testserver",
    }
    setup_testing_defaults(environ)
    started = []

    body = b"".join(application(environ, lambda status, headers: started.append((status, dict(headers)))))

    [(status, headers)] = started
    assert status.startswith("400")
    assert b"<h1" in body
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_production_is_https_only():
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SHOW],
        cwd=BASE_DIR,
        env={"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "sofi.settings", **PRODUCTION},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr

    seen = json.loads(result.stdout)
    assert seen == {
        "plain": [301, "https://sofi.exemple.fr/aide/"],
        "health": 200,
        "hsts": "max-age=63072000; includeSubDomains; preload",
        "cookies": ["__Host-sofi_session", "__Host-sofi_csrf"],
        "secure": [True, True],
        "hasher": "accounts.hashers.Argon2Borne",
        "age": 60,
    }
