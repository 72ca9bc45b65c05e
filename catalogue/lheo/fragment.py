"""One published session as one LHÉO 2.3 `formation`, with one action and one session.

Every known feed of the network has one session per action: place, funding and public are the action's in
LHÉO and vary with the session here. Texts are cut to their length, mandatory ones are « - » when empty,
as the network's feeds do. The elements bear no namespace: the feed's root declares it for all.
"""

import json
from collections.abc import Callable, Hashable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from catalogue.enums import EtatCertification, NiveauEntree, PeriodeFormation, Rythme
from catalogue.lheo import adresse
from catalogue.lheo.dispositifs import FORMACODE, of_dispositifs
from catalogue.lheo.ecriture import (
    TROU,
    Moule,
    attributes,
    boolean,
    element,
    extra,
    extras,
    separate,
    value,
)
from catalogue.lheo.texte import clean, jour, lines, read_json

CERTIFICATION = "6"
SANS_NIVEAU = "1"
#: LHÉO's first level of the national framework is 11.
NIVEAUX = 10
#: How much is kept of what sessions share, in number: actions and organismes, dispositifs, places.
COMMUNS, DISPOSITIFS, LIEUX = 64, 256, 1_000
#: What a certification gives, and what the others do.
OBTENTION, ATTESTATION = "Obtention de : ", "Attestation de fin de formation"
#: What stands between the title and its complement.
SEPARATEUR = " – "
SANS_PREREQUIS, VIDE = "aucune", "-"
_FORMACODE, _PRINCIPAL = attributes(ref=FORMACODE), attributes(ref=FORMACODE, tag="principal")
#: The children of an element by name: see `ecriture.element`.
Enfants = dict[str, str | list[str]]
_RYTHMES, _PERIODES = dict(Rythme.choices), dict(PeriodeFormation.choices)
_SESSION = Moule(
    element(
        "session",
        {
            "periode": element("periode", {"debut": TROU, "fin": TROU}),
            "adresse-inscription": TROU,
            "etat-recrutement": TROU,
        },
        TROU,
        TROU,
    )
)
SANS_ALTERNANCE = value("modalites-alternance", VIDE)


class Parties(NamedTuple):
    """The parts of a published sheet, each a JSON text in UTF-8: what sessions share is known unread."""

    organisme: bytes
    formation: bytes
    action: bytes
    session: bytes
    dispositifs: bytes


def parties(contenu: dict) -> Parties:
    """The parts of a sheet as `catalogue.instantane.build_contenu` writes it; « null » for one it lacks."""
    return Parties(*(json.dumps(contenu.get(nom)).encode() for nom in Parties._fields))


class Memoire:
    """A function that keeps its last result for each key, for as long as it is given equal arguments."""

    def __init__(self, calcul: Callable):
        self._calcul, self._connus = calcul, {}

    def __call__(self, cle: Hashable, *arguments):
        connus = self._connus.get(cle)
        if connus is None or connus[0] != arguments:
            if len(self._connus) >= LIEUX:
                self._connus.clear()
            connus = self._connus[cle] = arguments, self._calcul(*arguments)
        return connus[1]


class Redacteur:
    """Writes sheets one after the other. What they share is read, written and checked once, and kept."""

    def __init__(self):
        self._lire = lru_cache(COMMUNS)(read_json)
        self._commun = lru_cache(COMMUNS)(self._write_commun)
        self._of_dispositifs = lru_cache(DISPOSITIFS)(of_dispositifs)
        self._of_place, self._of_organisme = Memoire(_of_place), Memoire(_of_organisme)
        self._of_certification = Memoire(_of_certification)

    def write(self, fiche: Parties, creee: date | None, modifiee: date | None) -> tuple[str, list[str]]:
        """The element of a sheet, and what breaks the schema in it: see `build_formation`."""
        moule, durees = self._commun(fiche.organisme, fiche.formation, fiche.action)
        publics, prise_en_charge, prix, financeurs = self._of_dispositifs(fiche.dispositifs)
        session = read_json(fiche.session)
        lieu, inscription = self._of_place(session["site_lieu"].get("id"), session["site_lieu"])
        numerote = attributes(numero=session["numero"] or "") + _datees(creee, modifiee)
        return separate(
            moule.fill(
                numerote,
                numerote,
                _rythme(tuple(session["rythmes"]), tuple(session["periodes"])),
                publics,
                _alternance(*durees) if Rythme.ALTERNANCE in session["rythmes"] else SANS_ALTERNANCE,
                value("modalites-enseignement", session["modalites_enseignement"]),
                prise_en_charge,
                lieu,
                _session(session, inscription, numerote),
                prix,
                financeurs,
            )
        )

    def _write_commun(self, organisme: bytes, formation: bytes, action: bytes) -> tuple[Moule, tuple]:
        """What the sessions of an action share, and its hours in the centre and in a company."""
        organisme, formation, action = self._lire(organisme), read_json(formation), read_json(action)
        site, certification = action["site_dispensateur"], formation["certification"] or {}
        connus = self._of_organisme((organisme["id"], site.get("id")), organisme, site)
        connus = connus | self._of_certification(certification.get("code"), certification)
        return _moule(connus, formation, action), (action["duree_centre"], action["duree_entreprise"])


