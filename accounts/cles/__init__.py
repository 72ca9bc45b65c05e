"""Activation keys: given to one person, for one role, by mail or by letter; used once (manual, step 1)."""

from accounts.cles.ecriture import en_groupes, normaliser
from accounts.cles.emission import CleClose, emettre, renvoyer, revoquer
from accounts.cles.utilisation import Acces, CleRefusee, TropDEssais, utiliser

__all__ = [
    "Acces",
    "CleClose",
    "CleRefusee",
    "TropDEssais",
    "emettre",
    "en_groupes",
    "normaliser",
    "renvoyer",
    "revoquer",
    "utiliser",
]
