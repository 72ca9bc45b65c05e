"""Pages asked of the site as it is served, against the project's own empty page.

Only ratios within one run mean something: machines drift. « × plancher » is the page's requests a second
divided by the floor's, measured just before and after it, in rounds short enough for both to have the same
machine. The floor is one for all pages: an empty page, for somebody of an organisme who is signed in.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from math import ceil
from statistics import mean, median, quantiles

from django.db import connection
from django.shortcuts import render
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from django_otp import DEVICE_ID_SESSION_KEY

from catalogue.bench.requetes import queries
from catalogue.bench.serveur import HOTE, VISITEURS, ask, message

#: Rounds, requests of a round, and requests before the first.
TOURS, PAR_TOUR, CHAUFFE = 25, 40, 40
#: Calls in this process, where queries are counted and timed: before the first, in a pass at least, passes.
CHAUFFE_ICI, APPELS, PASSES = 10, 40, 3
VIDE = "/bench/vide/"

#: The site, and a page with its frame and nothing inside.
urlpatterns = [
    path("bench/vide/", lambda request: render(request, "base.html"), name="bench_vide"),
    path("", include("sofi.urls")),
]


@dataclass(frozen=True)
class Resultat:
    """Of a page: milliseconds of an answer under load (median, 95th centile), requests a second, those as a
    part of the floor's; queries of the address that has most; milliseconds of its queries, for each address
    the median of a few passes (median, 95th centile, longest)."""

    nom: str
    p50: float
    p95: float
    par_seconde: float
    ratio: float
    requetes: int
    base_p50: float
    base_p95: float
    base_max: float

    def __str__(self) -> str:
        return (
            f"{self.nom:<42} p50 {self.p50:7.2f} ms  p95 {self.p95:7.2f} ms  {self.par_seconde:6.0f} req/s  "
            f"{self.ratio:5.2f} × plancher  {self.requetes:3} requêtes SQL  "
            f"base p50 {self.base_p50:6.2f} ms  p95 {self.base_p95:6.2f} ms, au plus {self.base_max:6.2f} ms"
        )


def sign_in(user) -> Client:
    """A browser in which `user` is signed in, second factor included."""
    client = Client(SERVER_NAME=HOTE)
    client.force_login(user)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = "bench"
    session.save()
    return client


class Banc:
    """Measures pages of the site that answers at `port`; `connecte` asks for the floor."""

    def __init__(self, port: int, connecte: Client):
        self.port = port
        self._vide = cycle([message(connecte, VIDE)])

    def measure(self, nom: str, client: Client, urls: str | Sequence[str]) -> Resultat:
        """Time the page, or the pages in turn, `urls` for `client`; RuntimeError when one is not a page."""
        urls = [urls] if isinstance(urls, str) else list(urls)
        demandes, ici = cycle([message(client, url) for url in urls]), cycle(urls)
        # Whole turns: a call of a pass is for the same address as that of the pass before.
        appels = len(urls) * ceil(APPELS / len(urls))
        return self.measure_calls(nom, [demandes] * VISITEURS, lambda: get(client, next(ici)), appels)

    def measure_calls(
        self,
        nom: str,
        suites: Sequence[Iterator[bytes]],
        call: Callable[[], None],
        appels: int | None = None,
        statut: int = 200,
    ) -> Resultat:
        """Time what one visitor for each of `suites` sends, answered by `statut`; `call` does the same in
        this process, where its queries are counted, then timed, in passes of `appels`."""
        for _ in range(CHAUFFE_ICI):
            call()
        appels = appels or APPELS
        comptes = [[_queries(call) for _ in range(appels)] for _ in range(PASSES)]
        # Of each address its fewest: once a minute, a session writes when it was last seen.
        requetes = max(min(nombres) for nombres in zip(*comptes, strict=True))
        passes = [[_database_time(call) for _ in range(appels)] for _ in range(PASSES)]
        base = [median(durees) for durees in zip(*passes, strict=True)]
        ask(self.port, suites, CHAUFFE, statut)
        durees, debits, ratios, avant = [], [], [], self._floor()
        for _ in range(TOURS):
            charge, apres = ask(self.port, suites, PAR_TOUR, statut), self._floor()
            durees += charge.durees
            debits.append(charge.par_seconde)
            ratios.append(charge.par_seconde / mean([avant, apres]))
            avant = apres
        return Resultat(
            *(nom, median(durees), quantiles(durees, n=20)[-1], median(debits), median(ratios)),
            *(requetes, median(base), quantiles(base, n=20)[-1], max(base)),
        )

    def _floor(self) -> float:
        """Empty pages a second."""
        return ask(self.port, [self._vide] * VISITEURS, PAR_TOUR).par_seconde


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
    with queries() as durees:
        call()
    return sum(durees)
