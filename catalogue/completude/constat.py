"""A finding: what a rule says of a row, how much it weighs, and where it is put right."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from catalogue.models import Session

AJOUTER_SESSION = "ajouter_session"
AJOUTER_DISPOSITIF = "ajouter_dispositif"


class Poids(StrEnum):
    """What a finding stops: sending and validating; nothing; nothing, and only the Carif-Oref reads it."""

    BLOQUANT = "bloquant"
    AVERTISSEMENT = "avertissement"
    INTERNE = "interne"


@dataclass(frozen=True)
class Constat:
    """One finding: its rule, its sentence, and the field to go to.

    `etape` is ``formation``, ``action``, ``session``, ``dispositif`` or ``organisme`` and `pk` the row;
    for a missing session (or dispositif) it is the parent's row and `champ` is `AJOUTER_SESSION`
    (`AJOUTER_DISPOSITIF`). A code is found once on a row at most: `cle` names the finding.
    `successeurs` are the Certifinfo codes that replace the present one (rule 2).
    """

    code: str
    message: str
    etape: str
    pk: int
    champ: str
    poids: Poids = Poids.BLOQUANT
    successeurs: tuple[str, ...] = ()

    @property
    def est_bloquant(self) -> bool:
        """Whether it forbids sending and validating."""
        return self.poids is Poids.BLOQUANT

    @property
    def est_interne(self) -> bool:
        """Whether only the Carif-Oref reads it."""
        return self.poids is Poids.INTERNE

    @property
    def cle(self) -> str:
        """« code:etape:pk »: what a form names it by (`catalogue.derogations`)."""
        return f"{self.code}:{self.etape}:{self.pk}"

    @property
    def est_champ(self) -> bool:
        """Whether it is about a field of its row, rather than about a row to add below."""
        return self.champ not in (AJOUTER_SESSION, AJOUTER_DISPOSITIF)


def nom_session(session: Session) -> str:
    """How a finding names a session: by its dates when it has them."""
    return f"Session du {session.date_debut:%d/%m/%Y}" if session.date_debut else "Session sans date"


def nom_parmi(session: Session, soeurs: Iterable[Session]) -> str:
    """`nom_session`, and its town when another of the fetched `soeurs` starts on the same day."""
    meme_jour = any(s.pk != session.pk and s.date_debut == session.date_debut for s in soeurs)
    lieu = f" ({session.site_lieu.ville})" if meme_jour and session.site_lieu_id else ""
    return nom_session(session) + lieu
