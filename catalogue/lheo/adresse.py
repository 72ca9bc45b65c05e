"""Places and organismes in LHÉO: addresses, telephones, e-mails, identifiers.

They come back with each of their sessions: what is written of them is kept
for a while. In a feed, those of one action follow each other: a few hundred are enough.
"""

from functools import lru_cache
from textwrap import wrap
from typing import NamedTuple

from django.conf import settings

from catalogue.lheo.ecriture import attributes, element, value
from catalogue.lheo.limites import maximum
from catalogue.lheo.texte import clean
from catalogue.numeros import numero_organisme

LIGNES = 4
_GARDES = 512


class Adresse(NamedTuple):
    """What an address is written from."""

    nom: str
    lignes: tuple[str, ...]
    code_postal: str
    ville: str
    departement: str
    insee: str | None
    region: str


class Joindre(NamedTuple):
    """How to reach somebody."""

    telephone: str
    courriel: str
    site_web: str


def adresse_of(fiche: dict) -> Adresse | None:
    """The address of a place or an organisme; ``None`` when it is not known."""
    if not fiche.get("lignes"):
        return None
    departement, carif = fiche["departement"], settings.CARIF
    return Adresse(
        fiche.get("nom") or "",
        tuple(fiche["lignes"]),
        fiche["code_postal"],
        fiche["ville"],
        departement,
        fiche["insee"],
        carif.code_region if departement in carif.departements else "",
    )


def joindre(fiche: dict, autre: dict | None = None) -> Joindre:
    """The telephone, e-mail and website of `fiche`; those of `autre` (its organisme) for what it lacks."""
    autre = autre or {}
    return Joindre(
        fiche.get("telephone") or autre.get("telephone") or "",
        fiche.get("courriel") or autre.get("courriel") or "",
        fiche.get("site_web") or autre.get("site_web") or "",
    )


def lieu(site: dict) -> str:
    """`lieu-de-formation`: a place with its SIRET and UAI when it has them."""
    return _lieu(site["siret"], site["uai"], adresse_of(site), joindre(site))


@lru_cache(maxsize=_GARDES)
def _lieu(siret: str, uai: str, adresse: Adresse | None, joindre: Joindre) -> str:
    return element(
        "lieu-de-formation",
        {
            "SIRET-lieu-formation": _siret("SIRET-lieu-formation", siret) if siret else "",
            "code-UAI-lieu-formation": _uai("code-UAI-lieu-formation", uai),
            "coordonnees": _coordonnees(adresse, joindre),
        },
    )


@lru_cache(maxsize=_GARDES)
def inscription(adresse: Adresse | None) -> str:
    """`adresse-inscription`: where people enrol."""
    return element("adresse-inscription", {"adresse": _adresse(adresse)})


@lru_cache(maxsize=_GARDES)
def contact(tag: str, joindre: Joindre) -> str:
    """A contact, in the element `tag`."""
    return element(tag, {"coordonnees": _coordonnees(None, joindre)})


def formateur(organisme: dict, site: dict) -> str:
    """`organisme-formateur`: by the SIRET of its place when it has one."""
    siret = site["siret"] or organisme["siret"]
    nom, moyens = organisme["raison_sociale"], joindre(site, organisme)
    return _formateur(numero_organisme(organisme["id"]), siret, nom, moyens, site["uai"])


@lru_cache(maxsize=_GARDES)
def _formateur(numero: str, siret: str, nom: str, joindre: Joindre, uai: str) -> str:
    return element(
        "organisme-formateur",
        {
            "SIRET-formateur": _siret("SIRET-formateur", siret),
            "raison-sociale-formateur": value("raison-sociale-formateur", nom),
            "contact-formateur": contact("contact-formateur", joindre),
            "code-UAI-formateur": _uai("code-UAI-formateur", uai),
        },
        attributes(numero=numero),
    )


def responsable(organisme: dict) -> str:
    """`organisme-formation-responsable`: the holder of the NDA."""
    return _responsable(
        numero_organisme(organisme["id"]),
        organisme["nda"],
        organisme["siret"],
        organisme["nom_usage"] or organisme["raison_sociale"],
        organisme["raison_sociale"],
        adresse_of(organisme),
        joindre(organisme),
        organisme.get("uai"),
    )


@lru_cache(maxsize=_GARDES)
def _responsable(numero, nda, siret, nom, raison_sociale, adresse, joindre, uai) -> str:
    return element(
        "organisme-formation-responsable",
        {
            "numero-activite": value("numero-activite", nda),
            "SIRET-organisme-formation": _siret("SIRET-organisme-formation", siret),
            "nom-organisme": value("nom-organisme", nom),
            "raison-sociale": value("raison-sociale", raison_sociale),
            "coordonnees-organisme": element(
                "coordonnees-organisme", {"coordonnees": _coordonnees(adresse, joindre)}
            ),
            "contact-organisme": contact("contact-organisme", joindre),
            "code-UAI-organisme-formation": _uai("code-UAI-organisme-formation", uai),
        },
        attributes(numero=numero),
    )


def _siret(tag: str, numero: str) -> str:
    return element(tag, {"SIRET": value("SIRET", numero)})


def _uai(tag: str, code: str | None) -> str:
    return element(tag, {"code-UAI": value("code-UAI", code)}) if code else ""


def _adresse(adresse: Adresse | None) -> str:
    """Lines hold 50 characters: a longer one takes the next."""
    if adresse is None:
        return ""
    nom, lignes, code_postal, ville, departement, insee, region = adresse
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


def _coordonnees(adresse: Adresse | None, joindre: Joindre) -> str:
    telephone, courriel, site_web = joindre
    return element(
        "coordonnees",
        {
            "adresse": _adresse(adresse),
            "telfixe": element("telfixe", {"numtel": value("numtel", telephone)}) if telephone else "",
            "courriel": value("courriel", courriel) if courriel else "",
            "web": element("web", {"urlweb": value("urlweb", site_web)}) if site_web else "",
        },
    )
