"""Counts of what a person may see, several at once, by a query that is written and planned once a day.

Django takes ten times as long to write such a query as PostgreSQL to answer it, PostgreSQL four times as long
to plan it, and only the keys of the person and of their organisme change from one to the next: they are put
in their place at each reading.
"""

from collections.abc import Callable, Hashable, Iterable
from datetime import date
from functools import lru_cache

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import QuerySet

from sofi.preparees import Preparee, bound

#: Stand for the keys of the person and of the organisme they work for; no row has them.
PERSONNE, ESPACE = -2_000_000_001, -2_000_000_002

Build = Callable[..., Iterable[QuerySet]]


def read_counts(build: Build, user, on: date, *options: Hashable) -> tuple:
    """The columns of the one-row querysets `build(user, on, *options)`, side by side, in one query.

    `build` is a plain function: its querysets depend on who the user is by `visible_to` and its like only,
    and on nothing that is not in its arguments.
    """
    requete = _prepare(build, user.role_carif, user.espace is not None, on, *options)
    with connection.cursor() as cursor:
        return requete.execute(cursor, [user.pk, user.espace]).fetchone()


@lru_cache(maxsize=64)
def _prepare(build: Build, role_carif: str, a_un_espace: bool, on: date, *options) -> Preparee:
    """The query; its keys are those of a person and of the organisme they work for."""
    user = get_user_model()(pk=PERSONNE, role_carif=role_carif)
    user.work_for(ESPACE if a_un_espace else None)
    return bound(*side_by_side(build(user, on, *options)), (PERSONNE, ESPACE))


def side_by_side(querysets: Iterable[QuerySet]) -> tuple[str, tuple]:
    """The query that reads one-row `querysets` at once, column after column, and its parameters."""
    parties, params = [], ()
    for rang, queryset in enumerate(querysets):
        sql, valeurs = queryset.query.sql_with_params()
        parties.append(f"({sql}) AS t{rang}")
        params += tuple(valeurs)
    return f"SELECT * FROM {', '.join(parties)}", params  # noqa: S608 - written by Django
