"""What is open to everybody, other sites' pages included: the read API and the open data, nothing else."""

from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers

#: What the open addresses begin with.
ADRESSES = (
    "/api/v1/",
    "/donnees/offre.",
    "/donnees/schema.json",
    "/offre/calendrier.ics",
    "/offre/nouveautes.rss",
)
#: Where nobody is asked who they are: the open addresses, and the load balancer's, which must answer without
#: the database.
SANS_COOKIES = (*ADRESSES, "/sante/")
METHODES = "GET, HEAD, OPTIONS"
ENTETES = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "ETag, Last-Modified, Link, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After"
    ),
    "Cross-Origin-Resource-Policy": "cross-origin",
}
#: Answered to a browser that asks, before it sends a key, whether it may.
PREALABLE = {
    "Access-Control-Allow-Methods": METHODES,
    "Access-Control-Allow-Headers": "Authorization, If-Modified-Since, If-None-Match",
    "Access-Control-Max-Age": "86400",
    "Allow": METHODES,
}


def forget_cookies(get_response):
    """A middleware, before that of sessions: an open address answers everybody the same, whoever they are."""

    def middleware(request):
        if not request.path_info.startswith(SANS_COOKIES):
            return get_response(request)
        request.COOKIES = {}
        response = get_response(request)
        # The middleware of sessions looked for one: caches need not know.
        vary = [nom for nom in response.get("Vary", "").split(", ") if nom not in ("", "Cookie")]
        del response.headers["Vary"]
        if vary:
            patch_vary_headers(response, vary)
        return response

    return middleware


def open_up(response: HttpResponseBase) -> HttpResponseBase:
    """Let any site read `response`, and caches keep it as long as they ask whether it changed.

    A browser shows what is not a file to keep: `sofi.middleware.inert_files` would have it downloaded.
    """
    for nom, valeur in ENTETES.items():
        response.headers[nom] = valeur
    response.headers.setdefault("Content-Disposition", "inline")
    if not response.has_header("Cache-Control"):
        patch_cache_control(response, public=True, no_cache=True)
    return response


def preflight() -> HttpResponse:
    """The answer to OPTIONS."""
    response = open_up(HttpResponse(status=204, headers=PREALABLE))
    del response.headers["Content-Type"]  # there is nothing
    return response


def open_to_all(view):
    """Make `view`, which answers GET and HEAD, readable by any site. Outermost but `login_not_required`."""

    @wraps(view)
    def opened(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        return preflight() if request.method == "OPTIONS" else open_up(view(request, *args, **kwargs))

    return opened
