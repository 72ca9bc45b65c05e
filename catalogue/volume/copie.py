"""Writing a lot of rows at once: by COPY, without checks nor indexes, which are made again at the end."""

import gc
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from django.db import connection, models, transaction
from django.db.backends.signals import connection_created
from django.db.models import DateTimeField, UUIDField
from django.utils import timezone

from catalogue.volume.equipe import Equipe

#: The table that a base holds while an offer is being written there.
MARQUE = "volume_inacheve"

#: Between two values, in the place of one that is missing, after a row: no text of ours holds those.
VALEUR, NUL, FIN = "\x1f", "\x1e", "\x1d"
ORDRE = f"COPY {{}} ({{}}) FROM STDIN (DELIMITER '{VALEUR}', NULL '{NUL}')"
ECHAPPES = (("\\", "\\\\"), ("\n", "\\n"), ("\r", "\\r"))
#: Rows sent at once.
ENSEMBLE = 50


class Flot:
    """The rows of a model on their way to its table. Values are texts as PostgreSQL reads them, or None."""

    def __init__(self, model: type[models.Model]):
        champs = [f for f in model._meta.concrete_fields if not f.generated]
        self.table = model._meta.db_table
        self.colonnes = [f.column for f in champs]
        self._defauts = {f.attname: self._defaut(f) for f in champs}
        self._lignes: list[list] = []

    @staticmethod
    def _defaut(champ: models.Field) -> str | None:
        """What a column holds when nothing is said of it; a UUID must always be said."""
        if isinstance(champ, UUIDField) or champ.primary_key:
            return None
        if isinstance(champ, DateTimeField) and not champ.null:
            return timezone.now().isoformat()
        valeur = champ.get_default()
        if isinstance(valeur, bool):
            return "t" if valeur else "f"
        if isinstance(valeur, list):
            return "{}"
        if isinstance(valeur, dict):
            return "{}"
        return None if valeur is None else str(valeur)

    def add(self, **valeurs: str | None) -> None:
        """One more row; columns that are not named hold their model's default."""
        self._lignes.append(list((self._defauts | valeurs).values()))

    def __len__(self) -> int:
        return len(self._lignes)

    def write(self) -> None:
        """Copy the rows that wait."""
        colonnes = ", ".join(f'"{colonne}"' for colonne in self.colonnes)
        with connection.cursor() as cursor, cursor.copy(ORDRE.format(self.table, colonnes)) as copie:
            for rang in range(0, len(self._lignes), ENSEMBLE):
                copie.write(_text_of(self._lignes[rang : rang + ENSEMBLE]))
        self._lignes.clear()


def _text_of(lignes: Iterable[list[str | None]]) -> str:
    """Rows as the text that `ORDRE` reads: all at once, for each value costs more than its letters."""
    texte = FIN.join([VALEUR.join([NUL if v is None else v for v in ligne]) for ligne in lignes]) + FIN
    for caractere, ecrit in ECHAPPES:
        texte = texte.replace(caractere, ecrit)
    return texte.replace(FIN, "\n")


@contextmanager
def bulk(tables: Iterable[str]) -> Iterator[None]:
    """Write in `tables` without foreign keys, triggers nor indexes; those come back, with statistics.

    Rows must be right by construction. Needs a superuser of PostgreSQL, as the private server's is.
    """
    tables, indexes = list(tables), {}
    connection.close()
    connection_created.connect(_without_checks)
    gc.disable()  # rows that wait are many, and none points back
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            indexes = _drop_indexes(cursor, tables)
        yield
    finally:
        gc.enable()
        connection_created.disconnect(_without_checks)
        connection.close()  # the next one has triggers, whatever was under way on this one
        with Equipe() as equipe:
            for table in reversed(tables):
                equipe.do(partial(_finish, table, indexes.get(table, ())))


def _finish(table: str, indexes: Sequence[str]) -> None:
    """Make the indexes of `table` again, as their definitions say, and its statistics."""
    with connection.cursor() as cursor:
        # Their building is most of the end: let it have memory.
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for definition in indexes:
            cursor.execute(definition)
        cursor.execute("RESET maintenance_work_mem")
        _follow_sequence(cursor, table)
        cursor.execute(f"VACUUM ANALYZE {table}")


@contextmanager
def marked() -> Iterator[None]:
    """Mark the base until what is written there is whole: whatever stops that leaves the mark."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {MARQUE} ()")
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {MARQUE}")


def is_unfinished() -> bool:
    """Whether what was being written in this base was stopped before its end."""
    return MARQUE in connection.introspection.table_names()


def _without_checks(connection, **kwargs) -> None:
    """For each connection opened meanwhile, those of other processes included."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")


def _drop_indexes(cursor, tables: list[str]) -> dict[str, list[str]]:
    """Drop the indexes that hold no constraint; the statements that make those of each table again."""
    cursor.execute(
        """SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
        FROM pg_index i WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisunique""",
        [tables],
    )
    definitions = defaultdict(list)
    for table, nom, definition in cursor.fetchall():
        cursor.execute(f"DROP INDEX {nom}")
        definitions[table].append(definition)
    return definitions


def _follow_sequence(cursor, table: str) -> None:
    """Let the next key follow the last row of `table`, if its keys come from a sequence."""
    cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attname = 'id'", [table]
    )
    if cursor.fetchone() is None:
        return
    cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
    (sequence,) = cursor.fetchone()
    if sequence:
        cursor.execute(f"SELECT setval('{sequence}', greatest(1, (SELECT max(id) FROM {table})))")
