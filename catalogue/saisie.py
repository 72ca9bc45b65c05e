"""Saving a step of the tunnel: lock, check that nobody was faster, write, log.

Every save of an action, a session or a dispositif goes through here, so that two tabs, two colleagues
or a double click never lose nor double anything (README, « Concurrence »).
"""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from catalogue import journal
from catalogue.enums import STATUTS_MODIFIABLES, TypeEvenement
from catalogue.models import Action, Dispositif, Session
from catalogue.permissions import role_on

Row = Action | Session | Dispositif


class SaisieRefusee(Exception):
    """A save that may not happen; `str()` is the French sentence for the user.

    `code` is ``role``, ``statut`` (the action is no longer being typed) or ``perimee`` (`actuelle` is
    the row as it now stands).
    """

    def __init__(self, code: str, message: str, actuelle: Row | None = None):
        super().__init__(message)
        self.code = code
        self.actuelle = actuelle


@transaction.atomic
def create(row: Row, jeton: UUID, *, by) -> tuple[Row, bool]:
    """Insert a filled, unsaved `row`; return it and whether it is new.

    `jeton` is the one-time token of the form: a second click, or the same form posted again, gives
    back the row of the first. An action is created under its formation's lock, a session or a
    dispositif under its action's.
    """
    model = type(row)
    if isinstance(row, Action):
        type(row.formation).objects.select_for_update().get(pk=row.formation_id)
        action = row
    else:
        action = _lock(action_of(row).pk)
    _check_open(action, by)
    first = model.objects.filter(jeton=jeton, organisme=row.organisme_id).first()
    if first:
        return first, False
    row.jeton = jeton
    row.save()
    if row is not action:
        action.revision += 1
        action.save(update_fields=["revision"])
    journal.record(action, TypeEvenement.CREATION, by=by, details=_details(row))
    return row, True


@transaction.atomic
def update(row: Row, champs: list[str], version: int, *, by) -> Row:
    """Write the fields `champs` of a changed `row` if the stored one still has `version`.

    Raises `SaisieRefusee` (``perimee``) otherwise, with the row as it now stands: nothing is
    overwritten and the caller still holds what was typed. Without any changed field, writes nothing.
    """
    action = _lock(action_of(row).pk)
    _check_open(action, by)
    actuelle = action if isinstance(row, Action) else type(row).objects.get(pk=row.pk)
    changes = [champ for champ in champs if getattr(actuelle, champ) != getattr(row, champ)]
    if actuelle.version != version:
        if not changes:  # the same thing typed twice: the first save did it
            return actuelle
        raise SaisieRefusee(
            "perimee", "Quelqu’un a enregistré cette fiche pendant que vous la remplissiez.", actuelle
        )
    if not changes:
        return actuelle
    for champ in changes:
        setattr(actuelle, champ, getattr(row, champ))
    actuelle.version += 1
    actuelle.modifie_le = timezone.now()
    action.revision += 1
    actuelle.save()
    if actuelle is not action:
        action.save(update_fields=["revision"])
    journal.record(
        action, TypeEvenement.MODIFICATION, by=by, details=_details(actuelle) | {"champs": changes}
    )
    return actuelle


@transaction.atomic
def delete(row: Session | Dispositif, *, by) -> None:
    """Delete a session (with its dispositifs) or a dispositif of an action being typed.

    What is online of a published session stays until the next validation. A row already gone is fine.
    """
    action = _lock(action_of(row).pk)
    _check_open(action, by)
    actuelle = type(row).objects.filter(pk=row.pk).first()
    if actuelle is None:
        return
    details = _details(actuelle) | {"libelle": str(actuelle)}
    if isinstance(actuelle, Session):
        actuelle.dispositifs.all().delete()
    actuelle.delete()
    action.revision += 1
    action.save(update_fields=["revision"])
    journal.record(action, TypeEvenement.SUPPRESSION, by=by, details=details)


def action_of(row: Row) -> Action:
    """The action at the root of `row`."""
    match row:
        case Action():
            return row
        case Session():
            return row.action
        case Dispositif():
            return row.session.action


def _lock(pk: int) -> Action:
    return Action.objects.select_for_update(of=("self",)).get(pk=pk)


def _check_open(action: Action, by) -> None:
    if role_on(by, action) is None:
        raise SaisieRefusee("role", "Vous n’avez pas le droit de modifier cette action.")
    if action.statut not in STATUTS_MODIFIABLES:
        raise SaisieRefusee(
            "statut",
            f"Cette action est « {action.get_statut_display()} » : rouvrez-la avant de la modifier.",
        )


def _details(row: Row) -> dict:
    return {"objet": row._meta.model_name, "pk": row.pk}
