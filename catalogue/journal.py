"""The journal of an action: one row per change, in the change's own transaction."""

from django.utils import timezone

from catalogue.models import Action, Evenement


def record(
    action: Action, type_: str, *, by, statut_avant: str = "", texte: str = "", details: dict | None = None
) -> Evenement:
    """Write the journal row of a change already made to `action`, whose `statut` and `revision` are new.

    `statut_avant` is given by transitions only; `details` says what was touched, see `Evenement.details`.
    """
    return Evenement.objects.create(
        action=action,
        type=type_,
        statut_avant=statut_avant,
        statut_apres=action.statut,
        revision=action.revision,
        auteur=by,
        par_carif=by.est_personnel,
        pour_organisme=by.est_personnel and not by.est_carif,
        texte=texte,
        details=details or {},
        le=timezone.now(),
    )
