"""Saving a step of the tunnel: lock, check that nobody was faster, write, log.

Every save of an action, a session or a dispositif goes through here, so that two tabs, two colleagues
or a double click never lose nor double anything (README, « Concurrence »).
"""

from collections.abc import Sequence
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from catalogue import journal, lecture
from catalogue.enums import STATUTS_MODIFIABLES, StatutAction, TypeEvenement
from catalogue.models import Action, Dispositif, Formation, Session, Site
from catalogue.permissions import Role, role_on

Row = Action | Session | Dispositif
#: Columns of an action or of a session that name a place.
SITES = {"site_dispensateur", "site_lieu"}
SUPPRIMEE = "Quelqu’un a supprimé cette fiche pendant que vous la remplissiez."
SANS_SESSION = "Quelqu’un a supprimé la session de ce dispositif pendant que vous le remplissiez."
SANS_FORMATION = (
    "Le Carif-Oref a remplacé le code Certifinfo de cette formation pendant que vous remplissiez l’action."
)


class SaisieRefusee(Exception):
    """A save that may not happen; `str()` is the French sentence for the user.

    `code` is ``role``, ``statut`` (the action is no longer being typed), ``supprimee`` (the row is
    gone), ``orpheline`` (the session or the formation it is for is), ``perimee`` (`actuelle` is the row as
    it now stands) or ``site`` (the place chosen is gone).
    """

    def __init__(self, code: str, message: str, actuelle: Row | None = None):
        super().__init__(message)
        self.code = code
        self.actuelle = actuelle


@transaction.atomic
def create(row: Row, jeton: UUID, *, by, champs: Sequence[str] = (), texte: str = "") -> tuple[Row, bool]:
    """Insert a filled, unsaved `row`; return it and whether it is new.

    `jeton` is the one-time token of the form: a second click, or the same form posted again, gives
    back the row of the first. What the second one typed otherwise in `champs` is saved as a change of
    that row, unless somebody changed it meanwhile (`SaisieRefusee`, ``perimee``). An action is created
    under its formation's lock, a session or a dispositif under its action's. `texte` says in the journal
    where the row comes from.
    """
    action = _lock_parent(row, by)
    if action is not row:
        _check_open(action)
    _check_session(row)
    if first := _made_by(row, jeton):
        row.pk, row._state.adding = first.pk, False
        return update(row, champs, first.version if first.version == 1 else 0, by=by), False
    _hold_site(row)
    row.jeton = uuid4() if type(row).objects.filter(jeton=jeton).exists() else jeton
    row.save()
    if row is not action:
        _touch(action)
    journal.record(action, TypeEvenement.CREATION, by=by, texte=texte, details=_details(row))
    return row, True


@transaction.atomic
def update(row: Row, champs: Sequence[str], version: int, *, by) -> Row:
    """Write the fields `champs` of a changed `row` if the stored one still has `version`.

    Raises `SaisieRefusee` (``perimee``) otherwise, with the row as it now stands: nothing is
    overwritten and the caller still holds what was typed. Without any changed field, writes nothing.
    A valideur may also correct an action that waits for their decision.
    """
    action = _lock(action_of(row).pk, by)
    _check_open(action, by)
    actuelle = action if isinstance(row, Action) else type(row).objects.filter(pk=row.pk).first()
    if actuelle is None:
        _check_session(row)
        raise SaisieRefusee("supprimee", SUPPRIMEE)
    changes = [champ for champ in champs if _differ(actuelle, row, champ)]
    if not changes:  # nothing typed, or the same thing twice: the first save did it
        return actuelle
    if actuelle.version != version:
        raise SaisieRefusee(
            "perimee", "Cette fiche a été enregistrée entre-temps : rien n’a été écrasé.", actuelle
        )
    if not SITES.isdisjoint(changes):
        _hold_site(row)
    valeurs = {champ: [lecture.lire(actuelle, champ), lecture.lire(row, champ)] for champ in changes}
    for champ in changes:
        setattr(actuelle, champ, getattr(row, champ))
    actuelle.version += 1
    actuelle.modifie_le = timezone.now()
    if actuelle is action:
        action.revision += 1
        action.save(update_fields=[*changes, "version", "modifie_le", "revision"])
    else:
        actuelle.save(update_fields=[*changes, "version", "modifie_le"])
        _touch(action)
    details = _details(actuelle) | {"champs": changes, "valeurs": valeurs}
    journal.record(action, TypeEvenement.MODIFICATION, by=by, details=details)
    return actuelle


