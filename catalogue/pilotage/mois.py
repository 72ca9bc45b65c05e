"""Months of the board: « 2027-03 » in addresses and measures, « mars 2027 » on screen."""

import re
from datetime import date, datetime, time

from django.utils import timezone

from sofi.typographie import MOIS

#: How many months the board looks back on, this one included.
NOMBRE = 12
ABREGES = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")


def last_months(jour: date, nombre: int = NOMBRE) -> list[str]:
    """The keys of the `nombre` months that end with that of `jour`, oldest first."""
    rang = jour.year * 12 + jour.month - 1
    return [f"{un // 12:04}-{un % 12 + 1:02}" for un in range(rang - nombre + 1, rang + 1)]


def bounds(mois: str) -> tuple[datetime, datetime]:
    """The first moment of a month and that of the next one, in the site's time zone."""
    annee, numero = map(int, mois.split("-"))
    suivant = date(annee + numero // 12, numero % 12 + 1, 1)
    return _midnight(date(annee, numero, 1)), _midnight(suivant)


def is_month(texte: str) -> bool:
    """Whether `texte` is the key of a month of this century."""
    return bool(re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", texte))


def label(mois: str) -> str:
    """« mars 2027 »."""
    return f"{MOIS[int(mois[5:]) - 1]} {mois[:4]}"


def short_label(mois: str) -> str:
    """« mars » or « janv. », under a bar."""
    return ABREGES[int(mois[5:]) - 1]


def years(mois: list[str]) -> list[str]:
    """The year of the first month and of each January, to be written under them; '' of the others.

    That of a first December is left out: the next January says it, and there is no room for both.
    """
    return [
        un[:4] if un.endswith("-01") or (rang == 0 and not un.endswith("-12")) else ""
        for rang, un in enumerate(mois)
    ]


def _midnight(jour: date) -> datetime:
    return timezone.make_aware(datetime.combine(jour, time.min))
