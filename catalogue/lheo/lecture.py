"""Reading our own documents back: each `formation` as the sheet it was written from, in constant memory.

What LHÉO does not hold cannot come back (keys of places, which codes share a dispositif of several
funders): the sheet is one that writes the same bytes, which is what proves that nothing is lost or doubled
on the way. Documents of others are not read here: ours have neither DOCTYPE nor comment, and no « < » in a
text, so that the formations are told apart before each is parsed.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import BinaryIO
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from catalogue.enums import EtatCertification, PeriodeFormation, Rythme
from catalogue.lheo import fragment
from catalogue.lheo.limites import maximum
from catalogue.lheo.schema import ESPACE
from catalogue.lheo.texte import cut
from catalogue.numeros import ORGANISME, cle_of

_RYTHMES = {label: code for code, label in Rythme.choices}
_PERIODES = {label: code for code, label in PeriodeFormation.choices}
_TETE = re.compile(
    rf'\s*(?:<\?xml [^<>]*\?>)?\s*<lheo xmlns="{re.escape(ESPACE)}"[^<>]*>\s*<offres>'.encode()
)
_QUEUE = re.compile(rb"\s*</offres>\s*</lheo>\s*")
_FIN, _FIN_ACTION = b"</formation>", b"</action>"
#: Bytes read at once; no head, and no formation, is longer than these.
_BLOC, _LONGUEUR_TETE, _LONGUEUR = 1 << 16, 1 << 10, 1 << 20
#: How many formations are remembered.
CONNUS = 1_000
#: What was cut away of a complement that the title left no room for: written again, it is cut the same.
_COUPE = "……"


class XmlRefuse(Exception):
    """A document that is not read: not well-formed, or not one of ours; says why in French."""


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
    lecteur = _Lecteur()
    try:
        for formation in formations(fichier):
            yield lecteur.read(formation)
    except ElementTree.ParseError as error:
        raise XmlRefuse(f"Le document ne se lit pas\u00a0: {error}") from None
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise XmlRefuse(f"Le document n’est pas l’un des nôtres\u00a0: {error!r}") from None


def formations(fichier: BinaryIO) -> Iterator[bytes]:
    """The text of each `formation`. Raises `XmlRefuse` when something else stands around them."""
    reste = _after_head(fichier)
    while True:
        *textes, reste = reste.split(_FIN)
        for texte in textes:
            yield texte.strip() + _FIN
        if len(reste) > _LONGUEUR or not (bloc := fichier.read(_BLOC)):
            break
        reste += bloc
    if not _QUEUE.fullmatch(reste):
        raise XmlRefuse("Le document est coupé, ou n’est pas l’un des nôtres.")


def _after_head(fichier: BinaryIO) -> bytes:
    """What was read after the beginning of a document of ours."""
    debut = b""
    while len(debut) < _LONGUEUR_TETE and (bloc := fichier.read(_BLOC)):
        debut += bloc
        if tete := _TETE.match(debut):
            return debut[tete.end() :]
    raise XmlRefuse("Le document n’est pas du LHÉO 2.3.")


class _Lecteur:
    """Reads one `formation` after the other. What is around their actions comes back often: read once."""

    def __init__(self):
        self._connus: dict[bytes, dict] = {}

    def read(self, formation: bytes) -> Fiche:
        """The sheet of a `formation`. Parts of it may be another's too: they are only looked at."""
        debut, fin = formation.find(b"<action "), formation.rfind(_FIN_ACTION)
        # Its own attributes are those of the action: the number and the days of the session.
        cle = formation[formation.find(b">") : debut] + formation[fin:]
        if (autour := self._connus.get(cle)) is None:
            if len(self._connus) >= CONNUS:
                self._connus.clear()
            autour = self._connus[cle] = _around(_parse(formation))
        action = _parse(formation[debut : fin + len(_FIN_ACTION)])
        creee, modifiee = (action.get(nom) for nom in ("datecrea", "datemaj"))
        return Fiche(
            {
                "organisme": autour["organisme"],
                "formation": autour["formation"],
                "action": _action(action, **autour["action"]),
                "session": _session(action, _one(action, "session")),
                "dispositifs": _dispositifs(action),
            },
            _date(creee) if creee else None,
            _date(modifiee) if modifiee else None,
        )


