"""Which mails must leave, said a second time: whom each act tells, as each person chose, with which words."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tests.etats.modele import A_TRAITER, A_VALIDER, ARCHIVEE, REPONSE, VALIDATION, Offre

#: transition → (mail, choice it obeys, whom it is for). `equipe si carif`: only if the Carif-Oref acts.
COURRIELS = {
    "submit": [("action_recue", "accuse", "expediteur")],
    "request_changes": [("action_question", "question", "equipe")],
    "cancel_question": [("question_annulee", "question", "equipe")],
    "answer": [("action_recue", "accuse", "expediteur"), ("action_reponse", "reponse", "examinateur")],
    "approve": [("action_validee", "validation", "equipe")],
    "refuse": [("action_refusee", "refus", "equipe")],
    "undo": [("decision_annulee", "refus", "equipe")],
    "reopen": [("action_reprise", "refus", "equipe si carif")],
    "archive": [("action_archivee", "refus", "equipe si carif")],
    "restore": [("action_reprise", "refus", "equipe si carif")],
    "message": [
        ("message_carif", "message", "equipe si carif"),
        ("message_organisme", "reponse", "examinateur si of"),
    ],
}
#: The mails that give the words of whoever acted.
MOTIVES = (
    *("action_question", "action_reponse", "action_refusee", "action_archivee"),
    *("message_carif", "message_organisme"),
)
#: What may be chosen, and how.
TYPES = (
    *("accuse", "question", "reponse", "message", "validation", "refus", "code_remplace", "site"),
    *("fin_session", "aif", "resume_equipe"),
)
MODES = ("immediat", "quotidien", "jamais")
#: The manual's delays, in days, and the hours between which the morning is written.
RELANCES = (5, 15)
FIN_SESSION = 30
MATIN, SOIR = 6, 20
#: A day the Carif-Oref does not work, besides week-ends.
FERMES = (date(2027, 1, 6), date(2027, 2, 1))
EQUIPE = ("agent", "collegue", "valideur")


def team(organisme: int) -> set[str]:
    """Who types for an organisme: its gestionnaire and her assistant."""
    return {f"of{organisme}", f"aide{organisme}"}


@dataclass(frozen=True)
class Attendu:
    """A mail that must be in the outbox, once: its text holds `mots`, and addresses that end by `liens`."""

    nom: str
    qui: str
    mots: tuple[str, ...]
    liens: tuple[str, ...]
    #: Not in its text.
    absents: tuple[str, ...] = ()


@dataclass(frozen=True)
class EnAttente:
    """A notice that waits for a person's digest."""

    qui: str
    type: str
    mots: str
    lien: str
    le: datetime


