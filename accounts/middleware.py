"""For whom the person who signed in is working."""

from django.utils.functional import SimpleLazyObject


def organisme_courant(get_response):
    """Give each request `organisme`: the training organisation the person types for.

    It is the first one they were attached to; it is empty (false) for the Carif-Oref's staff and for
    visitors. Read from the database only when a view asks.
    """

    def middleware(request):
        request.organisme = SimpleLazyObject(lambda: _organisme_of(request.user))
        return get_response(request)

    return middleware


def _organisme_of(user):
    if not user.is_authenticated or user.est_carif:
        return None
    return user.organismes.order_by("rattachements__pk").first()
