"""Addresses, telephones and e-mails in LHÉO's `coordonnees`."""

from textwrap import wrap
from xml.etree.ElementTree import Element, SubElement

from django.conf import settings

from catalogue.lheo.limites import maximum
from catalogue.lheo.texte import add

LIGNES = 4


def contact(parent: Element, tag: str, *fiches: dict) -> None:
    """A contact: the first telephone, e-mail and website of `fiches` (a place, then its organisme)."""
    element = SubElement(SubElement(parent, tag), "coordonnees")
    _joindre(element, *fiches)


def lieu(parent: Element, site: dict) -> None:
    """`lieu-de-formation`: a place with its SIRET and UAI when it has them."""
    element = SubElement(parent, "lieu-de-formation")
    if site["siret"]:
        add(SubElement(element, "SIRET-lieu-formation"), "SIRET", site["siret"])
    if site["uai"]:
        add(SubElement(element, "code-UAI-lieu-formation"), "code-UAI", site["uai"])
    coordonnees(element, site)


def coordonnees(parent: Element, fiche: dict) -> None:
    """`coordonnees` of a place or an organisme, with its address when it is known."""
    element = SubElement(parent, "coordonnees")
    if fiche.get("lignes"):
        adresse(element, fiche)
    _joindre(element, fiche)


def adresse(parent: Element, fiche: dict) -> None:
    """`adresse` of a sheet that has one. Lines hold 50 characters: a longer one takes the next."""
    element = SubElement(parent, "adresse")
    if fiche.get("nom"):
        add(element, "denomination", fiche["nom"])
    lignes = [part for ligne in fiche["lignes"] for part in wrap(ligne, maximum("ligne"))]
    for ligne in lignes[:LIGNES]:
        add(element, "ligne", ligne)
    add(element, "codepostal", fiche["code_postal"])
    add(element, "ville", fiche["ville"])
    if fiche["departement"]:
        add(element, "departement", fiche["departement"])
    if fiche["insee"]:
        add(element, "code-INSEE-commune", fiche["insee"])
    if fiche["departement"] in settings.CARIF.departements:
        add(element, "region", settings.CARIF.code_region)
    add(element, "pays", "FR")


def _joindre(element: Element, *fiches: dict) -> None:
    def first(champ: str) -> str:
        return next((fiche[champ] for fiche in fiches if fiche.get(champ)), "")

    if telephone := first("telephone"):
        add(SubElement(element, "telfixe"), "numtel", telephone)
    if courriel := first("courriel"):
        add(element, "courriel", courriel)
    if site_web := first("site_web"):
        add(SubElement(element, "web"), "urlweb", site_web)
