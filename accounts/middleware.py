"""Who is signed in, and for whom they are working."""

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.middleware import get_user
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from accounts.models import Rattachement
from catalogue.models import Organisme

#: Key of the browser's session: the organisme chosen, or entered by a member of the staff.
CLE_ESPACE = "espace"


def organisme_courant(get_response):
    """Give each request its `user`, and the `rattachement` and `organisme` they work for.

    `rattachements` are all those of the person, read once; the `rattachement` is the one chosen in the
    browser's session, else the first. A member of the staff has one only while acting in an organisation's
    space; it is empty (false) for the Carif-Oref and for visitors.
    """

    def middleware(request):
        request.user = SimpleLazyObject(lambda: put_to_work(person_of(request), request.session))
        request.rattachements = SimpleLazyObject(lambda: getattr(request.user, "ses_rattachements", []))
        request.rattachement = SimpleLazyObject(lambda: rattachement_of(request.user))
        request.organisme = SimpleLazyObject(lambda: request.rattachement and request.rattachement.organisme)
        return get_response(request)

    return middleware


def person_of(request):
    """The person signed in, or a visitor (AnonymousUser).

    They were read with their session: Django's `get_user` would read them again. It is asked all the same
    whenever something does not hold: a password changed since, an account closed, another backend.
    """
    session = request.session
    if session.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS:
        user, key = session.personne, session.get(HASH_SESSION_KEY, "")
        is_theirs = user and user.is_active and session[SESSION_KEY] == str(user.pk)
        if is_theirs and constant_time_compare(key, user.get_session_auth_hash()):
            return user
    return get_user(request)


def put_to_work(user, session):
    """Return `user`, who knows from now on for whom they work in this `session`: `espace`, `role_espace`.

    Every scoped queryset is narrowed to it. One query for whoever is of an organisme: what binds them to
    theirs is read now, so that what their session says is not taken on trust.
    """
    if not user.is_authenticated:
        return user
    espace = session.get(CLE_ESPACE)
    if user.est_personnel:
        user.work_for(espace)
        return user
    rows = Rattachement.objects.filter(user=user.pk).select_related("organisme")
    user.ses_rattachements = list(rows.order_by("pk"))
    chosen = next((row for row in user.ses_rattachements if row.organisme_id == espace), None)
    if chosen is None:  # nothing chosen yet, or no longer theirs
        chosen = next(iter(user.ses_rattachements), None)
    user.work_for(*((chosen.organisme_id, chosen.role) if chosen else (None,)))
    if espace != user.espace:
        session[CLE_ESPACE] = user.espace
    return user


def rattachement_of(user) -> Rattachement | None:
    """The one under which `user` works since `put_to_work`; None when there is none.

    For a member of the staff in an organisation's space it is not stored: they act as a gestionnaire.
    """
    if not user.is_authenticated or user.espace is None:
        return None
    if user.est_personnel:
        organisme = Organisme.objects.filter(pk=user.espace).first()
        return organisme and Rattachement(user=user, organisme=organisme, role=user.role_espace)
    return next(row for row in user.ses_rattachements if row.organisme_id == user.espace)


@receiver(user_logged_in)
def enter_first_espace(sender, request, user, **kwargs):
    """Whoever signs in works for the first organisme they were attached to, until they choose another."""
    put_to_work(user, request.session)
