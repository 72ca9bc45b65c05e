import pytest

from tests.recherche.outils import Offre


@pytest.fixture
def offre(db) -> Offre:
    return Offre()
