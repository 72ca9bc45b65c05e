"""A wrong environment is refused at start, with one clear sentence per fault; a right one is typed."""

# ruff: noqa: E501 - a table of cases reads better one per line

import dataclasses
import os
import subprocess
import sys

import pytest
from cryptography.fernet import Fernet

from sofi import configuration
from sofi.configuration import BASE_DIR, ConfigurationError

NBSP = "\N{NO-BREAK SPACE}"
STRONG_KEY = "k3yB0rd-of-fifty-characters-or-more-zyxwvutsrqponmlkj"
FERNET_KEY = "b25seS1mb3ItdGhpcy1jaGVjay0wMTIzNDU2Nzg5YWI="
PRODUCTION = {
    "SOFI_MODE": "production",
    "SOFI_SECRET_KEY": STRONG_KEY,
    "SOFI_ENCRYPTION_KEYS": FERNET_KEY,
    "SOFI_URL": "https://sofi.exemple.fr",
    "SOFI_ALLOWED_HOSTS": "sofi.exemple.fr",
    "DATABASE_URL": "postgresql://sofi:s3cret@db.exemple.fr/sofi",
    "SOFI_EMAIL_HOST": "smtp.exemple.fr",
    "SOFI_EMAIL_FROM": "sofi@exemple.fr",
}


def read(monkeypatch, variables):
    """Read the configuration of an environment which holds these variables of ours and no other."""
    for name in list(os.environ):
        if name.startswith("SOFI_") or name == "DATABASE_URL":
            monkeypatch.delenv(name)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return configuration.read()


