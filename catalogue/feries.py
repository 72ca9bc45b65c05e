"""The public holidays of metropolitan France, of any year: article L. 3133-1 of the Code du travail."""

from datetime import date, timedelta

FIXES = (
    (1, 1, "Jour de l’An"),
    (5, 1, "Fête du Travail"),
    (5, 8, "Victoire de 1945"),
    (7, 14, "Fête nationale"),
    (8, 15, "Assomption"),
    (11, 1, "Toussaint"),
    (11, 11, "Armistice de 1918"),
    (12, 25, "Noël"),
)
#: Days after Easter Sunday.
MOBILES = ((1, "Lundi de Pâques"), (39, "Ascension"), (50, "Lundi de Pentecôte"))


def easter(annee: int) -> date:
    """Easter Sunday of a year of the Gregorian calendar (Meeus, Jones and Butcher's computation)."""
    siecle, rang = divmod(annee, 100)
    lunaison = (19 * (annee % 19) + siecle - siecle // 4 - (siecle - (siecle + 8) // 25 + 1) // 3 + 15) % 30
    jour = (32 + 2 * (siecle % 4) + 2 * (rang // 4) - lunaison - rang % 4) % 7
    report = (annee % 19 + 11 * lunaison + 22 * jour) // 451
    mois, reste = divmod(lunaison + jour - 7 * report + 114, 31)
    return date(annee, mois, reste + 1)


def holidays(annee: int) -> list[tuple[date, str]]:
    """The eleven holidays of a year with their names, in order; two may fall on the same day."""
    paques = easter(annee)
    fixes = [(date(annee, mois, jour), nom) for mois, jour, nom in FIXES]
    return sorted(fixes + [(paques + timedelta(days=ecart), nom) for ecart, nom in MOBILES])
