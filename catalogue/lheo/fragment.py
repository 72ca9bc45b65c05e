"""One published session as one LHÉO 2.3 `formation`, with one action and one session.

Every known feed of the network has one session per action: place, funding and public are the action's in
LHÉO and vary with the session here. Texts are cut to their length, mandatory ones are « - » when empty,
as the network's feeds do. The elements bear no namespace: the feed's root declares it for all.
"""

from collections.abc import Callable, Iterable
from datetime import date

from catalogue.enums import EtatCertification, NiveauEntree, PeriodeFormation, Rythme
from catalogue.lheo import adresse
from catalogue.lheo.ecriture import attributes, boolean, element, extra, extras, separate, value
from catalogue.lheo.texte import clean, jour, lines

#: Version of the Formacode thesaurus that Certif Info and the publics use.
FORMACODE = "V13"
CERTIFICATION = "6"
SANS_NIVEAU = "1"
#: LHÉO's first level of the national framework is 11.
NIVEAUX = 10
MAX_FINANCEURS = 8
#: What a certification gives, and what the others do.
OBTENTION, ATTESTATION = "Obtention de : ", "Attestation de fin de formation"
#: What stands between the title and its complement.
SEPARATEUR = " – "
SANS_PREREQUIS, VIDE = "aucune", "-"
_FORMACODE = attributes(ref=FORMACODE)
#: The children of an element by name: see `ecriture.element`.
Enfants = dict[str, str | list[str]]
_RYTHMES, _PERIODES = dict(Rythme.choices), dict(PeriodeFormation.choices)


class Dernier:
    """A function that keeps its last result, for as long as it is given equal arguments."""

    def __init__(self, calcul: Callable):
        self._calcul, self._arguments, self._resultat = calcul, None, None

    def __call__(self, *arguments):
        if arguments != self._arguments:
            self._arguments = None  # nothing is kept of a calculation that fails
            self._resultat = self._calcul(*arguments)
            self._arguments = arguments
        return self._resultat


class Redacteur:
    """Writes sheets one after the other. Those of one action share nearly all: it is written once."""

    def __init__(self):
        self._of_formation, self._of_action = Dernier(_of_formation), Dernier(_of_action)
        self._of_place, self._of_dispositifs = Dernier(_of_place), Dernier(_of_dispositifs)

    def write(self, contenu: dict, creee: date | None, modifiee: date | None) -> tuple[str, list[str]]:
        """The element of a sheet, and what breaks the schema in it: see `build_formation`."""
        organisme, formation, action = contenu["organisme"], contenu["formation"], contenu["action"]
        session, hebdo = contenu["session"], action["duree_hebdo"]
        numerote = attributes(
            numero=session["numero"] or "",
            datecrea=creee.strftime("%Y%m%d") if creee else "",
            datemaj=modifiee.strftime("%Y%m%d") if modifiee else "",
        )
        lieu, inscription = self._of_place(session["site_lieu"])
        enfants = (
            self._of_action(organisme, action)
            | self._of_dispositifs(contenu["dispositifs"])
            | _of_session(action, session)
            | {"lieu-de-formation": lieu, "session": _session(session, inscription, numerote)}
        )
        derniers = "" if hebdo is None else extras("duree-hebdo", [extra("duree-hebdo", hebdo)])
        une_action = {"action": element("action", enfants, numerote, derniers)}
        communs = self._of_formation(organisme, formation, action)
        return separate(element("formation", communs | une_action, numerote))


def build_formation(
    contenu: dict, *, creee: date | None = None, modifiee: date | None = None
) -> tuple[str, list[str]]:
    """The element of a sheet as `catalogue.instantane.build_contenu` writes it, and what breaks the schema.

    The session's public number names the three levels: it is the only one that never changes. Dates are
    those of the first and last publication. Raises KeyError, TypeError or ValueError for another sheet.
    """
    return Redacteur().write(contenu, creee, modifiee)