def _parse(texte: bytes) -> Element:
    """The element of `texte`. Raises `XmlRefuse` when it might declare anything: ours never do."""
    if b"<!" in texte:
        raise XmlRefuse("Le document a un DOCTYPE, un commentaire ou un CDATA\u00a0: il n’est pas lu.")
    return ElementTree.fromstring(texte)  # noqa: S314 - nothing is declared, hence nothing to expand or fetch


def _find(element: Element, chemin: str) -> Element | None:
    """The first element at `chemin`; ``None`` when it is absent. Faster than a path of several names."""
    for nom in chemin.split("/"):
        if (element := element.find(nom)) is None:
            return None
    return element


def _one(element: Element, chemin: str) -> Element:
    """The first element at `chemin`; raises KeyError when it is absent."""
    if (found := _find(element, chemin)) is None:
        raise KeyError(chemin)
    return found


def _text(element: Element, chemin: str) -> str:
    """The text of the first element at `chemin`; '' without one."""
    found = _find(element, chemin)
    return "" if found is None else found.text or ""


def _texts(element: Element, chemin: str) -> list[str]:
    """The texts of all elements at `chemin`."""
    return [found.text or "" for found in element.iterfind(chemin)]


def _number(element: Element, chemin: str) -> int | None:
    """The whole number at `chemin`."""
    texte = _text(element, chemin)
    return int(texte) if texte else None


def _extras(element: Element, info: str) -> list[str]:
    """The texts of the `extra` called `info`."""
    found = element.find("extras")
    return [] if found is None else [e.text or "" for e in found if e.get("info") == info]


def _around(formation: Element) -> dict:
    """What a formation says of its organisme, of itself and of its action."""
    intitule, complement = _title(formation)
    contact = _one(formation, "contact-formation/coordonnees")
    return {
        "organisme": _organisme(_one(formation, "organisme-formation-responsable")),
        "formation": {
            "intitule": intitule,
            "objectif": _text(formation, "objectif-formation"),
            "programme": _text(formation, "contenu-formation"),
            "certification": _certification(formation),
        },
        "action": {
            "complement_intitule": complement,
            "niveau_entree": _text(formation, "code-niveau-entree"),
            "type_parcours": _text(formation, "parcours-de-formation"),
            "contact": {
                "telephone": _text(contact, "telfixe/numtel"),
                "courriel": _text(contact, "courriel"),
            },
        },
    }


def _date(valeur: str) -> date:
    """AAAAMMJJ; raises ValueError for anything else."""
    return date(int(valeur[:4]), int(valeur[4:6]), int(valeur[6:]))


def _title(formation: Element) -> tuple[str, str]:
    """The title and its complement, told apart by what the certification gives."""
    entier, resultats = _text(formation, "intitule-formation"), _text(formation, "resultats-attendus")
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


def _certification(formation: Element) -> dict | None:
    elements = formation.findall("certification")
    if not elements:
        return None
    premiere = elements[0]
    niveau = _number(formation, "code-niveau-sortie") or 0
    return {
        "code": _text(premiere, "code-CERTIFINFO"),
        "etat": (
            EtatCertification.PUBLIEE
            if _text(formation, "certifiante") == "1"
            else EtatCertification.NON_CERTIFIANTE
        ),
        "niveau": niveau - fragment.NIVEAUX if niveau > fragment.NIVEAUX else None,
        "formacodes": _texts(formation, "domaine-formation/code-FORMACODE"),
        "nsfs": _texts(formation, "domaine-formation/code-NSF"),
        "romes": _texts(formation, "domaine-formation/code-ROME"),
        "code_rncp": _text(premiere, "code-RNCP"),
        "codes_rs": [code for element in elements for code in _texts(element, "code-RS")],
    }


def _action(action: Element, contact: dict, **dite: str) -> dict:
    """`contact` and `dite` are what the formation says of it."""
    formateur = _one(action, "organisme-formateur")
    siret = _text(formateur, "SIRET-formateur/SIRET")
    return dite | {
        "complement_descriptif": "",
        "url": _text(action, "url-action/urlweb"),
        "modalites_pedagogiques": _text(action, "modalites-pedagogiques"),
        "modalites_es": _text(action, "modalites-entrees-sorties"),
        "duree_centre": _number(action, "nombre-heures-centre"),
        "duree_entreprise": _number(action, "nombre-heures-entreprise"),
        "commentaire_duree": _text(action, "duree-indicative"),
        "commentaire_prerequis": _text(action, "conditions-specifiques"),
        "duree_hebdo": next(iter(_extras(action, "duree-hebdo")), None),
        "site_dispensateur": contact
        | {"siret": siret, "uai": _text(formateur, "code-UAI-formateur/code-UAI")},
    }


