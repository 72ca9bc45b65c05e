"""What is missing and what looks wrong: each rule once present, once absent, dates at their edges."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from catalogue import completude
from catalogue.enums import EtatCertification, StatutSite
from catalogue.models import Action, FicheRepertoire, Remplacement
from tests.factories import (
    ActionFactory,
    CertificationFactory,
    DispositifFactory,
    SessionFactory,
    SiteFactory,
)

pytestmark = pytest.mark.django_db
LE = date(2027, 3, 15)


@pytest.fixture
def action():
    """A complete action whose session runs from 1 September 2027 to 30 June 2028: nothing to say."""
    action = ActionFactory()
    session = SessionFactory(action=action, date_debut=date(2027, 9, 1), date_fin=date(2028, 6, 30))
    DispositifFactory(session=session)
    return action


def codes(action, on=LE) -> dict[str, bool]:
    """The findings by code, with whether each one blocks."""
    tree = Action.objects.with_tree().get(pk=action.pk)
    return {c.code: c.est_bloquant for c in completude.findings(tree, on)}


def change(row, **fields):
    type(row).objects.filter(pk=row.pk).update(**fields)


def test_a_complete_action_has_nothing_to_say(action):
    assert codes(action) == {}


class TestOrganisme:
    def test_the_nda(self, action):
        change(action.organisme, nda="")
        assert codes(action) == {"nda_absent": True}

    def test_a_telephone_or_an_address_somewhere(self, action):
        change(action.organisme, telephone="", courriel="")
        assert codes(action) == {"contact_absent": True}
        change(action.site_dispensateur, telephone="02 40 11 22 33")
        assert codes(action) == {}


class TestCertification:
    def test_a_code_gone_from_certif_info(self, action):
        change(action.formation.certification, retiree_le=LE)
        assert codes(action) == {"code_retire": True}

    @pytest.mark.parametrize(("derniere", "attendu"), [(2026, {"code_termine": True}), (2027, {})])
    def test_the_last_year_of_the_code(self, action, derniere, attendu):
        change(action.formation.certification, annee_derniere_session=derniere)
        assert codes(action) == attendu

    @pytest.mark.parametrize(
        ("premiere", "attendu"),
        [(None, {"code_remplace": False}), (2027, {"code_remplace": False}), (2028, {})],
    )
    def test_a_successor_already_open(self, action, premiere, attendu):
        nouvelle = CertificationFactory(annee_premiere_session=premiere)
        Remplacement.objects.create(ancien_code=action.formation.certification.code, nouvelle=nouvelle)
        assert codes(action) == attendu

    def test_an_ended_code_says_so_once_even_when_replaced(self, action):
        change(action.formation.certification, annee_derniere_session=2026)
        Remplacement.objects.create(
            ancien_code=action.formation.certification.code, nouvelle=CertificationFactory()
        )
        assert codes(action) == {"code_termine": True}

    @pytest.mark.parametrize(
        ("fiche", "attendu"),
        [
            ({"est_active": True, "fin_enregistrement": date(2027, 8, 31)}, {"fiche_expiree": False}),
            ({"est_active": True, "fin_enregistrement": date(2027, 9, 1)}, {}),
            ({"est_active": True, "fin_enregistrement": None}, {}),
            ({"est_active": None, "fin_enregistrement": None}, {}),
            ({"est_active": False, "fin_enregistrement": date(2030, 1, 1)}, {"fiche_expiree": False}),
        ],
    )
    def test_the_registration_at_the_start_of_the_session(self, action, fiche, attendu):
        change(action.formation.certification, code_rncp="37535")
        FicheRepertoire.objects.create(numero="RNCP37535", **fiche)
        assert codes(action) == attendu

    def test_one_running_registration_is_enough_and_an_unknown_one_says_nothing(self, action):
        change(action.formation.certification, code_rncp="37535", codes_rs=["5001"])
        assert codes(action) == {}
        FicheRepertoire.objects.create(numero="RNCP37535", est_active=False)
        FicheRepertoire.objects.create(numero="RS5001", est_active=True)
        assert codes(action) == {}

    def test_a_formation_without_code_has_no_such_rule(self):
        action = ActionFactory(
            formation__certification=None, formation__intitule_libre="Remise à niveau", complete=True
        )
        assert codes(action) == {}


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
        change(action, duree_centre=35, duree_entreprise=None, duree_hebdo=Decimal(hebdo))
        assert codes(action) == attendu

    @pytest.mark.parametrize(
        "complement",
        ["à 990 €", "Appelez le 02 40 11 22 33", "contact@exemple.fr", "CPF gratuit", "OPTION BOUCHERIE"],
    )
    def test_a_title_that_reads_like_an_advertisement(self, action, complement):
        change(action, complement_intitule=complement)
        assert codes(action) == {"complement_publicitaire": False}

    @pytest.mark.parametrize("complement", ["", "option porc", "CACES R489", "niveau B2"])
    def test_a_title_that_does_not(self, action, complement):
        change(action, complement_intitule=complement)
        assert codes(action) == {}

    @pytest.mark.parametrize(
        ("modalites", "attendu"), [("0", {"habilitation_dates_fixes": False}), ("1", {})]
    )
    def test_an_habilitation_at_fixed_dates(self, action, modalites, attendu):
        change(action.formation.certification, etat=EtatCertification.HABILITATION)
        change(action, modalites_es=modalites)
        assert codes(action) == attendu

    def test_a_session(self):
        assert codes(ActionFactory()) == {"session_absente": True}


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
        change(session, numero="52_000001", rythmes=[])
        assert codes(action, date(2028, 7, 1)) == {"sessions_terminees": True}
        suivante = SessionFactory(action=action, date_debut=date(2028, 9, 1), date_fin=date(2029, 6, 30))
        DispositifFactory(session=suivante)
        assert codes(action, date(2028, 6, 30)) == {"rythmes_absent": True}
        assert codes(action, date(2028, 7, 1)) == {}

    @pytest.mark.parametrize(
        ("heures", "attendu"),
        [
            (100, {}),
            (101, {"duree_intense": False}),
            (240, {"duree_intense": False}),
            (241, {"duree_impossible": True}),
        ],
    )
    def test_hours_that_must_fit_in_the_days(self, action, session, heures, attendu):
        """Ten days, first and last included: more than 10 h a day is odd, more than 24 h impossible."""
        change(session, date_debut=date(2027, 9, 1), date_fin=date(2027, 9, 10))
        change(action, duree_centre=heures, duree_entreprise=None)
        assert codes(action) == attendu
        change(action, modalites_es="1")
        assert codes(action) == {}

    @pytest.mark.parametrize(("jours", "attendu"), [(366, {}), (367, {"esp_trop_longue": False})])
    def test_permanent_entries_last_a_year(self, action, session, jours, attendu):
        change(action, modalites_es="1")
        change(session, date_fin=session.date_debut + timedelta(days=jours - 1))
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
        assert codes(action) == {"session_double": False}
        change(jumelle, site_lieu=SiteFactory(organisme=action.organisme))
        assert codes(action) == {}


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

    def test_an_inactive_one_counts_for_nothing(self, action, dispositif):
        DispositifFactory(session=dispositif.session, nb_places=99, cout_stagiaire=None, est_actif=False)
        assert codes(action) == {}


def test_findings_come_in_the_order_of_the_tunnel_and_name_their_row(action):
    session = action.sessions.get()
    dispositif = session.dispositifs.get()
    change(action.organisme, nda="")
    change(action.formation.certification, retiree_le=LE)
    change(action, niveau_entree="")
    change(session, capacite=None)
    change(dispositif, publics=[])
    tree = Action.objects.with_tree().get(pk=action.pk)
    found = [(c.etape, c.pk, c.champ) for c in completude.blocking(tree, LE)]
    assert found == [
        ("organisme", action.organisme_id, "nda"),
        ("formation", action.formation_id, "certification"),
        ("action", action.pk, "niveau_entree"),
        ("session", session.pk, "capacite"),
        ("dispositif", dispositif.pk, "publics"),
    ]


def test_the_steps_alone_ask_the_database_nothing(action, django_assert_num_queries):
    tree = Action.objects.with_tree().get(pk=action.pk)
    with django_assert_num_queries(0):
        assert completude.of_steps(tree, LE) == []


@pytest.mark.parametrize("nombre", [1, 3])
def test_all_findings_cost_two_queries(action, nombre, django_assert_num_queries):
    """Replaced codes, and the registrations of a certification that has some."""
    change(action.formation.certification, code_rncp="37535")
    for _ in range(nombre):
        DispositifFactory(session=SessionFactory(action=action))
    tree = Action.objects.with_tree().get(pk=action.pk)
    with django_assert_num_queries(2):
        completude.findings(tree, LE)
