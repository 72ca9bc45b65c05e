"""`python3 dev.py demo`: the site answers, and ends cleanly when asked."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from urllib.parse import quote

import pytest
from django.db import connection

from sofi.configuration import BASE_DIR
from sofi.management.commands.demo import reserve


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
    """Return the address the demo prints when it is ready; fail after a minute without one."""
    too_late = threading.Timer(60, process.kill)
    too_late.start()
    try:
        for line in process.stdout:
            if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
                return found[0]
    finally:
        too_late.cancel()
    raise AssertionError(process.stderr.read())


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_the_demo_serves_and_ends_cleanly(stop, database_url):
    process = start_demo(database_url, "--port", "0")
    try:
        address = wait_for_address(process)
        with urllib.request.urlopen(f"{address}sante/pret/", timeout=30) as response:  # noqa: S310
            assert response.read().decode() == "prêt\n"
    finally:
        process.send_signal(stop)
        out, err = process.communicate(timeout=30)

    assert process.returncode == 0
    assert "Traceback" not in out + err


def test_a_busy_port_is_one_sentence_and_touches_nothing():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        process = start_demo("postgresql://nobody@127.0.0.1:1/unused", "--port", str(port))
        out, err = process.communicate(timeout=30)

    assert process.returncode == 1
    assert (
        err.strip()
        == f"CommandError: Le port {port} est déjà pris\N{NO-BREAK SPACE}: essayez --port {port + 1}."
    )
    assert out == ""


def test_a_port_that_does_not_exist_is_one_sentence():
    with pytest.raises(Exception, match="Le port 99999 ne peut pas servir"):
        reserve(99999)
