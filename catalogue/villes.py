"""The names of towns, as people write them."""

import re

from catalogue.certifications.mots import plain

_CEDEX = re.compile(r"\s*\bCEDEX\b(?:\s*\d{1,2})?\s*$", re.IGNORECASE)
_ABREVIATIONS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}


def key_of(nom: str) -> str:
    """The name of a town without case, accents, punctuation nor abbreviation: « st nazaire » is its key."""
    mots = re.findall(r"[a-z0-9]+", plain(nom))
    return " ".join(_ABREVIATIONS.get(mot, mot) for mot in mots)


def without_cedex(ville: str) -> str:
    """The town alone, without the « CEDEX » that may follow it."""
    return _CEDEX.sub("", ville).strip()


def is_cedex(ville: str) -> bool:
    """Whether « CEDEX » follows the town."""
    return without_cedex(ville) != ville.strip()
