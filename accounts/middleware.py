"""For whom the person who signed in is working."""

from django.utils.functional import SimpleLazyObject


def organisme_courant(get_response):
    """Give each request `rattachement` and its `organisme`: the training organisation the person works for.

    It is the first one they were attached to; it is empty (false) for the Carif-Oref's staff and for
    visitors. Read from the database only when a view asks.
    """

    def middleware(request):
        request.rattachement = SimpleLazyObject(lambda: _rattachement_of(request.user))
        request.organisme = SimpleLazyObject(lambda: request.rattachement and request.rattachement.organisme)
        return get_response(request)

    return middleware


def _rattachement_of(user):
    if not user.is_authenticated or user.est_carif:
        return None
    return user.rattachements.select_related("organisme").order_by("pk").first()
