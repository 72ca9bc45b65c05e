"""One published session as one LHÉO 2.3 `formation`, with one action and one session.

Every known feed of the network has one session per action: place, funding and public are the action's in
LHÉO and vary with the session here. Texts are cut to their length, mandatory ones are « - » when empty,
as the network's feeds do. The elements bear no namespace: the feed's root declares it for all.
"""

from collections.abc import Iterable
from datetime import date
from xml.etree.ElementTree import Element, SubElement

from catalogue.enums import EtatCertification, NiveauEntree, PeriodeFormation, Rythme
from catalogue.lheo import adresse
from catalogue.lheo.texte import add, jour, lines
from catalogue.numeros import numero_organisme

#: Version of the Formacode thesaurus that Certif Info and the publics use.
FORMACODE = "V13"
CERTIFICATION = "6"
SANS_NIVEAU = "1"
#: LHÉO's first level of the national framework is 11.
NIVEAUX = 10
MAX_FINANCEURS = 8


def build_formation(contenu: dict, *, creee: date | None = None, modifiee: date | None = None) -> Element:
    """The element of a sheet as `catalogue.instantane.build_contenu` writes it.

    The session's public number names the three levels: it is the only one that never changes. Dates are
    those of the first and last publication.
    """
    numero = contenu["session"]["numero"] or ""
    racine = _numbered("formation", numero, creee, modifiee)
    formation, action = contenu["formation"], contenu["action"]
    certification = formation["certification"] or {}
    _domaine(racine, certification)
    add(racine, "intitule-formation", _intitule(formation, action))
    add(racine, "objectif-formation", formation["objectif"] or "-")
    add(racine, "resultats-attendus", _resultats(formation))
    add(racine, "contenu-formation", lines(formation["programme"], action["complement_descriptif"]) or "-")
    certifiante = bool(certification) and certification["etat"] != EtatCertification.NON_CERTIFIANTE
    add(racine, "certifiante", certifiante)
    adresse.contact(racine, "contact-formation", action["site_dispensateur"], contenu["organisme"])
    add(racine, "parcours-de-formation", action["type_parcours"])
    add(racine, "code-niveau-entree", action["niveau_entree"])
    if certifiante:
        add(racine, "objectif-general-formation", CERTIFICATION)
    _certifications(racine, certification)
    if certification:
        niveau = certification["niveau"]
        add(racine, "code-niveau-sortie", NIVEAUX + niveau if niveau else SANS_NIVEAU)
    racine.append(_action(contenu, numero, creee, modifiee))
    _responsable(racine, contenu["organisme"])
    return racine


def _numbered(tag: str, numero: str, creee: date | None, modifiee: date | None) -> Element:
    element = Element(tag, numero=numero)
    for attribut, valeur in (("datecrea", creee), ("datemaj", modifiee)):
        if valeur:
            element.set(attribut, jour(valeur))
    return element


def _domaine(racine: Element, certification: dict) -> None:
    domaine = SubElement(racine, "domaine-formation")
    for rang, code in enumerate(certification.get("formacodes", [])[:5]):
        element = add(domaine, "code-FORMACODE", code, ref=FORMACODE)
        if rang == 0:
            element.set("tag", "principal")
    for code in certification.get("nsfs", [])[:3]:
        add(domaine, "code-NSF", code)
    for code in certification.get("romes", [])[:5]:
        add(domaine, "code-ROME", code)


def _intitule(formation: dict, action: dict) -> str:
    return " – ".join(filter(None, [formation["intitule"], action["complement_intitule"]]))


def _resultats(formation: dict) -> str:
    certification = formation["certification"]
    if certification and certification["etat"] != EtatCertification.NON_CERTIFIANTE:
        return f"Obtention de : {formation['intitule']}"
    return "Attestation de fin de formation"


def _certifications(racine: Element, certification: dict) -> None:
    """One element for the code and its RNCP or first RS sheet, one more for each other RS sheet."""
    if not certification:
        return
    premier, *autres = certification["codes_rs"] or [""]
    element = SubElement(racine, "certification")
    if certification["code_rncp"]:
        add(element, "code-RNCP", certification["code_rncp"])
    add(element, "code-CERTIFINFO", certification["code"])
    if premier:
        add(element, "code-RS", premier)
    for code in autres[:4]:
        add(SubElement(racine, "certification"), "code-RS", code)


def _action(contenu: dict, numero: str, creee: date | None, modifiee: date | None) -> Element:
    action, session, dispositifs = contenu["action"], contenu["session"], contenu["dispositifs"]
    element = _numbered("action", numero, creee, modifiee)
    add(element, "rythme-formation", _rythme(session) or "-")
    for code in _unique(code for d in dispositifs for code in d["publics"])[:10]:
        add(element, "code-public-vise", code, ref=FORMACODE)
    exige = action["niveau_entree"] not in (NiveauEntree.NON_COMMUNIQUE, NiveauEntree.SANS_NIVEAU)
    add(element, "niveau-entree-obligatoire", exige)
    add(element, "modalites-alternance", _alternance(action, session) or "-")
    add(element, "modalites-enseignement", session["modalites_enseignement"])
    add(element, "conditions-specifiques", action["commentaire_prerequis"].strip() or "aucune")
    add(element, "prise-en-charge-frais-possible", any(d["prise_en_charge"] for d in dispositifs))
    adresse.lieu(element, session["site_lieu"])
    add(element, "modalites-entrees-sorties", action["modalites_es"])
    if action["url"]:
        add(SubElement(element, "url-action"), "urlweb", action["url"])
    element.append(_session(session, numero, creee, modifiee))
    if action["modalites_pedagogiques"]:
        add(element, "modalites-pedagogiques", action["modalites_pedagogiques"])
    if prix := _prix(dispositifs):
        add(element, "prix-total-TTC", prix)
    if action["commentaire_duree"]:
        add(element, "duree-indicative", action["commentaire_duree"])
    _heures(element, action)
    _formateur(element, contenu)
    _financeurs(element, dispositifs)
    if action["duree_hebdo"] is not None:
        extras = SubElement(element, "extras", info="duree-hebdo")
        add(extras, "extra", action["duree_hebdo"], info="duree-hebdo")
    return element


