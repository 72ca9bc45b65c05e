"""Empty copies of tables, on which a measure may write: the base comes out as it was."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, models, transaction
from psycopg import sql

SCHEMA = sql.Identifier("bench")
_RANGER = """
SELECT gin_clean_pending_list(indexrelid) FROM pg_index
    JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam
WHERE amname = 'gin' AND indrelid = %s::regclass
"""


@contextmanager
def copied(*modeles: type[models.Model]) -> Iterator[None]:
    """Let empty copies stand for the tables of `modeles`, then undo all that was written meanwhile.

    They have the indexes and the checks of the tables, and the same kind of storage, but no foreign key.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("CREATE SCHEMA {}").format(SCHEMA))
            for modele in modeles:
                table = sql.Identifier(modele._meta.db_table)
                creation = sql.SQL("CREATE TABLE {}.{} (LIKE {} INCLUDING ALL)")
                cursor.execute(creation.format(SCHEMA, table, table))
            # What names a table finds the copy first.
            cursor.execute(
                "SELECT set_config('search_path', %s || ',' || current_setting('search_path'), true)",
                [SCHEMA.as_string()],
            )
        yield
        transaction.set_rollback(True)


def settle(*modeles: type[models.Model]) -> None:
    """Leave the tables of `modeles` as the server's upkeep would: with statistics, and with no row waiting
    beside its index, for which the planner would leave that alone."""
    with connection.cursor() as cursor:
        for modele in modeles:
            table = modele._meta.db_table
            cursor.execute(_RANGER, [table])
            cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))
