"""What is missing from an action before it may be sent, and what looks wrong.

Coherence (dates in order, amounts, formats) is checked at each save by forms and constraints;
completeness is checked here only, at submission. The same findings feed the récapitulatif,
« reprendre la saisie » and the Carif-Oref's page. Numbers in comments are the rules of `regles.REGLES`.
"""

from datetime import date

from django.utils import timezone

from catalogue.completude.action import OBLIGATOIRES_ACTION, of_action
from catalogue.completude.certification import of_certification
from catalogue.completude.constat import (
    AJOUTER_DISPOSITIF,
    AJOUTER_SESSION,
    Constat,
    Poids,
    nom_parmi,
    nom_session,
)
from catalogue.completude.dispositif import FINANCEMENT_PRIVE, OBLIGATOIRES_DISPOSITIF
from catalogue.completude.export import of_export
from catalogue.completude.faits import Faits
from catalogue.completude.organisme import of_organisme
from catalogue.completude.regles import REGLES, Regle, regle_of
from catalogue.completude.session import OBLIGATOIRES_SESSION, of_session
from catalogue.models import Action, Session

__all__ = [
    "AJOUTER_DISPOSITIF",
    "AJOUTER_SESSION",
    "FINANCEMENT_PRIVE",
    "OBLIGATOIRES_ACTION",
    "OBLIGATOIRES_DISPOSITIF",
    "OBLIGATOIRES_SESSION",
    "REGLES",
    "Constat",
    "Poids",
    "Regle",
    "blocking",
    "findings",
    "nom_parmi",
    "nom_session",
    "of_steps",
    "regle_of",
]


def findings(action: Action, on: date | None = None, *, interne: bool = False) -> list[Constat]:
    """All findings about `action` (fetched by `Action.objects.with_tree()`), in the order of the tunnel.

    `interne` adds what only the Carif-Oref reads. Four queries at most, whatever the number of sessions:
    replaced codes, registrations, communes, twin sessions.
    """
    on = on or timezone.localdate()
    faits = Faits.load(action, on)
    constats = [
        *of_organisme(action, faits),
        *of_certification(action, faits),
        *_of_tree(action, faits),
    ]
    if not interne:
        return [c for c in constats if not c.est_interne]
    if any(c.est_bloquant for c in constats):  # nothing to export yet
        return constats
    return [*constats, *of_export(action, on)]


def of_steps(action: Action, session: Session | None = None, on: date | None = None) -> list[Constat]:
    """The findings about what is typed in steps A, S and D, in their order. No query on a fetched tree.

    Of one `session`, its own and the action's; else of all of them. Those that need other rows (communes,
    sessions of other actions) are in `findings` only.
    """
    return _of_tree(action, Faits(on or timezone.localdate()), session)


def blocking(action: Action, on: date | None = None) -> list[Constat]:
    """The findings that forbid sending."""
    return [c for c in findings(action, on) if c.est_bloquant]


def _of_tree(action: Action, faits: Faits, session: Session | None = None) -> list[Constat]:
    sessions = [session] if session else action.sessions.all()
    return [*of_action(action, faits), *(c for row in sessions for c in of_session(action, row, faits))]
