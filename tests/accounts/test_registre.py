"""The register of companies, played by a server of this machine: right, wrong, slow, huge, absent."""

import json
import socket
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts import registre
from accounts.models import DemandeCle
from accounts.tasks import REPRISE, verifier_siret
from tests.accounts.test_demandes import typed
from tests.courriels.test_worker import travailler
from tests.factories import DemandeCleFactory

SIRET = "13000548100010"
SIEGE = {"siret": SIRET, "adresse": "2 RUE DES ÉCOLES 44000 NANTES", "etat_administratif": "A"}


def found(**siege) -> bytes:
    """What the register answers for an organisation whose head office is `siege`."""
    return json.dumps({"results": [{"nom_complet": "ÉCOLE DU BOIS", "siege": SIEGE | siege}]}).encode()


@contextmanager
def serving(answer):
    """A server whose GET is `answer(handler)`; yields its address and the list of the paths asked."""
    paths = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            paths.append(self.path)
            with suppress(OSError):  # the client is gone
                answer(self)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/search", paths
    finally:
        server.shutdown()
        server.server_close()


def body(content: bytes, status: int = 200):
    """An answer with this body."""

    def answer(handler):
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return answer


@pytest.fixture
def ask(settings):
    """Return `ask(answer)`: what `interroger` makes of it."""

    def run(answer) -> registre.Reponse:
        with serving(answer) as (url, _):
            settings.SOFI_REGISTRE_URL = url
            return registre.interroger(SIRET)

    return run


def test_an_open_place_is_read(settings):
    with serving(body(found())) as (url, paths):
        settings.SOFI_REGISTRE_URL = url
        reponse = registre.interroger(SIRET)

    assert reponse == registre.Reponse("ÉCOLE DU BOIS", "2 RUE DES ÉCOLES 44000 NANTES", True)
    assert paths == [f"/search?q={SIRET}"]


def test_a_closed_place_is_closed(ask):
    assert ask(body(found(etat_administratif="F"))).est_ouvert is False


def test_a_place_that_is_not_the_head_office_is_found_among_the_others(ask):
    lieu = SIEGE | {"adresse": "ANGERS"}
    content = {"results": [{"nom_complet": "X", "siege": None, "matching_etablissements": [lieu]}]}

    assert ask(body(json.dumps(content).encode())).adresse == "ANGERS"


@pytest.mark.parametrize("content", [b'{"results": []}', found(siret="35600000000048")])
def test_an_unknown_siret_has_no_name(ask, content):
    assert ask(body(content)) == registre.Reponse()


def test_what_it_says_is_cut_and_cleaned(ask):
    content = {"results": [{"nom_complet": "A\0B\n" + "é" * 900 + "\ud800", "siege": SIEGE}]}

    reponse = ask(body(json.dumps(content).encode()))

    assert reponse.nom.startswith("A B éé")
    assert len(reponse.nom) == 250
    reponse.nom.encode()


@pytest.mark.parametrize(
    "answer",
    [
        body(b"{}", 500),
        body(found(), 404),
        body(b"", 302),
        body(b"<html>maintenance</html>"),
        body(b"\xff\xfe\x00"),
        body(b"[]"),
        body(b'{"results": 3}'),
        body(b'{"results": [null]}'),
        body(b'{"results": [{"siege": {"siret": "13000548100010"}}]}'),
        body(b"[" * 100_000),
        body(found() + b" " * 600_000),
        lambda handler: handler.wfile.write(b"n'importe quoi\r\n\r\n"),
        lambda handler: handler.connection.shutdown(socket.SHUT_RDWR),
    ],
    ids=lambda answer: None,
)
def test_anything_else_means_ask_again_later(ask, answer):
    with pytest.raises(registre.RegistreIndisponible):
        ask(answer)


@pytest.mark.parametrize("where", ["silent", "headers", "body"])
def test_a_slow_register_is_left_in_time(ask, monkeypatch, where):
    """Also when a byte comes now and then, which begins a socket's own timeout again."""
    monkeypatch.setattr(registre, "DELAI", 0.3)
    over = Event()

    def drip(handler):
        if where == "body":
            handler.send_response(200)
            handler.end_headers()
        while not over.wait(0.05):
            if where != "silent":
                handler.wfile.write(b"H")
                handler.wfile.flush()

    debut = time.monotonic()
    try:
        with pytest.raises(registre.RegistreIndisponible):
            ask(drip)
    finally:
        over.set()
    assert time.monotonic() - debut < 2


def test_an_absent_register_is_unavailable(settings):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.SOFI_REGISTRE_URL = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        with pytest.raises(registre.RegistreIndisponible):
            registre.interroger(SIRET)


@pytest.mark.django_db
def test_a_request_orders_the_check_and_waits_for_nobody(client, settings):
    """The page asks nobody: the address leads nowhere, and it answers."""
    settings.SOFI_REGISTRE_URL = "http://192.0.2.1/"

    assert client.post(reverse("accounts:cle_demande"), typed()).status_code == 302

    job = ProcrastinateJob.objects.get(task_name="demandes.verifier")
    assert job.args == {"demande": DemandeCle.objects.get().pk}


@pytest.mark.django_db
def test_without_a_register_nothing_is_ordered(client, settings):
    settings.SOFI_REGISTRE_URL = ""

    client.post(reverse("accounts:cle_demande"), typed())

    assert not ProcrastinateJob.objects.filter(task_name="demandes.verifier").exists()


@pytest.mark.django_db
def test_the_worker_keeps_what_the_register_says_and_asks_once(settings):
    demande = DemandeCleFactory(siret=SIRET)
    with serving(body(found())) as (url, paths):
        settings.SOFI_REGISTRE_URL = url
        verifier_siret(demande.pk)
        verifier_siret(demande.pk)

    demande.refresh_from_db()
    assert (demande.registre["nom"], demande.registre["est_ouvert"]) == ("ÉCOLE DU BOIS", True)
    assert len(paths) == 1


@pytest.mark.django_db
def test_the_worker_tries_again_while_it_does_not_answer(settings):
    demande = DemandeCleFactory(siret=SIRET)
    with serving(body(b"", 503)) as (url, _):
        settings.SOFI_REGISTRE_URL = url
        with pytest.raises(registre.RegistreIndisponible) as refus:
            verifier_siret(demande.pk)

    demande.refresh_from_db()
    assert demande.registre is None
    assert isinstance(refus.value, tuple(REPRISE.retry_exceptions))
    assert REPRISE.max_attempts == 8


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("statut", "etat_du_job"), [(200, "succeeded"), (503, "todo")])
def test_a_real_worker_asks_and_asks_again_later(settings, statut, etat_du_job):
    demande = DemandeCleFactory(siret=SIRET)
    with serving(body(found(), statut)) as (url, paths):
        settings.SOFI_REGISTRE_URL = url
        numero = verifier_siret.defer(demande=demande.pk)
        travailler()

    job = ProcrastinateJob.objects.get(pk=numero)
    assert (job.status, len(paths)) == (etat_du_job, 1)
    demande.refresh_from_db()
    assert bool(demande.registre) == (statut == 200)
    if statut != 200:
        assert job.scheduled_at > timezone.now()
