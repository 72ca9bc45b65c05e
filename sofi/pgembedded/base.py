"""Django's PostgreSQL backend, which starts the private server when a connection is first asked for.

Settings only compute where it would be, so that `--help`, `collectstatic` and linters start nothing.
"""

import contextlib
import threading

import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base

from sofi.localpg import LocalPostgres

_ready = False
_starting = threading.Lock()


def start() -> None:
    """Start the server and make the site's database, once per process.

    Raises ImproperlyConfigured in production, LocalPostgresError when PostgreSQL does not start.
    """
    global _ready
    with _starting:
        if _ready:
            return
        if settings.IS_PRODUCTION:
            raise ImproperlyConfigured(
                "The embedded PostgreSQL is for the demo and the tests: set DATABASE_URL."
            )
        server = LocalPostgres(settings.LOCAL_POSTGRES)
        server.ensure()
        address = {"host": str(server.socket_dir), "port": server.port, "user": server.user}
        with psycopg.connect(dbname="postgres", autocommit=True, **address) as connection:
            _create_database(connection, "sofi")
        _ready = True


def _create_database(connection: psycopg.Connection, name: str) -> None:
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        return
    # Another process may create it between the question and the order.
    with contextlib.suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
        connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL as Django knows it; only asking for a connection differs."""

    def get_connection_params(self):
        start()
        return super().get_connection_params()
