"""What SOFI must do, said a second time and otherwise: plain tables, written by hand from the manual.

Nothing here is imported from the code under test, but for the names of the states.
"""

from dataclasses import dataclass, field
from datetime import date

SAISIE, VALIDATION, REPONSE = "en_saisie", "en_attente_validation", "en_attente_reponse"
VALIDEE, REFUSEE, ARCHIVEE = "validee", "refusee", "archivee"
MODIFIABLES = (SAISIE, REPONSE)

#: transition → (from, to, who may). `of`: types for the organisme; `agent`, `valideur`: of the Carif-Oref.
CARIF = ("agent", "valideur")
TRANSITIONS = {
    "submit": ((SAISIE,), VALIDATION, ("of", *CARIF)),
    "withdraw": ((VALIDATION,), SAISIE, ("of",)),
    "request_changes": ((VALIDATION,), REPONSE, CARIF),
    "cancel_question": ((REPONSE,), VALIDATION, CARIF),
    "answer": ((REPONSE,), VALIDATION, ("of",)),
    "approve": ((VALIDATION,), VALIDEE, ("valideur",)),
    "refuse": ((VALIDATION,), REFUSEE, ("valideur",)),
    "reopen": ((VALIDEE, REFUSEE), SAISIE, ("of", *CARIF)),
    "archive": ((SAISIE, VALIDATION, REPONSE, VALIDEE, REFUSEE), ARCHIVEE, ("of", *CARIF)),
    "restore": ((ARCHIVEE,), SAISIE, ("of", *CARIF)),
    "undo": ((VALIDEE, REFUSEE), VALIDATION, ("valideur",)),
}
#: Those that ask for words, and those that ask for a complete action.
MOTIVEES = ("request_changes", "answer", "refuse", "archive")
COMPLETES = ("submit", "answer", "approve")
#: transition → (its mail, whom it is for). `par_carif`: only when the Carif-Oref does it.
COURRIELS = {
    "submit": [("action_recue", "expediteur")],
    "request_changes": [("action_question", "equipe")],
    "cancel_question": [("question_annulee", "equipe")],
    "answer": [("action_recue", "expediteur"), ("action_reponse", "examinateur")],
    "approve": [("action_validee", "equipe")],
    "refuse": [("action_refusee", "equipe")],
    "undo": [("decision_annulee", "equipe")],
    "reopen": [("action_reprise", "equipe si carif")],
    "archive": [("action_archivee", "equipe si carif")],
    "restore": [("action_reprise", "equipe si carif")],
}


@dataclass
class SessionModele:
    """A session: its dates, its places, how many of its dispositifs are active, whether it was published."""

    debut: date
    fin: date
    capacite: int
    places: int
    dispositifs: int
    #: Its days at the beginning: edits turn about it.
    longueur: int
    numero: bool = False


@dataclass(frozen=True)
class Decision:
    """What undoing the last decision puts back: the day it may be, and what was online before."""

    jour: date
    revision: int
    en_ligne: dict[int, tuple]
    examinateur: str


@dataclass
class ActionModele:
    """An action, as far as the rules go."""

    organisme: int
    duree: int | None
    code: str
    sessions: dict[int, SessionModele] = field(default_factory=dict)
    statut: str = SAISIE
    revision: int = 1
    #: What the public reads: key of the session → its dates, places and code, as last validated.
    en_ligne: dict[int, tuple] = field(default_factory=dict)
    #: How many points of the open question are not ticked.
    points: int = 0
    #: Who of the Carif-Oref took charge of it.
    examinateur: str = ""
    #: Whether the organisme has yet to read that its code was replaced.
    code_a_lire: bool = False
    decision: Decision | None = None

    def manque(self, jour: date) -> bool:
        """Whether something forbids sending it on `jour`."""
        if self.duree is None:
            return True
        vivantes = [s for s in self.sessions.values() if not (s.numero and s.fin < jour)]
        return not vivantes or any(s.fin < jour or not s.dispositifs for s in vivantes)

    def a_publier(self) -> dict[int, tuple]:
        """What validating it now puts online."""
        return {pk: (s.debut, s.fin, s.capacite, s.places, self.code) for pk, s in self.sessions.items()}

    def follow(self, nom: str, jour: date, points: int) -> None:
        """Carry out the transition `nom` on the day `jour`; a question comes with `points` points."""
        avant = Decision(jour, self.revision + 1, self.en_ligne, self.examinateur)
        self.statut, self.revision = TRANSITIONS[nom][1], self.revision + 1
        match nom:
            case "request_changes":
                self.points = points
            case "cancel_question" | "answer":
                self.points = 0
            case "approve":
                self.en_ligne = self.a_publier()
                for session in self.sessions.values():
                    session.numero = True
            case "undo":
                self.en_ligne, self.examinateur = self.decision.en_ligne, self.decision.examinateur
            case "archive":
                self.en_ligne, self.points = {}, 0
        if nom in ("approve", "refuse", "archive"):
            self.examinateur = ""
        self.decision = avant if nom in ("approve", "refuse") else None

    def may_undo(self, jour: date) -> bool:
        """Whether the last decision may be undone on `jour`: the same day, and nothing happened since."""
        return bool(self.decision) and (self.decision.jour, self.decision.revision) == (jour, self.revision)
