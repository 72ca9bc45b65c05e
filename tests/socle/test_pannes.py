"""The database away: what a page and a program are told."""

from contextlib import contextmanager

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection

pytestmark = pytest.mark.django_db


@contextmanager
def en_panne(error: Exception):
    """Have each statement fail as if the server were away or busy."""

    def refuse(*args):
        raise error

    with connection.execute_wrapper(refuse):
        yield


@pytest.mark.parametrize("error", [OperationalError("server closed"), InterfaceError("connection is closed")])
@pytest.mark.parametrize("adresse", ["/", "/offre/", "/connexion/", "/nulle-part/"])
def test_a_page_says_to_come_back(client, adresse, error):
    client.raise_request_exception = False
    client.cookies["sofi_session"] = "a" * 32

    with en_panne(error):
        response = client.get(adresse)

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "30"
    assert "SOFI revient bientôt" in response.content.decode()


def test_a_fault_of_ours_stays_a_fault(client):
    client.raise_request_exception = False

    with en_panne(DatabaseError("no such column")):
        response = client.get("/offre/")

    assert response.status_code == 500
    assert "Un incident est survenu" in response.content.decode()


def test_a_program_reads_the_same_as_an_object(client):
    with en_panne(OperationalError("server closed")):
        response = client.get("/api/v1/sessions/")

    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["title"] == "Indisponible pour l’instant"


@pytest.mark.parametrize("cookie", ["", "a" * 32])
def test_alive_answers_without_the_database_whoever_asks(client, cookie):
    client.cookies["sofi_session"] = cookie

    with en_panne(OperationalError("server closed")):
        assert client.get("/sante/").status_code == 200
        assert client.get("/sante/pret/").status_code == 503
