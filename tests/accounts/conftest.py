import pytest

from accounts.facteur import secours
from tests.facteurs import installer_facteur
from tests.factories import UserFactory


@pytest.fixture
def agent():
    """Of the Carif-Oref, with a second factor."""
    agent = UserFactory(agent=True)
    installer_facteur(agent)
    return agent


@pytest.fixture
def codes(agent):
    """The recovery codes of `agent`."""
    return secours.create_codes(agent)
