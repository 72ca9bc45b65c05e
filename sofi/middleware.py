"""What neither Django nor a library does: response headers, and requests nobody can read."""

import codecs

from django.core.exceptions import BadRequest

#: Of what is not a page and is sent by a view: whatever it holds, a browser runs none of it.
INERT = "default-src 'none'; sandbox"


def isolate(get_response):
    """Keep every response to ourselves: other sites embed none, and no cache in between keeps one.

    A page may be shown again by « Back » without asking us, so that nothing typed is lost: it is therefore
    not « no-store » (the views that show a secret say so themselves); signing out empties the cache.
    """

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Embedder-Policy", "require-corp")
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    return middleware


def inert_files(get_response):
    """Make what views send besides pages harmless: a file to keep, never shown nor run in our name."""

    def middleware(request):
        response = get_response(request)
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind and kind != "text/html":
            response.headers["Content-Security-Policy"] = INERT
            if kind != "text/plain":
                response.headers.setdefault("Content-Disposition", "attachment")
        return response

    return middleware


def refuse_unreadable(get_response):
    """Answer 400 to what no browser sends and PostgreSQL or Python cannot read.

    That is a NUL in the address or in a cookie, and any charset but UTF-8: the others may decode to
    lone surrogates, or to nothing (sofi.wsgi marks those that Django itself cannot read).
    """

    def middleware(request):
        has_nul = any("\0" in text for text in (request.path_info, *request.COOKIES.values()))
        is_utf8 = not request.encoding or codecs.lookup(request.encoding).name == "utf-8"
        if has_nul or not is_utf8 or getattr(request, "is_unreadable", False):
            raise BadRequest("NUL or a charset other than UTF-8")
        return get_response(request)

    return middleware
