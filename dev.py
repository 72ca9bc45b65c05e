#!/usr/bin/env python3
"""The project's two commands, with nothing to install first. Standard library only.

    python3 dev.py demo [--port N]     set up everything, then serve a site full of demo data
    python3 dev.py test [ARGS]         run the tests (ARGS go to pytest; without, on up to six cores)
    python3 dev.py browser [ARGS]      run the tests which need a real browser
    python3 dev.py run PROGRAM [ARGS]  run a program of the environment (ruff, djlint, lint-imports...)
    python3 dev.py COMMAND [ARGS]      run any manage.py command

The environment lives in .venv and is made from the hash-pinned requirements*.txt, by uv when it is
on the PATH, otherwise by pip. It is made again when Python or a lock changes.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENV = HERE / ".venv"
BIN = ENV / "bin"
PYTHON = BIN / "python"
STAMP = ENV / "installed.json"
DEMO = ["requirements.txt", "requirements-demo.txt"]
DEV = [*DEMO, "requirements-dev.txt"]
BROWSER = [*DEV, "requirements-browser.txt"]


@contextlib.contextmanager
def lock():
    """Let one dev.py at a time change the environment; the others wait for it."""
    folder = HERE / "var"
    folder.mkdir(exist_ok=True)
    with (folder / "dev.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def installed():
    """Return what the environment was made from: {"python": version, "locks": {file name: sha256}}."""
    with contextlib.suppress(OSError, ValueError):
        return json.loads(STAMP.read_text())
    return {}


def prepare(names):
    """Make the environment hold exactly what the locks called `names` ask for, and no older version."""
    with lock():
        now = installed()
        digests = {name: hashlib.sha256((HERE / name).read_bytes()).hexdigest() for name in BROWSER}
        done = now.get("locks", {})
        stale = [name for name, digest in done.items() if digests.get(name) != digest]
        if stale or now.get("python") != sys.version or not PYTHON.exists():
            done = {}
        missing = [name for name in names if name not in done]
        if missing:
            install(missing, fresh=not done)
            done = done | {name: digests[name] for name in missing}
            STAMP.write_text(json.dumps({"python": sys.version, "locks": done}))


def install(names, fresh):
    """Install the locks called `names`, in an environment made anew when `fresh`."""
    print("Préparation de l’environnement (" + ", ".join(names) + ")…", file=sys.stderr, flush=True)
    files = [part for name in names for part in ("-r", str(HERE / name))]
    uv = shutil.which("uv")
    if fresh and uv:
        check([uv, "venv", "-q", "--clear", "--python", sys.executable, str(ENV)])
    elif fresh:
        # Without pip inside: Debian's own Python may lack ensurepip.
        venv.create(ENV, clear=True, with_pip=False, symlinks=True)
    if uv:
        check([uv, "pip", "install", "-q", "--require-hashes", "--python", str(PYTHON), *files])
    else:
        pip = [sys.executable, "-m", "pip", "--python", str(PYTHON), "install", "-qq", "--no-compile"]
        check([*pip, "--require-hashes", "--disable-pip-version-check", *files])


def check(command):
    """Run `command`, or stop here with one sentence: its own output has said the rest."""
    if subprocess.run(command, stdin=subprocess.DEVNULL).returncode:
        sys.exit("L’installation a échoué (voir ci-dessus). Il faut Python 3.11 ou plus récent, avec pip.")


def main():
    """Prepare what the command needs, then become that command."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is run by whatever Python is there
        sys.exit("Il faut Python 3.11 ou plus récent.")
    command, *arguments = sys.argv[1:] or ["demo"]
    if command in ("-h", "--help"):
        sys.exit(__doc__)
    if command == "test":
        everything = ["-n", "auto", "--maxprocesses", "6", "--dist", "worksteal"]
        locks, target = DEV, [str(PYTHON), "-m", "pytest", *(arguments or everything)]
    elif command == "browser":
        locks = BROWSER
        named = any(argument.startswith("tests/") for argument in arguments)
        target = [str(PYTHON), "-m", "pytest", *arguments, *([] if named else ["tests/navigateur"])]
    elif command == "run":
        locks, target = DEV, [str(BIN / (arguments or ["python"])[0]), *arguments[1:]]
    else:
        locks, target = DEMO, [str(PYTHON), str(HERE / "manage.py"), command, *arguments]
    prepare(locks)
    os.chdir(HERE)
    os.execv(target[0], target)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main()
