"""One published session as one LHÉO 2.3 `formation`, with one action and one session.

Every known feed of the network has one session per action: place, funding and public are the action's in
LHÉO and vary with the session here. Texts are cut to their length, mandatory ones are « - » when empty,
as the network's feeds do. The elements bear no namespace: the feed's root declares it for all.
"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

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
_RYTHMES, _PERIODES = dict(Rythme.choices), dict(PeriodeFormation.choices)


def build_formation(
    contenu: dict, *, creee: date | None = None, modifiee: date | None = None
) -> tuple[str, list[str]]:
    """The element of a sheet as `catalogue.instantane.build_contenu` writes it, and what breaks the schema.

    The session's public number names the three levels: it is the only one that never changes. Dates are
    those of the first and last publication. Raises KeyError, TypeError or ValueError for another sheet.
    """
    formation, action, organisme = contenu["formation"], contenu["action"], contenu["organisme"]
    certification = formation["certification"] or {}
    est_certifiante = bool(certification) and certification["etat"] != EtatCertification.NON_CERTIFIANTE
    numerote = attributes(
        numero=contenu["session"]["numero"] or "",
        datecrea=f"{creee:%Y%m%d}" if creee else "",
        datemaj=f"{modifiee:%Y%m%d}" if modifiee else "",
    )
    contenu_formation = lines(formation["programme"], action["complement_descriptif"])
    enfants = {
        "domaine-formation": _domaine(certification),
        "intitule-formation": value("intitule-formation", _intitule(formation, action)),
        "objectif-formation": _mandatory("objectif-formation", formation["objectif"]),
        "resultats-attendus": value(
            "resultats-attendus",
            f"{OBTENTION}{clean(formation['intitule'])}" if est_certifiante else ATTESTATION,
        ),
        "contenu-formation": _mandatory("contenu-formation", contenu_formation),
        "certifiante": boolean("certifiante", est_certifiante),
        "contact-formation": adresse.contact(
            "contact-formation", adresse.joindre(action["site_dispensateur"], organisme)
        ),
        "parcours-de-formation": value("parcours-de-formation", action["type_parcours"]),
        "code-niveau-entree": value("code-niveau-entree", action["niveau_entree"]),
        "objectif-general-formation": (
            value("objectif-general-formation", CERTIFICATION) if est_certifiante else ""
        ),
        "certification": _certifications(certification),
        "code-niveau-sortie": _niveau_sortie(certification),
        "action": _action(contenu, numerote),
        "organisme-formation-responsable": adresse.responsable(organisme),
    }
    return separate(element("formation", enfants, numerote))


def _mandatory(tag: str, texte: str) -> str:
    return value(tag, clean(texte) or VIDE)


def _intitule(formation: dict, action: dict) -> str:
    return SEPARATEUR.join(filter(None, map(clean, (formation["intitule"], action["complement_intitule"]))))


def _domaine(certification: dict) -> str:
    return _codes_domaine(
        *(tuple(certification.get(champ, ())) for champ in ("formacodes", "nsfs", "romes")),
    )


@lru_cache(maxsize=512)
def _codes_domaine(formacodes: tuple[str, ...], nsfs: tuple[str, ...], romes: tuple[str, ...]) -> str:
    """The first Formacode is the main one."""
    principal = attributes(ref=FORMACODE, tag="principal")
    return element(
        "domaine-formation",
        {
            "code-FORMACODE": [
                value("code-FORMACODE", code, attributes(ref=FORMACODE) if rang else principal)
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


def _action(contenu: dict, numerote: str) -> str:
    action, session, dispositifs = contenu["action"], contenu["session"], contenu["dispositifs"]
    exige = action["niveau_entree"] not in (NiveauEntree.NON_COMMUNIQUE, NiveauEntree.SANS_NIVEAU)
    prix, hebdo = _prix(dispositifs), action["duree_hebdo"]
    enfants = {
        "rythme-formation": value("rythme-formation", _rythme(session) or VIDE),
        "code-public-vise": [
            value("code-public-vise", code, attributes(ref=FORMACODE))
            for code in _unique(code for d in dispositifs for code in d["publics"])[:10]
        ],
        "niveau-entree-obligatoire": boolean("niveau-entree-obligatoire", exige),
        "modalites-alternance": value("modalites-alternance", _alternance(action, session) or VIDE),
        "modalites-enseignement": value("modalites-enseignement", session["modalites_enseignement"]),
        "conditions-specifiques": value(
            "conditions-specifiques", clean(action["commentaire_prerequis"]) or SANS_PREREQUIS
        ),
        "prise-en-charge-frais-possible": boolean(
            "prise-en-charge-frais-possible", any(d["prise_en_charge"] for d in dispositifs)
        ),
        "lieu-de-formation": adresse.lieu(session["site_lieu"]),
        "modalites-entrees-sorties": value("modalites-entrees-sorties", action["modalites_es"]),
        "url-action": element("url-action", {"urlweb": value("urlweb", action["url"])})
        if action["url"]
        else "",
        "session": _session(session, numerote),
        "modalites-pedagogiques": _optional("modalites-pedagogiques", action["modalites_pedagogiques"]),
        "prix-total-TTC": value("prix-total-TTC", prix) if prix else "",
        "duree-indicative": _optional("duree-indicative", action["commentaire_duree"]),
        **_heures(action),
        "organisme-formateur": adresse.formateur(contenu["organisme"], action["site_dispensateur"]),
        "organisme-financeur": _financeurs(dispositifs),
    }
    derniers = "" if hebdo is None else extras("duree-hebdo", [extra("duree-hebdo", hebdo)])
    return element("action", enfants, numerote, derniers)


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
    return [_financeur_of(code, dispositif) for code, dispositif in paires[:MAX_FINANCEURS]]


def _financeur_of(code: str, dispositif: dict) -> str:
    return _financeur(
        code,
        dispositif["nb_places"] if len(dispositif["financeurs"]) == 1 else None,
        dispositif["libelle"],
        dispositif["codes_externes"],
        tuple(dispositif["publics"]),
    )


@lru_cache(maxsize=512)
def _financeur(code: str, places: int | None, libelle: str, externes: str, publics: tuple[str, ...]) -> str:
    specificites = [extra("programme-financeur", libelle)]
    if clean(externes):
        specificites.append(extra("ref-action-marche-financeur", externes))
    specificites += [extra("code-public-vise", public, FORMACODE) for public in publics]
    return element(
        "organisme-financeur",
        {
            "code-financeur": value("code-financeur", code),
            "nb-places-financees": "" if places is None else value("nb-places-financees", places),
        },
        derniers=extras("specificites", specificites),
    )


def _session(session: dict, numerote: str) -> str:
    debut, fin = (value(tag, jour(session[f"date_{tag}"])) for tag in ("debut", "fin"))
    libres = session["places_disponibles"]
    places = {"capacite": session["capacite"], "places-disponibles": libres}
    connues = [extra(nom, nombre) for nom, nombre in places.items() if nombre is not None]
    return element(
        "session",
        {
            "periode": element("periode", {"debut": debut, "fin": fin}),
            "adresse-inscription": adresse.inscription(adresse.adresse_of(session["site_lieu"])),
            "etat-recrutement": "" if libres is None else value("etat-recrutement", "1" if libres else "2"),
        },
        numerote,
        extras("places", connues) if connues else "",
    )
