"""What is stored about people, their keys and their sign-ins."""

from .cles import CleActivation, DemandeCle, StatutDemande
from .journal import EvenementSecurite, TypeEvenementSecurite
from .second_facteur import CodeSecours, Totp
from .sessions import ChangementAdresse, SessionNavigateur
from .users import Rattachement, RoleCarif, User

__all__ = [
    "ChangementAdresse",
    "CleActivation",
    "CodeSecours",
    "DemandeCle",
    "EvenementSecurite",
    "Rattachement",
    "RoleCarif",
    "SessionNavigateur",
    "StatutDemande",
    "Totp",
    "TypeEvenementSecurite",
    "User",
]
