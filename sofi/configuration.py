"""What the environment asks for: read once at start, typed, and checked as a whole.

Every variable is described in README.md § Settings. A wrong or missing one never gives a traceback:
`read_or_exit` prints one French sentence per fault and ends the process.
"""

import base64
import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.http.request import split_domain_port, validate_host
from environs import Env, EnvValidationError

from sofi.typographie import NBSP
from sofi.valeurs import LECTURES, text

BASE_DIR = Path(__file__).resolve().parent.parent
DEMO = "demo"
PRODUCTION = "production"
DEMO_SECRET_KEY = "demonstration-seulement-cette-cle-est-publique-et-ne-protege-rien"  # noqa: S105 - public
SECRET_KEY_LENGTH = 50
DEMO_URL = "http://127.0.0.1:8000"
DEMO_SENDER = "sofi@localhost.localdomain"


class ConfigurationError(Exception):
    """The environment cannot be used; `faults` says why, one French sentence each."""

    def __init__(self, faults: list[str]):
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Carif:
    """Who runs this SOFI: a Carif-Oref, its region, and how to reach it."""

    nom: str
    nom_court: str
    region: str
    code_region: str
    """INSEE code of the region, two characters."""
    departements: tuple[str, ...]
    """INSEE codes of the region's départements."""
    adresse: str
    telephone: str
    horaires: str
    courriel: str
    code_lheo: str
    """Prefix of the public numbers of the offer: `<code>_<number>` (LHÉO `numero`)."""
    site_regional: str


@dataclass(frozen=True)
class Editeur:
    """What the law wants said of who publishes the site (`sofi.legal`)."""

    directeur: str
    """Who answers for what is published."""
    hebergeur: str
    """Name, address and telephone of who hosts it."""
    dpo: str
    """E-mail address for personal data; the Carif-Oref's own without one."""
    conformite: str
    """To the RGAA: `non`, `partielle` or `totale`."""
    audit: str
    """When, by whom and with which result it was audited."""

    @property
    def phrase(self) -> str:
        """`conformite` in the words of the law."""
        return {"non": "non conforme", "partielle": "partiellement conforme"}.get(
            self.conformite, "totalement conforme"
        )


@dataclass(frozen=True)
class Email:
    """How mail leaves; without `host`, it is written in files of `var/mail`."""

    host: str
    port: int
    user: str
    password: str
    security: str
    """`starttls`, `tls` or `aucune`."""
    sender: str


@dataclass(frozen=True)
class Configuration:
    """Everything the environment decides."""

    mode: str
    secret_key: str
    encryption_keys: tuple[str, ...]
    """Fernet keys: the first one encrypts, all of them decrypt."""
    url: str
    """Public address of the site, without a final slash: what the links of the mails begin with."""
    second_facteur: str
    """Whom the second factor is compulsory for: `personnel` (the Carif-Oref's staff) or `tous`."""
    debug: bool
    allowed_hosts: list[str]
    database_url: str
    """Empty: the embedded PostgreSQL."""
    email: Email
    proxies: int
    """How many proxies of ours stand in front, each adding one address to X-Forwarded-For."""
    registre_url: str
    """Empty: no register of companies is asked."""
    reference: Path
    #: Where the partners’ feeds are written.
    flux: Path
    flux_seuil: int
    """Percentage of sessions lost or changed at once beyond which a feed is held."""
    carif: Carif
    editeur: Editeur

    @property
    def is_production(self) -> bool:
        return self.mode == PRODUCTION


def _folder(value: str) -> Path:
    return (BASE_DIR / text(value)).resolve()


def _make_env() -> Env:
    env = Env(eager=False)
    for name, parser in {**LECTURES, "folder": _folder}.items():
        env.add_parser(name, parser)
    return env


def _read_carif(env: Env) -> Carif:
    """Read the Carif-Oref's identity; the defaults are those of the 2017 manual, Pays de la Loire."""
    with env.prefixed("SOFI_CARIF_"):
        return Carif(
            nom=env.text("NOM", "Carif-Oref des Pays de la Loire"),
            nom_court=env.text("NOM_COURT", "Carif-Oref"),
            region=env.text("REGION", "Pays de la Loire"),
            code_region=env.code_region("CODE_REGION", "52"),
            departements=env.departements("DEPARTEMENTS", "44,49,53,72,85"),
            adresse=env.text("ADRESSE", "2 rue de la Loire - 44200 Nantes"),
            telephone=env.telephone("TELEPHONE", "02 40 20 40 20"),
            horaires=env.text(
                "HORAIRES",
                f"du lundi au vendredi, de 9{NBSP}h{NBSP}30 à 12{NBSP}h et de 14{NBSP}h à 16{NBSP}h{NBSP}30",
            ),
            courriel=env.courriel("COURRIEL", "offre@cariforef-pdl.org"),
            code_lheo=env.code_lheo("CODE_LHEO", "52"),
            site_regional=env.text("SITE_REGIONAL", "Orientation Pays de la Loire"),
        )


def _read_editeur(env: Env, courriel: str) -> Editeur:
    with env.prefixed("SOFI_EDITEUR_"):
        return Editeur(
            directeur=env.str("DIRECTEUR", ""),
            hebergeur=env.str("HEBERGEUR", ""),
            dpo=env.courriel("DPO", courriel),
            conformite=env.choice("CONFORMITE", "non", choices=("non", "partielle", "totale")),
            audit=env.str("AUDIT", ""),
        )


def _read_email(env: Env) -> Email:
    with env.prefixed("SOFI_EMAIL_"):
        return Email(
            host=env.str("HOST", ""),
            port=env.port("PORT", "587"),
            user=env.str("USER", ""),
            password=env.str("PASSWORD", ""),
            security=env.choice("SECURITY", "starttls", choices=("starttls", "tls", "aucune")),
            sender=env.courriel("FROM", DEMO_SENDER),
        )


