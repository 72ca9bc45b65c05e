"""Who works in the workshop."""

import pytest

from tests.factories import UserFactory


@pytest.fixture
def agent(client):
    """A valideur, signed in."""
    agent = UserFactory(valideur=True)
    client.force_login(agent)
    return agent
