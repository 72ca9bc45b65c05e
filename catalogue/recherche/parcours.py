"""Many sessions found: the index on the dates is walked until the page is full."""

from collections.abc import Sequence
from datetime import date

from django.db import connection
from django.db.models import QuerySet

from catalogue.recherche.ordre import DATE, Cle, Place
from catalogue.recherche.requete import Holds
from sofi.paging import arms

#: Rows of the index that are looked at before words thought to be common are found rare. In a million, those
#: that are too common to be counted fill a page in 7,000.
PORTEE = 12_000
#: What the index `recherche_debut` holds: with nothing else asked, it is read alone, without the table.
COLONNES = ("pk", "date_debut", "date_fin", "departement", "niveau", "modalite", "commune", "document")


def walk(rows: QuerySet, condition: Holds | None, place: Place, *, jour: date, taille: int) -> list[Cle]:
    """The keys of up to `taille` + 1 of `rows` that verify `condition`, by date, from `place` on.

    One or two queries; PostgreSQL chooses how.
    """
    found: list[Cle] = []
    for arm in _arms(rows.filter(condition) if condition else rows, place, jour):
        wanted = taille + 1 - len(found)
        found += _read(*arm.values_list("pk", "date_debut")[:wanted].query.sql_with_params())
        if len(found) > taille:
            break
    return found


def walk_near(
    dated: QuerySet, rows: QuerySet, condition: Holds, place: Place, *, jour: date, taille: int
) -> list[Cle]:
    """As `walk`, without going farther than `PORTEE` of `dated`, nor past today. One query.

    `dated` are the search rows by their dates alone; `rows` are those that verify every column. Fewer keys
    than `taille` + 1 do not mean that there is nothing else.
    """
    arm = _arms(dated, place, jour)[0]
    near, near_params = arm.values(*COLONNES)[:PORTEE].query.sql_with_params()
    wanted = rows.filter(condition).order_by(*arm.query.order_by)
    sql, params = wanted.values_list("pk", "date_debut")[: taille + 1].query.sql_with_params()
    # The words are not looked for first: PostgreSQL stops at the first rows of the index that hold them.
    table, noms = f'"{rows.model._meta.db_table}"', ", ".join(("numero", *COLONNES[1:]))
    sql = sql.replace(f"FROM {table}", f"FROM ({near}) AS {table} ({noms})", 1)
    return _read(sql, [*near_params, *params])


def _read(sql: str, params: Sequence) -> list[Cle]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [Cle(DATE, 0, debut, numero) for numero, debut in cursor.fetchall()]


def _arms(rows: QuerySet, place: Place, jour: date) -> list[QuerySet]:
    start = (place.cle.date_debut, place.cle.numero) if place.cle else None
    return arms(rows, "date_debut", start, pivot=jour, backward=place.est_avant)