def build_formation(
    contenu: dict, *, creee: date | None = None, modifiee: date | None = None
) -> tuple[str, list[str]]:
    """The element of a sheet as `catalogue.instantane.build_contenu` writes it, and what breaks the schema.

    The session's public number names the three levels: it is the only one that never changes. Dates are
    those of the first and last publication. Raises KeyError, TypeError or ValueError for another sheet.
    """
    return Redacteur().write(parties(contenu), creee, modifiee)


def _moule(connus: Enfants, formation: dict, action: dict) -> Moule:
    """The formation of an action, with holes for what each session says: see `Redacteur.write`.

    `connus` are the children that `_of_organisme` and `_of_certification` give.
    """
    hebdo = action["duree_hebdo"]
    derniers = "" if hebdo is None else extras("duree-hebdo", [extra("duree-hebdo", hebdo)])
    une_action = element("action", _of_action(connus, action), TROU, derniers)
    enfants = _of_formation(connus, formation, action) | {"action": une_action}
    return Moule(element("formation", enfants, TROU))


def _of_place(site: dict) -> tuple[str, str]:
    """`lieu-de-formation`, and `adresse-inscription`."""
    return adresse.lieu(site), adresse.inscription(site)


def _of_organisme(organisme: dict, site: dict) -> Enfants:
    """The children of `formation` and `action` that the organisme and its site make."""
    return {
        "contact-formation": adresse.contact("contact-formation", site, organisme),
        "organisme-formateur": adresse.formateur(organisme, site),
        "organisme-formation-responsable": adresse.responsable(organisme),
    }


def _of_certification(certification: dict) -> Enfants:
    """The children of `formation` that its certification makes, if it has one."""
    est_certifiante = bool(certification) and certification["etat"] != EtatCertification.NON_CERTIFIANTE
    general = value("objectif-general-formation", CERTIFICATION) if est_certifiante else ""
    return {
        "domaine-formation": _domaine(certification),
        "certifiante": boolean("certifiante", est_certifiante),
        "objectif-general-formation": general,
        "certification": _certifications(certification),
        "code-niveau-sortie": _niveau_sortie(certification),
    }


def _of_formation(connus: Enfants, formation: dict, action: dict) -> Enfants:
    """The children of `formation` that all sessions of an action share, and the place of the others."""
    est_certifiante = bool(connus["objectif-general-formation"])
    resultats = f"{OBTENTION}{clean(formation['intitule'])}" if est_certifiante else ATTESTATION
    programme = lines(formation["programme"], action["complement_descriptif"])
    return {
        "domaine-formation": connus["domaine-formation"],
        "intitule-formation": value("intitule-formation", _intitule(formation, action)),
        "objectif-formation": _mandatory("objectif-formation", formation["objectif"]),
        "resultats-attendus": value("resultats-attendus", resultats),
        "contenu-formation": _mandatory("contenu-formation", programme),
        "certifiante": connus["certifiante"],
        "contact-formation": connus["contact-formation"],
        "parcours-de-formation": value("parcours-de-formation", action["type_parcours"]),
        "code-niveau-entree": value("code-niveau-entree", action["niveau_entree"]),
        "objectif-general-formation": connus["objectif-general-formation"],
        "certification": connus["certification"],
        "code-niveau-sortie": connus["code-niveau-sortie"],
        "action": "",
        "organisme-formation-responsable": connus["organisme-formation-responsable"],
    }


def _mandatory(tag: str, texte: str) -> str:
    return value(tag, clean(texte) or VIDE)


def _intitule(formation: dict, action: dict) -> str:
    return SEPARATEUR.join(filter(None, map(clean, (formation["intitule"], action["complement_intitule"]))))


def _domaine(certification: dict) -> str:
    """The first Formacode is the main one."""
    formacodes, nsfs, romes = (certification.get(champ, ()) for champ in ("formacodes", "nsfs", "romes"))
    return element(
        "domaine-formation",
        {
            "code-FORMACODE": [
                value("code-FORMACODE", code, _FORMACODE if rang else _PRINCIPAL)
                for rang, code in enumerate(formacodes[:5])
            ],
            "code-NSF": [value("code-NSF", code) for code in nsfs[:3]],
            "code-ROME": [value("code-ROME", code) for code in romes[:5]],
        },
    )


