"""Whole addresses, for what leaves the site: API, open data, calendars and feeds."""

from django.conf import settings
from django.urls import reverse


def adresse(nom: str, *args, **requete) -> str:
    """The whole address of a page of ours, by its name; `requete` is its query string."""
    return settings.SOFI_URL + reverse(nom, args=args, query=requete or None)


def session_url(numero: str) -> str:
    """Where anybody reads the session of this public number."""
    return adresse("diffusion:session", numero)
