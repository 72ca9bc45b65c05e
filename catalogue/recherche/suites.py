"""What a search may be followed by: as a calendar, as a feed of what is new, by e-mail."""

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse

from catalogue.recherche import numero
from catalogue.recherche.filtres import OffreFilter


def links(params: QueryDict) -> dict[str, str]:
    """The addresses of a search, as a page, a calendar, a feed and by e-mail; `params` is its address."""
    retenus = QueryDict(mutable=True)
    for nom in OffreFilter.base_filters:
        if nom != "tri" and any(params.getlist(nom)):
            retenus.setlist(nom, params.getlist(nom))
    suite = f"?{retenus.urlencode()}" if retenus else ""
    noms = {"recherche": "diffusion:recherche", "courriel": "suivis:demander"}
    noms |= {"calendrier": "donnees:calendrier", "rss": "donnees:rss"}
    return {nom: reverse(page) + suite for nom, page in noms.items()}


def rows_of(filtre: OffreFilter) -> QuerySet:
    """The search rows of a valid `filtre` for a program, which its page could not send elsewhere.

    A number typed alone finds what the page it leads to offers, narrowed by the other filters. No query
    unless it looks like one; eight at most.
    """
    q = filtre.valeurs["q"]
    if not q or not (destination := numero.find(q, jour=filtre.jour)):
        return filtre.qs
    rest = OffreFilter(destination.narrow(filtre.data), jour=filtre.jour)
    return rest.qs.filter(**destination.conditions)
