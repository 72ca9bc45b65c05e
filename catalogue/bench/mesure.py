"""Pages asked for over and over in this process, against the project's own empty page.

Only ratios within one run mean something: machines drift. « × floor » is the page's requests a second
divided by the floor's, measured just before and after it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from django.db import connection
from django.shortcuts import render
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from django_otp import DEVICE_ID_SESSION_KEY

TOURS, PAR_TOUR, CHAUFFE = 3, 40, 10
VIDE = "/bench/vide/"

#: The site, and a page with its frame and nothing inside.
urlpatterns = [
    path("bench/vide/", lambda request: render(request, "base.html"), name="bench_vide"),
    path("", include("sofi.urls")),
]


@dataclass(frozen=True)
class Resultat:
    """Median milliseconds of a page and of the floor around it, and the page's queries."""

    nom: str
    ms: float
    plancher_ms: float
    requetes: int

    @property
    def ratio(self) -> float:
        """« × floor »."""
        return self.plancher_ms / self.ms

    def __str__(self) -> str:
        return (
            f"{self.nom:<44} {self.ms:8.2f} ms  {self.ratio:6.2f} × plancher  {self.requetes:3} requêtes SQL"
        )


def sign_in(user) -> Client:
    """A browser in which `user` is signed in, second factor included."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = "bench"
    session.save()
    return client


def measure(nom: str, client: Client, url: str) -> Resultat:
    """Time the page `url` for `client`; raises RuntimeError when it is not a page (status 200)."""
    get = _getter(client, url)
    floor = _getter(client, VIDE)
    for _ in range(CHAUFFE):
        get()
        floor()
    with CaptureQueriesContext(connection) as captured:
        get()
        queries = len(captured)  # the log is emptied by the next request
    avant, page, apres = zip(*[(_time(floor), _time(get), _time(floor)) for _ in range(TOURS)], strict=True)
    return Resultat(nom, median(page), median([*avant, *apres]), queries)


def _getter(client: Client, url: str) -> Callable[[], None]:
    def get():
        response = client.get(url)
        if response.status_code != 200:
            raise RuntimeError(f"{url} : réponse {response.status_code}")

    return get


def _time(call: Callable[[], None]) -> float:
    """Median milliseconds of a call."""
    times = []
    for _ in range(PAR_TOUR):
        start = perf_counter()
        call()
        times.append((perf_counter() - start) * 1000)
    return median(times)
