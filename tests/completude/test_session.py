"""What is asked of a session: each rule present, then absent, dates at their edges."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from catalogue.enums import StatutAction, StatutSite
from tests.completude.outils import change, codes, found
from tests.factories import (
    ActionFactory,
    CommuneFactory,
    DispositifFactory,
    SessionFactory,
    SiteFactory,
    TypeDispositifFactory,
)

pytestmark = pytest.mark.django_db


class TestSession:
    @pytest.fixture
    def session(self, action):
        return action.sessions.get()

    @pytest.mark.parametrize(
        ("champ", "vide"),
        [
            ("site_lieu", None),
            ("date_debut", None),
            ("date_fin", None),
            ("rythmes", []),
            ("modalites_enseignement", ""),
            ("capacite", None),
        ],
    )
    def test_what_must_be_filled(self, action, session, champ, vide):
        change(session, **{champ: vide})
        assert codes(action) == {f"{champ}_absent": True}

    def test_a_capacity_of_nobody_is_missing(self, action, session):
        change(session, capacite=0, places_disponibles=0)
        change(session.dispositifs.get(), nb_places=None)
        assert codes(action) == {"capacite_absent": True}

    @pytest.mark.parametrize(
        ("on", "attendu"), [(date(2028, 6, 30), {}), (date(2028, 7, 1), {"session_terminee": True})]
    )
    def test_a_session_that_has_ended(self, action, on, attendu):
        assert codes(action, on) == attendu

    def test_a_published_session_that_has_ended_does_not_hold_back_the_next_one(self, action, session):
        change(session, numero="52_000001", capacite=1, places_disponibles=0)
        change(session.dispositifs.get(), nb_places=2)
        assert codes(action, date(2028, 7, 1)) == {"sessions_terminees": True}
        suivante = SessionFactory(action=action, date_debut=date(2028, 9, 1), date_fin=date(2029, 6, 30))
        DispositifFactory(session=suivante)
        assert codes(action, date(2028, 6, 30)) == {"places_dispositifs": False}
        assert codes(action, date(2028, 7, 1)) == {}

    @pytest.mark.parametrize(
        ("champs", "attendu"),
        [
            ({"est_actif": False}, "dispositif_absent"),
            ({"publics": []}, "dispositif_publics_absent"),
        ],
    )
    def test_a_session_that_has_ended_keeps_what_a_sheet_needs(self, action, session, champs, attendu):
        """It goes online again with the next ones: emptied, it would be a sheet without financing."""
        change(session, numero="52_000001")
        DispositifFactory(
            session=SessionFactory(action=action, date_debut=date(2028, 9, 1), date_fin=date(2029, 6, 30))
        )
        change(session.dispositifs.get(), **champs)
        assert codes(action, date(2028, 7, 1)) == {attendu: True}

    @pytest.mark.parametrize(
        ("heures", "attendu"),
        [
            (80, {}),
            (81, {"duree_intense": False}),
            (240, {"duree_intense": False}),
            (241, {"duree_impossible": True}),
        ],
    )
    def test_hours_that_must_fit_in_the_days(self, action, session, heures, attendu):
        """Ten days, hence two weeks begun: more than 40 h a week is odd, more than 24 h a day impossible."""
        change(session, date_debut=date(2027, 9, 1), date_fin=date(2027, 9, 10))
        change(action, duree_centre=heures, duree_entreprise=None, duree_hebdo=None)
        assert codes(action) == attendu
        change(action, modalites_es="1")
        assert codes(action) == {}

    @pytest.mark.parametrize(("heures", "attendu"), [(30, {}), (31, {"duree_intense": False})])
    def test_hours_of_a_day(self, action, session, heures, attendu):
        change(session, date_debut=date(2027, 9, 1), date_fin=date(2027, 9, 3))
        change(action, duree_centre=heures, duree_entreprise=None, duree_hebdo=None)
        assert codes(action) == attendu

    @pytest.mark.parametrize(
        ("heures", "fin", "mots"),
        [
            (2050, date(2027, 9, 10), "2\u202f050\u00a0heures ne tiennent pas en 10\u00a0jours"),
            (1200, date(2028, 3, 15), "1\u202f200\u00a0heures en 197\u00a0jours, soit plus de 40"),
            (11, date(2027, 9, 1), "11\u00a0heures en 1\u00a0jour, soit plus de 10"),
        ],
    )
    def test_hours_and_days_are_written_as_elsewhere(self, action, session, heures, fin, mots):
        change(session, date_debut=date(2027, 9, 1), date_fin=fin)
        change(action, duree_centre=heures, duree_entreprise=None, duree_hebdo=None)
        assert any(mots in constat.message for constat in found(action))

    @pytest.mark.parametrize(
        ("heures", "rythmes", "attendu"),
        [
            (330, ["temps_plein"], {}),
            (331, ["temps_plein"], {"duree_hebdo_incoherente": False}),
            (100, ["temps_plein"], {}),
            (99, ["temps_plein"], {"duree_hebdo_incoherente": False}),
            (99, ["temps_plein", "alternance"], {}),
        ],
    )
    def test_weekly_hours_by_weeks_are_about_the_whole(self, action, session, heures, rythmes, attendu):
        """Thirty hours in each of ten weeks: 300, ten per cent more at most; full time, a third at least."""
        change(session, date_debut=date(2027, 9, 6), date_fin=date(2027, 11, 12), rythmes=rythmes)
        change(action, duree_centre=heures, duree_entreprise=None, duree_hebdo=Decimal(30))
        assert codes(action) == attendu

    @pytest.mark.parametrize(
        ("debut", "fin", "attendu"),
        [
            (date(2028, 1, 1), date(2028, 12, 31), {}),
            (date(2028, 1, 2), date(2029, 1, 1), {"esp_deux_annees": False}),
            (date(2027, 9, 1), date(2028, 8, 31), {"esp_deux_annees": False}),
            (date(2027, 9, 1), date(2028, 9, 1), {"esp_trop_longue": False}),
        ],
    )
    def test_permanent_entries_go_with_the_year(self, action, session, debut, fin, attendu):
        change(action, modalites_es="1")
        change(session, date_debut=debut, date_fin=fin)
        assert codes(action) == attendu

    @pytest.mark.parametrize(
        ("on", "debut", "attendu"),
        [
            (date(2027, 3, 15), date(2030, 3, 15), {}),
            (date(2027, 3, 15), date(2030, 3, 16), {"debut_lointain": True}),
            (date(2028, 2, 29), date(2031, 2, 28), {}),
            (date(2028, 2, 29), date(2031, 3, 1), {"debut_lointain": True}),
        ],
    )
    def test_a_start_three_years_ahead(self, action, session, on, debut, attendu):
        change(session, date_debut=debut, date_fin=debut + timedelta(days=200))
        assert codes(action, on) == attendu

    @pytest.mark.parametrize(
        ("adresse", "attendu"),
        [
            ({}, {}),
            ({"ligne1": ""}, {"site_adresse_incomplete": True}),
            ({"ville": ""}, {"site_adresse_incomplete": True}),
            ({"ville": "nantes"}, {}),
            ({"ville": "Angers"}, {"site_commune": True}),
            ({"ville": "Angers CEDEX 2"}, {}),
            ({"code_postal": "44999"}, {}),
            ({"commune": "44109"}, {}),
            ({"commune": "44109", "code_postal": "49000"}, {"site_commune": True}),
            ({"code_postal": "44200", "ville": "Vieux Doulon"}, {}),
        ],
    )
    def test_the_address_of_a_place(self, action, session, adresse, attendu):
        """A postal code and a town go together; nothing is said of a code that no known commune bears."""
        nantes = CommuneFactory()
        CommuneFactory(insee="44998", nom="Vieux-Doulon", codes_postaux=["44200"], actuelle=nantes)
        CommuneFactory(insee="49007", nom="Angers", codes_postaux=["49000"], departement="49")
        change(session.site_lieu, **{"commune": None} | adresse)
        assert codes(action) == attendu

    def test_the_state_of_the_places(self, action, session):
        change(session.site_lieu, statut=StatutSite.A_VALIDER)
        assert codes(action) == {"site_non_actif": False}
        change(session.site_lieu, statut=StatutSite.FERME)
        assert codes(action) == {"site_ferme": True}

    def test_the_state_of_the_site_dispensateur(self, action):
        change(action.site_dispensateur, statut=StatutSite.A_VALIDER)
        assert codes(action) == {"site_non_actif": False}
        change(action.site_dispensateur, statut=StatutSite.FERME)
        assert codes(action) == {"site_ferme": True}

    @pytest.mark.parametrize(("modalites", "attendu"), [("0", {"site_hors_region": False}), ("2", {})])
    def test_a_place_out_of_the_region_unless_remote(self, action, session, modalites, attendu):
        lieu = SiteFactory(organisme=action.organisme, code_postal="75011", ville="Paris")
        change(session, site_lieu=lieu, modalites_enseignement=modalites)
        assert codes(action) == attendu

    def test_two_sessions_that_are_one(self, action, session):
        dates = {"date_debut": session.date_debut, "date_fin": session.date_fin}
        jumelle = SessionFactory(action=action, site_lieu=session.site_lieu, **dates)
        DispositifFactory(session=jumelle)
        assert codes(action) == {"session_identique": True}
        change(jumelle.dispositifs.get(), type=TypeDispositifFactory(code="aif", libelle="AIF"))
        assert codes(action) == {"session_double": False}
        change(jumelle, site_lieu=SiteFactory(organisme=action.organisme))
        assert codes(action) == {}


def test_two_sessions_of_a_day_are_told_apart_by_their_town(action):
    session = action.sessions.get()
    angers = SiteFactory(organisme=action.organisme, code_postal="49000", ville="Angers")
    other = SessionFactory(action=action, date_debut=session.date_debut, site_lieu=angers, rythmes=[])
    DispositifFactory(session=other)
    (constat,) = found(action)
    assert constat.message.startswith("Session du 01/09/2027 (Angers)\u00a0:")
    change(other, date_debut=date(2027, 9, 2))
    (constat,) = found(action)
    assert constat.message.startswith("Session du 02/09/2027\u00a0:")


class TestTwins:
    """The session of another action of the organisme: same certification, dispensateur, place and dates."""

    @pytest.fixture
    def jumelle(self, action):
        session = action.sessions.get()
        autre = ActionFactory(
            formation=action.formation, site_dispensateur=action.site_dispensateur, attente=True
        )
        jumelle = SessionFactory(
            action=autre,
            site_lieu=session.site_lieu,
            date_debut=session.date_debut,
            date_fin=session.date_fin,
        )
        DispositifFactory(session=jumelle)
        return jumelle

    def test_the_same_dispositif_blocks(self, action, jumelle):
        assert codes(action) == {"session_identique": True}

    def test_another_dispositif_warns(self, action, jumelle):
        change(jumelle.dispositifs.get(), type=TypeDispositifFactory(code="aif", libelle="AIF"))
        assert codes(action) == {"session_double": False}

    def test_an_inactive_dispositif_is_not_common(self, action, jumelle):
        change(jumelle.dispositifs.get(), est_actif=False)
        assert codes(action) == {"session_double": False}

    @pytest.mark.parametrize(
        "ailleurs",
        [
            lambda jumelle: change(jumelle, date_fin=date(2028, 6, 29)),
            lambda jumelle: change(jumelle, site_lieu=SiteFactory(organisme=jumelle.organisme)),
            lambda jumelle: change(
                jumelle.action, site_dispensateur=SiteFactory(organisme=jumelle.organisme)
            ),
            lambda jumelle: change(jumelle.action, statut=StatutAction.EN_SAISIE),
            lambda jumelle: change(jumelle, est_archivee=True),
        ],
    )
    def test_another_day_place_dispensateur_or_a_draft_is_no_twin(self, action, jumelle, ailleurs):
        ailleurs(jumelle)
        assert codes(action) == {}
