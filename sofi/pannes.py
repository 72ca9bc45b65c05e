"""When PostgreSQL is what is missing: what pages and programs answer, and for how long."""

import psycopg
from django.db import InterfaceError, OperationalError

#: Classes of errors of a server that stops, or lacks disk, memory or connections.
SANS_MOYENS = ("53", "57", "58")
#: A statement given up: too long, or asked to stop. It is of class 57, and the server is there.
ABANDON = "57014"
#: Seconds after which to come back.
ATTENTE = 30


def is_passing(error: BaseException | None) -> bool:
    """Whether trying again later may succeed: the server is away, full or busy, or a row is held too long."""
    causes = OperationalError | InterfaceError | psycopg.OperationalError | psycopg.InterfaceError
    return isinstance(error, causes)


def is_unreachable(error: BaseException) -> bool:
    """Whether the server itself is missing: where in the program it was asked then tells nothing."""
    if not is_passing(error):
        return False
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    code = getattr(cause, "sqlstate", None)
    return code is None or (code[:2] in SANS_MOYENS and code != ABANDON)
