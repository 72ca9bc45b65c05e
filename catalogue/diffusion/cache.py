"""What browsers and caches in between may keep of a public page: for visitors, a few minutes."""

from datetime import datetime
from functools import wraps

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers, set_response_etag
from django.utils.http import http_date

from sofi.acces import read_only

#: Seconds.
DUREE = 300


def public_page(view):
    """Make a reading view one that caches may keep, and answer 304 to whoever holds it already.

    Only for a visitor without any session of ours, nor message to be shown: what a person who is signed in
    sees is theirs. Only a 200 is kept. The view may set `response.modifiee_le` (aware): Last-Modified.
    """

    @read_only
    @wraps(view)
    def answered(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        patch_vary_headers(response, ["Cookie"])
        if response.status_code != 200 or is_known(request) or response.cookies:
            return response
        response.headers["Cache-Control"] = f"public, max-age={DUREE}"
        set_response_etag(response)
        modifiee_le = getattr(response, "modifiee_le", None)
        if modifiee_le:
            response.headers["Last-Modified"] = http_date(_since(modifiee_le).timestamp())
        return get_conditional_response(
            request,
            etag=response.headers["ETag"],
            last_modified=int(_since(modifiee_le).timestamp()) if modifiee_le else None,
            response=response,
        )

    return answered


def is_known(request) -> bool:
    """Whether the browser has a session with us, or a message waiting: its pages are its own."""
    return bool({settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name} & request.COOKIES.keys())


def _since(modifiee_le: datetime) -> datetime:
    """When the page last changed: sessions leave by date, hence each one changes at midnight too."""
    minuit = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return max(modifiee_le, minuit)
