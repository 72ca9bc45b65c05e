"""In whose name a person acts on an action: the question every transition asks first."""

from enum import StrEnum

from catalogue.enums import ROLES_SAISIE, Audience
from catalogue.models import Action


class Role(StrEnum):
    """The two sides of the counter; on the Carif-Oref's, those who prepare and those who decide."""

    OF = "of"
    CARIF = "carif"
    VALIDEUR = "valideur"


#: Whoever acts as the Carif-Oref.
ROLES_CARIF = (Role.CARIF, Role.VALIDEUR)


def role_on(user, action: Action) -> Role | None:
    """The side on which `user` may change `action`, or ``None`` when they may not.

    A member of the Carif-Oref acts as the Carif-Oref everywhere, except in the space of an organisation,
    where they act for it, and for it alone; a person of the action's organisme acts for it when their role
    lets them type (gestionnaire or saisie). Within a request, that is the role they had when it arrived:
    a save that waits for the action's lock is not taken back from whoever leaves the team meanwhile.
    """
    if not user.is_active:
        return None
    if user.est_carif:
        return Role.VALIDEUR if user.est_valideur else Role.CARIF
    if user.espace is not None:
        may = user.espace == action.organisme_id and user.role_espace in ROLES_SAISIE
        return Role.OF if may else None
    if user.rattachements.filter(organisme=action.organisme_id, role__in=ROLES_SAISIE).exists():
        return Role.OF
    return None


def audience_of(user) -> Audience:
    """In whose words states are told to `user`."""
    return Audience.CARIF if user.est_carif else Audience.OF
