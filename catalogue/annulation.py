"""Undoing a decision the day it was taken: what is kept for it, and what is put back."""

from datetime import date, datetime

from django.utils import timezone

from catalogue import instantane
from catalogue.enums import MotifRetrait
from catalogue.models import Action, DecisionAnnulable, Diffusion, Evenement

#: A question is not among them: it may be cancelled for as long as it is open.
ANNULABLES = ("approve", "refuse")
#: Columns of the action that a decision changes, besides its state.
COLONNES = ("decidee_le", "validee_le", "examinateur_id", "prise_le")


def photograph(action: Action, name: str) -> dict:
    """What `put_back` needs, taken before the decision `name`: plain JSON, see `DecisionAnnulable.avant`."""
    rows = action.diffusions.all() if name == "approve" else None
    return {colonne: _plain(getattr(action, colonne)) for colonne in COLONNES} | {
        "diffusions": None if rows is None else [_row(diffusion) for diffusion in rows]
    }


def keep(evenement: Evenement, avant: dict, now: datetime) -> None:
    """Keep what the decision journalled as `evenement` replaced, for the rest of the day."""
    DecisionAnnulable.objects.update_or_create(
        action_id=evenement.action_id, defaults={"evenement": evenement, "avant": avant, "le": now}
    )


def obstacle(action: Action, now: datetime) -> str:
    """Why the last decision on `action` may no longer be undone, in French; empty when it may. One query.

    It may until midnight, local time, and as long as nothing happened to the action since.
    """
    decision = DecisionAnnulable.objects.select_related("evenement").filter(action=action).first()
    if decision is None or decision.evenement.revision != action.revision:
        return "Cette décision ne peut plus être annulée\u00a0: rouvrez l’action pour la modifier."
    if timezone.localdate(decision.le) != timezone.localdate(now):
        return "Une décision s’annule le jour même, avant minuit\u00a0: rouvrez plutôt l’action."
    return ""


def put_back(action: Action, now: datetime) -> None:
    """Give `action` the dates, and the public what was online, as before its last decision; forget it.

    The public number a session was given stays its own. What comes back online changed just now: whoever
    follows the changes is told. The caller holds the action's row lock.
    """
    decision = DecisionAnnulable.objects.get(action=action)
    for colonne in COLONNES:
        setattr(action, colonne, _read(Action, colonne, decision.avant[colonne]))
    if decision.avant["diffusions"] is not None:
        rows = [_diffusion(row) for row in decision.avant["diffusions"]]
        for row in rows:
            row.modifiee_le = now
        instantane.put(action, rows, MotifRetrait.ANNULEE, now)
    decision.delete()


def purge(now: datetime) -> int:
    """Forget the decisions of the days before; how many there were."""
    minuit = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return DecisionAnnulable.objects.filter(le__lt=minuit).delete()[0]


def _row(diffusion: Diffusion) -> dict:
    return {f.attname: _plain(getattr(diffusion, f.attname)) for f in Diffusion._meta.concrete_fields}


def _diffusion(row: dict) -> Diffusion:
    return Diffusion(**{attname: _read(Diffusion, attname, valeur) for attname, valeur in row.items()})


def _plain(valeur):
    """Dates and times as ISO 8601, to the microsecond."""
    return valeur.isoformat() if isinstance(valeur, date) else valeur


def _read(modele, attname: str, valeur):
    """What `_plain` wrote, as the column `attname` of `modele` holds it."""
    champ = next(f for f in modele._meta.concrete_fields if f.attname == attname)
    return champ.to_python(valeur)
