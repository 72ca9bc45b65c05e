"""Charts without style nor script: places of bars, points and lines, in percents across and pixels down.

Percents let the drawing follow the width of the page while its letters keep their size.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise, zip_longest

#: Heights in pixels: the whole drawing, where the plot begins, and its base line.
HAUTEUR, HAUT, BASE = 236, 20, 190
#: What the levels take on the left, in percents.
MARGE = 5


@dataclass(frozen=True)
class Serie:
    """Figures of one kind, one a month, None where there is none; `forme` is « barres » or « ligne »."""

    nom: str
    classe: str
    valeurs: Sequence[float | None]
    unite: str = ""
    forme: str = "barres"


@dataclass(frozen=True)
class Graphique:
    """What the template draws: each shape as the attributes of its SVG element."""

    barres: list[dict] = field(default_factory=list)
    points: list[dict] = field(default_factory=list)
    segments: list[dict] = field(default_factory=list)
    graduations: list[dict] = field(default_factory=list)
    etiquettes: list[dict] = field(default_factory=list)
    repere: dict | None = None
    hauteur: int = HAUTEUR
    base: int = BASE


def draw(
    etiquettes: Sequence[str],
    series: Sequence[Serie],
    *,
    titres: Sequence[str],
    annees: Sequence[str] = (),
    unite: str = "",
    repere: float | None = None,
) -> Graphique:
    """The chart of `series` over as many places as `etiquettes`; `titres` name the places in full.

    `annees` are written under the labels, '' where there is none; `unite` beside the top level. `repere` is
    a level to compare with, drawn across.
    """
    niveaux = [valeur for serie in series for valeur in serie.valeurs if valeur is not None]
    sommet = ceiling(max([*niveaux, repere or 0, 1]))
    barres = [serie for serie in series if serie.forme == "barres"]
    graphique = Graphique(
        graduations=[
            {"y": _down(niveau, sommet), "texte": f"{niveau:g} {suite}".replace(".", ",").strip()}
            for niveau, suite in ((sommet / 2, ""), (sommet, unite))
        ],
        etiquettes=[
            {"x": _across(rang + 0.5, len(etiquettes)), "texte": texte, "est_paire": rang % 2, "annee": annee}
            for rang, (texte, annee) in enumerate(zip_longest(etiquettes, annees, fillvalue=""))
        ],
        repere=None if repere is None else {"y": _down(repere, sommet)},
    )
    for serie in series:
        if serie.forme == "barres":
            graphique.barres.extend(_bars(serie, barres.index(serie), len(barres), titres, sommet))
        else:
            points = _points(serie, titres, sommet)
            graphique.points.extend(point for point in points if point)
            graphique.segments.extend(
                {"x1": a["x"], "y1": a["y"], "x2": b["x"], "y2": b["y"], "classe": serie.classe}
                for a, b in pairwise(points)
                if a and b
            )
    return graphique


def ceiling(valeur: float) -> int:
    """The first round number that is not under `valeur`: 2, 4, 6, 10, 20, 40…"""
    rond = 1
    while True:
        for facteur in (2, 4, 6, 10):
            if valeur <= facteur * rond:
                return facteur * rond
        rond *= 10


def share(valeur: float, tout: float) -> str:
    """A part as the width of a gauge."""
    return f"{100 * valeur / tout:.2f}%" if tout else "0%"


def _bars(serie: Serie, place: int, nombre: int, titres: Sequence[str], sommet: float) -> list[dict]:
    """The bars of a series that stands `place`-th among `nombre` in each month's slot."""
    largeur = 0.7 / nombre
    return [
        {
            "x": _across(rang + 0.15 + place * largeur, len(titres)),
            "y": _down(valeur, sommet),
            "largeur": _wide(largeur * 0.9, len(titres)),
            "hauteur": BASE - _down(valeur, sommet),
            "classe": serie.classe,
            "titre": _say(serie, titres[rang], valeur),
        }
        for rang, valeur in enumerate(serie.valeurs)
        if valeur
    ]


def _points(serie: Serie, titres: Sequence[str], sommet: float) -> list[dict | None]:
    return [
        None
        if valeur is None
        else {
            "x": _across(rang + 0.5, len(titres)),
            "y": _down(valeur, sommet),
            "classe": serie.classe,
            "titre": _say(serie, titres[rang], valeur),
        }
        for rang, valeur in enumerate(serie.valeurs)
    ]


def _say(serie: Serie, titre: str, valeur: float) -> str:
    nom = serie.nom[:1].lower() + serie.nom[1:]  # « envois au Carif-Oref »
    return f"{titre}, {nom}\u00a0: {valeur:g} {serie.unite}".strip()


def _across(place: float, places: int) -> str:
    return f"{MARGE + (100 - MARGE) * place / places:.2f}%"


def _wide(part: float, places: int) -> str:
    """A width, as a part of a month's slot."""
    return f"{(100 - MARGE) * part / places:.2f}%"


def _down(valeur: float, sommet: float) -> int:
    return round(BASE - (BASE - HAUT) * valeur / sommet)
