"""The demo in one command: an up-to-date database full of examples, a site that shows it, and its worker."""

import errno
import logging
import os
import signal
import socket
import sys
import threading

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.core.servers.basehttp import get_internal_wsgi_application
from django.db import connections
from gunicorn.app.base import BaseApplication
from procrastinate.contrib.django import app

from sofi.arguments import CommandeFrancaise
from sofi.configuration import DEMO_URL
from sofi.systeme import explain

logger = logging.getLogger(__name__)
ADDRESS = "127.0.0.1"
LOADERS = ("load_nomenclatures", "load_demo", "load_demo_facteurs", "load_demo_cles")


class Command(CommandeFrancaise):
    help = "Prépare la base, y charge des données d’exemple si elle est vide, et sert SOFI sur cette machine."

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000, help="port d’écoute (8000 par défaut)")

    def handle(self, *, port, **options):
        if settings.IS_PRODUCTION:
            raise CommandError("La démonstration ne se lance pas en production (SOFI_MODE).")
        # Held from now on: nobody can take the port while the data load.
        listener = reserve(port)
        address = "http://{}:{}/".format(*listener.getsockname())
        if settings.SOFI_URL == DEMO_URL:
            # The true port, in the links of the mails: of those that the data bring too.
            settings.SOFI_URL = address.removesuffix("/")
        call_command("migrate", verbosity=0, interactive=False)
        for name in LOADERS:
            call_command(name)
        connections.close_all()  # what follows forks, and a connection cannot be shared
        start_worker(listener)
        self.stdout.write(f"\nSOFI est prêt\N{NO-BREAK SPACE}: {address}   (Ctrl-C pour l’arrêter)\n")
        self.stdout.flush()
        DemoServer(listener).run()


def start_worker(listener: socket.socket) -> None:
    """Start the worker beside the site. It ends with it, even killed: a pipe of ours closes with us."""
    sys.stdout.flush()  # what is not written yet would be written twice
    alive, held_open = os.pipe()
    if os.fork():
        os.close(alive)
        return
    try:
        os.close(held_open)
        listener.close()
        threading.Thread(target=stop_at_end_of, args=[alive], daemon=True).start()
        with app.replace_connector(app.connector.get_worker_connector()) as worker_app:
            worker_app.run_worker()
    except Exception:
        logger.exception("The worker of the demo has stopped: mail waits.")
    finally:
        os._exit(0)


def stop_at_end_of(pipe: int) -> None:
    """Wait until nobody holds the other end of `pipe`, then ask this process to end."""
    os.read(pipe, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def reserve(port: int) -> socket.socket:
    """Return a socket bound to `port` of this machine, 0 for any; CommandError if it is not free."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((ADDRESS, port))
        listener.listen()
    except (OSError, OverflowError) as error:
        listener.close()
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            raise CommandError(
                f"Le port {port} est déjà pris\N{NO-BREAK SPACE}: essayez --port {port + 1}."
            ) from None
        raison = "donnez-en un de 0 à 65535" if isinstance(error, OverflowError) else explain(error)
        raise CommandError(f"Le port {port} ne peut pas servir\N{NO-BREAK SPACE}: {raison}.") from None
    return listener


class DemoServer(BaseApplication):
    """Gunicorn on an already bound socket; its own command line and configuration files are not read."""

    def __init__(self, listener: socket.socket):
        self.listener = listener
        super().__init__()

    def load_config(self):
        for name, value in {
            "bind": f"fd://{self.listener.fileno()}",
            "worker_class": "gthread",
            "workers": 1,
            "threads": 8,
            "graceful_timeout": 2,
            "limit_request_line": 8190,  # as in gunicorn.conf.py
            "control_socket_disable": True,
            "loglevel": "warning",
            "proc_name": "sofi-demo",
        }.items():
            self.cfg.set(name, value)

    def load(self):
        return get_internal_wsgi_application()
