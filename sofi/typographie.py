"""French as it is printed: dates, lists, and the spaces that do not break."""

from datetime import date
from itertools import pairwise

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


def entier(nombre: int) -> str:
    """A whole number by groups of three that stay on one line, « 12 345 »."""
    return f"{nombre:,}".replace(",", NNBSP)


def quantite(nombre, unite: str) -> str:
    """A number and its unit that stay on one line, « 1 200 h », « 17,5 h »; empty without a number."""
    if nombre is None:
        return ""
    unites, _, decimales = f"{nombre:,}".partition(".")
    texte = ",".join(filter(None, [unites.replace(",", NNBSP), decimales.rstrip("0")]))
    return f"{texte}{NBSP}{unite}"


def il_y_a(jours: int) -> str:
    """For how long something has waited: « depuis aujourd’hui », « depuis hier », « depuis 3 jours »."""
    if jours < 1:
        return "depuis aujourd’hui"
    return "depuis hier" if jours == 1 else f"depuis {jours}{NBSP}jours"


def grouper(code: str, *tailles: int) -> str:
    """`code` read in groups of `tailles` characters; a code of another length unchanged.

    ``grouper("81234567800012", 3, 3, 3, 5)`` is « 812 345 678 00012 ».
    """
    if len(code) != sum(tailles):
        return code
    bornes = [sum(tailles[:rang]) for rang in range(len(tailles) + 1)]
    return NBSP.join(code[debut:fin] for debut, fin in pairwise(bornes))


def apostrophes(texte: str) -> str:
    """`texte` with the apostrophes of print, « Certificat d’aptitude »: official files keep typewriters'.

    For display only: what is stored and sent to partners stays as its source wrote it.
    """
    return texte.replace("'", "’")