@dataclass
class Courrier:
    """Who chose what, what waits, and the mails the act under way must write."""

    choix: dict[tuple[str, str], str] = field(default_factory=dict)
    attente: list[EnAttente] = field(default_factory=list)
    attendus: list[Attendu] = field(default_factory=list)
    #: The day each of the team got its last digest.
    resumes: dict[str, date] = field(default_factory=dict)

    def tell(self, people, type_: str, nom: str, mots: str, lien: str, now: datetime) -> None:
        """Tell each of `people` as they chose."""
        for qui in people:
            match self.choix.get((qui, type_), "immediat"):
                case "immediat":
                    self.attendus.append(Attendu(nom, qui, tuple(filter(None, [mots])), (lien,)))
                case "quotidien":
                    self.attente.append(EnAttente(qui, type_, mots, lien, now))

    def on_transition(self, nom, pk, action, qui, texte, now) -> None:
        """What a transition, or a message, sends. The model has not followed it yet."""
        equipe, est_carif = team(action.organisme), qui in EQUIPE
        for courriel, type_, pour in COURRIELS.get(nom, ()):
            match pour:
                case "expediteur":
                    people = equipe if est_carif else {qui}
                case "examinateur":
                    people = {action.examinateur} - {"", qui}
                case "examinateur si of":
                    people = set() if est_carif else {action.examinateur} - {""}
                case "equipe si carif":
                    people = equipe if est_carif else set()
                case _:
                    people = equipe - {qui}
            lien = f"/actions/{pk}/recapitulatif/"
            if nom == "message":
                lien = f"/actions/{pk}/echanges/"
            elif pour == "examinateur":
                lien = f"/atelier/actions/{pk}/"
            self.tell(people, type_, courriel, texte if courriel in MOTIVES else "", lien, now)

    def on_codes(self, touchees: dict[int, list[int]], code: str, now: datetime) -> None:
        """One mail a person for all of an organisme's actions (by organisme) that were given `code`."""
        for organisme, pks in touchees.items():
            lien = "?etat=code_remplace" if len(pks) > 1 else f"/actions/{pks[0]}/recapitulatif/"
            # The digest has the subject only; the mail names the code.
            for qui in team(organisme):
                mode = self.choix.get((qui, "code_remplace"), "immediat")
                mots = f"Nouveau code : {code} " if mode == "immediat" else ""
                self.tell([qui], "code_remplace", "code_remplace", mots, lien, now)

    def on_morning(self, offre: Offre, now: datetime) -> None:
        """All that the morning writes on the local time `now`."""
        if not MATIN <= now.hour < SOIR:
            return
        jour = now.date()
        if jour.weekday() < 5 and jour not in FERMES:
            self._reminders(offre, now)
            self._ends(offre, now)
            for qui in EQUIPE:
                self._team_digest(offre, qui, now)
        for qui in sorted({avis.qui for avis in self.attente}):
            if lus := self._take(qui, now):
                self.attendus.append(self._digest("resume", qui, lus, (), ()))

    def _reminders(self, offre: Offre, now: datetime) -> None:
        for pk, action in offre.actions.items():
            if action.statut != REPONSE:
                continue
            age = (now.date() - action.question.jour).days
            dus = sum(age >= delai for delai in RELANCES)
            if dus > action.question.rappels:
                action.question.rappels = dus
                lien = f"/actions/{pk}/recapitulatif/"
                people = team(action.organisme)
                self.tell(people, "question", "question_relance", action.question.texte, lien, now)

    def _ends(self, offre: Offre, now: datetime) -> None:
        jour, limite = now.date(), now.date() + timedelta(days=FIN_SESSION)
        for organisme in range(len(offre.sites)):
            finissent = [
                session
                for action in offre.of(organisme)
                for session in action.sessions.values()
                if action.statut != ARCHIVEE and session.numero and jour <= session.fin <= limite
                if session.annoncee != session.fin and not offre.goes_on(action, limite)
            ]
            for session in finissent:
                session.annoncee = session.fin
            if finissent:
                people = team(organisme)
                self.tell(people, "fin_session", "sessions_finissent", "", "?etat=sans_suite", now)

    def _team_digest(self, offre: Offre, qui: str, now: datetime) -> None:
        if self.choix.get((qui, "resume_equipe")) == "jamais" or self.resumes.get(qui) == now.date():
            return
        actions = offre.actions.values()
        en_file = [action for action in actions if action.statut == VALIDATION]
        muettes = [action for action in actions if action.reponse_due == "carif"]
        demandes = sum(demande.statut in A_TRAITER for demande in offre.demandes.values())
        nombres = (
            (len(en_file), "action à valider", "actions à valider"),
            (
                sum(not action.examinateur for action in en_file),
                "action que personne n’a prise",
                "actions que personne n’a prises",
            ),
            (
                sum(action.examinateur == qui for action in en_file),
                "dossier que vous avez pris en charge",
                "dossiers que vous avez pris en charge",
            ),
            (
                len(muettes),
                "message d’organisme sans réponse",
                "messages d’organismes sans réponse",
            ),
            (
                sum(action.examinateur == qui for action in muettes),
                "message attend votre réponse",
                "messages attendent votre réponse",
            ),
            (offre.sites.count(A_VALIDER), "site à valider", "sites à valider"),
            (
                demandes,
                "demande AIF hors Certifinfo à traiter",
                "demandes AIF hors Certifinfo à traiter",
            ),
        )
        lignes = [f"- {n} {un if n == 1 else plusieurs}" for n, un, plusieurs in nombres if n]
        absentes = [mots for nombre, *deux in nombres if not nombre for mots in deux]
        lus = self._take(qui, now)
        if lignes or lus:
            self.attendus.append(self._digest("resume_equipe", qui, lus, tuple(lignes), tuple(absentes)))
            self.resumes[qui] = now.date()

    def _take(self, qui: str, now: datetime) -> list[EnAttente]:
        """What the digest of the day holds: what came before the morning."""
        matin = now.replace(hour=MATIN, minute=0, second=0, microsecond=0)
        lus = [avis for avis in self.attente if avis.qui == qui and avis.le < matin]
        self.attente = [avis for avis in self.attente if avis not in lus]
        return lus

    @staticmethod
    def _digest(nom: str, qui: str, lus: list[EnAttente], lignes, absentes) -> Attendu:
        mots = tuple(avis.mots for avis in lus if avis.mots)
        return Attendu(nom, qui, (*lignes, *mots), tuple(avis.lien for avis in lus), absentes)
