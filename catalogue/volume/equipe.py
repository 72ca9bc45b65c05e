"""Work done beside the main process, by processes of their own: each with its connection."""

import gc
import os
import signal
import traceback
from collections.abc import Callable
from contextlib import suppress

from django.db import connection


class Equipe:
    """Up to `nombre` works at a time besides what asks for them. For commands alone.

    A context manager: at its end all works are done, or ended when something went wrong.
    """

    def __init__(self, nombre: int | None = None):
        self.nombre = nombre or os.cpu_count() or 1
        self._enfants: set[int] = set()

    def __enter__(self) -> "Equipe":
        return self

    def __exit__(self, kind, *exception) -> None:
        try:
            if kind is None:
                self.wait()
        finally:
            self._end()

    def do(self, travail: Callable[[], None]) -> None:
        """Have `travail` done, with what is in memory now; waits for a free place first.

        The connection is closed, and opens again at its next use. RuntimeError when a work has failed.
        """
        while len(self._enfants) >= self.nombre:
            self._wait_one()
        connection.close()
        if enfant := os.fork():
            self._enfants.add(enfant)
            return
        code = 1
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)  # the command's own way to stop is not ours
            gc.freeze()  # what is shared with the parent stays shared
            travail()
            connection.close()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)

    def wait(self) -> None:
        """Wait for all works. RuntimeError when one has failed."""
        while self._enfants:
            self._wait_one()

    def _end(self) -> None:
        """End the works under way."""
        for enfant in self._enfants:
            with suppress(ProcessLookupError, ChildProcessError):
                os.kill(enfant, signal.SIGTERM)
                os.waitpid(enfant, 0)
        self._enfants.clear()

    def _wait_one(self) -> None:
        enfant, etat = os.waitpid(-1, 0)
        self._enfants.discard(enfant)
        if etat:
            raise RuntimeError("Un processus de l’équipe a échoué\u00a0: son erreur est écrite au-dessus.")
