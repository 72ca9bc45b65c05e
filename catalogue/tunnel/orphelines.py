"""A row typed for a session, or a formation, that was deleted meanwhile: where it may be saved instead.

The journal tells what was deleted from what never was, or is somebody else's, which stays a 404.
"""

from django.urls import reverse

from catalogue.enums import TypeEvenement
from catalogue.models import Action, Evenement, Formation


def action_without(session_pk: int | None, action_pk: int | None, by) -> Action | None:
    """The action `action_pk`, if `by` may type in it and its session `session_pk` was deleted; else None."""
    suppressions = Evenement.objects.filter(
        action=action_pk,
        type=TypeEvenement.SUPPRESSION,
        details__contains={"objet": "session", "pk": session_pk},
    )
    actions = Action.objects.editable_by(by).select_related("formation__certification")
    return actions.filter(pk=action_pk, pk__in=suppressions.values("action")).first()


def formations_after(formation_pk: int, by) -> list[Formation]:
    """The formations where `by` may type and where the actions of one that is gone were moved; often one.

    Empty for a formation that never was, or is somebody else's.
    """
    remplacements = Evenement.objects.filter(
        type=TypeEvenement.REPLACE_CERTIFICATION, details__contains={"formation": formation_pk}
    )
    formations = Formation.objects.editable_by(by).select_related("certification")
    return list(formations.filter(pk__in=remplacements.values("action__formation")))


def in_sessions(action: Action) -> list[tuple[str, str]]:
    """Where a dispositif may be made in `action`: the address and the name of each session. One query."""
    return [
        (reverse("tunnel:dispositif_create", args=[session.pk]), session.description)
        for session in action.sessions.select_related("site_lieu")
    ]


def in_formations(formations: list[Formation]) -> list[tuple[str, str]]:
    """Where an action may be made: the address and the name of each formation."""
    return [
        (reverse("tunnel:action_create", args=[row.pk]), f"{row.intitule} ({row.certification_id})")
        for row in formations
    ]
