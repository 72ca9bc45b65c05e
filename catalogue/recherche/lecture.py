"""Reading a search: how many sessions, which filters would narrow it, and one page of them.

The planner's estimate comes first: it costs nothing. Few sessions: one statement counts them exactly, with
the facets and the page (`exact`). Many: the index on the dates is walked until the page is full, and their
number stays an estimate (`parcours`). So a very common word, or no criterion at all, costs no more; and a
common word that is rare among what the filters keep is counted when the nearest dates do not hold it.
"""

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from catalogue.recherche import autres, exact, parcours
from catalogue.recherche.estimation import expected_rows
from catalogue.recherche.filtres import OffreFilter
from catalogue.recherche.ordre import DATE, Cle, Place, Resultats, build_page

#: Up to here the count, the facets and the order are exact.
SEUIL_EXACT = 2_500
#: The same, for whoever asks for an order that is not by date: it costs more, and they said so.
SEUIL_CHOISI = 10_000
#: How many rows may be read for that when no word is asked, of which dates and distance leave some.
A_LIRE = 10_000
TAILLE_PAGE = 20


def search(
    filtre: OffreFilter, *, apres: Cle | None = None, avant: Cle | None = None, taille: int = TAILLE_PAGE
) -> Resultats:
    """One page of what `filtre` finds, from the beginning or on one side of a key (`ordre.read_key`).

    A key of another order gives the first page, and so does a page before which turns out to be the
    beginning. At most nine queries for a page after, fifteen for one before, besides those of `filtre`.
    """
    cle = apres or avant
    if cle and cle.tri not in (filtre.ordre, DATE):
        cle = None
    place = Place(cle.tri if cle else filtre.ordre, cle, est_avant=bool(cle) and not apres)
    found = _read(filtre, place, taille)
    if place.est_avant and len(found.cles) < taille:
        found = _read(filtre, Place(place.tri), taille)
    return autres.complete(filtre, found) if found.facettes else found


def _seuil(filtre: OffreFilter) -> int:
    """Up to how many sessions all is exact: the same for all the pages of an address."""
    return SEUIL_CHOISI if filtre.valeurs.get("tri") and filtre.ordre != DATE else SEUIL_EXACT


def _read(filtre: OffreFilter, place: Place, taille: int) -> Resultats:
    rows, par_dates, counted = filtre.qs.order_by(), filtre.filter_by_dates(filtre.queryset), None
    seuil = _seuil(filtre)
    try:
        estimate = to_read = expected_rows(filtre.rows_to_read(filtre.queryset))
        par_colonnes, condition = filtre.filter_by_columns(filtre.queryset), filtre.said_by_document
        if to_read > seuil:
            # Said once, by columns: what a column and a word both say would be thought twice as rare.
            estimate = expected_rows(par_colonnes.filter(condition) if condition else par_colonnes)
        if estimate <= seuil and to_read <= (seuil if condition else max(seuil, A_LIRE)):
            counted = _count(filtre, rows, place, taille)
            if counted.total <= seuil:
                return counted
            estimate = counted.total
    except EmptyResultSet:
        return Resultats([], 0, True, place.tri)
    place_by_date = place if place.tri == DATE else Place(DATE)
    options = {"jour": filtre.jour, "taille": taille}
    if condition:
        cles = parcours.walk_near(par_dates, par_colonnes, condition, Place(DATE), **options)
        if len(cles) <= taille:
            # The planner is far off when words and filters go together: they may be few after all.
            counted = counted or _count(filtre, rows, place, taille)
            if counted.total <= seuil:
                return counted
        elif place_by_date.cle:  # whether they are few was asked of the first page, for all to say the same
            cles = parcours.walk_near(par_dates, par_colonnes, condition, place_by_date, **options)
        if len(cles) > taille:
            return build_page(place_by_date, cles, taille, total=max(estimate, len(cles)), est_exact=False)
    cles = parcours.walk(par_colonnes, condition, place_by_date, **options)
    all_read = place_by_date.cle is None and len(cles) <= taille
    total = len(cles) if all_read else max(estimate, len(cles))
    return build_page(place_by_date, cles, taille, total=total, est_exact=all_read)


def _count(filtre: OffreFilter, rows: QuerySet, place: Place, taille: int) -> Resultats:
    return exact.read(
        rows,
        place,
        stems=filtre.stems,
        distances=filtre.endroit.distances if filtre.endroit else {},
        jour=filtre.jour,
        seuil=_seuil(filtre),
        taille=taille,
    )
