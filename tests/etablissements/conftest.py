"""Who types about establishments: people of an organisme, of another one, and the Carif-Oref."""

import pytest
from django.test import Client

from catalogue.enums import RoleOrganisme
from tests.factories import CommuneFactory, OrganismeFactory, UserFactory


def sign_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def organisme():
    return OrganismeFactory(raison_sociale="Estuaire Formation")


@pytest.fixture
def gestionnaire(organisme):
    return UserFactory(organisme=organisme)


@pytest.fixture
def of(gestionnaire):
    """A manager of `organisme`, signed in."""
    return sign_in(gestionnaire)


@pytest.fixture
def lecteur(organisme):
    """Somebody who may only read, signed in."""
    return sign_in(UserFactory(organisme=organisme, organisme__role=RoleOrganisme.LECTURE))


@pytest.fixture
def autre():
    """A manager of another organisme, signed in."""
    return sign_in(UserFactory(organisme=OrganismeFactory()))


@pytest.fixture
def valideur():
    return UserFactory(valideur=True)


@pytest.fixture
def carif(valideur):
    """A valideur of the Carif-Oref, signed in."""
    return sign_in(valideur)


@pytest.fixture
def agent():
    """An agent of the Carif-Oref, who prepares and does not decide, signed in."""
    return sign_in(UserFactory(agent=True))


@pytest.fixture
def nantes():
    return CommuneFactory()
