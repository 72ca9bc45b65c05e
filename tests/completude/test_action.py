"""What is asked of an action: each rule present, then absent, texts at their edges."""

from datetime import date
from decimal import Decimal

import pytest

from catalogue.enums import EtatCertification
from tests.completude.outils import change, codes
from tests.factories import (
    ActionFactory,
)

pytestmark = pytest.mark.django_db


class TestAction:
    @pytest.mark.parametrize("champ", ["niveau_entree", "type_parcours", "modalites_es"])
    def test_what_must_be_chosen(self, action, champ):
        change(action, **{champ: ""})
        assert codes(action) == {f"{champ}_absent": True}

    def test_the_site_dispensateur(self, action):
        change(action, site_dispensateur=None)
        assert codes(action) == {"site_dispensateur_absent": True}

    @pytest.mark.parametrize(
        ("centre", "entreprise", "attendu"),
        [
            (None, None, {"duree_absente": True}),
            (0, 0, {"duree_absente": True}),
            (None, 100, {}),
            (100, None, {}),
        ],
    )
    def test_a_duration(self, action, centre, entreprise, attendu):
        change(action, duree_centre=centre, duree_entreprise=entreprise, duree_hebdo=None)
        assert codes(action) == attendu

    @pytest.mark.parametrize(
        ("hebdo", "attendu"), [("35.00", {}), ("35.01", {"duree_hebdo_excessive": False})]
    )
    def test_a_week_longer_than_the_whole(self, action, hebdo, attendu):
        change(action.sessions.get(), date_fin=date(2027, 9, 7))
        change(action, duree_centre=35, duree_entreprise=None, duree_hebdo=Decimal(hebdo))
        assert codes(action) == attendu

    @pytest.mark.parametrize(
        ("complement", "attendu"),
        [
            ("à 990 €", "complement_publicitaire"),
            ("Appelez le 02 40 11 22 33", "complement_publicitaire"),
            ("contact@exemple.fr", "complement_publicitaire"),
            ("CPF gratuit", "complement_publicitaire"),
            ("la meilleure école de la région", "complement_publicitaire"),
            ("OPTION BOUCHERIE", "complement_capitales"),
            ("boucher", "complement_repete"),
            ("CAP Boucher en un an", "complement_repete"),
            ("titre professionnel", "complement_contredit"),
            ("parcours de niveau 5", "complement_contredit"),
        ],
    )
    def test_a_complement_to_correct(self, action, complement, attendu):
        change(action.formation.certification, intitule="CAP boucher")
        change(action, complement_intitule=complement)
        assert codes(action) == {attendu: False}

    @pytest.mark.parametrize(
        "complement",
        ["", "option porc", "CACES R489", "anglais niveau B2", "niveau 3", "parcours en 1 an", "en 2 CAP"],
    )
    def test_a_complement_that_adds_something(self, action, complement):
        change(action.formation.certification, intitule="CAP boucher")
        change(action, complement_intitule=complement)
        assert codes(action) == {}

    @pytest.mark.parametrize(("longueur", "attendu"), [(243, {}), (244, {"intitule_trop_long": True})])
    def test_the_title_with_its_complement_fits_in_lheo(self, action, longueur, attendu):
        """Nine characters, « – » with its spaces, then the complement: 255 at most."""
        change(action.formation.certification, intitule="CAP XXIII")
        change(action, complement_intitule="o" * longueur)
        assert codes(action) == attendu

    @pytest.mark.parametrize(("longueur", "attendu"), [(998, {}), (999, {"descriptif_trop_long": True})])
    def test_the_programme_with_its_complement_fits_in_lheo(self, action, longueur, attendu):
        change(action.formation.certification, programme="p" * 2000)
        change(action, complement_descriptif="d" * longueur)
        assert codes(action) == attendu

    @pytest.mark.parametrize(("longueur", "attendu"), [(150, {}), (151, {"commentaire_duree_long": False})])
    def test_partners_get_the_beginning_of_a_long_comment_on_the_duration(self, action, longueur, attendu):
        change(action, commentaire_duree="d" * longueur)
        assert codes(action) == attendu

    @pytest.mark.parametrize(
        ("texte", "attendu"),
        [("", {"prerequis_absent": False}), ("  ", {"prerequis_absent": False}), ("Savoir nager.", {})],
    )
    def test_the_conditions_to_come_in(self, action, texte, attendu):
        change(action, commentaire_prerequis=texte)
        assert codes(action) == attendu

    @pytest.mark.parametrize(
        ("url", "attendu"),
        [
            ("https://www.facebook.com/", {"url_reseau_social": False}),
            ("https://fr-fr.facebook.com", {"url_reseau_social": False}),
            ("http://LinkedIn.com/feed/", {"url_reseau_social": False}),
            ("https://www.facebook.com/organisme", {}),
            ("https://www.exemple.fr", {}),
            ("https://pas une adresse", {"url_fausse": True}),
        ],
    )
    def test_the_web_address(self, action, url, attendu):
        change(action, url=url)
        assert codes(action) == attendu

    @pytest.mark.parametrize(("hebdo", "attendu"), [("40.00", {}), ("40.01", {"duree_hebdo_intense": False})])
    def test_a_week_that_can_be_lived(self, action, hebdo, attendu):
        change(action, duree_centre=1500, duree_hebdo=Decimal(hebdo))
        assert codes(action) == attendu

    @pytest.mark.parametrize(("entreprise", "attendu"), [(0, {}), (1, {"duree_trop_longue": True})])
    def test_the_whole_fits_in_lheo(self, action, entreprise, attendu):
        change(action, duree_centre=99_999, duree_entreprise=entreprise, modalites_es="1")
        change(action.sessions.get(), date_fin=date(2027, 12, 31))
        assert codes(action) == attendu

    @pytest.mark.parametrize(
        ("modalites", "attendu"), [("0", {"habilitation_dates_fixes": False}), ("1", {})]
    )
    def test_an_habilitation_at_fixed_dates(self, action, modalites, attendu):
        change(action.formation.certification, etat=EtatCertification.HABILITATION)
        change(action.sessions.get(), date_fin=date(2027, 12, 31))
        change(action, modalites_es=modalites)
        assert codes(action) == attendu

    def test_a_session(self):
        assert codes(ActionFactory()) == {"session_absente": True}
