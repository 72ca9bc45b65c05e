"""What a search may be followed by: as a calendar, as a feed of what is new, by e-mail."""

from django.http import QueryDict
from django.urls import reverse

from catalogue.recherche.filtres import OffreFilter


def links(params: QueryDict) -> dict[str, str]:
    """The addresses of a search as a calendar, as a feed and by e-mail: `params` is its query string."""
    retenus = QueryDict(mutable=True)
    for nom in OffreFilter.base_filters:
        if nom != "tri" and any(params.getlist(nom)):
            retenus.setlist(nom, params.getlist(nom))
    suite = f"?{retenus.urlencode()}" if retenus else ""
    noms = {"courriel": "suivis:demander", "calendrier": "donnees:calendrier", "rss": "donnees:rss"}
    return {nom: reverse(page) + suite for nom, page in noms.items()}
