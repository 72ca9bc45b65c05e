"""Limits on what may be tried: sign-ins of an account, requests of an address, codes, keys.

A try is counted before the work it asks for, by one atomic statement: 100 tries at the same moment are
counted one by one, and those above the limit never reach the work.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac

from sofi.models import Limite
from sofi.origine import Origine

# Above the limit nothing is written: an attack costs PostgreSQL a look at one row, and the wait that was
# announced does not grow.
COMPTER = """
INSERT INTO sofi_limite AS limite (cle, nombre, finit_le)
VALUES (%(cle)s, 1, clock_timestamp() + %(duree)s)
ON CONFLICT (cle) DO UPDATE SET
    nombre = CASE WHEN limite.finit_le <= clock_timestamp() THEN 1 ELSE limite.nombre + 1 END,
    finit_le = CASE WHEN limite.finit_le <= clock_timestamp() THEN excluded.finit_le ELSE limite.finit_le END
WHERE limite.nombre < %(maximum)s OR limite.finit_le <= clock_timestamp()
RETURNING nombre, finit_le
"""


@dataclass(frozen=True)
class Compte:
    """Where a count stands after a try that went on."""

    nombre: int
    finit_le: datetime


def essayer(objet: str, valeur: str, maximum: int, duree: timedelta) -> bool:
    """Count one try, and say whether it may go on; see `compter`."""
    return compter(objet, valeur, maximum, duree) is not None


def compter(objet: str, valeur: str, maximum: int, duree: timedelta) -> Compte | None:
    """Count one try, and say where the count stands; ``None`` when it may not go on.

    `objet` names what is limited (« connexion:compte », 35 characters at most), `valeur` whose it is
    (an address, a key…; only a keyed hash of it is stored). At most `maximum` tries go on in a
    period of `duree`, which begins with the first. Call it outside of any transaction: rolled back,
    a try would not count.
    """
    with connection.cursor() as cursor:
        cursor.execute(COMPTER, {"cle": cle_of(objet, valeur), "duree": duree, "maximum": maximum})
        row = cursor.fetchone()
    return Compte(*row) if row else None


def attente(objet: str, valeur: str) -> timedelta:
    """How long until the period under way ends, for whoever `essayer` refused; zero when there is none."""
    finit_le = Limite.objects.filter(pk=cle_of(objet, valeur)).values_list("finit_le", flat=True).first()
    return max(finit_le - timezone.now(), timedelta()) if finit_le else timedelta()


def oublier(objet: str, valeur: str) -> None:
    """Begin again from zero: the person has shown who they are."""
    Limite.objects.filter(pk=cle_of(objet, valeur)).delete()


def cle_of(objet: str, valeur: str) -> str:
    """Return the key under which the tries are counted: it tells nobody whose they are."""
    return f"{objet}:{salted_hmac('accounts.limites', f'{objet}:{valeur}', algorithm='sha256').hexdigest()}"


def reseau_of(origine: Origine) -> str:
    """Return what an attacker cannot change cheaply: an IPv4 address, or the /64 network of an IPv6 one."""
    if origine.ip is None:
        return "inconnu"
    ip = ip_address(origine.ip)
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped:
            return str(ip.ipv4_mapped)
        return f"{IPv6Address(int(ip) >> 64 << 64)}/64"
    return str(ip)
