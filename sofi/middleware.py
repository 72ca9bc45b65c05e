"""What neither Django nor a library does: a response header, and requests nobody can read."""

import codecs

from django.core.exceptions import BadRequest


def cross_origin_resource_policy(get_response):
    """Forbid other sites to embed our pages, images and files (Cross-Origin-Resource-Policy)."""

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


def refuse_unreadable(get_response):
    """Answer 400 to what no browser sends and PostgreSQL or Python cannot read.

    That is a NUL in the address or in a cookie, and any charset but UTF-8: the others may decode to
    lone surrogates, or to nothing.
    """

    def middleware(request):
        has_nul = any("\0" in text for text in (request.path_info, *request.COOKIES.values()))
        if has_nul or (request.encoding and codecs.lookup(request.encoding).name != "utf-8"):
            raise BadRequest("NUL or a charset other than UTF-8")
        return get_response(request)

    return middleware
