"""« Ask once »: what a new step takes over from the last one, always shown and editable.

A row left empty has nothing to give: the last one that says something does.
"""

from collections.abc import Iterable

from catalogue.enums import ModalitesES
from catalogue.models import Action, Formation, Session
from catalogue.saisie import Row

REPRIS_ACTION = ("site_dispensateur_id", "niveau_entree", "type_parcours")
REPRIS_SESSION = ("site_lieu_id", "rythmes", "periodes", "modalites_enseignement", "capacite")
REPRIS_DISPOSITIF = ("publics", "cout_stagiaire", "prise_en_charge")


def for_new(row: Row, action: Action | None) -> dict:
    """Initial values of the form of an unsaved `row`; `action` is its fetched tree."""
    match row:
        case Action():
            return for_action(row.formation)
        case Session():
            return for_session(action)
        case _:
            return for_dispositif(action, row.session_id)


def for_action(formation: Formation) -> dict:
    """Initial values of a new action of `formation`: those of the organisme's last one. One query.

    An habilitation starts as entrées/sorties permanentes (manual step 3).
    """
    actions = Action.objects.filter(organisme=formation.organisme_id).order_by("-pk")
    derniere = actions.exclude(site_dispensateur=None, niveau_entree="", type_parcours="").first()
    initial = _copy(derniere, REPRIS_ACTION)
    if formation.certification and formation.certification.est_habilitation:
        initial["modalites_es"] = ModalitesES.PERMANENTES
    return initial


def for_session(action: Action) -> dict:
    """Initial values of a new session: those of the action's last one, else the site dispensateur."""
    derniere = _last(action.sessions.all(), REPRIS_SESSION)
    return _copy(derniere, REPRIS_SESSION) or {"site_lieu": action.site_dispensateur_id}


def for_dispositif(action: Action, session_pk: int) -> dict:
    """Initial values of the first dispositif of a session: the terms of the action's last one.

    A second dispositif of the same session is another funding: nothing is taken over.
    """
    dispositifs = [d for session in action.sessions.all() for d in session.dispositifs.all()]
    if any(d.session_id == session_pk for d in dispositifs):
        return {}
    return _copy(_last(dispositifs, REPRIS_DISPOSITIF), REPRIS_DISPOSITIF)


def _last(rows: Iterable, champs: tuple[str, ...]):
    """The newest of `rows` where one of `champs` is filled; None without."""
    remplies = (row for row in rows if any(getattr(row, champ) not in (None, "", []) for champ in champs))
    return max(remplies, key=lambda row: row.pk, default=None)


def _copy(row, champs: tuple[str, ...]) -> dict:
    return {champ.removesuffix("_id"): getattr(row, champ) for champ in champs} if row else {}
