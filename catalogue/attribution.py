"""Who of the Carif-Oref takes charge of an action: claim, give back, hand over.

A claim says who reads a dossier, it gives no right and takes none away: any agent may decide on a dossier a
colleague holds, and hand it over when that colleague is away. The holder is read and written under the lock
of the action's row.
"""

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from catalogue import journal
from catalogue.enums import StatutAction, TypeEvenement
from catalogue.models import Action
from catalogue.permissions import ROLES_CARIF, role_on

#: The states in which somebody works on an action at the Carif-Oref's.
PRENABLES = (StatutAction.EN_ATTENTE_VALIDATION, StatutAction.EN_ATTENTE_REPONSE)


class AttributionRefusee(Exception):
    """A claim that may not be now; `str()` is the French sentence for the user.

    `code` is one of ``role``, ``statut`` (nobody works on it any more), ``prise`` (a colleague holds it),
    ``inconnue`` (the person named is not of the team).
    """

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


def team(*, avec: int = 0) -> QuerySet:
    """The members of the Carif-Oref's staff who may be given a dossier, by name.

    And the one whose key is `avec`, whose account may be closed since: they may still hold some.
    """
    people = get_user_model().objects.exclude(role_carif="").filter(Q(is_active=True) | Q(pk=avec))
    return people.order_by("nom", "prenom", "pk")


@transaction.atomic
def claim(action_pk: int, *, by) -> Action:
    """Take charge of an action nobody holds; nothing more happens when `by` holds it already.

    Raises `AttributionRefusee`, which names the colleague who was first.
    """
    action = _lock(action_pk, by)
    if action.examinateur_id not in (None, by.pk):
        raise _held(action)
    return _give(action, by, TypeEvenement.CLAIM, by)


@transaction.atomic
def release(action_pk: int, *, by) -> Action:
    """Give back to the queue an action `by` holds; nothing happens when nobody holds it."""
    action = _lock(action_pk, by)
    if action.examinateur_id not in (None, by.pk):
        raise _held(action)
    return _give(action, None, TypeEvenement.RELEASE, by)


@transaction.atomic
def assign(action_pk: int, *, to: int, by) -> Action:
    """Hand an action over to the member of the team whose key is `to`, whoever holds it.

    The holder may have left: that is how their dossiers go on. Raises `AttributionRefusee`.
    """
    action = _lock(action_pk, by)
    person = team().filter(pk=to).first()
    if person is None:
        raise AttributionRefusee(
            "inconnue", "Cette personne ne fait plus partie de l’équipe\u00a0: choisissez un autre collègue."
        )
    return _give(action, person, TypeEvenement.ASSIGN, by)


def _lock(action_pk: int, by) -> Action:
    """The action, its row locked; raise `AttributionRefusee` unless `by` may work on it now."""
    # Without the holder's row: joined here, it would be the one read before the wait for the lock.
    action = Action.objects.select_for_update().get(pk=action_pk)
    if role_on(by, action) not in ROLES_CARIF:
        raise AttributionRefusee("role", "Seul le Carif-Oref se répartit les dossiers.")
    if action.statut not in PRENABLES:
        raise AttributionRefusee(
            "statut",
            "Ce dossier n’est plus à examiner\u00a0: l’action est "
            f"«\u00a0{action.get_statut_display()}\u00a0».",
        )
    return action


def _held(action: Action) -> AttributionRefusee:
    return AttributionRefusee(
        "prise",
        f"{action.examinateur} examine déjà ce dossier\u00a0: vous pouvez vous l’attribuer s’il le faut.",
    )


def _give(action: Action, person, type_: TypeEvenement, by) -> Action:
    """Write the new holder and the journal's line; nothing when it is so already (a double click)."""
    new = person.pk if person else None
    if action.examinateur_id == new:
        return action
    details = {"de": action.examinateur_id, "a": new}
    action.examinateur, action.prise_le = person, timezone.now() if person else None
    action.save(update_fields=["examinateur", "prise_le"])
    journal.record(action, type_, by=by, details=details)
    return action
