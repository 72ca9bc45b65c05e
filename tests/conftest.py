"""What every test may rely on."""

import socket
from importlib import import_module

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from hypothesis.configuration import set_hypothesis_home_dir

# What Hypothesis writes goes with the rest of what is not kept.
set_hypothesis_home_dir(settings.BASE_DIR / "var" / "hypothesis")


def pytest_addoption(parser):
    """How far the longest tests go."""
    parser.addoption("--sequences", type=int, default=500, help="random sequences of tests/etats")
    # Always the same ones unless asked: a change is never refused for what the calendar drew.
    parser.addoption("--graine", type=int, default=20270104, help="their seed")
    parser.addoption("--offres", type=int, default=150, help="random offers of tests/lheo")
    parser.addoption("--tours", type=int, default=1, help="walks of tests/navigateur/test_xss_partout.py")
    parser.addoption(
        "--hostile", action="store_true", help="all families through each field, not one in four"
    )
    parser.addoption("--bogues", action="store_true", help="sow every bug of tests/etats, not one in four")


def pytest_report_header(config):
    return f"tests/etats: --sequences {config.getoption('sequences')} --graine {config.getoption('graine')}"


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Fail a test which reaches beyond this machine."""
    connect = socket.socket.connect

    def guarded(self, address):
        is_local = self.family == socket.AF_UNIX or address[0] in ("127.0.0.1", "::1", "localhost")
        assert is_local, f"A test may not use the network: {address}"
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def flux_apart(settings, tmp_path):
    """Let each test write its own feeds and open data: none finds another's files."""
    settings.FLUX_DIR = tmp_path / "flux"


@pytest.fixture(autouse=True)
def no_job_left(request):
    """Empty the worker's queue after a test that commits: Django does not, its tables are not its own."""
    yield
    mark = request.node.get_closest_marker("django_db")
    commits = (mark and mark.kwargs.get("transaction")) or "transactional_db" in request.fixturenames
    if commits and "live_server" not in request.fixturenames:  # a site may still be at work there
        blocker = request.getfixturevalue("django_db_blocker")
        with blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


@pytest.fixture(autouse=True, scope="session")
def second_factor_done():
    """Let `client.force_login` sign people in for good, second factor included.

    `client.force_login(user, second_facteur=False)` stops before it.
    """
    # What happens at sign-in is connected by the site's first request; here people sign in before it.
    import_module("accounts.middleware")
    force_login = Client.force_login

    def complete(self, user, backend=None, *, second_facteur=True):
        force_login(self, user, backend)
        if second_facteur:
            session = self.session
            session[DEVICE_ID_SESSION_KEY] = "essai"
            session.save()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "force_login", complete)
        yield
