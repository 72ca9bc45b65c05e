"""A database of its own for each size, made when it is missing and kept for the next time."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

from django.core.management import call_command
from django.db import connection
from psycopg import sql

from catalogue.models import Session
from catalogue.volume import copie
from sofi.typographie import NBSP

#: The same offer each time.
GRAINE = 1
NOM = "sofi_bench_{}"


@contextmanager
def offer_of(sessions: int, *, refaire: bool, stdout) -> Iterator[None]:
    """Work on an offer of `sessions` sessions, in a base of its own; then come back.

    `refaire` begins with an empty one. What is being made is written to `stdout`.
    """
    base = NOM.format(sessions)
    if exists(base) and not refaire:
        with used(base):
            refaire = copie.is_unfinished()
        if refaire:
            stdout.write(f"La base {base} n’a pas été écrite jusqu’au bout{NBSP}: elle est recommencée.")
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


def exists(base: str) -> bool:
    """Whether the server has a base of that name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", [base])
        return cursor.fetchone() is not None


def _create(base: str, *, refaire: bool) -> None:
    nom = sql.Identifier(base)
    with connection.cursor() as cursor:
        if refaire:
            # What a bench that was killed left running may still be there.
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(nom))
        if not exists(base):
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(nom))
