"""The thread of an action: what its organisme and the Carif-Oref wrote to each other, and what happened.

It is read from the journal (`Evenement`); only messages are written from here. Whoever owes an answer is
`Action.reponse_due`: it rises with a message that expects one, and falls when that side writes or acts.
"""

from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from catalogue import avis, journal
from catalogue.enums import Camp, TypeEvenement
from catalogue.models import Action, Evenement, LectureFil
from catalogue.permissions import role_on

T = TypeEvenement
#: What the thread shows of the journal; typing, and what the Carif-Oref keeps to itself, are not in it.
TYPES = (
    *(T.MESSAGE, T.SUBMIT, T.WITHDRAW, T.REQUEST_CHANGES, T.ANSWER, T.CANCEL_QUESTION, T.APPROVE, T.REFUSE),
    *(T.UNDO, T.REOPEN, T.ARCHIVE, T.RESTORE, T.APPROVE_SITE, T.REPLACE_CERTIFICATION, T.ACKNOWLEDGE_CODE),
)


class MessageRefuse(Exception):
    """A message that may not be written; `str()` is the French sentence for the user."""


def lines(action: Action) -> QuerySet[Evenement]:
    """The lines of the thread, with their authors; the same for both sides."""
    return action.evenements.filter(type__in=TYPES).select_related("auteur")


def side_of(user) -> Camp:
    """The side `user` is on: an agent in an organisme's space is on the organisme's."""
    return Camp.CARIF if user.est_carif else Camp.OF


def side_of_line(evenement: Evenement) -> Camp:
    """The side that wrote a line."""
    return Camp.CARIF if evenement.par_carif and not evenement.pour_organisme else Camp.OF


@transaction.atomic
def post(action_pk: int, texte: str, *, attend: bool, jeton: UUID, by) -> Evenement:
    """Write a message on an action, in the name of `by`, and tell the other side.

    `attend`: whether an answer is expected. `jeton` is the one-time token of the form: a second click gives
    back the message of the first; other words sent from the same page (« Back ») are another message.
    Raises `MessageRefuse`.
    """
    action = Action.objects.select_for_update(of=("self",)).get(pk=action_pk)
    if role_on(by, action) is None:
        raise MessageRefuse("Vous n’avez pas le droit d’écrire au sujet de cette action.")
    texte = texte.strip()
    if not texte:
        raise MessageRefuse("Écrivez votre message.")
    messages = action.evenements.filter(type=T.MESSAGE, auteur=by, texte=texte)
    if first := messages.filter(details__jeton=str(jeton)).first():
        return first
    camp = side_of(by)
    if attend:
        action.reponse_due = Camp.OF if camp is Camp.CARIF else Camp.CARIF
    elif action.reponse_due == camp:
        action.reponse_due = ""
    action.save(update_fields=["reponse_due"])
    details = {"jeton": str(jeton), "attend": attend}
    evenement = journal.record(action, T.MESSAGE, by=by, texte=texte, details=details)
    avis.on_message(evenement, by)
    return evenement


def still_due(action: Action, by) -> str:
    """What `Action.reponse_due` becomes when `by` decides something on it.

    The Carif-Oref's decision answers both sides; an organisme's act answers what it owed only: its own
    question still waits.
    """
    return "" if by.est_carif or action.reponse_due == Camp.OF else action.reponse_due


def read_until(action: Action, user) -> int:
    """The key of the last line `user` has seen; 0 when they never opened the thread. One query."""
    lectures = LectureFil.objects.filter(action=action, user=user)
    return lectures.values_list("evenement", flat=True).first() or 0


def other_read_until(action: Action, camp: Camp) -> int:
    """The key of the last line somebody of the side facing `camp` has seen. One query."""
    lectures = LectureFil.objects.filter(action=action)
    en_face = (
        lectures.filter(user__role_carif="") if camp is Camp.CARIF else lectures.exclude(user__role_carif="")
    )
    return en_face.aggregate(dernier=Max("evenement"))["dernier"] or 0


def mark_read(action: Action, user, evenement: Evenement) -> None:
    """Keep that `user` has seen the thread up to `evenement`.

    Not of an agent in an organisme's space: neither side has read what they look at for it.
    """
    if user.est_personnel and not user.est_carif:
        return
    lecture = LectureFil(action=action, user=user, evenement=evenement, lu_le=timezone.now())
    LectureFil.objects.bulk_create(
        [lecture],
        update_conflicts=True,
        unique_fields=["action", "user"],
        update_fields=["evenement", "lu_le"],
    )
