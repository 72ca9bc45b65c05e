"""Writing many rows at once."""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.db import connection, models
from psycopg import sql

ECRIRE = """
INSERT INTO {table} ({colonnes}) SELECT {colonnes} FROM jsonb_to_recordset(%s) AS ligne ({types})
ON CONFLICT ({cle}) DO UPDATE SET {valeurs}
"""


def upsert(rows: Sequence[models.Model], *, update: Collection[str]) -> None:
    """Insert `rows`, all of one model; where one has the key of `rows`, give it their fields named `update`.

    One statement, its values one JSON text. As `bulk_create(update_conflicts=True)`, which takes several
    times longer to write down each value than the server does to store them all.
    Raises TypeError for a value that is neither JSON nor a date or a moment.
    """
    if not rows:
        return
    meta = rows[0]._meta
    champs = [champ for champ in meta.concrete_fields if not champ.generated]
    noms = {champ.name: sql.Identifier(champ.column) for champ in champs}
    statement = sql.SQL(ECRIRE).format(
        table=sql.Identifier(meta.db_table),
        colonnes=sql.SQL(", ").join(noms.values()),
        types=sql.SQL(", ").join(
            sql.SQL("{} {}").format(noms[champ.name], sql.SQL(champ.db_type(connection))) for champ in champs
        ),
        cle=sql.Identifier(meta.pk.column),
        valeurs=sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(noms[nom]) for nom in update),
    )
    lignes = [{champ.column: getattr(row, champ.attname) for champ in champs} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(lignes, default=_moment)])


def tableau(valeurs: Iterable[str]) -> str:
    """An array of texts as PostgreSQL reads it: for COPY, a list takes the driver several times longer."""
    cites = ('"' + v.replace("\\", "\\\\").replace('"', '\\"') + '"' for v in valeurs)
    return "{" + ",".join(cites) + "}"


def _moment(valeur: object) -> str:
    if isinstance(valeur, date):
        return valeur.isoformat()
    raise TypeError(f"{valeur!r} has no writing in JSON.")
