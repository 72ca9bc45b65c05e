"""What is asked of a dispositif."""

import pytest

from tests.completude.outils import change, codes, found
from tests.factories import (
    DispositifFactory,
)

pytestmark = pytest.mark.django_db


class TestDispositif:
    @pytest.fixture
    def dispositif(self, action):
        return action.sessions.get().dispositifs.get()

    def test_at_least_one_that_is_active(self, action, dispositif):
        change(dispositif, est_actif=False)
        assert codes(action) == {"dispositif_absent": True}
        dispositif.delete()
        assert codes(action) == {"dispositif_absent": True}

    def test_its_type(self, action, dispositif):
        change(dispositif, type=None)
        assert codes(action) == {"dispositif_type_absent": True}

    def test_its_publics(self, action, dispositif):
        change(dispositif, publics=[])
        assert codes(action) == {"dispositif_publics_absent": True}

    @pytest.mark.parametrize(("cout", "attendu"), [(None, {"prix_absent": False}), (0, {})])
    def test_the_price_of_private_funding(self, action, dispositif, cout, attendu):
        change(dispositif, cout_stagiaire=cout)
        assert codes(action) == attendu

    @pytest.mark.parametrize(("places", "attendu"), [(12, {}), (13, {"places_dispositifs": False})])
    def test_places_within_the_capacity(self, action, dispositif, places, attendu):
        change(dispositif, nb_places=places)
        assert codes(action) == attendu

    def test_apprenticeship_asks_for_the_uai_of_both_places(self, action, dispositif):
        change(dispositif.type, est_apprentissage=True)
        assert codes(action) == {"site_uai_absent": True}
        constats = found(action)
        assert [(c.etape, c.champ) for c in constats] == [
            ("action", "site_dispensateur"),
            ("session", "site_lieu"),
        ]
        change(action.site_dispensateur, uai="0440001M")
        change(dispositif.session.site_lieu, uai="0440001M")
        assert codes(action) == {}

    def test_an_inactive_one_counts_for_nothing(self, action, dispositif):
        DispositifFactory(session=dispositif.session, nb_places=99, cout_stagiaire=None, est_actif=False)
        assert codes(action) == {}
