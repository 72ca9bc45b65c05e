"""Many sessions found: the index on the dates is walked until the page is full."""

from datetime import date

from django.db.models import Q, QuerySet

from catalogue.recherche.ordre import DATE, Cle, Place


def walk(rows: QuerySet, place: Place, *, jour: date, taille: int) -> list[Cle]:
    """The keys of up to `taille` + 1 of `rows` in the order of dates, from `place` on. One or two queries."""
    found: list[Cle] = []
    for arm in _arms(rows, place, jour):
        wanted = taille + 1 - len(found)
        found += [
            Cle(DATE, 0, debut, numero) for numero, debut in arm.values_list("pk", "date_debut")[:wanted]
        ]
        if len(found) > taille:
            break
    return found


def _arms(rows: QuerySet, place: Place, jour: date) -> list[QuerySet]:
    """What is to come, soonest first, then what has begun, latest first; the other way when going back."""
    to_come, begun = rows.filter(date_debut__gte=jour), rows.filter(date_debut__lt=jour)
    arms = [(to_come, False), (begun, True)]
    if place.est_avant:
        arms = [(begun, False), (to_come, True)]
    if place.cle:
        in_first = (place.cle.date_debut < jour) == place.est_avant
        arms = arms if in_first else arms[1:]
        arms[0] = (_beyond(arms[0][0], place.cle, down=arms[0][1]), arms[0][1])
    return [arm.order_by(*(("-date_debut", "-pk") if down else ("date_debut", "pk"))) for arm, down in arms]


def _beyond(rows: QuerySet, cle: Cle, *, down: bool) -> QuerySet:
    side, strictly = ("lte", "lt") if down else ("gte", "gt")
    # The first condition alone would do; it lets PostgreSQL start in the middle of the index.
    return rows.filter(**{f"date_debut__{side}": cle.date_debut}).filter(
        Q(**{f"date_debut__{strictly}": cle.date_debut}) | Q(**{f"pk__{strictly}": cle.numero})
    )
