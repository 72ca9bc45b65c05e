"""The one door for the state of an action: no other module assigns `statut`.

`TRANSITIONS` is data: it draws the buttons, guards the POST, is printed in the documentation and is
tested cell by cell. `apply` does one transition: lock, re-check, write, log, in one transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from catalogue import annulation, avis, completude, fil, instantane, journal
from catalogue.calendrier import Calendrier
from catalogue.enums import StatutAction, StatutSite
from catalogue.models import Action, Demande
from catalogue.permissions import ROLES_CARIF, Role, role_on
from catalogue.points import Point, add_points, still_open

S = StatutAction
#: How some refusals begin: a batch's report knows by them which remedy to offer.
PERIMEE = "Cette action a été modifiée depuis que vous l’avez ouverte"
INCOMPLETE = "Il manque encore des informations"
SITES = "Validez d’abord ces sites"
CHANGEE = "L’action a changé d’état entre-temps"
DEJA_FAIT = "C’est déjà fait"
#: What the Carif-Oref owes an organisme that has sent something: its delay is measured.
DECISIONS = ("request_changes", "approve", "refuse")


@dataclass(frozen=True)
class Transition:
    """One row of the table: who may go from which states to which, and what it takes."""

    name: str
    label: str
    sources: tuple[StatutAction, ...]
    target: StatutAction
    roles: tuple[Role, ...]
    #: Whether a text is compulsory, and what it is called on screen.
    texte: str = ""
    #: Whether nothing may be missing (`catalogue.completude`).
    complete: bool = False


TRANSITIONS = {
    t.name: t
    for t in (
        Transition(
            "submit",
            "Envoyer au Carif-Oref",
            (S.EN_SAISIE,),
            S.EN_ATTENTE_VALIDATION,
            (Role.OF, *ROLES_CARIF),
            complete=True,
        ),
        Transition("withdraw", "Reprendre la saisie", (S.EN_ATTENTE_VALIDATION,), S.EN_SAISIE, (Role.OF,)),
        Transition(
            "request_changes",
            "Poser une question",
            (S.EN_ATTENTE_VALIDATION,),
            S.EN_ATTENTE_REPONSE,
            ROLES_CARIF,
            texte="Votre question",
        ),
        Transition(
            "answer",
            "Répondre et renvoyer",
            (S.EN_ATTENTE_REPONSE,),
            S.EN_ATTENTE_VALIDATION,
            (Role.OF,),
            texte="Votre réponse",
            complete=True,
        ),
        Transition(
            "cancel_question",
            "Annuler la question",
            (S.EN_ATTENTE_REPONSE,),
            S.EN_ATTENTE_VALIDATION,
            ROLES_CARIF,
        ),
        Transition(
            "approve", "Valider", (S.EN_ATTENTE_VALIDATION,), S.VALIDEE, (Role.VALIDEUR,), complete=True
        ),
        Transition(
            "refuse",
            "Refuser",
            (S.EN_ATTENTE_VALIDATION,),
            S.REFUSEE,
            (Role.VALIDEUR,),
            texte="Motif du refus",
        ),
        Transition(
            "undo", "Annuler la décision", (S.VALIDEE, S.REFUSEE), S.EN_ATTENTE_VALIDATION, (Role.VALIDEUR,)
        ),
        Transition(
            "reopen",
            "Modifier cette action",
            (S.VALIDEE, S.REFUSEE),
            S.EN_SAISIE,
            (Role.OF, *ROLES_CARIF),
        ),
        Transition(
            "archive",
            "Archiver",
            tuple(s for s in S if s is not S.ARCHIVEE),
            S.ARCHIVEE,
            (Role.OF, *ROLES_CARIF),
            texte="Motif de l’archivage",
        ),
        Transition("restore", "Restaurer", (S.ARCHIVEE,), S.EN_SAISIE, (Role.OF, *ROLES_CARIF)),
    )
}


class TransitionRefusee(Exception):
    """A transition that may not happen now; `str()` is the French sentence for the user.

    `code` is one of ``role``, ``statut``, ``deja_fait`` (the same person did exactly this just before: a
    double click), ``perimee`` (somebody changed the action meanwhile), ``texte``, ``points`` (some are not
    ticked), ``delai`` (too late to undo), ``incomplete``, ``site``.
    """

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


def available(action: Action, role: Role | None) -> list[Transition]:
    """The transitions `role` may start from the action's present state, in the table's order."""
    return [t for t in TRANSITIONS.values() if role in t.roles and action.statut in t.sources]


@transaction.atomic
def apply(
    action_pk: int,
    name: str,
    *,
    by,
    revision: int | None = None,
    texte: str = "",
    points: Sequence[Point] = (),
) -> Action:
    """Carry out the transition `name` on an action, in the name of `by`, and return the action.

    `revision` is the `Action.revision` the decision was taken on; an older one is refused, so that
    nobody decides on what they have not read. `texte` is the question, answer, reason or motive;
    `points` are the fields a question asks to correct. Raises `TransitionRefusee`, having changed nothing.
    """
    transition = TRANSITIONS[name]
    action = _locked(action_pk, transition)
    texte = texte.strip()
    _check(action, transition, by, revision, texte)

    now = timezone.now()
    statut_avant = action.statut
    avant = annulation.photograph(action, name) if name in annulation.ANNULABLES else None
    _stamp(action, transition, now)
    action.statut = transition.target
    action.revision += 1
    action.reponse_due = fil.still_due(action, by)
    action.save()
    _side_effects(action, name, by, texte, points, now)
    evenement = journal.record(
        action,
        name,
        by=by,
        statut_avant=statut_avant,
        texte=texte,
        details={"champs": [point.champ for point in points]} if points else {},
        delai_ouvre=_delay(action, now) if name in DECISIONS else None,
    )
    if avant is not None:
        annulation.keep(evenement, avant, now)
    avis.on_transition(action, name, by=by, evenement=evenement, texte=texte)
    return action


def _locked(pk: int, transition: Transition) -> Action:
    """The action, its row locked; read with its tree when nothing of it may be missing."""
    # The row lock makes the loser of a race wait, then find the new state and be told kindly.
    action = Action.objects.select_for_update(of=("self",)).get(pk=pk)
    # By a statement of its own, once the wait is over: joined above, the rest would be as it was before.
    return Action.objects.with_tree().get(pk=pk) if transition.complete else action


def _check(action: Action, transition: Transition, by, revision: int | None, texte: str) -> None:
    """Raise `TransitionRefusee` unless the transition may happen now."""
    role = role_on(by, action)
    if role not in transition.roles:
        raise TransitionRefusee("role", "Vous n’avez pas le droit de faire cela sur cette action.")
    if action.statut not in transition.sources:
        raise _too_late(action, transition, by, texte)
    if revision is not None and revision != action.revision:
        raise TransitionRefusee(
            "perimee",
            f"{PERIMEE} : relisez-la avant de continuer.",
        )
    if transition.texte and not texte:
        raise TransitionRefusee(
            "texte", f"{transition.texte} : écrivez quelques mots, ce texte sera transmis."
        )
    if transition.name == "answer" and still_open(action):
        raise TransitionRefusee(
            "points", "Cochez « Corrigé » devant chaque point de la question avant de répondre."
        )
    # Archived, restored and sent again, it would come back without them.
    if transition.name == "archive" and role is Role.OF and still_open(action):
        raise TransitionRefusee(
            "points",
            "Une question attend : cochez « Corrigé » devant chacun de ses points, puis archivez. Pour "
            "abandonner l’action telle quelle, écrivez au Carif-Oref, qui l’archivera.",
        )
    if transition.name == "undo" and (obstacle := annulation.obstacle(action, timezone.now())):
        raise TransitionRefusee("delai", obstacle)
    if transition.complete:
        _check_complete(action, transition)


def _check_complete(action: Action, transition: Transition) -> None:
    """Nothing may be missing; to go online, the places must be checked too."""
    tree = Action.objects.with_tree().get(pk=action.pk)
    if completude.blocking(tree):
        raise TransitionRefusee("incomplete", f"{INCOMPLETE} : complétez-les avant de continuer.")
    if transition.name == "approve":
        _check_sites(tree)


def _check_sites(action: Action) -> None:
    """An action goes online only from places the Carif-Oref has checked."""
    sites = [action.site_dispensateur, *(session.site_lieu for session in action.sessions.all())]
    fautifs = sorted({site.nom for site in sites if site.statut != StatutSite.ACTIF})
    if fautifs:
        raise TransitionRefusee("site", f"{SITES} : {', '.join(fautifs)}.")


def _too_late(action: Action, transition: Transition, by, texte: str) -> TransitionRefusee:
    """The refusal of a state, in the words of somebody who was a moment too late."""
    dernier = action.evenements.select_related("auteur").filter(type__in=TRANSITIONS).first()
    if dernier is None or dernier.statut_apres != action.statut:
        etat = action.get_statut_display()
        return TransitionRefusee(
            "statut", f"« {transition.label} » n’est pas possible : l’action est « {etat} »."
        )
    if dernier.type == transition.name:
        rejoue = dernier.auteur_id == by.pk and dernier.texte == texte
        return TransitionRefusee(
            "deja_fait" if rejoue else "statut",
            f"{DEJA_FAIT} : « {transition.label} » a été enregistré par {dernier.auteur}.",
        )
    qui = "le Carif-Oref" if dernier.par_carif else "l’organisme"
    return TransitionRefusee(
        "statut",
        f"{CHANGEE} ({dernier.get_type_display().lower()} par "
        f"{dernier.auteur}, {qui}) : « {transition.label} » n’est plus possible.",
    )


def _stamp(action: Action, transition: Transition, now: datetime) -> None:
    """The dates that go with the new state, and who still has the action in charge."""
    if transition.name in {"submit", "answer"}:
        action.soumise_le = now
    if transition.name in {"approve", "refuse"}:
        action.decidee_le = now
    if transition.name == "approve":
        action.validee_le = now
    if transition.name == "undo":
        annulation.put_back(action, now)
    if transition.target is S.EN_ATTENTE_VALIDATION:
        action.premier_debut = action.first_start(timezone.localdate(action.soumise_le))
    if transition.target in {S.VALIDEE, S.REFUSEE, S.ARCHIVEE}:
        action.examinateur, action.prise_le = None, None


def _delay(action: Action, now: datetime) -> int:
    """Working days the organisme has waited since it sent the action; 0: decided the same day."""
    return Calendrier.load().between(timezone.localdate(action.soumise_le), timezone.localdate(now))


def _side_effects(action: Action, name: str, by, texte: str, points: Sequence[Point], now: datetime) -> None:
    """What else changes with the state, in the same transaction."""
    match name:
        case "request_changes":
            demande = Demande.objects.create(action=action, question=texte, posee_par=by, posee_le=now)
            add_points(demande, points)
        case "answer":
            action.demandes.ouvertes().update(reponse=texte, repondue_par=by, close_le=now)
        case "cancel_question":
            action.demandes.ouvertes().update(close_le=now)
        case "approve":
            instantane.publish(action, now)
        case "archive":
            action.demandes.ouvertes().update(close_le=now)
            action.sessions.update(est_archivee=True)
            instantane.withdraw(action, now)
        case "restore":
            action.sessions.update(est_archivee=False)
