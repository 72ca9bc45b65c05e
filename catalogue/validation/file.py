"""The queue of the workshop: in which order, who comes before and after a dossier, and where to go next."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from catalogue import attribution
from catalogue.models import Action
from catalogue.permissions import role_on
from catalogue.validation import presence
from catalogue.validation.cadence import Cadence
from catalogue.validation.filters import FileFilter


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


def position(action: Action, user, filtres: str, cadence: Cadence | None = None) -> Position:
    """Where `action` stands in the queue of `user` within `filtres`, and its neighbours.

    Three queries on the partial index of what waits, one more at its end; `cadence` spares one when a filter
    is about delays. An action that waits no more (just decided) keeps its place in the order: its neighbours
    are those it had.
    """
    requete = clean_query(filtres)
    filtre = FileFilter(QueryDict(requete), queue_for(user), user=user, cadence=cadence)
    queue, cle = filtre.qs.order_by(), filtre.cle
    value = getattr(action, cle)
    if value is None:  # never sent: nobody is before it
        return Position(
            None, queue.count(), None, queue.order_by(cle, "pk").values_list("pk", flat=True).first(), requete
        )
    before = Q(**{f"{cle}__lt": value}) | Q(**{cle: value, "pk__lt": action.pk})
    after = Q(**{f"{cle}__gt": value}) | Q(**{cle: value, "pk__gt": action.pk})
    # Django needs an expression to count; the key is never null.
    numbers = queue.aggregate(
        total=Count("pk"), avant=Count("pk", filter=before), ici=Count("pk", filter=Q(pk=action.pk))
    )
    suivant = _first(queue.filter(after), cle, "pk")
    recommence = suivant is None and numbers["total"] > numbers["ici"]
    return Position(
        rang=numbers["avant"] + 1 if numbers["ici"] else None,
        total=numbers["total"],
        precedent=_first(queue.filter(before), f"-{cle}", "-pk"),
        suivant=_first(queue, cle, "pk") if recommence else suivant,
        requete=requete,
        recommence=recommence,
    )


def _first(rows: QuerySet, *order: str) -> int | None:
    return rows.order_by(*order).values_list("pk", flat=True).first()


def next_in_queue(user, filtres: str) -> int | None:
    """The key of the first waiting action within the filters of the address `filtres`."""
    filtre = FileFilter(QueryDict(filtres), queue_for(user), user=user)
    return _first(filtre.qs, filtre.cle, "pk")


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
    """What a dossier shows around itself: `parcours`, `attribution` and `regards`, for the two fragments.

    At most seven queries.
    """
    en_cours = action.statut in attribution.PRENABLES
    return {
        "parcours": position(action, user, filtres, cadence),
        "regards": presence.others(action.pk, user),
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