def _certifications(certification: dict) -> list[str]:
    """One element for the code and its RNCP or first RS sheet, one more for each other RS sheet."""
    if not certification:
        return []
    premier, *autres = certification["codes_rs"] or [""]
    codes = {
        "code-RNCP": certification["code_rncp"],
        "code-CERTIFINFO": certification["code"],
        "code-RS": premier,
    }
    codes = {tag: value(tag, code) for tag, code in codes.items() if code}
    return [
        element("certification", codes),
        *(element("certification", {"code-RS": value("code-RS", code)}) for code in autres[:4]),
    ]


def _niveau_sortie(certification: dict) -> str:
    if not certification:
        return ""
    niveau = certification["niveau"]
    return value("code-niveau-sortie", NIVEAUX + niveau if niveau else SANS_NIVEAU)


def _of_action(connus: Enfants, action: dict) -> Enfants:
    """The children of `action` that all its sessions share, and holes for the others."""
    exige = action["niveau_entree"] not in (NiveauEntree.NON_COMMUNIQUE, NiveauEntree.SANS_NIVEAU)
    url, prerequis = action["url"], clean(action["commentaire_prerequis"])
    return {
        "rythme-formation": TROU,
        "code-public-vise": TROU,
        "niveau-entree-obligatoire": boolean("niveau-entree-obligatoire", exige),
        "modalites-alternance": TROU,
        "modalites-enseignement": TROU,
        "conditions-specifiques": value("conditions-specifiques", prerequis or SANS_PREREQUIS),
        "prise-en-charge-frais-possible": TROU,
        "lieu-de-formation": TROU,
        "modalites-entrees-sorties": value("modalites-entrees-sorties", action["modalites_es"]),
        "url-action": element("url-action", {"urlweb": value("urlweb", url)}) if url else "",
        "session": TROU,
        "modalites-pedagogiques": _optional("modalites-pedagogiques", action["modalites_pedagogiques"]),
        "prix-total-TTC": TROU,
        "duree-indicative": _optional("duree-indicative", action["commentaire_duree"]),
        **_heures(action),
        "organisme-formateur": connus["organisme-formateur"],
        "organisme-financeur": TROU,
    }


def _optional(tag: str, texte: str) -> str:
    return value(tag, texte) if clean(texte) else ""


@lru_cache(1_000)
def _rythme(rythmes: tuple[str, ...], periodes: tuple[str, ...]) -> str:
    """« Temps plein, en journée »."""
    noms = [_RYTHMES[code] for code in rythmes] + [_PERIODES[code] for code in periodes]
    suite = [nom[0].lower() + nom[1:] for nom in noms[1:]]
    return value("rythme-formation", ", ".join(noms[:1] + suite) or VIDE)


def _alternance(centre: int | None, entreprise: int | None) -> str:
    return value(
        "modalites-alternance", f"{centre or 0} heures en centre, {entreprise or 0} heures en entreprise"
    )


@lru_cache(1_000)
def _datees(creee: date | None, modifiee: date | None) -> str:
    jours = {"datecrea": creee, "datemaj": modifiee}
    return attributes(**{nom: jour.strftime("%Y%m%d") if jour else "" for nom, jour in jours.items()})


def _heures(action: dict) -> dict[str, str]:
    durees = {"centre": action["duree_centre"], "entreprise": action["duree_entreprise"]}
    connues = {nom: heures for nom, heures in durees.items() if heures is not None}
    if connues:
        connues["total"] = sum(connues.values())
    tags = {f"nombre-heures-{nom}": heures for nom, heures in connues.items()}
    return {tag: value(tag, heures) for tag, heures in tags.items()}


def _session(session: dict, inscription: str, numerote: str) -> str:
    debut, fin = _jour("debut", session["date_debut"]), _jour("fin", session["date_fin"])
    places = _places(session["capacite"], session["places_disponibles"])
    return _SESSION.fill(numerote, debut, fin, inscription, *places)


@lru_cache(4_000)
def _jour(tag: str, iso: str) -> str:
    return value(tag, jour(iso))


@lru_cache(1_000, typed=True)
def _places(capacite: int | None, libres: int | None) -> tuple[str, str]:
    """`etat-recrutement`, and the `extras` of a session."""
    places = {"capacite": capacite, "places-disponibles": libres}
    connues = [extra(nom, nombre) for nom, nombre in places.items() if nombre is not None]
    recrutement = "" if libres is None else value("etat-recrutement", "1" if libres else "2")
    return recrutement, extras("places", connues) if connues else ""
