"""`python3 dev.py demo`: the site answers, and ends cleanly when asked."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from io import StringIO
from types import SimpleNamespace
from urllib.parse import quote

import psycopg
import pytest
from django.db import connection

from sofi.configuration import BASE_DIR, DEMO_URL
from sofi.management.commands import demo
from sofi.management.commands.demo import reserve
from sofi.typographie import NBSP


@pytest.fixture(scope="module")
def database_url(django_db_setup, django_db_blocker):
    """Give the address of an empty database beside the tests' own, for this file only."""
    address = connection.settings_dict
    name = f"{address['NAME']}_demo"
    order = f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'
    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
        cursor.execute(order)
        cursor.execute(f'CREATE DATABASE "{name}"')
    user = ":".join(quote(address[part], safe="") for part in ("USER", "PASSWORD") if address[part])
    yield f"postgresql://{user}@{quote(address['HOST'], safe='')}:{address['PORT'] or 5432}/{name}"
    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
        cursor.execute(order)


def start_demo(database_url, *arguments):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SOFI_")}
    return subprocess.Popen(
        [sys.executable, "-u", "manage.py", "demo", *arguments],
        cwd=BASE_DIR,
        env=environment | {"DATABASE_URL": database_url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for_address(process):
    """Return the address the demo prints when it is ready; fail after three minutes without one."""
    too_late = threading.Timer(180, process.kill)
    too_late.start()
    try:
        for line in process.stdout:
            if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
                return found[0]
    finally:
        too_late.cancel()
    raise AssertionError(process.stderr.read())


def wait_for_worker(database_url):
    """Give a job to the worker, and wait until it says that it has begun; fail after half a minute."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("LISTEN commence")
        connection.execute(
            """
            CREATE OR REPLACE FUNCTION dire() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_notify('commence', ''); RETURN new; END $$;
            CREATE OR REPLACE TRIGGER dire AFTER UPDATE ON procrastinate_jobs
                FOR EACH ROW WHEN (new.status = 'doing') EXECUTE FUNCTION dire();
            SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(
                'entretien', 'entretien.relancer_courriels', 0, NULL, NULL, '{"timestamp": 0}', NULL
            )::procrastinate_job_to_defer_v1])
            """
        )
        assert list(connection.notifies(timeout=30, stop_after=1))


@pytest.mark.parametrize(
    ("stop", "code"),
    [(signal.SIGINT, 0), (signal.SIGTERM, 0), (signal.SIGKILL, -signal.SIGKILL)],
    ids=["Ctrl-C", "SIGTERM", "SIGKILL"],
)
def test_the_demo_serves_works_and_ends_cleanly(stop, code, database_url):
    process = start_demo(database_url, "--port", "0")
    try:
        address = wait_for_address(process)
        with urllib.request.urlopen(f"{address}sante/pret/", timeout=30) as response:  # noqa: S310 - our own address
            assert response.read().decode() == "prêt\n"
        wait_for_worker(database_url)
    finally:
        process.send_signal(stop)
        # Ends only when the worker has closed its output too.
        out, err = process.communicate(timeout=30)

    assert process.returncode == code
    assert "Traceback" not in out + err
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT count(*) FROM procrastinate_workers").fetchone() == (0,)


def test_the_mails_of_the_data_lead_to_the_true_port(settings, monkeypatch):
    """They are written while the data load, each with its links."""
    settings.SOFI_URL = DEMO_URL
    loading, listeners = {}, []
    monkeypatch.setattr(demo, "call_command", lambda name, **_: loading.update({name: settings.SOFI_URL}))
    monkeypatch.setattr(demo, "connections", SimpleNamespace(close_all=lambda: None))
    monkeypatch.setattr(demo, "start_worker", listeners.append)
    monkeypatch.setattr(demo.DemoServer, "run", lambda self: None)

    demo.Command(stdout=StringIO()).handle(port=0)

    [listener] = listeners
    with listener:
        port = listener.getsockname()[1]
    assert loading["load_demo"] == f"http://127.0.0.1:{port}"


def test_a_busy_port_is_one_sentence_and_touches_nothing():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        process = start_demo("postgresql://nobody@127.0.0.1:1/unused", "--port", str(port))
        out, err = process.communicate(timeout=30)

    assert process.returncode == 1
    assert err.strip() == f"Erreur{NBSP}: Le port {port} est déjà pris{NBSP}: essayez --port {port + 1}."
    assert out == ""


def test_a_port_that_does_not_exist_is_one_sentence():
    with pytest.raises(Exception, match=r"Le port 99999 ne peut pas servir.*: donnez-en un de 0 à 65535"):
        reserve(99999)