def _production_faults(config: Configuration) -> list[str]:
    """Say what production may not do without: a secret, hosts, a database, a way to send mail."""
    key, email = config.secret_key, config.email
    is_weak = len(key) < SECRET_KEY_LENGTH or len(set(key)) < 5 or key.startswith("django-insecure-")
    rules = {
        "SOFI_SECRET_KEY est obligatoire en production.": not key,
        "SOFI_SECRET_KEY ne peut pas être en production la clé publique de la démonstration.": (
            key == DEMO_SECRET_KEY
        ),
        f"SOFI_SECRET_KEY est trop faible{NBSP}: il faut {SECRET_KEY_LENGTH} caractères au hasard.": (
            key and key != DEMO_SECRET_KEY and is_weak
        ),
        f"SOFI_ENCRYPTION_KEYS est obligatoire en production{NBSP}: la clé qui chiffre les secrets.": (
            not config.encryption_keys
        ),
        f"SOFI_URL est obligatoire en production{NBSP}: l’adresse du site, pour les liens des courriels.": (
            not config.url
        ),
        "SOFI_URL doit commencer par https:// en production.": config.url.startswith("http:"),
        f"SOFI_ALLOWED_HOSTS doit contenir l’hôte de SOFI_URL{NBSP}: les liens des courriels y mènent.": (
            config.url and config.allowed_hosts and not _is_served(config.url, config.allowed_hosts)
        ),
        "SOFI_DEBUG doit valoir non en production.": config.debug,
        f"SOFI_ALLOWED_HOSTS est obligatoire en production{NBSP}: les noms d’hôtes du site.": (
            not config.allowed_hosts
        ),
        "DATABASE_URL est obligatoire en production.": not config.database_url,
        f"SOFI_EMAIL_HOST est obligatoire en production{NBSP}: le serveur qui envoie les courriels.": (
            not email.host
        ),
        f"SOFI_EMAIL_FROM est obligatoire en production{NBSP}: l’expéditeur des courriels.": (
            email.sender == DEMO_SENDER
        ),
    }
    return [fault for fault, is_broken in rules.items() if is_broken]


def _is_served(url: str, hosts: list[str]) -> bool:
    """Whether the site answers at the host of `url`."""
    return validate_host(split_domain_port(urlsplit(url).netloc)[0], [host.lower() for host in hosts])


def _derived_key(secret: str | None) -> str:
    """The demo's encryption key: as public as its secret."""
    return base64.urlsafe_b64encode(hashlib.sha256(f"chiffrement:{secret}".encode()).digest()).decode()


def _wrong_values(env: Env) -> dict[str, list[str]]:
    """Return what the parsers refused: {variable: messages}."""
    try:
        env.seal()
    except EnvValidationError as error:
        return error.error_messages
    return {}


def _unknown_faults(known: set[str]) -> list[str]:
    """Refuse a misspelt variable: silently ignored, it would be a setting somebody believes in."""
    unknown = sorted(name for name in os.environ if name.startswith("SOFI_") and name not in known)
    return [f"{name} n’est pas un réglage de SOFI{NBSP}: vérifiez son nom." for name in unknown]


def read() -> Configuration:
    """Read the process's environment.

    Raises ConfigurationError with every fault, not only the first.
    """
    env = _make_env()
    mode = env.choice("SOFI_MODE", DEMO, choices=(DEMO, PRODUCTION))
    in_production = mode == PRODUCTION
    secret_key = (
        env.str("SOFI_SECRET_KEY", "") if in_production else env.text("SOFI_SECRET_KEY", DEMO_SECRET_KEY)
    )
    carif = _read_carif(env)
    config = Configuration(
        mode=mode,
        secret_key=secret_key,
        encryption_keys=env.fernet_keys("SOFI_ENCRYPTION_KEYS", "")
        or (() if in_production else (_derived_key(secret_key),)),
        url=env.site_url("SOFI_URL", "") or ("" if in_production else DEMO_URL),
        second_facteur=env.choice("SOFI_SECOND_FACTEUR", "personnel", choices=("personnel", "tous")),
        debug=env.flag("SOFI_DEBUG", ""),
        allowed_hosts=env.hosts("SOFI_ALLOWED_HOSTS", "" if in_production else "localhost,127.0.0.1,[::1]"),
        database_url=env.database_url("DATABASE_URL", ""),
        email=_read_email(env),
        proxies=env.small_number("SOFI_PROXIES", "0"),
        registre_url=env.service_url("SOFI_REGISTRE_URL", ""),
        reference=env.folder("SOFI_REFERENCE", "../shared/reference"),
        flux=env.folder("SOFI_FLUX", "var/flux"),
        flux_seuil=env.percentage("SOFI_FLUX_SEUIL", "10"),
        carif=carif,
        editeur=_read_editeur(env, carif.courriel or DEMO_SENDER),
    )
    wrong = _wrong_values(env)
    faults = [f"{name} {message}." for name, messages in wrong.items() for message in messages]
    faults += _unknown_faults(env.dump().keys() | wrong.keys())
    if in_production and not wrong:
        faults += _production_faults(config)
    if faults:
        raise ConfigurationError(faults)
    return config


def read_or_exit() -> Configuration:
    """Read the environment, or say on stderr what is wrong with it and end the process with code 2."""
    try:
        return read()
    except ConfigurationError as error:
        print(f"SOFI ne peut pas démarrer{NBSP}:", *error.faults, sep="\n  ", file=sys.stderr)
        raise SystemExit(2) from None
