"""How the state of an action goes with dates: its own, and those of its sessions."""

from datetime import datetime
from typing import NamedTuple

from catalogue.enums import StatutAction
from catalogue.volume.tirage import PASSE

S = StatutAction


class Moments(NamedTuple):
    """When an action was sent and decided; `reprise`: taken up again since, and sent again if it waits."""

    envoi: datetime
    decision: datetime
    reprise: datetime


def first_starts(nombre: int, statut: S, en_ligne: bool, age: int) -> list[int]:
    """For each session of an action typed or sent `age` days ago, how many days ago it may start at most.

    What was never online is typed for sessions to come. What is online and sent again has one, after those
    of the past.
    """
    if not en_ligne and statut != S.ARCHIVEE:
        return [age] * nombre
    derniere = age if statut == S.EN_ATTENTE_VALIDATION else PASSE
    return [PASSE] * (nombre - 1) + [derniere]


def dates_of(statut: S, en_ligne: bool, moments: Moments) -> dict[str, str]:
    """The dates that go with a state."""
    dates = {}
    if statut != S.EN_SAISIE or en_ligne:
        envoi = moments.reprise if statut == S.EN_ATTENTE_VALIDATION else moments.envoi
        dates["soumise_le"] = envoi.isoformat()
    if statut in (S.VALIDEE, S.REFUSEE) or en_ligne:
        dates["decidee_le"] = moments.decision.isoformat()
    if en_ligne:
        dates["validee_le"] = moments.decision.isoformat()
    return dates
