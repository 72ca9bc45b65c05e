"""Whom a feed is for, and what it leaves out.

France Travail (AUDE) takes no apprenticeship, no session ended more than 30 days ago, and nothing of an
organisme whose SIRET is missing or wrong (facts: Carif-Oref Centre – Val de Loire, 23/11/2018).
"""

from django.core.exceptions import ValidationError

from catalogue.identifiants import validate_siret

#: code → why, as its organisme reads it.
EXCLUSIONS = {
    "apprentissage": "L’apprentissage n’est pas transmis à France Travail.",
    "siret": "Le SIRET de l’organisme manque ou n’est pas juste.",
}
JOURS_APRES_LA_FIN = 30


def exclusions(contenu: dict) -> list[str]:
    """Codes of `EXCLUSIONS` that hold for a published sheet, whatever the day."""
    found = []
    if any(dispositif.get("est_apprentissage") for dispositif in contenu.get("dispositifs", [])):
        found.append("apprentissage")
    try:
        validate_siret(contenu["organisme"]["siret"])
    except (KeyError, TypeError, ValidationError):
        found.append("siret")
    return found
