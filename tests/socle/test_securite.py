"""What browsers are told on every response, and what production adds."""

import json
import os
import subprocess
import sys

import pytest

from sofi.configuration import BASE_DIR
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


def test_every_response_tells_browsers_to_trust_nothing_else(client):
    headers = client.get("/sante/").headers

    directives = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert directives == {
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
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "geolocation=()" in headers["Permissions-Policy"]


@pytest.mark.django_db
def test_an_unknown_address_says_no_more_to_a_stranger_than_a_known_one(client):
    response = client.get("/nulle-part/")

    assert response.status_code == 404
    assert response["Content-Security-Policy"]


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
