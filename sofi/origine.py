"""Where a request comes from, as far as it can be known."""

from dataclasses import dataclass
from ipaddress import ip_address

from django.conf import settings


@dataclass(frozen=True)
class Origine:
    """Address and browser of a request; both may be empty."""

    ip: str | None = None
    navigateur: str = ""


def origine_of(request) -> Origine:
    """Return the origin of `request`."""
    navigateur = request.META.get("HTTP_USER_AGENT", "").replace("\0", "")
    return Origine(ip_of(request.META), navigateur.encode("utf-8", "replace").decode()[:200])


def ip_of(environ: dict) -> str | None:
    """Return the visitor's address, trusting only the proxies we run (setting SOFI_PROXIES).

    Each proxy appends the address it was called from to X-Forwarded-For: with N proxies, the Nth entry
    from the right was written by ours and anything before it by whoever asks. None of it counts with N = 0.
    """
    ip = environ.get("REMOTE_ADDR", "")
    hops = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if settings.TRUSTED_PROXIES and len(hops) >= settings.TRUSTED_PROXIES:
        ip = hops[-settings.TRUSTED_PROXIES].strip()
    try:
        return str(ip_address(ip))
    except ValueError:
        return None
