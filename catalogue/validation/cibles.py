"""What a question may point at in an action: each field of each of its rows."""

from collections.abc import Iterator
from dataclasses import dataclass

from catalogue.models import Action, Session
from catalogue.points import CHAMPS, nom_champ
from sofi.typographie import date_longue

#: The key of the level every action has.
OFFRE = "offre"


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
    """The fields shown at once: of the formation and the action, or of a session and its dispositifs."""

    #: What names it in an address and in a form: « offre », « session-12 ».
    cle: str
    titre: str
    cibles: list[Cible]


def niveaux_of(action: Action) -> list[Niveau]:
    """What a question may point at, in the order of the tunnel; `action` is a fetched tree. No query."""
    return [
        Niveau(OFFRE, "Formation et action", [*_cibles("formation"), *_cibles("action")]),
        *(
            Niveau(f"session-{session.pk}", titre_session(session), list(_of_session(session)))
            for session in action.sessions.all()
        ),
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
