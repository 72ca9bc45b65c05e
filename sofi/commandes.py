"""What commands that work long on the base share: how they stop, and what they say when it is missing."""

import signal
import threading
from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.core.management.base import CommandError
from django.db import DatabaseError

from sofi.arguments import CommandeFrancaise
from sofi.localpg import LocalPostgresError
from sofi.pannes import SANS_MOYENS
from sofi.typographie import NBSP

#: What a shell says of a process ended by SIGTERM, and by Ctrl-C.
CODE_SIGTERM, CODE_SIGINT = 128 + signal.SIGTERM, 128 + signal.SIGINT


class Arret(KeyboardInterrupt):
    """SIGTERM, raised like Ctrl-C: psycopg gives up the statement under way for that exception."""


class Commande(CommandeFrancaise):
    """A command that leaves nothing half done behind it at SIGTERM, and says how to mend a missing base.

    Whoever types Ctrl-C is answered by a word, and not by where the program was.
    """

    def _work(self, *args, **options):
        try:
            with _stopped_in_order(), _base_told_in_french():
                return super()._work(*args, **options)
        except KeyboardInterrupt:
            if not self._called_from_command_line or options["traceback"]:
                raise
            self.stderr.write("Interrompu.")
            raise SystemExit(CODE_SIGINT) from None


@contextmanager
def _stopped_in_order() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():  # signals are not its business
        yield
        return
    avant = signal.signal(signal.SIGTERM, _stop)
    try:
        yield
    except Arret:
        raise SystemExit(CODE_SIGTERM) from None
    finally:
        signal.signal(signal.SIGTERM, avant)


def _stop(*args) -> None:
    raise Arret


@contextmanager
def _base_told_in_french() -> Iterator[None]:
    try:
        yield
    except LocalPostgresError as error:
        raise CommandError(str(error)) from None
    except (DatabaseError, psycopg.Error) as error:
        if (faute := _missing(error)) is None:
            raise
        raise CommandError(faute) from None


def _missing(error: DatabaseError | psycopg.Error) -> str | None:
    """What to do of a base that is not there, stops, is full, refuses or lacks tables; None for the rest."""
    # What goes by COPY is not dressed by Django.
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    # Without a code, it was not said by the server.
    if isinstance(cause, psycopg.OperationalError) and cause.sqlstate is None:
        return (
            f"La base de données ne répond pas{NBSP}: vérifiez son adresse (DATABASE_URL). {cause}".rstrip()
        )
    if isinstance(cause, psycopg.OperationalError) and cause.sqlstate[:2] in SANS_MOYENS:
        return f"La base de données s’est arrêtée ou manque de place{NBSP}: rien n’est fini. {cause}".rstrip()
    if isinstance(cause, psycopg.errors.InsufficientPrivilege):
        return (
            f"Le compte de DATABASE_URL n’a pas ce droit{NBSP}: lancez la commande sous celui qui possède "
            f"les tables. {cause.diag.message_primary}"
        )
    if isinstance(cause, psycopg.errors.UndefinedTable | psycopg.errors.UndefinedColumn):
        return f"La base de données n’est pas à jour{NBSP}: lancez d’abord la commande migrate."
    return None


def folder(texte: str) -> Path:
    """The folder that an option names, for `argparse`."""
    if not texte:
        raise ArgumentTypeError("donnez le nom d’un dossier")
    return Path(texte)
