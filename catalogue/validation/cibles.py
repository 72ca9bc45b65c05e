"""What a question may point at in an action: each field of each of its rows."""

from collections.abc import Iterator
from dataclasses import dataclass

from catalogue.models import Action, Session
from catalogue.points import CHAMPS, nom_champ
from sofi.typographie import date_longue

#: Sessions whose fields may be pointed at one by one; those after are named in the question's text.
MAX_SESSIONS = 20


@dataclass(frozen=True)
class Cible:
    """One field of one row; `objet_pk` is 0 for the formation and the action."""

    champ: str
    objet_pk: int
    libelle: str

    @property
    def cle(self) -> str:
        """What names it in a form: « session-12-date_debut »."""
        etape, _, champ = self.champ.partition(".")
        return f"{etape}-{self.objet_pk}-{champ}"


@dataclass(frozen=True)
class Niveau:
    """The fields of one row of the action, or of a session and its dispositifs."""

    titre: str
    cibles: list[Cible]


def niveaux_of(action: Action) -> list[Niveau]:
    """What a question may point at, in the order of the tunnel; `action` is a fetched tree. No query."""
    sessions = list(action.sessions.all())[:MAX_SESSIONS]
    return [
        Niveau("Formation", list(_cibles("formation"))),
        Niveau("Action", list(_cibles("action"))),
        *(Niveau(titre_session(session), list(_of_session(session))) for session in sessions),
    ]


def titre_session(session: Session) -> str:
    """What tells a session from its sisters: its dates and its town."""
    dates = date_longue(session.date_debut), date_longue(session.date_fin)
    ville = session.site_lieu.ville if session.site_lieu else ""
    periode = f"du {dates[0]} au {dates[1]}" if all(dates) else "sans dates"
    return ", ".join(filter(None, [f"Session {periode}", ville]))


def _of_session(session: Session) -> Iterator[Cible]:
    yield from _cibles("session", session.pk)
    for dispositif in session.dispositifs.all():
        yield from _cibles("dispositif", dispositif.pk, f"{dispositif}, ")


def _cibles(etape: str, objet_pk: int = 0, prefixe: str = "") -> Iterator[Cible]:
    for champ in CHAMPS[etape]:
        libelle = f"{prefixe}{nom_champ(etape, champ)}"
        yield Cible(f"{etape}.{champ}", objet_pk, libelle[:1].upper() + libelle[1:])
