"""What a search may be followed by: as a calendar, as a feed of what is new."""

from django.http import QueryDict
from django.urls import reverse

from catalogue.recherche.filtres import OffreFilter


def links(params: QueryDict) -> dict[str, str]:
    """The addresses of a search as a calendar and as a feed: `params` is the query string of its page."""
    retenus = QueryDict(mutable=True)
    for nom in OffreFilter.base_filters:
        if nom != "tri" and any(params.getlist(nom)):
            retenus.setlist(nom, params.getlist(nom))
    suite = f"?{retenus.urlencode()}" if retenus else ""
    return {nom: reverse(f"donnees:{nom}") + suite for nom in ("calendrier", "rss")}
