"""How each kind of setting is read: the text of a variable of the environment, to a value.

Each takes the text and gives the value, or raises `EnvError` with the end of a French sentence whose subject
is the variable. A secret is never repeated there.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from environs import EnvError

from sofi.typographie import NBSP


def text(value: str) -> str:
    """One line of text, without the spaces around it."""
    if not value.strip():
        raise EnvError("ne doit pas être vide")
    if "\n" in value or "\r" in value:
        raise EnvError("doit tenir sur une ligne")
    return value.strip()


def choice(value: str, choices: tuple[str, ...]) -> str:
    """One of `choices`."""
    if value not in choices:
        raise EnvError(
            f"doit être l’une des valeurs {', '.join(choices)} (reçu{NBSP}: «{NBSP}{value}{NBSP}»)"
        )
    return value


def flag(value: str) -> bool:
    """Yes or no."""
    if value.lower() in ("1", "true", "oui"):
        return True
    if value.lower() in ("", "0", "false", "non"):
        return False
    raise EnvError(f"doit valoir oui ou non (reçu{NBSP}: «{NBSP}{value}{NBSP}»)")


def port(value: str) -> int:
    """A number of a port."""
    if not value.isdecimal() or not 1 <= int(value) <= 65535:
        raise EnvError(f"doit être un numéro de port entre 1 et 65535 (reçu{NBSP}: «{NBSP}{value}{NBSP}»)")
    return int(value)


def small_number(value: str) -> int:
    """A figure."""
    if not re.fullmatch("[0-9]", value):
        raise EnvError(f"doit être un nombre de 0 à 9 (reçu{NBSP}: «{NBSP}{value}{NBSP}»)")
    return int(value)


def percentage(value: str) -> int:
    """A percentage, from 1 to 100."""
    if not re.fullmatch("[0-9]{1,3}", value) or not 1 <= int(value) <= 100:
        raise EnvError(f"doit être un pourcentage, de 1 à 100 (reçu{NBSP}: «{NBSP}{value}{NBSP}»)")
    return int(value)


def items(value: str) -> list[str]:
    """What commas separate, without what is empty."""
    return [item.strip() for item in value.split(",") if item.strip()]


def hosts(value: str) -> list[str]:
    """Names of hosts, between commas; one that begins with a dot holds for what is below it."""
    hosts = items(value)
    for host in hosts:
        if not re.fullmatch(r"\.?[a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:]+\]", host.lower()):
            raise EnvError(
                f"doit être une liste de noms d’hôtes séparés par des virgules, sans protocole, ni port, "
                f"ni étoile (reçu{NBSP}: «{NBSP}{host}{NBSP}»)"
            )
    return hosts


def departements(value: str) -> tuple[str, ...]:
    """Codes of départements, between commas; one at least."""
    codes = items(value)
    if not codes:
        raise EnvError("doit nommer au moins un département")
    for code in codes:
        if not re.fullmatch(r"\d\d|2[AB]|97\d", code):
            raise EnvError(
                f"doit être une suite de départements, comme 44,49,2A (reçu{NBSP}: «{NBSP}{code}{NBSP}»)"
            )
    return tuple(codes)


def code_region(value: str) -> str:
    """The INSEE code of a region."""
    if not re.fullmatch(r"\d\d", value):
        raise EnvError(
            f"doit être le code INSEE d’une région, deux chiffres (reçu{NBSP}: «{NBSP}{value}{NBSP}»)"
        )
    return value


def code_lheo(value: str) -> str:
    """What the numbers of the LHÉO feeds begin with."""
    if not re.fullmatch(r"[A-Za-z0-9]{1,10}", value):
        raise EnvError(f"doit compter de 1 à 10 lettres ou chiffres (reçu{NBSP}: «{NBSP}{value}{NBSP}»)")
    return value


def courriel(value: str) -> str:
    """An address to write to."""
    if not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+", value):
        raise EnvError(f"doit être une adresse électronique (reçu{NBSP}: «{NBSP}{value}{NBSP}»)")
    return value


def telephone(value: str) -> str:
    """A telephone number, that no line breaks."""
    if not re.fullmatch(r"\+?\d[\d .]{7,18}", value):
        raise EnvError(f"doit être un numéro de téléphone (reçu{NBSP}: «{NBSP}{value}{NBSP}»)")
    return value.replace(" ", NBSP)


def database_url(value: str) -> str:
    """Accept `postgresql://user:password@host:port/name`; never repeat it, it holds a password."""
    if not value:
        return value
    try:
        parts = urlsplit(value)
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        port_is_right = False
    if not port_is_right or parts.scheme not in ("postgres", "postgresql") or len(parts.path) < 2:
        raise EnvError(
            f"doit être l’adresse d’une base PostgreSQL{NBSP}: postgresql://utilisateur:secret@hôte:port/base"
        )
    return value


def fernet_keys(value: str) -> tuple[str, ...]:
    """Accept Fernet keys (32 bytes in URL-safe base64), separated by commas; never repeat one."""
    keys = tuple(items(value))
    for rank, key in enumerate(keys, 1):
        if not re.fullmatch(r"[A-Za-z0-9_-]{43}=", key):
            raise EnvError(
                "doit être une liste de clés Fernet séparées par des virgules "
                f"(la clé n°{NBSP}{rank} n’en est pas une)"
            )
    return keys


def site_url(value: str) -> str:
    """The address of the site, without the slash of its end; empty when it is not told."""
    if value and not re.fullmatch(
        r"https?://([a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(:\d{1,5})?/?", value.lower()
    ):
        raise EnvError(
            f"doit être l’adresse du site, comme https://sofi.exemple.fr (reçu{NBSP}: «{NBSP}{value}{NBSP}»)"
        )
    return value.lower().removesuffix("/")


def service_url(value: str) -> str:
    """The address of a service that is called; empty when there is none."""
    if value and not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", value):
        raise EnvError(
            "doit être une adresse web sans identifiant ni paramètre, "
            f"comme https://registre.exemple.fr/search (reçu{NBSP}: «{NBSP}{value}{NBSP}»)"
        )
    return value


#: By the name under which `environs` calls them.
LECTURES: dict[str, Callable[..., Any]] = {
    lire.__name__: lire
    for lire in (
        text,
        choice,
        flag,
        port,
        small_number,
        percentage,
        hosts,
        departements,
        code_region,
        code_lheo,
        courriel,
        telephone,
        database_url,
        fernet_keys,
        site_url,
        service_url,
    )
}
