"""The rules of quality as the help tells them: from the same data the findings come from."""

from dataclasses import dataclass
from functools import cache

from catalogue.completude import REGLES, Poids, Regle

EFFETS = {
    Poids.BLOQUANT: "Bloquant",
    Poids.AVERTISSEMENT: "À vérifier",
    Poids.INTERNE: "Pour le Carif-Oref seulement",
}


@dataclass(frozen=True)
class RegleExpliquee:
    """A rule, and what it does when it is not respected, the heaviest first."""

    regle: Regle
    effets: str


@cache
def regles() -> list[RegleExpliquee]:
    """The rules in their order."""
    return [RegleExpliquee(regle, _effets(regle)) for regle in REGLES]


def _effets(regle: Regle) -> str:
    mots = [mot for poids, mot in EFFETS.items() if poids in regle.codes.values()]
    return " ou ".join([mots[0], *(mot[0].lower() + mot[1:] for mot in mots[1:])])
