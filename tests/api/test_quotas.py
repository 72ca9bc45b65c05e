"""How often one may read: by network, or by key; refused beyond, and exactly."""

from datetime import timedelta
from hashlib import sha256
from threading import Barrier
from unittest import mock
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalogue.api import cles, quotas
from catalogue.models import CleApi
from sofi import limites
from sofi.models import Limite
from tests.concurrence import PATIENCE, race
from tests.factories import CleApiFactory, UserFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/organismes/"


def give(quota: int = 5) -> tuple[CleApi, dict]:
    """A key, and the header that carries it."""
    cle, texte = cles.give(
        nom="Région",
        courriel="si@region.example",
        quota_horaire=quota,
        jeton=uuid4(),
        by=UserFactory(administrateur=True),
    )
    return cle, {"authorization": f"Bearer {texte}"}


def left(response) -> list[str]:
    return [response[f"RateLimit-{nom}"] for nom in ("Limit", "Remaining")]


def test_a_network_has_so_many_requests_an_hour(client, settings):
    settings.API_QUOTA_ANONYME = 2

    assert left(client.get(URL)) == ["2", "1"]
    assert left(client.get(URL)) == ["2", "0"]
    refused = client.get(URL)
    assert refused.status_code == 429
    assert left(refused) == ["2", "0"]
    assert 3500 < int(refused["Retry-After"]) <= 3601
    assert refused.json()["title"] == "Trop de requêtes"
    assert "demandez une clé" in refused.json()["detail"]
    # Another network reads; a browser that asks whether it may costs nothing.
    assert client.get(URL, REMOTE_ADDR="192.0.2.7").status_code == 200
    assert client.options(URL).status_code == 204


def test_the_next_hour_begins_from_zero(client, settings):
    settings.API_QUOTA_ANONYME = 1
    client.get(URL)
    Limite.objects.update(finit_le=timezone.now() - timedelta(seconds=1))

    assert client.get(URL).status_code == 200


def test_a_key_has_its_own_quota(client, settings):
    settings.API_QUOTA_ANONYME = 1
    cle, entete = give(quota=3)
    client.get(URL)

    *lues, refusee = [client.get(URL, headers=entete) for _ in range(4)]
    assert [lue.status_code for lue in lues] == [200, 200, 200]
    assert refusee.status_code == 429
    assert refusee.json()["detail"].endswith("ou demandez un quota plus grand.")
    cle.refresh_from_db()
    assert cle.utilisee_le == timezone.localdate()


@pytest.mark.parametrize(
    "entete", ["Bearer sofi_faux", "Bearer " + "x" * 5_000, "Basic YTpi", "Bearer", "Bearer é\xa0"]
)
def test_a_wrong_key_is_refused_and_counted_for_the_network(client, settings, entete):
    settings.API_QUOTA_ANONYME = 1

    refused = client.get(URL, headers={"authorization": entete})

    assert refused.status_code == 401
    assert refused["WWW-Authenticate"].startswith("Bearer")
    assert refused.json()["title"] == "Clé refusée"
    assert client.get(URL).status_code == 429
    assert client.get(URL, headers={"authorization": entete}).status_code == 429


def test_a_revoked_key_is_refused_at_once(client):
    cle, entete = give()
    assert client.get(URL, headers=entete).status_code == 200
    cles.revoke(cle.pk, by=UserFactory(administrateur=True))

    assert client.get(URL, headers=entete).status_code == 401


def test_the_text_of_a_key_is_nowhere(client):
    cle, entete = give()
    texte = entete["authorization"].removeprefix("Bearer ")

    assert len(texte) == len("sofi_") + 32
    assert cle.empreinte == sha256(texte.encode()).hexdigest()
    kept = [str(value) for row in CleApi.objects.values() for value in row.values()]
    assert not any(texte in value for value in kept)


def readings(nombre: int, entete: dict) -> list[int]:
    """The statuses of as many readings at the same moment."""
    return race(*(lambda: Client().get(URL, headers=entete).status_code for _ in range(nombre)))


@pytest.mark.django_db(transaction=True)
def test_fifty_readings_at_the_end_of_a_quota_let_exactly_the_quota_pass():
    _, entete = give(quota=7)

    statuts = readings(50, entete)

    assert statuts.count(200) == 7
    assert statuts.count(429) == 43


@pytest.mark.django_db(transaction=True)
def test_control_counting_after_looking_lets_more_pass():
    """The same race with a count that looks, then writes: it must let too many pass."""
    cle, entete = give(quota=7)
    meeting = Barrier(20)

    def look_then_write(objet, valeur, maximum, duree):
        ligne = limites.cle_of(objet, valeur)
        with connection.cursor() as cursor:
            cursor.execute("SELECT nombre FROM sofi_limite WHERE cle = %s", [ligne])
            (nombre,) = cursor.fetchone()
            if nombre >= maximum:
                return None
            meeting.wait(PATIENCE)  # everybody has looked
            cursor.execute("UPDATE sofi_limite SET nombre = %s WHERE cle = %s", [nombre + 1, ligne])
        return limites.Compte(nombre + 1, fin)

    fin = timezone.now() + quotas.HEURE
    Limite.objects.create(pk=limites.cle_of("api:cle", str(cle.pk)), nombre=0, finit_le=fin)
    with mock.patch.object(quotas.limites, "compter", look_then_write):
        assert readings(20, entete).count(200) == 20


def test_administrators_alone_give_and_revoke(client):
    client.force_login(UserFactory(valideur=True))
    assert client.get(reverse("api:cles")).status_code == 404
    assert client.post(reverse("api:cle_revoquer", args=[CleApiFactory().pk])).status_code == 404