@pytest.mark.parametrize(
    ("variables", "fault"),
    [
        ({"SOFI_MODE": "prod"}, f"SOFI_MODE doit être l’une des valeurs demo, production (reçu{NBSP}: «{NBSP}prod{NBSP}»)."),
        ({"SOFI_FLUX_SEUIL": "0"}, f"SOFI_FLUX_SEUIL doit être un pourcentage, de 1 à 100 (reçu{NBSP}: «{NBSP}0{NBSP}»)."),
        ({"SOFI_SECOND_FACTEUR": "aucun"}, f"SOFI_SECOND_FACTEUR doit être l’une des valeurs personnel, tous (reçu{NBSP}: «{NBSP}aucun{NBSP}»)."),
        ({"SOFI_DEBUG": "peut-être"}, f"SOFI_DEBUG doit valoir oui ou non (reçu{NBSP}: «{NBSP}peut-être{NBSP}»)."),
        ({"SOFI_SECRET_KEY": ""}, "SOFI_SECRET_KEY ne doit pas être vide."),
        ({"SOFI_ALLOWED_HOSTS": "https://sofi.fr"}, "SOFI_ALLOWED_HOSTS doit être une liste de noms d’hôtes"),
        ({"SOFI_PROXIES": "un"}, "SOFI_PROXIES doit être un nombre de 0 à 9"),
        ({"SOFI_ALLOWED_HOSTS": "*"}, "SOFI_ALLOWED_HOSTS doit être une liste de noms d’hôtes"),
        ({"SOFI_ALLOWED_HOSTS": "sofi.fr:8000"}, "SOFI_ALLOWED_HOSTS doit être une liste de noms d’hôtes"),
        ({"DATABASE_URL": "sqlite:///base.sqlite3"}, "DATABASE_URL doit être l’adresse d’une base PostgreSQL"),
        ({"DATABASE_URL": "postgresql://u:p@hote:port/base"}, "DATABASE_URL doit être l’adresse d’une base PostgreSQL"),
        ({"DATABASE_URL": "postgresql://hote"}, "DATABASE_URL doit être l’adresse d’une base PostgreSQL"),
        ({"SOFI_EMAIL_PORT": "smtp"}, f"SOFI_EMAIL_PORT doit être un numéro de port entre 1 et 65535 (reçu{NBSP}: «{NBSP}smtp{NBSP}»)."),
        ({"SOFI_EMAIL_PORT": "70000"}, "SOFI_EMAIL_PORT doit être un numéro de port"),
        ({"SOFI_EMAIL_SECURITY": "ssl"}, "SOFI_EMAIL_SECURITY doit être l’une des valeurs starttls, tls, aucune"),
        ({"SOFI_EMAIL_FROM": "sofi"}, "SOFI_EMAIL_FROM doit être une adresse électronique"),
        ({"SOFI_CARIF_NOM": "  "}, "SOFI_CARIF_NOM ne doit pas être vide."),
        ({"SOFI_CARIF_ADRESSE": "2 rue de la Loire\nNantes"}, "SOFI_CARIF_ADRESSE doit tenir sur une ligne."),
        ({"SOFI_CARIF_CODE_REGION": "Bretagne"}, "SOFI_CARIF_CODE_REGION doit être le code INSEE d’une région"),
        ({"SOFI_CARIF_DEPARTEMENTS": "22;29"}, "SOFI_CARIF_DEPARTEMENTS doit être une suite de départements"),
        ({"SOFI_CARIF_DEPARTEMENTS": ""}, "SOFI_CARIF_DEPARTEMENTS doit nommer au moins un département."),
        ({"SOFI_CARIF_TELEPHONE": "standard"}, "SOFI_CARIF_TELEPHONE doit être un numéro de téléphone"),
        ({"SOFI_CARIF_COURRIEL": "offre@carif@oref"}, "SOFI_CARIF_COURRIEL doit être une adresse électronique"),
        ({"SOFI_CARIF_CODE_LHEO": "52_"}, "SOFI_CARIF_CODE_LHEO doit compter de 1 à 10 lettres ou chiffres"),
        ({"SOFI_REFERENCE": ""}, "SOFI_REFERENCE ne doit pas être vide."),
        ({"SOFI_ENCRYPTION_KEYS": f"{FERNET_KEY},courte"}, f"SOFI_ENCRYPTION_KEYS doit être une liste de clés Fernet séparées par des virgules (la clé n°{NBSP}2"),
        ({"SOFI_URL": "sofi.exemple.fr"}, f"SOFI_URL doit être l’adresse du site, comme https://sofi.exemple.fr (reçu{NBSP}: «{NBSP}sofi.exemple.fr{NBSP}»)."),
        ({"SOFI_URL": "https://sofi.exemple.fr/accueil"}, "SOFI_URL doit être l’adresse du site"),
        (PRODUCTION | {"SOFI_URL": ""}, "SOFI_URL est obligatoire en production"),
        ({"SOFI_CARIF_NON": "Gref"}, f"SOFI_CARIF_NON n’est pas un réglage de SOFI{NBSP}: vérifiez son nom."),
        (PRODUCTION | {"SOFI_SECRET_KEY": configuration.DEMO_SECRET_KEY}, "SOFI_SECRET_KEY ne peut pas être en production la clé publique"),
        (PRODUCTION | {"SOFI_SECRET_KEY": "trop-court"}, "SOFI_SECRET_KEY est trop faible"),
        (PRODUCTION | {"SOFI_SECRET_KEY": "a" * 60}, "SOFI_SECRET_KEY est trop faible"),
        (PRODUCTION | {"SOFI_SECRET_KEY": "django-insecure-" + STRONG_KEY}, "SOFI_SECRET_KEY est trop faible"),
        (PRODUCTION | {"SOFI_ENCRYPTION_KEYS": ""}, "SOFI_ENCRYPTION_KEYS est obligatoire en production"),
        (PRODUCTION | {"SOFI_URL": "http://sofi.exemple.fr"}, "SOFI_URL doit commencer par https:// en production."),
        (PRODUCTION | {"SOFI_DEBUG": "oui"}, "SOFI_DEBUG doit valoir non en production."),
        (PRODUCTION | {"SOFI_ALLOWED_HOSTS": ""}, "SOFI_ALLOWED_HOSTS est obligatoire en production"),
        (PRODUCTION | {"SOFI_ALLOWED_HOSTS": "exemple.fr,10.0.0.1"}, f"SOFI_ALLOWED_HOSTS doit contenir l’hôte de SOFI_URL{NBSP}: les liens des courriels y mènent."),
        (PRODUCTION | {"DATABASE_URL": ""}, "DATABASE_URL est obligatoire en production."),
        (PRODUCTION | {"SOFI_EMAIL_HOST": ""}, "SOFI_EMAIL_HOST est obligatoire en production"),
    ],
)  # fmt: skip
def test_a_wrong_variable_gives_one_sentence_which_names_it(monkeypatch, variables, fault):
    with pytest.raises(ConfigurationError) as refusal:
        read(monkeypatch, variables)

    assert len(refusal.value.faults) == 1
    assert refusal.value.faults[0].startswith(fault)


def test_every_fault_is_told_at_once(monkeypatch):
    with pytest.raises(ConfigurationError) as refusal:
        read(monkeypatch, {"SOFI_MODE": "production"})

    assert [fault.split()[0] for fault in refusal.value.faults] == [
        "SOFI_SECRET_KEY",
        "SOFI_ENCRYPTION_KEYS",
        "SOFI_URL",
        "SOFI_ALLOWED_HOSTS",
        "DATABASE_URL",
        "SOFI_EMAIL_HOST",
        "SOFI_EMAIL_FROM",
    ]


