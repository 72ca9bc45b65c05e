"""People doing things at the same moment, with real threads and real transactions."""

from collections.abc import Callable
from contextlib import contextmanager
from threading import Barrier, Thread
from unittest import mock

from django.db import connection
from django.db.models import QuerySet

#: Far more than any step takes: a barrier that breaks fails the test instead of hanging it.
PATIENCE = 20


def race(*calls: Callable) -> list:
    """Run `calls` at the same moment, each in its own thread and connection; their results in order.

    A call that raises gives its exception as result.
    """
    start = Barrier(len(calls))
    results = [None] * len(calls)

    def run(rank, call):
        start.wait(PATIENCE)
        try:
            results[rank] = call()
        except Exception as error:
            results[rank] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=item) for item in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads)
    return results


@contextmanager
def without_locks(*steps: tuple[object, str], runners: int = 2):
    """The controls' world: rows are read without lock, and all runners meet after the first of `steps`.

    Each step is (module, name of a function that checks before a write). A test of a race that still
    passes here proves nothing.
    """
    meeting = Barrier(runners)

    def met(check):
        def checked(*args, **kwargs):
            result = check(*args, **kwargs)
            meeting.wait(PATIENCE)
            return result

        return checked

    with mock.patch.object(QuerySet, "select_for_update", lambda self, **_: self._chain()):
        patches = [mock.patch.object(module, name, met(getattr(module, name))) for module, name in steps]
        for patch in patches:
            patch.start()
        try:
            yield
        finally:
            for patch in patches:
                patch.stop()
