"""« Demande AIF hors Certifinfo »: asked by an OF, taken, refused or turned into an offer by the Carif-Oref.

    envoyée → prise → transformée or refusée; the OF changes or cancels its request while it is « envoyée ».

Every function locks the request first, so that two people at once never both win; each change writes its
journal line and its notices in the same transaction. No other module assigns `DemandeAIF.statut`.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils import timezone

from catalogue import avis, hors_certifinfo, notes
from catalogue.enums import StatutAIF, TypeEvenementAIF
from catalogue.hors_certifinfo import Offre
from catalogue.models import Action, DemandeAIF, EvenementAIF, Organisme
from sofi.typographie import grouper

E = TypeEvenementAIF
A_TRAITER = (StatutAIF.ENVOYEE, StatutAIF.PRISE)
#: What ended a request, as the journal names it.
FINS = {
    StatutAIF.TRANSFORMEE: E.TRANSFORM,
    StatutAIF.REFUSEE: E.REFUSE,
    StatutAIF.ANNULEE: E.CANCEL,
}


class DemandeRefusee(Exception):
    """A change of a request that may not happen now; `str()` is the French sentence for the user.

    `code` is ``role``, ``statut``, ``deja_fait`` (the same person did exactly this just before), ``prise``
    (a colleague has it), ``motif`` or ``perimee``. `actuelle` is the request as it now stands.
    """

    def __init__(self, code: str, message: str, actuelle: DemandeAIF | None = None):
        super().__init__(message)
        self.code = code
        self.actuelle = actuelle


@transaction.atomic
def create(row: DemandeAIF, jeton: UUID, *, by, champs: Sequence[str] = ()) -> DemandeAIF:
    """Insert a filled, unsaved `row` in the name of `by`, who types for its organisme; return it, numbered.

    `jeton` is the one-time token of the form: a second click gives back the request of the first; what it
    typed otherwise in `champs` is saved as a change of that one. Raises `DemandeRefusee`.
    """
    _check_of(by)
    if not Organisme.objects.editable_by(by).filter(pk=row.organisme_id).exists():
        raise DemandeRefusee("role", "Vous n’avez pas le droit d’envoyer une demande pour cet organisme.")
    with connection.cursor() as cursor:
        _wait_for(cursor, jeton)
        if first := DemandeAIF.objects.filter(jeton=jeton, organisme=row.organisme_id).first():
            row.pk, row._state.adding = first.pk, False
            return update(row, champs, first.version if first.version == 1 else 0, by=by)
        cursor.execute("SELECT nextval('catalogue_demandeaif_numero')")
        rang = cursor.fetchone()[0]
    row.numero = f"AIF-{timezone.localdate().year}-{rang:05d}"
    row.auteur = by
    row.jeton = uuid4() if DemandeAIF.objects.filter(jeton=jeton).exists() else jeton
    row.save()
    _tell(row, E.CREATION, by)
    return row


@transaction.atomic
def update(row: DemandeAIF, champs: Sequence[str], version: int, *, by) -> DemandeAIF:
    """Write the fields `champs` of a changed `row` if it still waits and the stored one has `version`.

    Raises `DemandeRefusee` otherwise: nothing is overwritten. Without any changed field, writes nothing.
    """
    _check_of(by)
    actuelle = _lock(row.pk, by)
    changes = [champ for champ in champs if getattr(actuelle, champ) != getattr(row, champ)]
    if not changes:  # nothing typed, or the same thing twice: the first save did it
        return actuelle
    if actuelle.statut != StatutAIF.ENVOYEE:
        raise _too_late(actuelle, E.MODIFICATION, by)
    if actuelle.version != version:
        message = "Cette demande a été enregistrée entre-temps : rien n’a été écrasé."
        raise DemandeRefusee("perimee", message, actuelle)
    for champ in changes:
        setattr(actuelle, champ, getattr(row, champ))
    actuelle.version += 1
    actuelle.modifie_le = timezone.now()
    actuelle.save(update_fields=[*changes, "version", "modifie_le"])
    _tell(actuelle, E.MODIFICATION, by, details={"champs": changes})
    return actuelle


@transaction.atomic
def cancel(pk: int, *, by) -> DemandeAIF:
    """The OF gives its request up, while nobody has taken it. Raises `DemandeRefusee`."""
    _check_of(by)
    demande = _lock(pk, by)
    if demande.statut != StatutAIF.ENVOYEE:
        raise _too_late(demande, E.CANCEL, by)
    _end(demande, StatutAIF.ANNULEE)
    _tell(demande, E.CANCEL, by)
    return demande


@transaction.atomic
def take(pk: int, *, by, de: int | None = None) -> DemandeAIF:
    """An agent takes the request in charge; `de` is the colleague it is knowingly taken from, by key.

    Taking again what is one's own does nothing. Raises `DemandeRefusee`, ``prise`` when a colleague has it.
    """
    _check_staff(by)
    demande = _lock(pk, by)
    if demande.statut not in A_TRAITER:
        raise _too_late(demande, E.TAKE, by)
    if demande.examinateur_id == by.pk:
        return demande
    if demande.examinateur_id not in (None, de):
        raise DemandeRefusee("prise", f"{demande.examinateur} traite déjà cette demande.", demande)
    ancien, demande.examinateur = demande.examinateur_id, by
    demande.statut = StatutAIF.PRISE
    demande.save(update_fields=["statut", "examinateur"])
    _record(demande, E.TAKE, by, details={"de": ancien} if ancien else {})
    if ancien is None:  # the OF has been told already
        avis.on_aif(demande, E.TAKE, by)
    return demande


@transaction.atomic
def refuse(pk: int, motif: str, *, by, version: int) -> DemandeAIF:
    """An agent refuses the request of `version`, with a reason that the OF reads. Raises `DemandeRefusee`."""
    _check_staff(by)
    demande, motif = _lock(pk, by), motif.strip()
    if demande.statut not in A_TRAITER:
        raise _too_late(demande, E.REFUSE, by, motif)
    _check_version(demande, version)
    if not motif:
        raise DemandeRefusee("motif", "Écrivez le motif du refus : l’organisme le recevra.", demande)
    demande.motif = motif
    _end(demande, StatutAIF.REFUSEE, by)
    _tell(demande, E.REFUSE, by, texte=motif)
    return demande


@transaction.atomic
def transform(pk: int, offre: Offre, jeton: UUID, *, by, version: int, envoyer: bool = True) -> Action:
    """An agent turns the request of `version` into the offer typed from it; return its action.

    Whoever clicks twice gets the same action. Raises `DemandeRefusee`, `hors_certifinfo.OffreRefusee` or
    `saisie.SaisieRefusee`; nothing is then written, the request still waits.
    """
    _check_staff(by)
    demande = _lock(pk, by)
    if demande.statut == StatutAIF.TRANSFORMEE and demande.examinateur_id == by.pk:
        return demande.action
    if demande.statut not in A_TRAITER:
        raise _too_late(demande, E.TRANSFORM, by)
    _check_version(demande, version)
    origine = _origine(demande)
    offre = replace(offre, origine=origine)
    demande.action = hors_certifinfo.create_offer(offre, jeton, by=by, envoyer=envoyer)
    notes.add(demande.action, origine, demande.jeton, by=by)
    _end(demande, StatutAIF.TRANSFORMEE, by)
    _tell(demande, E.TRANSFORM, by, details={"action": demande.action_id})
    return demande.action


def _origine(demande: DemandeAIF) -> str:
    """What `demande` says that no field of an offer holds, for whoever reads the action later."""
    lignes = [
        f"Demande {demande.numero} de {demande.auteur}.",
        f"Dispensateur\u00a0: {demande.nom_usage}, SIRET {grouper(demande.siret, 3, 3, 3, 5)}.",
    ]
    if demande.precisions:
        lignes.append(f"Précisions pour le Carif-Oref\u00a0: {demande.precisions}")
    return "\n".join(lignes)


def _wait_for(cursor, jeton: UUID) -> None:
    """Two clicks with the same token wait for each other: there is no row to lock yet."""
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [jeton.int >> 65])


def _check_of(by) -> None:
    """A request is an organisme's: the Carif-Oref creates the offer itself instead."""
    if by.est_carif or not by.is_active:
        raise DemandeRefusee("role", "Une demande se fait au nom d’un organisme de formation.")