def test_a_refused_encryption_key_is_not_shown(monkeypatch):
    with pytest.raises(ConfigurationError, match="SOFI_ENCRYPTION_KEYS") as refusal:
        read(monkeypatch, {"SOFI_ENCRYPTION_KEYS": "s3cret"})

    assert "s3cret" not in str(refusal.value)


def test_a_refused_database_address_does_not_show_its_password(monkeypatch):
    with pytest.raises(ConfigurationError, match="DATABASE_URL") as refusal:
        read(monkeypatch, {"DATABASE_URL": "mysql://sofi:s3cret@hote/base"})

    assert "s3cret" not in str(refusal.value)


def test_nothing_set_is_the_demo_of_the_pays_de_la_loire(monkeypatch):
    config = read(monkeypatch, {})

    assert (config.mode, config.debug, config.database_url, config.email.host) == ("demo", False, "", "")
    assert config.allowed_hosts == ["localhost", "127.0.0.1", "[::1]"]
    assert config.url == "http://127.0.0.1:8000"
    assert [Fernet(key).decrypt(Fernet(key).encrypt(b"x")) for key in config.encryption_keys] == [b"x"]
    assert config.reference == (BASE_DIR.parent / "shared" / "reference").resolve()
    assert config.carif.departements == ("44", "49", "53", "72", "85")
    assert (config.carif.region, config.carif.code_region) == ("Pays de la Loire", "52")
    assert (config.carif.telephone, config.carif.courriel) == (
        "02\u00a040\u00a020\u00a040\u00a020",
        "offre@cariforef-pdl.org",
    )


def test_production_is_typed(monkeypatch):
    config = read(monkeypatch, PRODUCTION | {"SOFI_EMAIL_PORT": "465", "SOFI_EMAIL_SECURITY": "tls"})

    assert config.is_production
    assert config.allowed_hosts == ["sofi.exemple.fr"]
    assert (config.url, config.encryption_keys) == ("https://sofi.exemple.fr", (FERNET_KEY,))
    assert (config.email.port, config.email.security, config.email.sender) == (465, "tls", "sofi@exemple.fr")


def test_another_region_runs_the_same_code(monkeypatch):
    carif = read(
        monkeypatch,
        {
            "SOFI_CARIF_NOM": "GREF Bretagne",
            "SOFI_CARIF_CODE_REGION": "53",
            "SOFI_CARIF_DEPARTEMENTS": "22, 29,35 ,56",
            "SOFI_CARIF_TELEPHONE": "+33 2 99 54 79 00",
        },
    ).carif

    assert (carif.nom, carif.code_region) == ("GREF Bretagne", "53")
    assert carif.departements == ("22", "29", "35", "56")
    with pytest.raises(dataclasses.FrozenInstanceError):
        carif.nom = "autre"


@pytest.mark.parametrize(
    "command",
    [
        ["manage.py", "check"],
        ["-c", "import sofi.wsgi"],
        ["-m", "gunicorn", "--check-config", "sofi.wsgi"],
        ["-m", "gunicorn", "--bind", "127.0.0.1:0", "sofi.wsgi"],
    ],
    ids=["manage.py", "wsgi", "gunicorn-check", "gunicorn"],
)
def test_every_door_refuses_without_a_traceback(command):
    result = subprocess.run(
        [sys.executable, *command],
        cwd=BASE_DIR,
        env={"PATH": os.environ["PATH"], "SOFI_MODE": "production"},
        capture_output=True,
        text=True,
        timeout=30,
    )

    assert result.returncode == 2
    assert (
        f"SOFI ne peut pas démarrer{NBSP}:\n  SOFI_SECRET_KEY est obligatoire en production.\n"
        in result.stderr
    )
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("https://sofi.exemple.fr:8443", "10.0.0.1,sofi.exemple.fr"),
        ("https://sofi.exemple.fr", ".exemple.fr"),
        ("https://[::1]", "[::1]"),
        ("https://SOFI.exemple.fr", "Sofi.Exemple.fr"),
    ],
)
def test_the_host_of_the_site_is_found_among_those_it_answers_to(monkeypatch, url, hosts):
    assert read(monkeypatch, PRODUCTION | {"SOFI_URL": url, "SOFI_ALLOWED_HOSTS": hosts}).is_production
