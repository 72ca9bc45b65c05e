"""Pages asked for over and over in this process, against the project's own empty page.

Only ratios within one run mean something: machines drift. « × plancher » is the page's requests a second
divided by the floor's, measured just before and after it.
"""

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle
from statistics import median, quantiles
from time import perf_counter

from django.db import connection
from django.shortcuts import render
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from django_otp import DEVICE_ID_SESSION_KEY

#: Rounds, requests of a round, and requests before the first.
TOURS, PAR_TOUR, CHAUFFE = 3, 40, 10
VIDE = "/bench/vide/"

#: The site, and a page with its frame and nothing inside.
urlpatterns = [
    path("bench/vide/", lambda request: render(request, "base.html"), name="bench_vide"),
    path("", include("sofi.urls")),
]


@dataclass(frozen=True)
class Resultat:
    """Milliseconds of a page (median, 95th centile), median of the floor around it, most queries of one;
    milliseconds of its queries, measured apart (95th centile, longest)."""

    nom: str
    p50: float
    p95: float
    plancher: float
    requetes: int
    base_p95: float
    base_max: float

    @property
    def ratio(self) -> float:
        """« × plancher »."""
        return self.plancher / self.p50

    def __str__(self) -> str:
        return (
            f"{self.nom:<42} p50 {self.p50:7.2f} ms  p95 {self.p95:7.2f} ms  {1000 / self.p50:6.0f} req/s  "
            f"{self.ratio:5.2f} × plancher  {self.requetes:3} requêtes SQL  "
            f"base p95 {self.base_p95:6.2f} ms, au plus {self.base_max:6.2f} ms"
        )


def sign_in(user) -> Client:
    """A browser in which `user` is signed in, second factor included."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = "bench"
    session.save()
    return client


def measure(nom: str, client: Client, urls: str | Sequence[str], connecte: Client | None = None) -> Resultat:
    """Time the page, or the pages in turn, `urls` for `client`; RuntimeError when one is not a page (200).

    `connecte` asks for the floor, when `client` is not signed in.
    """
    urls = [urls] if isinstance(urls, str) else list(urls)
    suivante = cycle(urls)
    par_tour = max(PAR_TOUR, len(urls))
    return measure_calls(nom, connecte or client, lambda: get(client, next(suivante)), par_tour)


def measure_calls(nom: str, connecte: Client, call: Callable[[], None], par_tour: int = PAR_TOUR) -> Resultat:
    """Time `call`, `par_tour` times a round, between rounds of the floor asked for by `connecte`."""

    def floor():
        get(connecte, VIDE)

    for _ in range(CHAUFFE):
        call()
        floor()
    # What the measures hold is not what a server does: the collector need not look at it again.
    gc.collect()
    gc.freeze()
    requetes = max(_queries(call) for _ in range(CHAUFFE))
    base = [_database_time(call) for _ in range(par_tour)]
    planchers, temps = [], []
    for _ in range(TOURS):
        planchers += _times(floor, PAR_TOUR)
        temps += _times(call, par_tour)
        planchers += _times(floor, PAR_TOUR)
    return Resultat(
        *(nom, median(temps), quantiles(temps, n=20)[-1], median(planchers), requetes),
        *(quantiles(base, n=20)[-1], max(base)),
    )


def get(client: Client, url: str) -> bytes:
    """The page `url`. RuntimeError when the answer is not 200."""
    response = client.get(url)
    if response.status_code != 200:
        raise RuntimeError(f"{url} : réponse {response.status_code}")
    return response.content


def _queries(call: Callable[[], None]) -> int:
    with CaptureQueriesContext(connection) as captured:
        call()
        return len(captured)  # the log is emptied by the next request


def _database_time(call: Callable[[], None]) -> float:
    """Milliseconds that one call spends in its queries."""
    durees = []

    def time(execute, sql, params, many, context):
        start = perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            durees.append((perf_counter() - start) * 1000)

    with connection.execute_wrapper(time):
        call()
    return sum(durees)


def _times(call: Callable[[], None], nombre: int) -> list[float]:
    """Milliseconds of each of `nombre` calls."""
    times = []
    for _ in range(nombre):
        start = perf_counter()
        call()
        times.append((perf_counter() - start) * 1000)
    return times
