"""The addresses that a load balancer asks."""

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder


def test_alive_does_not_touch_the_database(client):
    response = client.get("/sante/")

    assert response.status_code == 200
    assert response.content.decode() == "vivant\n"
    assert response["Cache-Control"].startswith("max-age=0")


@pytest.mark.django_db
def test_ready_when_every_migration_is_applied(client):
    response = client.get("/sante/pret/")

    assert (response.status_code, response.content.decode()) == (200, "prêt\n")


@pytest.mark.django_db
def test_not_ready_when_a_migration_waits(client):
    MigrationRecorder(connection).record_unapplied("sessions", "0001_initial")

    response = client.get("/sante/pret/")

    assert (response.status_code, response.content.decode()) == (503, "migrations en attente\n")


@pytest.mark.django_db
def test_not_ready_without_a_database(client, monkeypatch):
    def refuse(*args, **kwargs):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr("sofi.views.MigrationExecutor", refuse)

    response = client.get("/sante/pret/")

    assert (response.status_code, response.content.decode()) == (503, "base de données injoignable\n")


@pytest.mark.parametrize("address", ["/sante/", "/sante/pret/"])
def test_health_only_answers_to_reads(client, address):
    assert client.post(address).status_code == 405
