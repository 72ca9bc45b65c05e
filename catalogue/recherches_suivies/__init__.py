"""Searches followed by e-mail: asked for and confirmed (`vie`), their news sent each morning (`envoi`).

An address is kept only as long as it follows something: whoever stops, or does not confirm, leaves no trace.
"""

from .envoi import morning
from .liens import LienForge, LienPerime
from .requete import RechercheTropLongue, canonical, criteria
from .vie import MAX_SUIVIES, TropDeRecherches, ask, carry_on, confirm, find, find_open, forget, stop

__all__ = [
    "MAX_SUIVIES",
    "LienForge",
    "LienPerime",
    "RechercheTropLongue",
    "TropDeRecherches",
    "ask",
    "canonical",
    "carry_on",
    "confirm",
    "criteria",
    "find",
    "find_open",
    "forget",
    "morning",
    "stop",
]
