"""What happens in a month, read in the actions' journal: decisions, sendings, what is made."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from catalogue.enums import TypeEvenement
from catalogue.models import Evenement
from catalogue.pilotage.mois import bounds

DECISIONS = (TypeEvenement.APPROVE, TypeEvenement.REFUSE, TypeEvenement.REQUEST_CHANGES)


@dataclass(frozen=True)
class Mouvement:
    """One kind of line: `code` in addresses and measures, its name, its condition on the journal."""

    code: str
    libelle: str
    condition: Q


MOUVEMENTS = (
    Mouvement("decisions", "Réponses du Carif-Oref", Q(type__in=DECISIONS, delai_ouvre__isnull=False)),
    Mouvement("envois", "Envois au Carif-Oref", Q(type=TypeEvenement.SUBMIT)),
    Mouvement("actions_creees", "Actions créées", Q(type=TypeEvenement.CREATION, details__objet="action")),
    Mouvement("sessions_creees", "Sessions créées", Q(type=TypeEvenement.CREATION, details__objet="session")),
)
#: Those that are « entries », in the order of the board.
ENTREES = tuple(mouvement for mouvement in MOUVEMENTS if mouvement.code != "decisions")


def find(code: str) -> Mouvement | None:
    return next((mouvement for mouvement in MOUVEMENTS if mouvement.code == code), None)


def between(mouvement: Mouvement, premier: str, dernier: str) -> QuerySet[Evenement]:
    """The lines of a kind, from the month `premier` to the month `dernier`, both included."""
    debut, fin = bounds(premier)[0], bounds(dernier)[1]
    return Evenement.objects.filter(mouvement.condition, le__gte=debut, le__lt=fin)
