"""Whom a feed is for, and what it leaves out.

France Travail (AUDE) takes no apprenticeship nor initial training, no session ended more than 30 days ago,
and nothing of an organisme whose SIRET is missing or wrong (facts: Carif-Oref Centre – Val de Loire,
23/11/2018). Initial training is not typed here: it comes from Onisep's own feed.
"""

from datetime import date, timedelta

from django.core.exceptions import ValidationError

from catalogue.identifiants import validate_siret
from catalogue.models import TypeDispositif
from sofi.typographie import NBSP

#: code → why, as its organisme reads it.
EXCLUSIONS = {
    "apprentissage": "L’apprentissage n’est pas transmis à France Travail.",
    "siret": "Le SIRET de l’organisme manque ou n’est pas juste.",
}
JOURS_APRES_LA_FIN = 30
#: The exclusion that depends on the day, in the same words.
TERMINEE = f"La session est terminée depuis plus de {JOURS_APRES_LA_FIN}{NBSP}jours."


def exclusions(contenu: dict, apprentissage: frozenset[str] = frozenset()) -> list[str]:
    """Codes of `EXCLUSIONS` that hold for a published sheet, whatever the day.

    Sheets of before November 2026 do not say which dispositifs are apprenticeship: `apprentissage`, from
    `types_apprentissage`, says it by code.
    """
    found = []
    if any(
        dispositif.get("est_apprentissage", dispositif.get("type") in apprentissage)
        for dispositif in contenu.get("dispositifs", [])
    ):
        found.append("apprentissage")
    try:
        validate_siret(contenu["organisme"]["siret"])
    except (KeyError, TypeError, ValidationError):
        found.append("siret")
    return found


def types_apprentissage() -> frozenset[str]:
    """Codes of the types of dispositif that are apprenticeship today. One query."""
    return frozenset(TypeDispositif.objects.filter(est_apprentissage=True).values_list("code", flat=True))


def oldest_end(on: date) -> date:
    """The earliest end that France Travail still takes on the day `on`."""
    return on - timedelta(days=JOURS_APRES_LA_FIN)
