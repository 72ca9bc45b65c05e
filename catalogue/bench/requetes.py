"""What statements cost, beside the least that one does: a row read by its key, on the same connection."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from statistics import median, quantiles
from time import perf_counter

from django.db import connection


@contextmanager
def queries() -> Iterator[list[float]]:
    """Milliseconds of each query of the block, as they come."""
    durees = []

    def time(execute, sql, params, many, context):
        start = perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            durees.append((perf_counter() - start) * 1000)

    with connection.execute_wrapper(time):
        yield durees


def milliseconds(call: Callable[[], object]) -> float:
    """How long `call` takes."""
    start = perf_counter()
    call()
    return (perf_counter() - start) * 1000


def read_by_key() -> float:
    """Milliseconds of the floor."""
    with queries() as durees, connection.cursor() as cursor:
        cursor.execute("SELECT raison_sociale FROM catalogue_organisme WHERE id = 1")
        cursor.fetchone()
    return durees[0]


def tell(nom: str, durees: Sequence[float], planchers: Sequence[float], suite: str) -> str:
    """A line about `durees` (milliseconds, two at least), measured in turn with `planchers`."""
    return (
        f"{nom:<42} p50 {median(durees):7.2f} ms  p95 {quantiles(durees, n=20)[-1]:7.2f} ms, "
        f"au plus {max(durees):7.2f} ms  {median(durees) / median(planchers):6.1f} × lecture par clé  {suite}"
    )