def _unique(codes: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(codes))


def _rythme(session: dict) -> str:
    rythmes = [Rythme(code).label for code in session["rythmes"]]
    return ", ".join(rythmes + [PeriodeFormation(code).label for code in session["periodes"]])


def _alternance(action: dict, session: dict) -> str:
    if Rythme.ALTERNANCE not in session["rythmes"]:
        return ""
    centre, entreprise = action["duree_centre"] or 0, action["duree_entreprise"] or 0
    return f"{centre} heures en centre, {entreprise} heures en entreprise"


def _prix(dispositifs: list[dict]) -> str:
    """What the training costs to whoever pays for it; '' when no dispositif says it."""
    return next((d["cout_stagiaire"] for d in dispositifs if d["cout_stagiaire"]), "")


def _heures(element: Element, action: dict) -> None:
    durees = {"centre": action["duree_centre"], "entreprise": action["duree_entreprise"]}
    connues = {nom: heures for nom, heures in durees.items() if heures is not None}
    if connues:
        connues["total"] = sum(connues.values())
    for nom, heures in connues.items():
        add(element, f"nombre-heures-{nom}", heures)


def _formateur(element: Element, contenu: dict) -> None:
    """The organisme dispensateur: by the SIRET of its place when it has one."""
    organisme, site = contenu["organisme"], contenu["action"]["site_dispensateur"]
    formateur = SubElement(element, "organisme-formateur", numero=numero_organisme(organisme["id"]))
    add(SubElement(formateur, "SIRET-formateur"), "SIRET", site["siret"] or organisme["siret"])
    add(formateur, "raison-sociale-formateur", organisme["raison_sociale"])
    adresse.contact(formateur, "contact-formateur", site, organisme)
    if site["uai"]:
        add(SubElement(formateur, "code-UAI-formateur"), "code-UAI", site["uai"])


def _financeurs(element: Element, dispositifs: list[dict]) -> None:
    """A dispositif is one funder for each of its codes, told apart by its programme, as the network does.

    Several funders share its places: how many each pays for is not known.
    """
    paires = [(code, d) for d in dispositifs for code in d["financeurs"]]
    for code, dispositif in paires[:MAX_FINANCEURS]:
        financeur = SubElement(element, "organisme-financeur")
        add(financeur, "code-financeur", code)
        if dispositif["nb_places"] is not None and len(dispositif["financeurs"]) == 1:
            add(financeur, "nb-places-financees", dispositif["nb_places"])
        extras = SubElement(financeur, "extras", info="specificites")
        add(extras, "extra", dispositif["libelle"], info="programme-financeur")
        if dispositif["codes_externes"]:
            add(extras, "extra", dispositif["codes_externes"], info="ref-action-marche-financeur")
        for public in dispositif["publics"]:
            add(extras, "extra", public, info="code-public-vise", ref=FORMACODE)


def _session(session: dict, numero: str, creee: date | None, modifiee: date | None) -> Element:
    element = _numbered("session", numero, creee, modifiee)
    periode = SubElement(element, "periode")
    add(periode, "debut", jour(date.fromisoformat(session["date_debut"])))
    add(periode, "fin", jour(date.fromisoformat(session["date_fin"])))
    adresse.adresse(SubElement(element, "adresse-inscription"), session["site_lieu"])
    if session["places_disponibles"] is not None:
        add(element, "etat-recrutement", "1" if session["places_disponibles"] else "2")
    places = {"capacite": session["capacite"], "places-disponibles": session["places_disponibles"]}
    connues = {nom: nombre for nom, nombre in places.items() if nombre is not None}
    if connues:
        extras = SubElement(element, "extras", info="places")
        for nom, nombre in connues.items():
            add(extras, "extra", nombre, info=nom)
    return element


def _responsable(racine: Element, organisme: dict) -> None:
    """The holder of the NDA."""
    element = SubElement(racine, "organisme-formation-responsable", numero=numero_organisme(organisme["id"]))
    add(element, "numero-activite", organisme["nda"])
    add(SubElement(element, "SIRET-organisme-formation"), "SIRET", organisme["siret"])
    add(element, "nom-organisme", organisme["nom_usage"] or organisme["raison_sociale"])
    add(element, "raison-sociale", organisme["raison_sociale"])
    adresse.coordonnees(SubElement(element, "coordonnees-organisme"), organisme)
    adresse.contact(element, "contact-organisme", organisme)
    if organisme.get("uai"):
        add(SubElement(element, "code-UAI-organisme-formation"), "code-UAI", organisme["uai"])
