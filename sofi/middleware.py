"""The response headers that neither Django nor a library sets."""


def cross_origin_resource_policy(get_response):
    """Forbid other sites to embed our pages, images and files (Cross-Origin-Resource-Policy)."""

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware
