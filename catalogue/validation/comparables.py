"""What is compared of a published sheet (`catalogue.instantane.build_contenu`): labels, and how values read.

A label is that of the line of the dossier the value stands on: the difference is told in its place.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.formats import number_format

from catalogue.enums import (
    EtatCertification,
    Financeur,
    ModalitesEnseignement,
    ModalitesES,
    NiveauEntree,
    PeriodeFormation,
    Public,
    Rythme,
    TypeParcours,
    label_niveau,
)
from catalogue.validation.fiches import NDA, SIRET, TELEPHONE
from sofi.typographie import NBSP, date_longue, grouper, quantite


@dataclass(frozen=True)
class Comparable:
    """One value of a sheet: its label, its reader in French, and the line of the dossier it belongs to."""

    libelle: str
    read: Callable[[object], str] = str
    #: The field whose line shows it, when it is not its own.
    ligne: str = ""


def _labels(enum) -> Callable:
    """A reader of one code, or of several, of `enum`."""
    noms = {str(code): str(label) for code, label in enum.choices}
    return lambda codes: ", ".join(
        noms.get(str(code), str(code)) for code in (codes if isinstance(codes, list) else [codes])
    )


def _liste(codes: list) -> str:
    return ", ".join(map(str, codes))


def _groupes(*tailles: int) -> Callable:
    return lambda code: grouper(code, *tailles)


def _jour(iso: str) -> str:
    return date_longue(date.fromisoformat(iso))


def _heures(nombre) -> str:
    return quantite(Decimal(nombre), "h")


def _prix(montant: str) -> str:
    return f"{number_format(Decimal(montant), 2, use_l10n=True, force_grouping=True)}{NBSP}€"


def _oui_non(vrai: bool) -> str:
    return "oui" if vrai else "non"


def with_adresse(partie: dict) -> dict:
    """An organisme or a site of a sheet, its address being one text: nobody reads it key by key."""
    ville = f"{partie['code_postal']} {partie['ville']}".strip()
    return partie | {"adresse": ", ".join(filter(None, [*partie["lignes"], ville]))}


#: Shared by an organisme and a site, told on one line of the dossier.
_COMMUNE = {
    "insee": Comparable("Code Insee de la commune", ligne="adresse"),
    "departement": Comparable("Département", ligne="adresse"),
}
ORGANISME = {
    "raison_sociale": Comparable("Raison sociale"),
    "nom_usage": Comparable("Nom d’usage"),
    "siret": Comparable("SIRET", _groupes(*SIRET)),
    "nda": Comparable("Numéro de déclaration d’activité", _groupes(*NDA)),
    "uai": Comparable("Code UAI"),
    "adresse": Comparable("Adresse"),
    **_COMMUNE,
    "telephone": Comparable("Téléphone", _groupes(*TELEPHONE)),
    "courriel": Comparable("E-mail"),
    "site_web": Comparable("Site web"),
}
#: Of a place that stays the same row; another place is told whole.
SITE = {
    "nom": Comparable("nom"),
    "adresse": Comparable("adresse"),
    "insee": Comparable("code Insee de la commune"),
    "departement": Comparable("département"),
    "siret": Comparable("SIRET", _groupes(*SIRET)),
    "uai": Comparable("code UAI"),
    "telephone": Comparable("téléphone", _groupes(*TELEPHONE)),
    "courriel": Comparable("e-mail"),
}
#: Of the formation, and the code it had before, which the sheet keeps in its action.
FORMATION = {
    "intitule": Comparable("Intitulé"),
    "objectif": Comparable("Objectif"),
    "programme": Comparable("Programme"),
    "certification_precedente": Comparable("Ancien code"),
}
#: Of a Certifinfo code that stays the same; of another code, everything follows the code.
CERTIFICATION = {
    "etat": Comparable("État de la certification", _labels(EtatCertification), "certification"),
    "type_diplome": Comparable("Type de diplôme (code)", ligne="type_diplome"),
    "niveau": Comparable("Niveau de sortie", label_niveau),
    "formacodes": Comparable("Formacodes (codes)", _liste, "formacodes"),
    "romes": Comparable("Codes ROME", _liste),
    "nsfs": Comparable("Codes NSF", _liste),
    "code_rncp": Comparable("Code RNCP", ligne="fiches"),
    "codes_rs": Comparable("Codes RS", _liste, "fiches"),
    "certificateurs": Comparable("Certificateurs"),
}
ACTION = {
    "complement_intitule": Comparable("Complément intitulé"),
    "complement_descriptif": Comparable("Complément descriptif"),
    "url": Comparable("URL vers le site de l’OF"),
    "niveau_entree": Comparable("Niveau d’entrée", _labels(NiveauEntree)),
    "type_parcours": Comparable("Type de parcours", _labels(TypeParcours)),
    "modalites_pedagogiques": Comparable("Modalités pédagogiques"),
    "modalites_es": Comparable("ESP ou dates fixes", _labels(ModalitesES)),
    "duree_centre": Comparable("Durée en centre", _heures),
    "duree_entreprise": Comparable("Durée en entreprise", _heures),
    "duree_hebdo": Comparable("Durée hebdo", _heures),
    "commentaire_duree": Comparable("Commentaire durée"),
    "commentaire_prerequis": Comparable("Commentaire prérequis"),
}
SESSION = {
    "date_debut": Comparable("Date début", _jour),
    "date_fin": Comparable("Date fin", _jour),
    "rythmes": Comparable("Rythmes", _labels(Rythme)),
    "periodes": Comparable("Périodes de formation", _labels(PeriodeFormation)),
    "modalites_enseignement": Comparable("Modalités d’enseignement", _labels(ModalitesEnseignement)),
    "capacite": Comparable("Capacité d’accueil"),
    "places_disponibles": Comparable("Places disponibles"),
}
DISPOSITIF = {
    "libelle": Comparable("nom"),
    "est_apprentissage": Comparable("apprentissage", _oui_non),
    "est_formation_initiale": Comparable("formation initiale", _oui_non),
    "financeurs": Comparable("financeurs", _labels(Financeur)),
    "publics": Comparable("publics", _labels(Public)),
    "codes_externes": Comparable("codes externes"),
    "nb_places": Comparable("places"),
    "cout_stagiaire": Comparable("coût stagiaire", _prix),
    "prise_en_charge": Comparable("frais pris en charge", _oui_non),
}
#: What is published and never compared, with the reason. « * » is any place of a list.
SANS_OBJET = {
    "organisme.id": "an action never changes hands",
    "formation.id": "the row follows the Certifinfo code, which is compared",
    "formation.cpf": "read in official files on the day of the validation, typed by nobody",
    "action.id": "the sheets of one action are compared",
    "session.numero": "given once, and what sessions are matched by",
}
