"""The sixteen families on the pages that only show in the middle of a sign-in or of a set-up."""

import pytest
from django.urls import reverse

from tests.facteurs import installer_facteur
from tests.factories import MOT_DE_PASSE, OrganismeFactory, UserFactory
from tests.hostile.familles import VALEURS

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return UserFactory(organisme=OrganismeFactory())


@pytest.fixture
def waiting(client, user):
    """A browser where the password has been given, and the code is awaited."""
    installer_facteur(user)
    client.post(reverse("accounts:login"), {"username": user.email, "password": MOT_DE_PASSE})
    return client


@pytest.fixture
def setting_up(client, user):
    client.force_login(user)
    client.post("/compte/second-facteur/", {"mot_de_passe": MOT_DE_PASSE})
    return client


@pytest.fixture
def proving(client, user):
    installer_facteur(user)
    client.force_login(user)
    return client


@pytest.mark.parametrize("valeur", VALEURS.values(), ids=VALEURS)
@pytest.mark.parametrize(
    ("etat", "url", "champs"),
    [
        ("waiting", "/connexion/code/", {"code": "123456", "next": "/"}),
        ("waiting", "/connexion/code-de-secours/", {"code": "3K7Q-M2XW-9RTP", "next": "/"}),
        ("setting_up", "/compte/second-facteur/installer/", {"code": "123456"}),
        ("setting_up", "/compte/second-facteur/", {"mot_de_passe": "x"}),
        ("proving", "/compte/second-facteur/prouver/changer/", {"mot_de_passe": "x", "code": "123456"}),
    ],
)
def test_each_field_takes_anything(request, etat, url, champs, valeur):
    client = request.getfixturevalue(etat)

    for champ in champs:
        response = client.post(url, champs | {champ: valeur})

        assert response.status_code in (200, 400)
        assert client.get(url).status_code == 200