@transaction.atomic
def delete(row: Session | Dispositif, *, by) -> None:
    """Delete a session (with its dispositifs) or a dispositif of an action being typed.

    What is online of a published session stays until the next validation. A row already gone is fine.
    """
    action = _lock(action_of(row).pk, by)
    _check_open(action)
    actuelle = type(row).objects.filter(pk=row.pk).first()
    if actuelle is None:
        return
    details = _details(actuelle) | {"libelle": str(actuelle)}
    if isinstance(actuelle, Session):
        actuelle.dispositifs.all().delete()
    actuelle.delete()
    _touch(action)
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


def may_correct(action: Action, by) -> bool:
    """Whether `by` may correct what is typed in an action sent to the Carif-Oref, before deciding on it."""
    return action.statut == StatutAction.EN_ATTENTE_VALIDATION and role_on(by, action) == Role.VALIDEUR


def _lock(pk: int, by) -> Action:
    """The action, locked until the end of the transaction, if `by` may type in it."""
    editables = Action.objects.editable_by(by).select_for_update(of=("self",))
    action = editables.filter(pk=pk).first()
    if action is None or not by.is_active:
        raise SaisieRefusee("role", "Vous n’avez pas le droit de modifier cette action.")
    return action


def _lock_parent(row: Row, by) -> Action:
    """Lock what `row` is to be created under; return its action, which is `row` itself for an action."""
    if not isinstance(row, Action):
        return _lock(action_of(row).pk, by)
    formations = Formation.objects.editable_by(by).select_for_update(of=("self",))
    if not by.is_active or not formations.filter(pk=row.formation_id).first():
        if not Formation.objects.filter(pk=row.formation_id).exists():
            raise SaisieRefusee("orpheline", SANS_FORMATION)
        raise SaisieRefusee("role", "Vous n’avez pas le droit d’ajouter une action à cette formation.")
    return row


def _check_session(row: Row) -> None:
    """Raise `SaisieRefusee` when the session of a dispositif is gone."""
    if isinstance(row, Dispositif) and not Session.objects.filter(pk=row.session_id).exists():
        raise SaisieRefusee("orpheline", SANS_SESSION)


def _hold_site(row: Row) -> None:
    """Lock the place that `row` names, so that nobody deletes it before this save is over."""
    for champ in SITES:
        pk = getattr(row, f"{champ}_id", None)
        if pk and not Site.objects.select_for_update(no_key=True).filter(pk=pk).first():
            raise SaisieRefusee("site", "Ce site vient d’être supprimé : choisissez-en un autre.")


def _made_by(row: Row, jeton: UUID) -> Row | None:
    """The row the same form made before, if any: same token under the same parent."""
    parent = {Action: "formation_id", Session: "action_id", Dispositif: "session_id"}[type(row)]
    return type(row).objects.filter(jeton=jeton, **{parent: getattr(row, parent)}).first()


def _check_open(action: Action, corrige_par=None) -> None:
    """Raise `SaisieRefusee` unless the action is being typed, or waits and is corrected by a valideur."""
    if action.statut not in STATUTS_MODIFIABLES and not (corrige_par and may_correct(action, corrige_par)):
        raise SaisieRefusee(
            "statut",
            f"Cette action est « {action.get_statut_display()} » : rouvrez-la avant de la modifier.",
        )


def _touch(action: Action) -> None:
    """Tell that something changed in the action's tree, perhaps its urgency while it waits."""
    action.revision += 1
    if action.statut == StatutAction.EN_ATTENTE_VALIDATION:
        action.premier_debut = action.first_start(timezone.localdate(action.soumise_le))
    action.save(update_fields=["revision", "premier_debut"])


def _differ(actuelle: Row, row: Row, champ: str) -> bool:
    """Whether the two rows hold another value in `champ`; keys are compared without fetching."""
    attname = type(row)._meta.get_field(champ).attname
    return getattr(actuelle, attname) != getattr(row, attname)


def _details(row: Row) -> dict:
    return {"objet": row._meta.model_name, "pk": row.pk}
