"""A search as it is kept: one text for one search, however its address was written; and its words."""

from datetime import date

from django.http import QueryDict

from catalogue.models import RechercheSuivie
from catalogue.recherche.champs import OUI
from catalogue.recherche.filtres import OffreFilter
from sofi.typographie import NBSP

TOUTE_L_OFFRE = "Toute l’offre de formation"


class RechercheTropLongue(Exception):
    """A search that nobody types: its address would not fit in the database."""


def canonical(filtre: OffreFilter) -> str:
    """The query string of a valid `filtre`: what narrows it, in the filters' order, each value once.

    Neither the order of the results nor a page of them is part of it. Raises `RechercheTropLongue`.
    """
    retenus = QueryDict(mutable=True)
    for nom in OffreFilter.base_filters:
        retenus.setlist(nom, _values(nom, filtre.valeurs))
    requete = retenus.urlencode()
    if len(requete) > RechercheSuivie.LONGUEUR_REQUETE:
        raise RechercheTropLongue
    return requete


def _values(nom: str, valeurs: dict) -> list[str]:
    """What the filter called `nom` adds to the address."""
    valeur = valeurs[nom]
    if not valeur or nom == "tri" or (nom == "rayon" and (valeur == "0" or not valeurs["lieu"])):
        return []
    if valeur is True:
        return [OUI]
    if isinstance(valeur, date):
        return [valeur.isoformat()]
    return sorted(set(valeur)) if isinstance(valeur, list) else [valeur]


def read(requete: str, *, jour: date) -> OffreFilter:
    """The search kept as `requete`, on the day `jour`. It may be understood no longer: see its form."""
    return OffreFilter(QueryDict(requete), jour=jour)


def criteria(filtre: OffreFilter) -> list[str]:
    """What a valid search asks for, as its page says it; never empty."""
    dits = [
        chip["libelle"] if chip["valeur"] == OUI else f"{chip['libelle']}{NBSP}: {chip['valeur']}"
        for chip in filtre.chips()
    ]
    return dits or [TOUTE_L_OFFRE]


def title(filtre: OffreFilter) -> str:
    """A valid search in a few words, for the subject of a mail."""
    dits = [chip["libelle"] if chip["valeur"] == OUI else str(chip["valeur"]) for chip in filtre.chips()]
    return ", ".join(dits) or TOUTE_L_OFFRE