def _of_formation(organisme: dict, formation: dict, action: dict) -> Enfants:
    """The children of `formation` that all sessions of an action share, and the place of the others."""
    certification = formation["certification"] or {}
    est_certifiante = bool(certification) and certification["etat"] != EtatCertification.NON_CERTIFIANTE
    resultats = f"{OBTENTION}{clean(formation['intitule'])}" if est_certifiante else ATTESTATION
    programme = lines(formation["programme"], action["complement_descriptif"])
    return {
        "domaine-formation": _domaine(certification),
        "intitule-formation": value("intitule-formation", _intitule(formation, action)),
        "objectif-formation": _mandatory("objectif-formation", formation["objectif"]),
        "resultats-attendus": value("resultats-attendus", resultats),
        "contenu-formation": _mandatory("contenu-formation", programme),
        "certifiante": boolean("certifiante", est_certifiante),
        "contact-formation": adresse.contact("contact-formation", action["site_dispensateur"], organisme),
        "parcours-de-formation": value("parcours-de-formation", action["type_parcours"]),
        "code-niveau-entree": value("code-niveau-entree", action["niveau_entree"]),
        "objectif-general-formation": (
            value("objectif-general-formation", CERTIFICATION) if est_certifiante else ""
        ),
        "certification": _certifications(certification),
        "code-niveau-sortie": _niveau_sortie(certification),
        "action": "",
        "organisme-formation-responsable": adresse.responsable(organisme),
    }


def _mandatory(tag: str, texte: str) -> str:
    return value(tag, clean(texte) or VIDE)


def _intitule(formation: dict, action: dict) -> str:
    return SEPARATEUR.join(filter(None, map(clean, (formation["intitule"], action["complement_intitule"]))))


