"""Settings and their journal as people read them."""

from datetime import date, datetime

from django.utils import timezone

from catalogue.enums import Financeur, UsageTexte
from catalogue.models import CleApi, Delais, EvenementReglage, JourFerme, TexteType, TypeDispositif
from sofi.typographie import date_longue

#: The kinds of settings: their model, and their name above the history.
FAMILLES = {
    "typedispositif": (TypeDispositif, "Type de dispositif"),
    "textetype": (TexteType, "Texte préparé"),
    "jourferme": (JourFerme, "Jour fermé"),
    "delais": (Delais, "Délais"),
    "cleapi": (CleApi, "Clé d’API"),
}


def valeur(champ: str, brute) -> str:
    """The value of a column, as JSON or the database keeps it; « rien » when it is empty."""
    if brute is None or brute in ("", []):
        return "rien"
    if isinstance(brute, bool):
        return "oui" if brute else "non"
    match champ:
        case "financeurs":
            return ", ".join(libelle_financeur(code) for code in brute)
        case "usage":
            return UsageTexte(brute).label
        case "revoquee_le":
            return date_longue(timezone.localdate(datetime.fromisoformat(brute)))
        case "jour":
            return date_longue(date.fromisoformat(brute) if isinstance(brute, str) else brute)
    return str(brute)


def libelle_financeur(code: str) -> str:
    """The name of a financeur; a code of another list as it is."""
    return Financeur(code).label if code in Financeur.values else code


def evenement(ligne: EvenementReglage) -> dict:
    """One line of the settings' journal, for the history page. Needs `auteur`."""
    modele, famille = FAMILLES[ligne.objet]
    return {
        "famille": famille,
        "libelle": ligne.libelle,
        "version": ligne.version,
        "qui": str(ligne.auteur),
        "le": ligne.le,
        "quoi": _act(ligne),
        "changements": [
            {
                "libelle": str(modele._meta.get_field(champ).verbose_name).capitalize(),
                "avant": valeur(champ, avant),
                "apres": valeur(champ, apres),
            }
            for champ, (avant, apres) in ligne.changements.items()
        ],
    }


def _act(ligne: EvenementReglage) -> str:
    """« Ajout », « Suppression » or « Modification »; closing and reopening by their own name."""
    if ligne.changements.keys() == {"revoquee_le"}:
        return "Révocation"
    if ligne.changements.keys() == {"est_actif"}:
        return "Réouverture" if ligne.changements["est_actif"][1] else "Fermeture"
    avants, apres = zip(*ligne.changements.values(), strict=True)
    if all(un is None for un in avants):
        return "Ajout"
    return "Suppression" if all(un is None for un in apres) else "Modification"
