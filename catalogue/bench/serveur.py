"""The site as it is served, gunicorn and its processes, and visitors who ask for pages without a rest."""

import multiprocessing
import socket
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from time import perf_counter

from django.db import connections
from django.test import Client
from gunicorn.app.base import BaseApplication

#: As many visitors as keep the processes busy.
PROCESSUS, VISITEURS = 2, 4
HOTE = "localhost"


class _Gunicorn(BaseApplication):
    """Serves what this process knows, settings and database included, on a socket it has opened."""

    def __init__(self, prise: socket.socket):
        self.prise = prise
        super().__init__()

    def load_config(self):
        options = {"bind": f"fd://{self.prise.fileno()}", "workers": PROCESSUS, "loglevel": "error"}
        for nom, valeur in {**options, "control_socket_disable": True}.items():
            self.cfg.set(nom, valeur)

    def load(self):
        from sofi.wsgi import application  # in a process of the server: Django starts anew there

        return application


@contextmanager
def served() -> Iterator[int]:
    """The port where the site answers, until the end of the block."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as prise:
        connections.close_all()  # none is shared with the server
        gunicorn = multiprocessing.get_context("fork").Process(target=_Gunicorn(prise).run)
        gunicorn.start()
        try:
            yield prise.getsockname()[1]
        finally:
            gunicorn.terminate()
            gunicorn.join()


def message(client: Client, chemin: str, corps: bytes | None = None) -> bytes:
    """What the browser `client` sends to read `chemin`, or to post the form `corps`."""
    entetes = [f"Host: {HOTE}", "Connection: close"]
    if client.cookies:
        entetes.append("Cookie: " + "; ".join(f"{nom}={c.value}" for nom, c in client.cookies.items()))
    if corps is not None:
        entetes += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(corps)}"]
    debut = f"{'GET' if corps is None else 'POST'} {chemin} HTTP/1.1"
    return "\r\n".join([debut, *entetes, "", ""]).encode() + (corps or b"")


@dataclass(frozen=True)
class Charge:
    """What visitors saw: milliseconds of each answer, and how many were given in a second."""

    durees: list[float]
    par_seconde: float


def ask(port: int, suites: Sequence[Iterator[bytes]], nombre: int, statut: int = 200) -> Charge:
    """`nombre` messages sent by one visitor for each of `suites`, who takes the next from it.

    Raises RuntimeError when an answer has not the status `statut`.
    """
    with ThreadPoolExecutor(len(suites)) as visiteurs:
        debut = perf_counter()
        listes = visiteurs.map(partial(_visit, port, nombre // len(suites), statut), suites)
        durees = [duree for liste in listes for duree in liste]
        return Charge(durees, len(durees) / (perf_counter() - debut))


def _visit(port: int, nombre: int, statut: int, messages: Iterator[bytes]) -> list[float]:
    attendu, durees = f"HTTP/1.1 {statut} ".encode(), []
    for _ in range(nombre):
        demande = next(messages)
        debut = perf_counter()
        reponse = _exchange(port, demande)
        durees.append((perf_counter() - debut) * 1000)
        if not reponse.startswith(attendu):
            chemin, recu = (octets.split(b"\r\n")[0].decode() for octets in (demande, reponse))
            raise RuntimeError(f"{chemin} : réponse {recu or 'vide'}")
    return durees


def _exchange(port: int, demande: bytes) -> bytes:
    """Send a message and return the whole answer."""
    with socket.create_connection(("127.0.0.1", port)) as prise:
        prise.sendall(demande)
        return b"".join(iter(partial(prise.recv, 65_536), b""))