def _session(action: Element, session: Element) -> dict:
    lieu = _one(action, "lieu-de-formation")
    # One sentence: all but the first begin with a small letter.
    labels = [label[:1].upper() + label[1:] for label in _text(action, "rythme-formation").split(", ")]
    libres, capacite = (_extras(session, info) for info in ("places-disponibles", "capacite"))
    return {
        "numero": session.get("numero") or "",
        "site_lieu": {
            "siret": _text(lieu, "SIRET-lieu-formation/SIRET"),
            "uai": _text(lieu, "code-UAI-lieu-formation/code-UAI"),
            **_lieu(_one(lieu, "coordonnees")),
        },
        "date_debut": _date(_text(session, "periode/debut")).isoformat(),
        "date_fin": _date(_text(session, "periode/fin")).isoformat(),
        "rythmes": [_RYTHMES[label] for label in labels if label in _RYTHMES],
        "periodes": [_PERIODES[label] for label in labels if label in _PERIODES],
        "modalites_enseignement": _text(action, "modalites-enseignement"),
        "capacite": int(capacite[0]) if capacite else None,
        "places_disponibles": int(libres[0]) if libres else None,
    }


def _lieu(coordonnees: Element) -> dict:
    """An address, a telephone and an e-mail."""
    return {
        "nom": _text(coordonnees, "adresse/denomination"),
        "lignes": _texts(coordonnees, "adresse/ligne"),
        "code_postal": _text(coordonnees, "adresse/codepostal"),
        "ville": _text(coordonnees, "adresse/ville"),
        "departement": _text(coordonnees, "adresse/departement"),
        "insee": _text(coordonnees, "adresse/code-INSEE-commune") or None,
        "telephone": _text(coordonnees, "telfixe/numtel"),
        "courriel": _text(coordonnees, "courriel"),
    }


def _organisme(responsable: Element) -> dict:
    coordonnees = _one(responsable, "coordonnees-organisme/coordonnees")
    raison_sociale, nom = _text(responsable, "raison-sociale"), _text(responsable, "nom-organisme")
    lieu = _lieu(coordonnees)
    del lieu["nom"]
    return lieu | {
        "id": cle_of(responsable.get("numero") or "", ORGANISME),
        "raison_sociale": raison_sociale,
        "nom_usage": "" if nom == raison_sociale else nom,
        "siret": _text(responsable, "SIRET-organisme-formation/SIRET"),
        "nda": _text(responsable, "numero-activite"),
        "uai": _text(responsable, "code-UAI-organisme-formation/code-UAI"),
        "site_web": _text(coordonnees, "web/urlweb"),
    }


def _dispositifs(action: Element) -> list[dict]:
    """Funders of the same programme, code and publics are one dispositif, unless they say their places."""
    lus = [_financeur(element) for element in action.findall("organisme-financeur")]
    dispositifs = []
    for cle, groupe in groupby(lus, key=lambda lu: {**lu, "financeurs": None}):
        codes = [code for lu in groupe for code in lu["financeurs"]]
        if cle["nb_places"] is None:
            dispositifs.append(cle | {"financeurs": codes})
        else:
            dispositifs += [cle | {"financeurs": [code]} for code in codes]
    publics = _texts(action, "code-public-vise")
    if list(dict.fromkeys(code for d in dispositifs for code in d["publics"]))[:10] != publics:
        # Beyond the eighth funder nothing says whose the publics are.
        dispositifs.insert(0, _dispositif("", [], publics))
    if dispositifs:
        dispositifs[0]["cout_stagiaire"] = _text(action, "prix-total-TTC") or None
        dispositifs[0]["prise_en_charge"] = _text(action, "prise-en-charge-frais-possible") == "1"
    return dispositifs


def _financeur(element: Element) -> dict:
    dispositif = _dispositif(
        _extras(element, "programme-financeur")[0],
        [_text(element, "code-financeur")],
        _extras(element, "code-public-vise"),
    )
    dispositif["codes_externes"] = next(iter(_extras(element, "ref-action-marche-financeur")), "")
    with suppress(KeyError):
        dispositif["nb_places"] = int(_one(element, "nb-places-financees").text)
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
