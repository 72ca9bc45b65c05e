"""A database of its own for each size, made when it is missing and kept for the next time."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

from django.core.management import call_command
from django.db import connection
from psycopg import sql

from catalogue.models import Session

#: The same offer each time.
GRAINE = 1


@contextmanager
def offer_of(sessions: int, *, refaire: bool, stdout) -> Iterator[None]:
    """Work on an offer of `sessions` sessions, in a base of its own; then come back.

    `refaire` begins with an empty one. What is being made is written to `stdout`.
    """
    base = f"sofi_bench_{sessions}"
    _create(base, refaire=refaire)
    with used(base):
        call_command("migrate", verbosity=0)
        if not Session.objects.exists():
            stdout.write(f"Écriture de {sessions} sessions…")
            call_command("load_nomenclatures", verbosity=0, stdout=StringIO())
            call_command("generate_volume", sessions=sessions, graine=GRAINE, stdout=stdout)
        yield


@contextmanager
def used(base: str) -> Iterator[None]:
    """Work in the base `base` of the same server; then come back."""
    nom = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = base
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = nom


def _create(base: str, *, refaire: bool) -> None:
    with connection.cursor() as cursor:
        if refaire:
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(base)))
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", [base])
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(base)))
