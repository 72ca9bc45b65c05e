"""For whom the person who signed in is working."""

from django.contrib.auth.middleware import get_user
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.utils.functional import SimpleLazyObject

from accounts.models import Rattachement
from catalogue.enums import RoleOrganisme
from catalogue.models import Organisme

#: Key of the browser's session: the organisme chosen, or entered by a member of the staff.
CLE_ESPACE = "espace"


def organisme_courant(get_response):
    """Give each request `rattachement` and its `organisme`: the training organisation the person works for.

    `rattachements` are all those of the person, read once.

    It is the one chosen in the browser's session, else the first they were attached to. A member of the
    staff has one only while acting in an organisation's space; it is empty (false) for the Carif-Oref and
    for visitors. `request.user.espace` is set with it, and narrows every scoped queryset to it.
    """

    def middleware(request):
        request.rattachements = SimpleLazyObject(lambda: rattachements_of(request.user))
        request.rattachement = SimpleLazyObject(
            lambda: find_rattachement(request.user, request.session, request.rattachements)
        )
        request.organisme = SimpleLazyObject(lambda: request.rattachement and request.rattachement.organisme)
        request.user = SimpleLazyObject(lambda: with_espace(get_user(request), request.session))
        return get_response(request)

    return middleware


def with_espace(user, session):
    """Return `user`, whose `espace` is set to what the browser's session says."""
    if user.is_authenticated:
        user.espace = session.get(CLE_ESPACE)
    return user


def rattachements_of(user) -> list[Rattachement]:
    """What binds `user` to their organisations, the oldest first; nothing for a visitor. One query."""
    if not user.is_authenticated:
        return []
    return list(user.rattachements.select_related("organisme").order_by("pk"))


def find_rattachement(user, session, rattachements) -> Rattachement | None:
    """Among `rattachements`, the one `user` works under in this `session`; None when there is none.

    For a member of the staff in an organisation's space it is not stored: they act as a gestionnaire.
    """
    if not user.is_authenticated:
        return None
    espace = session.get(CLE_ESPACE)
    if user.est_personnel:
        organisme = Organisme.objects.filter(pk=espace).first() if espace else None
        role = RoleOrganisme.GESTIONNAIRE
        return organisme and Rattachement(user=user, organisme=organisme, role=role)
    chosen = next((row for row in rattachements if row.organisme_id == espace), None)
    if chosen is None and rattachements:  # nothing chosen yet, or no longer theirs
        chosen = rattachements[0]
        session[CLE_ESPACE] = user.espace = chosen.organisme_id
    return chosen


@receiver(user_logged_in)
def enter_first_espace(sender, request, user, **kwargs):
    """Whoever signs in works for the first organisme they were attached to, until they choose another."""
    if not user.est_personnel:
        find_rattachement(user, request.session, rattachements_of(user))
