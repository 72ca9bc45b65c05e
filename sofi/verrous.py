"""What one process at a time may do in a base: the others are told so, and do not wait."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections


class Occupe(Exception):
    """Another process holds the lock."""


@contextmanager
def held(cle: int) -> Iterator[None]:
    """Hold the lock `cle` of the base; a process that dies gives it back. Raises `Occupe`.

    On a connection of its own: the block may close the other.
    """
    verrou = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        with verrou.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [cle])
            if not cursor.fetchone()[0]:
                raise Occupe
        try:
            yield
        finally:
            # The server notices a closed connection a moment later: who comes next would find it taken.
            with suppress(DatabaseError), verrou.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [cle])
    finally:
        verrou.close()
