import socket

import pytest
from django.db import connection
from django.template import Engine

from sofi.courriels import envoyer, redaction
from tests.courriels.puits import Puits, Serveur


@pytest.fixture
def gabarit(tmp_path, monkeypatch):
    """Return `gabarit(text, name)`: a mail's text file of the test's own, beside the real signature."""
    vrai = redaction._engine()
    engine = Engine(
        dirs=[tmp_path, *vrai.dirs],
        autoescape=False,
        string_if_invalid=vrai.string_if_invalid,
        builtins=["sofi.templatetags.typographie", "sofi.templatetags.courriels"],
    )
    monkeypatch.setattr(redaction, "_engine", lambda: engine)

    def build(texte: str, nom: str = "essai") -> str:
        (tmp_path / f"{nom}.txt").write_text(texte)
        return nom

    return build


@pytest.fixture
def file_vide(db):
    """No job left by another test: procrastinate's tables are emptied by none."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")


@pytest.fixture
def smtp(settings):
    """Return `smtp(port)`: from now on mail goes to that port of this machine."""

    def point(port: int, timeout: float = 5) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, timeout

    return point


@pytest.fixture
def puits(smtp):
    """A mail server that works, and to which mail goes."""
    puits = Puits()
    serveur = Serveur(puits)
    serveur.start()
    puits.port = serveur.port
    smtp(serveur.port)
    yield puits
    serveur.stop()


@pytest.fixture
def prise(smtp):
    """A bound socket to which mail goes: nobody listens there, until the test makes it listen."""
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        smtp(prise.getsockname()[1], timeout=0.2)
        yield prise


@pytest.fixture
def courriel(gabarit, transactional_db):
    """A message that waits to leave."""
    return envoyer(gabarit("Reçu à l’été : « clé »\nVotre clé est arrivée."), a="zoe@exemple.fr")
