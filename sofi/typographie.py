"""French as it is printed: dates, lists, and the spaces that do not break."""

from datetime import date

NBSP = "\u00a0"
NNBSP = "\u202f"
MOIS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


def date_longue(jour: date | None) -> str:
    """« 1er janvier 2027 », « 31 décembre 2027 »; empty without a date."""
    if jour is None:
        return ""
    return f"{'1er' if jour.day == 1 else jour.day}{NBSP}{MOIS[jour.month - 1]} {jour.year}"


def quantite(nombre, unite: str) -> str:
    """A number and its unit that stay on one line, « 1 200 h », « 35,50 h »; empty without a number."""
    if nombre is None:
        return ""
    texte = f"{nombre:,}".replace(",", NNBSP).replace(".", ",")
    return f"{texte}{NBSP}{unite}"


def il_y_a(jours: int) -> str:
    """For how long something has waited: « depuis aujourd’hui », « depuis hier », « depuis 3 jours »."""
    if jours < 1:
        return "depuis aujourd’hui"
    return "depuis hier" if jours == 1 else f"depuis {jours}{NBSP}jours"
