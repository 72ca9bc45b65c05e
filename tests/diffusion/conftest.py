import pytest

from tests.factories import publier


@pytest.fixture
def action():
    return publier()


@pytest.fixture
def row(action):
    return action.diffusions.get()
