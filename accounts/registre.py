"""The public register of companies: what it says of a SIRET. Optional (SOFI_REGISTRE_URL).

The answer read is that of « recherche d’entreprises », the State's public interface: JSON `results`, each
with its `siege` and `matching_etablissements`, where `etat_administratif` is A for a place that is open.
"""

import json
import time
from dataclasses import asdict, dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from socket import SHUT_RDWR
from threading import Timer
from urllib.parse import urlencode, urlsplit

from django.conf import settings

#: Seconds allowed to the whole exchange, and bytes read at most.
DELAI = 3.0
TAILLE = 500_000
LONGUEUR_NOM, LONGUEUR_ADRESSE = 250, 400


class RegistreIndisponible(Exception):
    """No answer, too late, or one that cannot be understood: ask again later."""


@dataclass(frozen=True)
class Reponse:
    """What the register says of a SIRET; `nom` is empty when it does not know it."""

    nom: str = ""
    adresse: str = ""
    est_ouvert: bool = False

    def as_json(self, le: str) -> dict:
        """The value of `DemandeCle.registre`, answered at the ISO date-time `le`."""
        return asdict(self) | {"le": le}


#: A register that answers anything at all must not stop us: each of these is « ask again later ».
FAUTES = (OSError, HTTPException, ValueError, LookupError, TypeError, AttributeError, RecursionError)


def interroger(siret: str) -> Reponse:
    """Ask the register about a SIRET (14 digits), in `DELAI` seconds. Raises `RegistreIndisponible`."""
    try:
        return _read(json.loads(_get(f"{settings.SOFI_REGISTRE_URL}?{urlencode({'q': siret})}")), siret)
    except FAUTES as cause:
        raise RegistreIndisponible(type(cause).__name__) from cause


def _get(url: str) -> bytes:
    """The body at `url`; redirections are not followed."""
    fin = time.monotonic() + DELAI
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=DELAI)
    try:
        connection.connect()
        # The socket's own timeout begins again with each byte: this one does not.
        alarm = Timer(max(fin - time.monotonic(), 0), connection.sock.shutdown, [SHUT_RDWR])
        alarm.daemon = True
        alarm.start()
        try:
            path = f"{parts.path or '/'}?{parts.query}"
            connection.request("GET", path, headers={"Accept": "application/json"})
            response = connection.getresponse()
            body = response.read(TAILLE + 1)
        finally:
            alarm.cancel()
    finally:
        connection.close()
    if response.status != 200 or len(body) > TAILLE or time.monotonic() > fin:
        raise ValueError(response.status)
    return body


def _read(data: dict, siret: str) -> Reponse:
    """Find the place of this SIRET in what the register answered."""
    for entreprise in data["results"]:
        siege = entreprise.get("siege") or {}
        for lieu in [siege, *(entreprise.get("matching_etablissements") or [])]:
            if lieu.get("siret") == siret:
                return Reponse(
                    nom=_text(entreprise["nom_complet"], LONGUEUR_NOM),
                    adresse=_text(lieu.get("adresse") or "", LONGUEUR_ADRESSE),
                    est_ouvert=lieu["etat_administratif"] == "A",
                )
    return Reponse()


def _text(value: str, length: int) -> str:
    """`value` as PostgreSQL and a page may hold it."""
    value = value.replace("\0", " ").encode("utf-8", "replace").decode()
    return " ".join(value.split())[:length]
