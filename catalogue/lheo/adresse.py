"""Places and organismes in LHÉO: addresses, telephones, e-mails, identifiers."""

from textwrap import wrap

from django.conf import settings

from catalogue.lheo.ecriture import attributes, element, value
from catalogue.lheo.limites import maximum
from catalogue.lheo.texte import clean
from catalogue.numeros import numero_organisme

LIGNES = 4


def contact(tag: str, *fiches: dict) -> str:
    """A contact: the first telephone, e-mail and website of `fiches` (a place, then its organisme)."""
    return element(tag, {"coordonnees": _coordonnees("", *fiches)})


def lieu(site: dict) -> str:
    """`lieu-de-formation`: a place with its SIRET and UAI when it has them."""
    return element(
        "lieu-de-formation",
        {
            "SIRET-lieu-formation": _siret("SIRET-lieu-formation", site["siret"]) if site["siret"] else "",
            "code-UAI-lieu-formation": _uai("code-UAI-lieu-formation", site["uai"]),
            "coordonnees": _coordonnees(_adresse(site), site),
        },
    )


def inscription(site: dict) -> str:
    """`adresse-inscription`: where people enrol."""
    return element("adresse-inscription", {"adresse": _adresse(site)})


def formateur(organisme: dict, site: dict) -> str:
    """`organisme-formateur`: by the SIRET of its place when it has one."""
    return element(
        "organisme-formateur",
        {
            "SIRET-formateur": _siret("SIRET-formateur", site["siret"] or organisme["siret"]),
            "raison-sociale-formateur": value("raison-sociale-formateur", organisme["raison_sociale"]),
            "contact-formateur": contact("contact-formateur", site, organisme),
            "code-UAI-formateur": _uai("code-UAI-formateur", site["uai"]),
        },
        attributes(numero=numero_organisme(organisme["id"])),
    )


def responsable(organisme: dict) -> str:
    """`organisme-formation-responsable`: the holder of the NDA."""
    nom, raison_sociale = organisme["nom_usage"], organisme["raison_sociale"]
    coordonnees = {"coordonnees": _coordonnees(_adresse(organisme), organisme)}
    return element(
        "organisme-formation-responsable",
        {
            "numero-activite": value("numero-activite", organisme["nda"]),
            "SIRET-organisme-formation": _siret("SIRET-organisme-formation", organisme["siret"]),
            "nom-organisme": value("nom-organisme", nom or raison_sociale),
            "raison-sociale": value("raison-sociale", raison_sociale),
            "coordonnees-organisme": element("coordonnees-organisme", coordonnees),
            "contact-organisme": contact("contact-organisme", organisme),
            "code-UAI-organisme-formation": _uai("code-UAI-organisme-formation", organisme.get("uai")),
        },
        attributes(numero=numero_organisme(organisme["id"])),
    )


def _siret(tag: str, numero: str) -> str:
    return element(tag, {"SIRET": value("SIRET", numero)})


def _uai(tag: str, code: str | None) -> str:
    return element(tag, {"code-UAI": value("code-UAI", code)}) if code else ""


def _adresse(fiche: dict) -> str:
    """`adresse`, when it is known. Lines hold 50 characters: a longer one takes the next."""
    if not fiche.get("lignes"):
        return ""
    departement, insee, carif = fiche["departement"], fiche["insee"], settings.CARIF
    coupees = [partie for ligne in fiche["lignes"] for partie in wrap(clean(ligne), maximum("ligne"))]
    lignes = [ligne for ligne in map(clean, coupees) if ligne]
    nom = clean(fiche.get("nom") or "")
    return element(
        "adresse",
        {
            "denomination": value("denomination", nom) if nom else "",
            "ligne": [value("ligne", ligne) for ligne in lignes[:LIGNES]],
            "codepostal": value("codepostal", fiche["code_postal"]),
            "ville": value("ville", fiche["ville"]),
            "departement": value("departement", departement) if departement else "",
            "code-INSEE-commune": value("code-INSEE-commune", insee) if insee else "",
            "region": value("region", carif.code_region) if departement in carif.departements else "",
            "pays": value("pays", "FR"),
        },
    )


def _coordonnees(adresse: str, *fiches: dict) -> str:
    """`coordonnees`: an address, or '', and the first of each means among `fiches`."""

    def first(champ: str) -> str:
        return next((fiche[champ] for fiche in fiches if fiche.get(champ)), "")

    telephone, courriel, site_web = first("telephone"), first("courriel"), first("site_web")
    return element(
        "coordonnees",
        {
            "adresse": adresse,
            "telfixe": element("telfixe", {"numtel": value("numtel", telephone)}) if telephone else "",
            "courriel": value("courriel", courriel) if courriel else "",
            "web": element("web", {"urlweb": value("urlweb", site_web)}) if site_web else "",
        },
    )
