import pytest

from catalogue.enums import RoleOrganisme
from tests.factories import OrganismeFactory, UserFactory


@pytest.fixture
def organisme(db):
    return OrganismeFactory()


@pytest.fixture
def nadia(organisme):
    """The manager of `organisme`."""
    return UserFactory(organisme=organisme, prenom="Nadia", nom="Le Goff")


@pytest.fixture
def lectrice(organisme):
    """Somebody of `organisme` who may read only."""
    return UserFactory(organisme=organisme, organisme__role=RoleOrganisme.LECTURE)


@pytest.fixture
def agent(db):
    return UserFactory(valideur=True, prenom="Alex", nom="Carif")


@pytest.fixture
def poste(client, nadia):
    """A browser in which the manager has signed in."""
    client.force_login(nadia)
    return client
