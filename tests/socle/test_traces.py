"""What gunicorn and Django write of requests: the lines that whoever keeps the site reads."""

import os
import re
import subprocess
import sys
import threading
import urllib.error
import urllib.request

import pytest

from sofi.configuration import BASE_DIR

SECRET = "d0abcd-0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def traces(tmp_path_factory) -> list[str]:
    """What gunicorn writes while the database is away, asked for three addresses through a proxy."""
    serveur = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--workers=1", "--bind=127.0.0.1:0", "sofi.wsgi"],
        cwd=BASE_DIR,
        env={
            "PATH": os.environ["PATH"],
            "SOFI_PROXIES": "1",
            "DATABASE_URL": "postgresql://personne@127.0.0.1:1/rien",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    trop_tard = threading.Timer(120, serveur.kill)
    trop_tard.start()
    with serveur:
        adresse = next(
            re.search(r"http://127\.0\.0\.1:\d+", ligne) for ligne in serveur.stdout if "http" in ligne
        )
        for chemin in (f"/mot-de-passe/MQ/{SECRET}/", "/cle-activation/?cle=AZERTY-UIOP", "/offre/"):
            assert ask(adresse[0], chemin) == 503
        assert ask(adresse[0], f"/offre/?q={'%C3%A9' * 1200}") == 503  # a pasted page, and no other refusal
        assert ask(adresse[0], "/offre/%00") == 400
        sans_bornes = {"Content-Type": "multipart/form-data", "Cookie": f"sofi_csrf={'a' * 32}"}
        assert ask(adresse[0], "/connexion/", b"--", **sans_bornes) == 400
        serveur.terminate()
        lignes = serveur.stdout.readlines()
    trop_tard.cancel()
    return lignes


def ask(site: str, chemin: str, corps: bytes | None = None, **autres: str) -> int:
    """The status answered to a visitor who comes through a proxy, from a page that knows their e-mail."""
    entetes = {"X-Forwarded-For": "203.0.113.9", "Referer": f"{site}/connexion/?email=moi@exemple.fr"}
    entetes |= autres
    with pytest.raises(urllib.error.HTTPError) as refus:
        urllib.request.urlopen(urllib.request.Request(site + chemin, corps, entetes))  # noqa: S310 - ours
    refus.value.close()
    return refus.value.code


def test_logs_hold_no_secret_and_nobody_s_words(traces):
    texte = "".join(traces)

    assert SECRET not in texte
    assert "/mot-de-passe/MQ/***/" in texte
    assert "AZERTY" not in texte
    assert "moi@exemple.fr" not in texte


def test_the_log_of_requests_tells_who_asked_what_and_how_long_it_took(traces):
    ligne = next(ligne for ligne in traces if '"GET /offre/ HTTP/1.1" 503' in ligne)

    assert re.fullmatch(r'203\.0\.113\.9 - - \[\S+ \S+\] "GET \S+ \S+" 503 \d+ "-" ".+" \d+\n', ligne)


def test_a_database_away_takes_one_line_of_the_log_for_a_request(traces):
    chemins = re.findall("ERROR .*Unavailable: (.*) – connection failed", "".join(traces))

    assert chemins == [
        "/mot-de-passe/MQ/***/",
        "/cle-activation/",
        "/offre/",
        "/offre/",
    ]


def test_nothing_there_takes_a_traceback(traces):
    assert "Traceback" not in "".join(traces)
