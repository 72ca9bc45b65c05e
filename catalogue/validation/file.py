"""The queue of the workshop: in which order, who comes before and after a dossier, and where to go next."""

from dataclasses import dataclass

from django.contrib import messages
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from catalogue import attribution
from catalogue.models import Action
from catalogue.permissions import role_on
from catalogue.validation.cadence import Cadence
from catalogue.validation.filters import TRIS, FileFilter


def queue_for(user) -> QuerySet:
    """The actions waiting for a decision that `user` may see."""
    return Action.objects.visible_to(user).en_attente_validation()


def clean_query(filtres: str) -> str:
    """A query string of the queue: what a dossier carries, and what is kept.

    Its own filters only, without the page, what others add to addresses, nor the fields left empty; in one
    order: the same filters make the same text.
    """
    lus, params = QueryDict(filtres), QueryDict(mutable=True)
    for name in sorted(lus.keys() & FileFilter.base_filters.keys()):
        if valeurs := [valeur for valeur in lus.getlist(name) if valeur]:
            params.setlist(name, valeurs)
    return params.urlencode()


def with_query(url: str, filtres: str) -> str:
    return f"{url}?{filtres}" if filtres else url


@dataclass(frozen=True)
class Position:
    """Where a dossier stands in the queue, within the filters `requete` of an address."""

    #: From 1; None when the dossier is not, or no longer, among those the filters keep.
    rang: int | None
    total: int
    precedent: int | None
    #: After the last comes the first of those that were passed: None when there is no other.
    suivant: int | None
    requete: str
    #: Whether `suivant` is the first again.
    recommence: bool = False


#: Where one action stands in the query of keys `file`: what is before it, itself, all; its neighbours and
#: the first. Written out: Django took longer to write three queries than PostgreSQL to answer them.
PLACE = """
    WITH file (pk, cle) AS NOT MATERIALIZED ({file})
    SELECT
        count(*) FILTER (WHERE (cle, pk) < (%s, %s)),
        count(*) FILTER (WHERE pk = %s),
        count(*),
        (SELECT pk FROM file WHERE (cle, pk) < (%s, %s) ORDER BY cle DESC, pk DESC LIMIT 1),
        (SELECT pk FROM file WHERE (cle, pk) > (%s, %s) ORDER BY cle, pk LIMIT 1),
        (SELECT pk FROM file ORDER BY cle, pk LIMIT 1)
    FROM file
"""


def position(action: Action, user, filtres: str, cadence: Cadence | None = None) -> Position:
    """Where `action` stands in the queue of `user` within `filtres`, and its neighbours.

    One query on the partial index of what waits; `cadence` spares another when a filter is about delays. An
    action that waits no more (just decided) keeps its place in the order: its neighbours are those it had.
    """
    requete = clean_query(filtres)
    queue, cle = queue_for(user), TRIS[""]
    if requete:  # reading filters costs as much as the rest, when there is none too
        filtre = FileFilter(QueryDict(requete), queue, user=user, cadence=cadence)
        queue, cle = filtre.qs, filtre.cle
    file, params = queue.order_by().values_list("pk", cle).query.sql_with_params()
    value = getattr(action, cle)
    ici = (value, action.pk)
    with connection.cursor() as cursor:
        cursor.execute(PLACE.format(file=file), [*params, *ici, action.pk, *ici, *ici])
        avant, est_ici, total, precedent, suivant, premier = cursor.fetchone()
    # Never sent, nobody is before it. After the last, the first again, unless it is the only one.
    recommence = value is not None and suivant is None and total > est_ici
    return Position(
        rang=avant + 1 if est_ici else None,
        total=total,
        precedent=precedent,
        suivant=premier if recommence or value is None else suivant,
        requete=requete,
        recommence=recommence,
    )


def after_decision(request: HttpRequest, action: Action, filtres: str) -> HttpResponseRedirect:
    """Where to go once `action` (as it was read) is decided: the next dossier if asked, or the queue.

    « Et suivant » (`suivant` in the POST) opens the next within the filters, then those that were passed.
    """
    filtres = clean_query(filtres)
    if request.POST.get("suivant"):
        if suivant := position(action, request.user, filtres).suivant:
            return redirect(with_query(reverse("validation:dossier", args=[suivant]), filtres))
        messages.info(request, "Il ne reste plus de dossier à examiner ici.")
    return redirect(with_query(reverse("validation:file"), filtres))


def surroundings(action: Action, user, filtres: str, cadence: Cadence) -> dict:
    """What a dossier shows around itself: `parcours` and `attribution`. Two queries, three at the end of the
    queue's filters by delay."""
    en_cours = action.statut in attribution.PRENABLES
    return {
        "parcours": position(action, user, filtres, cadence),
        "attribution": _attribution(action, user) if en_cours and role_on(user, action) else None,
    }


def _attribution(action: Action, user) -> dict:
    """Who holds the dossier, and to whom it may go."""
    mien = action.examinateur_id == user.pk
    return {
        "est_mien": mien,
        "examinateur": action.examinateur,
        "prise_le": action.prise_le,
        "collegues": [person for person in attribution.team() if person.pk != action.examinateur_id],
    }