def _domaine(certification: dict) -> str:
    """The first Formacode is the main one."""
    formacodes, nsfs, romes = (certification.get(champ, ()) for champ in ("formacodes", "nsfs", "romes"))
    principal = attributes(ref=FORMACODE, tag="principal")
    return element(
        "domaine-formation",
        {
            "code-FORMACODE": [
                value("code-FORMACODE", code, _FORMACODE if rang else principal)
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


def _of_action(organisme: dict, action: dict) -> Enfants:
    """The children of `action` that all its sessions share, and the place of the others."""
    exige = action["niveau_entree"] not in (NiveauEntree.NON_COMMUNIQUE, NiveauEntree.SANS_NIVEAU)
    url, prerequis = action["url"], clean(action["commentaire_prerequis"])
    return {
        "rythme-formation": "",
        "code-public-vise": "",
        "niveau-entree-obligatoire": boolean("niveau-entree-obligatoire", exige),
        "modalites-alternance": "",
        "modalites-enseignement": "",
        "conditions-specifiques": value("conditions-specifiques", prerequis or SANS_PREREQUIS),
        "prise-en-charge-frais-possible": "",
        "lieu-de-formation": "",
        "modalites-entrees-sorties": value("modalites-entrees-sorties", action["modalites_es"]),
        "url-action": element("url-action", {"urlweb": value("urlweb", url)}) if url else "",
        "session": "",
        "modalites-pedagogiques": _optional("modalites-pedagogiques", action["modalites_pedagogiques"]),
        "prix-total-TTC": "",
        "duree-indicative": _optional("duree-indicative", action["commentaire_duree"]),
        **_heures(action),
        "organisme-formateur": adresse.formateur(organisme, action["site_dispensateur"]),
        "organisme-financeur": "",
    }


def _of_place(site: dict) -> tuple[str, str]:
    """`lieu-de-formation`, and `adresse-inscription`."""
    return adresse.lieu(site), adresse.inscription(site)


def _of_dispositifs(dispositifs: list[dict]) -> Enfants:
    """The children of `action` that its dispositifs make."""
    prix = _prix(dispositifs)
    return {
        "code-public-vise": [
            value("code-public-vise", code, _FORMACODE)
            for code in _unique(code for d in dispositifs for code in d["publics"])[:10]
        ],
        "prise-en-charge-frais-possible": boolean(
            "prise-en-charge-frais-possible", any(d["prise_en_charge"] for d in dispositifs)
        ),
        "prix-total-TTC": value("prix-total-TTC", prix) if prix else "",
        "organisme-financeur": _financeurs(dispositifs),
    }


def _of_session(action: dict, session: dict) -> Enfants:
    """The children of `action` that are the session's."""
    return {
        "rythme-formation": value("rythme-formation", _rythme(session) or VIDE),
        "modalites-alternance": value("modalites-alternance", _alternance(action, session) or VIDE),
        "modalites-enseignement": value("modalites-enseignement", session["modalites_enseignement"]),
    }


def _optional(tag: str, texte: str) -> str:
    return value(tag, texte) if clean(texte) else ""


def _unique(codes: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(codes))


def _rythme(session: dict) -> str:
    rythmes = [_RYTHMES[code] for code in session["rythmes"]]
    return ", ".join(rythmes + [_PERIODES[code] for code in session["periodes"]])


def _alternance(action: dict, session: dict) -> str:
    if Rythme.ALTERNANCE not in session["rythmes"]:
        return ""
    centre, entreprise = action["duree_centre"] or 0, action["duree_entreprise"] or 0
    return f"{centre} heures en centre, {entreprise} heures en entreprise"


def _prix(dispositifs: list[dict]) -> str:
    """What the training costs to whoever pays for it; '' when no dispositif says it."""
    return next((d["cout_stagiaire"] for d in dispositifs if d["cout_stagiaire"]), "")


def _heures(action: dict) -> dict[str, str]:
    durees = {"centre": action["duree_centre"], "entreprise": action["duree_entreprise"]}
    connues = {nom: heures for nom, heures in durees.items() if heures is not None}
    if connues:
        connues["total"] = sum(connues.values())
    tags = {f"nombre-heures-{nom}": heures for nom, heures in connues.items()}
    return {tag: value(tag, heures) for tag, heures in tags.items()}


def _financeurs(dispositifs: list[dict]) -> list[str]:
    """A dispositif is one funder for each of its codes, told apart by its programme, as the network does.

    Several funders share its places: how many each pays for is not known.
    """
    paires = [(code, d) for d in dispositifs for code in d["financeurs"]]
    return [_financeur(code, dispositif) for code, dispositif in paires[:MAX_FINANCEURS]]


def _financeur(code: str, dispositif: dict) -> str:
    places = dispositif["nb_places"] if len(dispositif["financeurs"]) == 1 else None
    specificites = [extra("programme-financeur", dispositif["libelle"])]
    if clean(dispositif["codes_externes"]):
        specificites.append(extra("ref-action-marche-financeur", dispositif["codes_externes"]))
    specificites += [extra("code-public-vise", public, FORMACODE) for public in dispositif["publics"]]
    return element(
        "organisme-financeur",
        {
            "code-financeur": value("code-financeur", code),
            "nb-places-financees": "" if places is None else value("nb-places-financees", places),
        },
        derniers=extras("specificites", specificites),
    )


def _session(session: dict, inscription: str, numerote: str) -> str:
    debut, fin = (value(tag, jour(session[f"date_{tag}"])) for tag in ("debut", "fin"))
    libres = session["places_disponibles"]
    places = {"capacite": session["capacite"], "places-disponibles": libres}
    connues = [extra(nom, nombre) for nom, nombre in places.items() if nombre is not None]
    return element(
        "session",
        {
            "periode": element("periode", {"debut": debut, "fin": fin}),
            "adresse-inscription": inscription,
            "etat-recrutement": "" if libres is None else value("etat-recrutement", "1" if libres else "2"),
        },
        numerote,
        extras("places", connues) if connues else "",
    )
