"""Addresses, telephones and e-mails in LHÉO's `coordonnees`.

The places of an organisme come back with each of its sessions: what is written of them is kept.
"""

from functools import lru_cache
from textwrap import wrap

from django.conf import settings

from catalogue.lheo.ecriture import element, value
from catalogue.lheo.limites import maximum
from catalogue.lheo.texte import clean

LIGNES = 4
_GARDEES = 2_048


def contact(tag: str, *fiches: dict) -> str:
    """A contact: the first telephone, e-mail and website of `fiches` (a place, then its organisme)."""
    return element(tag, {"coordonnees": _coordonnees("", *_joindre(*fiches))})


def lieu(site: dict) -> str:
    """`lieu-de-formation`: a place with its SIRET and UAI when it has them."""
    return element(
        "lieu-de-formation",
        {
            "SIRET-lieu-formation": siret("SIRET-lieu-formation", site["siret"]) if site["siret"] else "",
            "code-UAI-lieu-formation": uai("code-UAI-lieu-formation", site["uai"]),
            "coordonnees": coordonnees(site),
        },
    )


def siret(tag: str, numero: str) -> str:
    """A SIRET in the element `tag`."""
    return element(tag, {"SIRET": value("SIRET", numero)})


def uai(tag: str, code: str | None) -> str:
    """An UAI code in the element `tag`; '' without one."""
    return element(tag, {"code-UAI": value("code-UAI", code)}) if code else ""


def coordonnees(fiche: dict) -> str:
    """`coordonnees` of a place or an organisme, with its address when it is known."""
    return _coordonnees(adresse(fiche) if fiche.get("lignes") else "", *_joindre(fiche))


def adresse(fiche: dict) -> str:
    """`adresse` of a sheet. Lines hold 50 characters: a longer one takes the next."""
    return _adresse(
        fiche.get("nom") or "",
        tuple(fiche["lignes"]),
        fiche["code_postal"],
        fiche["ville"],
        fiche["departement"],
        fiche["insee"],
        # The Carif-Oref's own: they follow the setting, which tests change.
        settings.CARIF.code_region if fiche["departement"] in settings.CARIF.departements else "",
    )


@lru_cache(maxsize=_GARDEES)
def _adresse(nom, lignes, code_postal, ville, departement, insee, region) -> str:
    coupees = [clean(partie) for ligne in lignes for partie in wrap(clean(ligne), maximum("ligne"))]
    return element(
        "adresse",
        {
            "denomination": value("denomination", nom) if clean(nom) else "",
            "ligne": [value("ligne", ligne) for ligne in list(filter(None, coupees))[:LIGNES]],
            "codepostal": value("codepostal", code_postal),
            "ville": value("ville", ville),
            "departement": value("departement", departement) if departement else "",
            "code-INSEE-commune": value("code-INSEE-commune", insee) if insee else "",
            "region": value("region", region) if region else "",
            "pays": value("pays", "FR"),
        },
    )


def _joindre(*fiches: dict) -> tuple[str, str, str]:
    """The first telephone, e-mail and website of `fiches`."""
    return tuple(
        next((fiche[champ] for fiche in fiches if fiche.get(champ)), "")
        for champ in ("telephone", "courriel", "site_web")
    )


@lru_cache(maxsize=_GARDEES)
def _coordonnees(adresse: str, telephone: str, courriel: str, site_web: str) -> str:
    return element(
        "coordonnees",
        {
            "adresse": adresse,
            "telfixe": element("telfixe", {"numtel": value("numtel", telephone)}) if telephone else "",
            "courriel": value("courriel", courriel) if courriel else "",
            "web": element("web", {"urlweb": value("urlweb", site_web)}) if site_web else "",
        },
    )
