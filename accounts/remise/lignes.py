"""What the page of an organisme's keys shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import CleActivation, Rattachement
from catalogue.models import Organisme


@dataclass(frozen=True)
class Ligne:
    """A key as the Carif-Oref reads it; `est_ouverte`: it may be sent again or revoked."""

    cle: CleActivation
    etat: str
    quand: datetime
    est_ouverte: bool


def lines_of(cles: Iterable[CleActivation], maintenant: datetime) -> list[Ligne]:
    """The state of each key at this moment, and since when."""
    return [_line_of(cle, maintenant) for cle in cles]


def _line_of(cle: CleActivation, maintenant: datetime) -> Ligne:
    if cle.utilisee_le:
        return Ligne(cle, "Utilisée", cle.utilisee_le, False)
    if cle.revoquee_le:
        return Ligne(cle, "Annulée", cle.revoquee_le, False)
    if cle.expire_le <= maintenant:
        return Ligne(cle, "Expirée", cle.expire_le, True)
    return Ligne(cle, "Donnée", cle.emise_le, True)


def members_of(organisme: Organisme) -> list[Rattachement]:
    """Who works for the organisme, with their role."""
    return list(organisme.rattachements.select_related("user").order_by("user__nom", "user__prenom", "pk"))