def _check_staff(by) -> None:
    if not (by.est_carif and by.is_active):
        raise DemandeRefusee("role", "Seul le Carif-Oref traite les demandes AIF hors Certifinfo.")


def _check_version(demande: DemandeAIF, version: int) -> None:
    """Nobody decides on what they have not read."""
    if demande.version != version:
        message = "L’organisme a modifié sa demande depuis que vous l’avez ouverte : relisez-la."
        raise DemandeRefusee("perimee", message, demande)


def _lock(pk: int, by) -> DemandeAIF:
    """The request, locked until the end of the transaction, if `by` may change it."""
    # Nothing joined: whoever waited for the lock would read the former examinateur beside the new key.
    demande = DemandeAIF.objects.editable_by(by).select_for_update(of=("self",)).filter(pk=pk).first()
    if demande is None:
        raise DemandeRefusee("role", "Vous n’avez pas le droit de modifier cette demande.")
    return demande


def _end(demande: DemandeAIF, statut: StatutAIF, by=None) -> None:
    """Close a locked request; `by` becomes its examinateur, if the Carif-Oref closes it."""
    demande.statut, demande.decidee_le = statut, timezone.now()
    demande.examinateur = by or demande.examinateur
    demande.save(update_fields=["statut", "decidee_le", "examinateur", "motif", "action"])


def _tell(demande: DemandeAIF, type_: E, by, *, texte: str = "", details: dict | None = None) -> None:
    """The journal line and the notices of a change already written."""
    _record(demande, type_, by, texte, details)
    avis.on_aif(demande, type_, by)


def _record(demande: DemandeAIF, type_: E, by, texte: str = "", details: dict | None = None) -> None:
    """The journal line of a change already written."""
    EvenementAIF.objects.create(
        demande=demande,
        type=type_,
        auteur=by,
        par_carif=by.est_personnel,
        pour_organisme=by.est_personnel and not by.est_carif,
        texte=texte,
        details=details or {},
        le=timezone.now(),
    )


def _too_late(demande: DemandeAIF, voulu: E, by, texte: str = "") -> DemandeRefusee:
    """The refusal of a state, in the words of somebody who was a moment too late."""
    fin = demande.evenements.select_related("auteur").filter(type__in=FINS.values()).first()
    if fin and fin.type == voulu and fin.auteur_id == by.pk and fin.texte == texte:
        return DemandeRefusee(
            "deja_fait", f"C’est déjà fait : {demande.get_statut_display().lower()}.", demande
        )
    if fin:
        message = f"Cette demande est déjà « {demande.get_statut_display()} », par {fin.auteur}."
        return DemandeRefusee("statut", message, demande)
    message = (
        f"Le Carif-Oref traite déjà cette demande ({demande.examinateur}) : écrivez-lui pour la changer."
    )
    return DemandeRefusee("statut", message, demande)
