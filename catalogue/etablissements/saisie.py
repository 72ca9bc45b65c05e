"""Saving an organisme's sheet, a place or a contact: lock, check that nobody was faster, write, log.

The same promises as the tunnel's (README, « Concurrence »): two tabs, two colleagues or a double click
never lose nor double anything.
"""

from collections.abc import Sequence
from uuid import UUID, uuid4

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from catalogue import journal, workflow_site
from catalogue.enums import StatutSite, TypeEvenementEtablissement
from catalogue.models import Action, Contact, Organisme, Session, Site
from catalogue.models.adresse import CHAMPS_ADRESSE

Row = Organisme | Site | Contact
#: What the Carif-Oref checks of a place: a change of it asks for a new check.
CHAMPS_VERIFIES = {*CHAMPS_ADRESSE, "siret", "uai"}
SUPPRIMEE = "Quelqu’un a supprimé cette fiche pendant que vous la remplissiez."


class SaisieRefusee(Exception):
    """A save that may not happen; `str()` is the French sentence for the user.

    `code` is ``role``, ``supprimee`` (the row is gone), ``perimee`` (`actuelle` is the row as it now
    stands), ``siret`` (another organisme has it) or ``utilise`` (the place is used).
    """

    def __init__(self, code: str, message: str, actuelle: Row | None = None):
        super().__init__(message)
        self.code = code
        self.actuelle = actuelle


@transaction.atomic
def create(row: Row, jeton: UUID, *, by, champs: Sequence[str] = ()) -> Row:
    """Insert a filled, unsaved `row` and return it.

    `jeton` is the one-time token of the form: a second click, or the same form posted again, gives back the
    row of the first; what it typed otherwise in `champs` is saved as a change of that row.
    """
    _check_may_create(row, by)
    # Two clicks with the same token wait for each other, whatever they create.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [jeton.int >> 65])
    if first := _made_by(row, jeton):
        row.pk, row._state.adding = first.pk, False
        return update(row, champs, first.version if first.version == 1 else 0, by=by)
    row.jeton = uuid4() if type(row).objects.filter(jeton=jeton).exists() else jeton
    _write(row)
    journal.record_etablissement(row, TypeEvenementEtablissement.CREATION, by=by)
    return row


@transaction.atomic
def update(row: Row, champs: Sequence[str], version: int, *, by) -> Row:
    """Write the fields `champs` of a changed `row` if the stored one still has `version`; return it.

    An active place whose address or identifiers change goes back « à valider », unless `by` is who would
    check them. Without any changed field, writes nothing. Raises `SaisieRefusee`.
    """
    if not type(row).objects.filter(pk=row.pk).exists():
        raise SaisieRefusee("supprimee", SUPPRIMEE)
    actuelle = _lock(row, by)
    changes = [champ for champ in champs if _differ(actuelle, row, champ)]
    if not changes:  # nothing typed, or the same thing twice: the first save did it
        return actuelle
    if actuelle.version != version:
        raise SaisieRefusee(
            "perimee", "Cette fiche a été enregistrée entre-temps : rien n’a été écrasé.", actuelle
        )
    for champ in changes:
        setattr(actuelle, champ, getattr(row, champ))
    actuelle.version += 1
    actuelle.modifie_le = timezone.now()
    suivis = [] if isinstance(row, Contact) else ["departement"]
    _write(actuelle, update_fields=[*changes, *suivis, "version", "modifie_le"])
    journal.record_etablissement(
        actuelle, TypeEvenementEtablissement.MODIFICATION, by=by, details={"champs": changes}
    )
    if needs_recheck(actuelle, changes, by):
        workflow_site.recheck_site(actuelle, by=by)
    return actuelle


def needs_recheck(row: Row, changes: Sequence[str], by) -> bool:
    """Whether a save of `changes` by that person puts the place back « à valider »."""
    if not isinstance(row, Site) or row.statut != StatutSite.ACTIF:
        return False
    return not CHAMPS_VERIFIES.isdisjoint(changes) and not by.est_valideur


@transaction.atomic
def delete(row: Site | Contact, *, by) -> None:
    """Delete a contact, or a place that nothing uses (with its contacts). A row already gone is fine.

    Raises `SaisieRefusee` (``utilise``) for a place that an action or a session names.
    """
    if not type(row).objects.filter(pk=row.pk).exists():
        return
    actuelle = _lock(row, by)
    if isinstance(actuelle, Site) and is_used(actuelle):
        raise SaisieRefusee("utilise", "Ce site est utilisé : il ne peut pas être supprimé, mais fermé.")
    journal.record_etablissement(actuelle, TypeEvenementEtablissement.SUPPRESSION, by=by)
    actuelle.delete()


def uses(site: Site) -> tuple:
    """The actions and the sessions (querysets) that name a place, whatever their state."""
    actions = Action.objects.filter(site_dispensateur=site).select_related("formation__certification")
    sessions = Session.objects.filter(site_lieu=site).select_related("action__formation__certification")
    return actions.order_by("-pk"), sessions.order_by("-pk")


def is_used(site: Site) -> bool:
    """Whether an action or a session names the place."""
    return any(rows.exists() for rows in uses(site))


def _check_may_create(row: Row, by) -> None:
    """Raise unless `by` may add `row`: the Carif-Oref an organisme, who types for it the rest."""
    if isinstance(row, Organisme):
        allowed = by.est_carif
    else:
        allowed = Organisme.objects.editable_by(by).filter(pk=row.organisme_id).exists()
    if not (allowed and by.is_active):
        raise SaisieRefusee("role", "Vous n’avez pas le droit d’ajouter cette fiche.")


def _lock(row: Row, by) -> Row:
    """The stored row, locked until the end of the transaction, if `by` may type in it."""
    rows = type(row).objects.editable_by(by).select_for_update(of=("self",))
    actuelle = rows.filter(pk=row.pk).first()
    if actuelle is None or not by.is_active:
        raise SaisieRefusee("role", "Vous n’avez pas le droit de modifier cette fiche.")
    return actuelle


def _made_by(row: Row, jeton: UUID) -> Row | None:
    """The row the same form made before, if any: same token, same organisme."""
    parent = {} if isinstance(row, Organisme) else {"organisme": row.organisme_id}
    return type(row).objects.filter(jeton=jeton, **parent).first()


def _write(row: Row, **options) -> None:
    """Save, telling kindly that another organisme has this SIRET."""
    try:
        with transaction.atomic():
            row.save(**options)
    except IntegrityError as error:
        if "organisme_siret_unique" not in str(error):
            raise
        raise SaisieRefusee("siret", "Un organisme est déjà enregistré avec ce SIRET.") from None


def _differ(actuelle: Row, row: Row, champ: str) -> bool:
    """Whether the two rows hold another value in `champ`; keys are compared without fetching."""
    attname = type(row)._meta.get_field(champ).attname
    return getattr(actuelle, attname) != getattr(row, attname)
