import pytest
from django.test import Client

from catalogue.enums import RoleOrganisme
from tests.factories import ActionFactory, FormationFactory, OrganismeFactory, SiteFactory, UserFactory


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


@pytest.fixture
def colleague(organisme):
    """A browser in which a colleague of the same organisme has signed in."""
    client = Client()
    client.force_login(UserFactory(organisme=organisme, prenom="Karim", nom="Benali"))
    return client


@pytest.fixture
def formation(organisme):
    return FormationFactory(organisme=organisme, certification__intitule="CAP boucher")


@pytest.fixture
def site(organisme):
    return SiteFactory(organisme=organisme, nom="Campus", ville="Nantes")


@pytest.fixture
def action(organisme):
    return ActionFactory(
        formation__organisme=organisme, formation__certification__intitule="CAP boucher", complete=True
    )
