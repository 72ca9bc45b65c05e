"""Reading our own documents back: each `formation` as the sheet it was written from, in constant memory.

What LHÉO does not hold cannot come back (keys of places, which codes share a dispositif of several
funders): the sheet is one that writes the same bytes, which is what proves that nothing is lost or doubled
on the way. Documents of others are not read here.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import BinaryIO

from lxml import etree

from catalogue.enums import EtatCertification, PeriodeFormation, Rythme
from catalogue.lheo import fragment
from catalogue.lheo.limites import maximum
from catalogue.lheo.schema import ESPACE, PRUDENT, XmlRefuse, refuse_doctype
from catalogue.lheo.texte import cut
from catalogue.numeros import ORGANISME, cle_of

_RYTHMES = {label: code for code, label in Rythme.choices}
_PERIODES = {label: code for code, label in PeriodeFormation.choices}
#: What was cut away of a complement that the title left no room for: written again, it is cut the same.
_COUPE = "……"


@dataclass(frozen=True)
class Fiche:
    """A sheet (shape in `catalogue.instantane.build_contenu`) and the days it was first and last online."""

    contenu: dict
    creee: date | None
    modifiee: date | None


def read(fichier: BinaryIO) -> Iterator[Fiche]:
    """The sheets of a document, one after the other.

    Raises `XmlRefuse` for what is not well-formed, has a DOCTYPE, or is not a document of ours.
    """
    try:
        for formation in formations(fichier):
            yield _fiche(_Element(formation))
    except etree.XMLSyntaxError as error:
        raise XmlRefuse(f"Le document ne se lit pas\u00a0: {error}") from None
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise XmlRefuse(f"Le document n’est pas l’un des nôtres\u00a0: {error!r}") from None


def formations(fichier: BinaryIO) -> Iterator[etree._Element]:
    """Each `formation` when it is whole; what is read is forgotten."""
    racine = None
    for evenement, element in etree.iterparse(fichier, events=("start", "end"), collect_ids=False, **PRUDENT):
        if racine is None:
            racine = element
            refuse_doctype(racine)
            if racine.tag != f"{{{ESPACE}}}lheo":
                raise XmlRefuse("Le document n’est pas du LHÉO 2.3.")
        if evenement == "end" and element.tag == f"{{{ESPACE}}}formation":
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


class _Element:
    """An element by the names of its children, whatever the namespace."""

    def __init__(self, element: etree._Element):
        self.element = element

    def all(self, chemin: str) -> "list[_Element]":
        """The elements at `chemin`, in order."""
        espace = "/".join(f"{{{ESPACE}}}{nom}" for nom in chemin.split("/"))
        return [_Element(element) for element in self.element.iterfind(espace)]

    def one(self, chemin: str) -> "_Element":
        """The element at `chemin`; raises KeyError when it is absent."""
        found = self.all(chemin)
        if not found:
            raise KeyError(chemin)
        return found[0]

    def text(self, chemin: str) -> str:
        """The text of the first element at `chemin`; '' without one."""
        found = self.all(chemin)
        return (found[0].element.text or "") if found else ""

    def texts(self, chemin: str) -> list[str]:
        """The texts of all elements at `chemin`."""
        return [found.element.text or "" for found in self.all(chemin)]

    def number(self, chemin: str) -> int | None:
        """The whole number at `chemin`."""
        texte = self.text(chemin)
        return int(texte) if texte else None

    def extras(self, info: str) -> list[str]:
        """The texts of the `extra` called `info`."""
        return [e.element.text or "" for e in self.all("extras/extra") if e.element.get("info") == info]


def _fiche(formation: _Element) -> Fiche:
    action, session = formation.one("action"), formation.one("action/session")
    certification = _certification(formation)
    contenu = {
        "organisme": _organisme(formation.one("organisme-formation-responsable")),
        "formation": {
            "objectif": formation.text("objectif-formation"),
            "programme": formation.text("contenu-formation"),
            "certification": certification,
        },
        "action": _action(formation, action, session),
        "session": _session(action, session),
        "dispositifs": _dispositifs(action),
    }
    intitule, complement = _title(formation)
    contenu["formation"]["intitule"], contenu["action"]["complement_intitule"] = intitule, complement
    return Fiche(contenu, _jour(formation, "datecrea"), _jour(formation, "datemaj"))


def _jour(formation: _Element, attribut: str) -> date | None:
    valeur = formation.element.get(attribut)
    return _date(valeur) if valeur else None


def _date(valeur: str) -> date:
    """AAAAMMJJ; raises ValueError for anything else."""
    return date(int(valeur[:4]), int(valeur[4:6]), int(valeur[6:]))


def _title(formation: _Element) -> tuple[str, str]:
    """The title and its complement, told apart by what the certification gives."""
    entier, resultats = formation.text("intitule-formation"), formation.text("resultats-attendus")
    if not resultats.startswith(fragment.OBTENTION.strip()):
        return entier, ""
    intitule = resultats.removeprefix(fragment.OBTENTION.strip()).strip()
    if entier == intitule:
        return intitule, ""
    debut = f"{intitule}{fragment.SEPARATEUR}"
    if entier.startswith(debut):
        return intitule, entier.removeprefix(debut)
    if not intitule:  # the complement alone
        return "", entier
    # The title alone was cut, or its complement was, to nothing.
    est_seul = cut(intitule, maximum("intitule-formation")) == entier
    return intitule, "" if est_seul else _COUPE


def _certification(formation: _Element) -> dict | None:
    elements = formation.all("certification")
    if not elements:
        return None
    premiere = elements[0]
    niveau = formation.number("code-niveau-sortie") or 0
    return {
        "code": premiere.text("code-CERTIFINFO"),
        "etat": (
            EtatCertification.PUBLIEE
            if formation.text("certifiante") == "1"
            else EtatCertification.NON_CERTIFIANTE
        ),
        "niveau": niveau - fragment.NIVEAUX if niveau > fragment.NIVEAUX else None,
        "formacodes": formation.texts("domaine-formation/code-FORMACODE"),
        "nsfs": formation.texts("domaine-formation/code-NSF"),
        "romes": formation.texts("domaine-formation/code-ROME"),
        "code_rncp": premiere.text("code-RNCP"),
        "codes_rs": [code for element in elements for code in element.texts("code-RS")],
    }


def _action(formation: _Element, action: _Element, session: _Element) -> dict:
    contact = formation.one("contact-formation/coordonnees")
    formateur = action.one("organisme-formateur")
    return {
        "complement_descriptif": "",
        "url": action.text("url-action/urlweb"),
        "niveau_entree": formation.text("code-niveau-entree"),
        "type_parcours": formation.text("parcours-de-formation"),
        "modalites_pedagogiques": action.text("modalites-pedagogiques"),
        "modalites_es": action.text("modalites-entrees-sorties"),
        "duree_centre": action.number("nombre-heures-centre"),
        "duree_entreprise": action.number("nombre-heures-entreprise"),
        "commentaire_duree": action.text("duree-indicative"),
        "commentaire_prerequis": action.text("conditions-specifiques"),
        "duree_hebdo": next(iter(action.extras("duree-hebdo")), None),
        "site_dispensateur": {
            "siret": formateur.text("SIRET-formateur/SIRET"),
            "uai": formateur.text("code-UAI-formateur/code-UAI"),
            "telephone": contact.text("telfixe/numtel"),
            "courriel": contact.text("courriel"),
        },
    }


def _session(action: _Element, session: _Element) -> dict:
    lieu = action.one("lieu-de-formation")
    # One sentence: all but the first begin with a small letter.
    labels = [label[:1].upper() + label[1:] for label in action.text("rythme-formation").split(", ")]
    libres, capacite = (session.extras(info) for info in ("places-disponibles", "capacite"))
    return {
        "numero": session.element.get("numero") or "",
        "site_lieu": {
            "siret": lieu.text("SIRET-lieu-formation/SIRET"),
            "uai": lieu.text("code-UAI-lieu-formation/code-UAI"),
            **_lieu(lieu.one("coordonnees")),
        },
        "date_debut": _date(session.text("periode/debut")).isoformat(),
        "date_fin": _date(session.text("periode/fin")).isoformat(),
        "rythmes": [_RYTHMES[label] for label in labels if label in _RYTHMES],
        "periodes": [_PERIODES[label] for label in labels if label in _PERIODES],
        "modalites_enseignement": action.text("modalites-enseignement"),
        "capacite": int(capacite[0]) if capacite else None,
        "places_disponibles": int(libres[0]) if libres else None,
    }


def _lieu(coordonnees: _Element) -> dict:
    """An address, a telephone and an e-mail."""
    return {
        "nom": coordonnees.text("adresse/denomination"),
        "lignes": coordonnees.texts("adresse/ligne"),
        "code_postal": coordonnees.text("adresse/codepostal"),
        "ville": coordonnees.text("adresse/ville"),
        "departement": coordonnees.text("adresse/departement"),
        "insee": coordonnees.text("adresse/code-INSEE-commune") or None,
        "telephone": coordonnees.text("telfixe/numtel"),
        "courriel": coordonnees.text("courriel"),
    }


def _organisme(responsable: _Element) -> dict:
    coordonnees = responsable.one("coordonnees-organisme/coordonnees")
    raison_sociale, nom = responsable.text("raison-sociale"), responsable.text("nom-organisme")
    lieu = _lieu(coordonnees)
    del lieu["nom"]
    return lieu | {
        "id": cle_of(responsable.element.get("numero") or "", ORGANISME),
        "raison_sociale": raison_sociale,
        "nom_usage": "" if nom == raison_sociale else nom,
        "siret": responsable.text("SIRET-organisme-formation/SIRET"),
        "nda": responsable.text("numero-activite"),
        "uai": responsable.text("code-UAI-organisme-formation/code-UAI"),
        "site_web": coordonnees.text("web/urlweb"),
    }


def _dispositifs(action: _Element) -> list[dict]:
    """Funders of the same programme, code and publics are one dispositif, unless they say their places."""
    lus = [_financeur(element) for element in action.all("organisme-financeur")]
    dispositifs = []
    for cle, groupe in groupby(lus, key=lambda lu: {**lu, "financeurs": None}):
        codes = [code for lu in groupe for code in lu["financeurs"]]
        if cle["nb_places"] is None:
            dispositifs.append(cle | {"financeurs": codes})
        else:
            dispositifs += [cle | {"financeurs": [code]} for code in codes]
    publics = action.texts("code-public-vise")
    if list(dict.fromkeys(code for d in dispositifs for code in d["publics"]))[:10] != publics:
        # Beyond the eighth funder nothing says whose the publics are.
        dispositifs.insert(0, _dispositif("", [], publics))
    if dispositifs:
        dispositifs[0]["cout_stagiaire"] = action.text("prix-total-TTC") or None
        dispositifs[0]["prise_en_charge"] = action.text("prise-en-charge-frais-possible") == "1"
    return dispositifs


def _financeur(element: _Element) -> dict:
    dispositif = _dispositif(
        element.extras("programme-financeur")[0],
        [element.text("code-financeur")],
        element.extras("code-public-vise"),
    )
    dispositif["codes_externes"] = next(iter(element.extras("ref-action-marche-financeur")), "")
    with suppress(KeyError):
        dispositif["nb_places"] = int(element.one("nb-places-financees").element.text)
    return dispositif


def _dispositif(libelle: str, financeurs: list[str], publics: list[str]) -> dict:
    return {
        "libelle": libelle,
        "financeurs": financeurs,
        "publics": publics,
        "codes_externes": "",
        "nb_places": None,
        "cout_stagiaire": None,
        "prise_en_charge": False,
    }
