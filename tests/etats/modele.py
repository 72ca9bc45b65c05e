"""What SOFI must do, said a second time and otherwise: plain tables, written by hand from the manual.

Nothing here is imported from the code under test. Whom the mails are for is in `courrier`.
"""

from dataclasses import dataclass, field
from datetime import date

SAISIE, VALIDATION, REPONSE = "en_saisie", "en_attente_validation", "en_attente_reponse"
VALIDEE, REFUSEE, ARCHIVEE = "validee", "refusee", "archivee"
MODIFIABLES = (SAISIE, REPONSE)
EXAMINABLES = (VALIDATION, REPONSE)

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
#: Those after which what the public reads may be something else.
PUBLIENT = ("approve", "undo", "archive")

A_VALIDER, ACTIF, FERME = "a_valider", "actif", "ferme"
#: decision on a place → (from, to, who may, whether a reason is compulsory).
DECISIONS_SITE = {
    "approve": (A_VALIDER, ACTIF, ("valideur",), False),
    "refuse": (A_VALIDER, FERME, ("valideur",), True),
    "close": (ACTIF, FERME, ("of", "valideur"), True),
    "reopen": (FERME, A_VALIDER, ("of", *CARIF), False),
}
ENVOYEE, PRISE, TRANSFORMEE, AIF_REFUSEE, ANNULEE = "envoyee", "prise", "transformee", "refusee", "annulee"
A_TRAITER = (ENVOYEE, PRISE)


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
    #: The end that was announced by mail.
    annoncee: date | None = None

    def passee(self, jour: date) -> bool:
        """Whether it is history: published, and ended."""
        return self.numero and self.fin < jour


@dataclass(frozen=True)
class Decision:
    """What undoing the last decision puts back: the day it may be, and what was online before."""

    jour: date
    revision: int
    en_ligne: dict[int, tuple]
    examinateur: str


@dataclass
class Question:
    """The open question: its words, its day, how many points are not ticked, how many reminders left."""

    texte: str
    jour: date
    points: int
    rappels: int = 0


@dataclass
class ActionModele:
    """An action, as far as the rules go."""

    organisme: int
    duree: int | None
    #: Certifinfo code; '' for what the Carif-Oref types without one.
    code: str
    sessions: dict[int, SessionModele] = field(default_factory=dict)
    statut: str = SAISIE
    revision: int = 1
    #: What the public reads: key of the session → its dates, places and code, as last validated.
    en_ligne: dict[int, tuple] = field(default_factory=dict)
    #: What was online and is no more: key of the session → why.
    retirees: dict[int, str] = field(default_factory=dict)
    question: Question | None = None
    #: Who of the Carif-Oref took charge of it.
    examinateur: str = ""
    #: Whether the organisme has yet to read that its code was replaced.
    code_a_lire: bool = False
    #: The side that owes an answer in the thread.
    reponse_due: str = ""
    decision: Decision | None = None

    def vivantes(self, jour: date) -> list[SessionModele]:
        """The sessions the rules look at on `jour`: those of the past stay as they are."""
        return [session for session in self.sessions.values() if not session.passee(jour)]

    def manque(self, jour: date, derniere: int | None) -> bool:
        """Whether something typed forbids sending it on `jour`; `derniere`: last year of its code."""
        vivantes = self.vivantes(jour)
        if self.duree is None or not vivantes:
            return True
        if derniere is not None and max(session.debut for session in vivantes).year > derniere:
            return True
        if any(session.fin < jour for session in vivantes):
            return True
        return not all(session.dispositifs for session in self.sessions.values())

    def a_publier(self) -> dict[int, tuple]:
        """What validating it now puts online."""
        return {pk: (s.debut, s.fin, s.capacite, s.places, self.code) for pk, s in self.sessions.items()}

    def put_online(self, nouvelles: dict[int, tuple], motif: str) -> None:
        """Make `nouvelles` what is online; `motif` is why the others leave."""
        parties = self.en_ligne.keys() - nouvelles.keys()
        self.retirees |= dict.fromkeys(parties, motif)
        self.retirees = {pk: raison for pk, raison in self.retirees.items() if pk not in nouvelles}
        self.en_ligne = nouvelles

    def follow(self, nom: str, jour: date, texte: str, points: int, *, par_carif: bool) -> None:
        """Carry out the transition `nom` on the day `jour`; a question comes with `points` points."""
        avant = Decision(jour, self.revision + 1, self.en_ligne, self.examinateur)
        self.statut, self.revision = TRANSITIONS[nom][1], self.revision + 1
        if par_carif or self.reponse_due == "of":
            self.reponse_due = ""
        match nom:
            case "request_changes":
                self.question = Question(texte, jour, points)
            case "cancel_question" | "answer":
                self.question = None
            case "approve":
                self.put_online(self.a_publier(), "supprimee")
                for session in self.sessions.values():
                    session.numero = True
            case "undo":
                self.put_online(self.decision.en_ligne, "annulee")
                self.examinateur = self.decision.examinateur
            case "archive":
                self.put_online({}, "archivee")
                self.question = None
        if nom in ("approve", "refuse", "archive"):
            self.examinateur = ""
        self.decision = avant if nom in ("approve", "refuse") else None

    def replace_code(self, code: str) -> None:
        """Give it the code `code`, online at once; the last decision can no longer be undone."""
        self.code, self.code_a_lire, self.decision = code, True, None
        self.revision += 1
        self.en_ligne = {pk: (*shown[:4], code) for pk, shown in self.en_ligne.items()}

    def may_undo(self, jour: date) -> bool:
        """Whether the last decision may be undone on `jour`: the same day, and nothing happened since."""
        return bool(self.decision) and (self.decision.jour, self.decision.revision) == (jour, self.revision)


@dataclass
class AifModele:
    """A « demande AIF hors Certifinfo »."""

    organisme: int
    statut: str = ENVOYEE
    examinateur: str = ""


@dataclass
class Offre:
    """All that the model holds of the offer."""

    actions: dict[int, ActionModele] = field(default_factory=dict)
    #: State of each organisme's place.
    sites: list[str] = field(default_factory=list)
    #: Certifinfo code → last year a session may begin in; none: no end is known.
    codes: dict[str, int | None] = field(default_factory=dict)
    demandes: dict[int, AifModele] = field(default_factory=dict)

    def of(self, organisme: int) -> list[ActionModele]:
        """The actions of an organisme."""
        return [action for action in self.actions.values() if action.organisme == organisme]

    def goes_on(self, action: ActionModele, limite: date) -> bool:
        """Whether a session of the formation of `action` ends after `limite`."""
        siennes = [
            autre
            for autre in self.of(action.organisme)
            if autre is action or (action.code and autre.code == action.code)
        ]
        return any(
            s.fin > limite for autre in siennes if autre.statut != ARCHIVEE for s in autre.sessions.values()
        )

    def en_vigueur(self, code: str, jour: date) -> bool:
        """Whether an action may be given the code on `jour`."""
        return self.codes[code] is None or self.codes[code] >= jour.year

    def peut_partir(self, nom: str, action: ActionModele, jour: date) -> bool:
        """Whether nothing is missing for the transition `nom`; online, from a checked place."""
        site = self.sites[action.organisme]
        if site == FERME or (nom == "approve" and site != ACTIF):
            return False
        return not action.manque(jour, self.codes.get(action.code))
