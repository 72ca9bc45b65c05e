"""What is asked of the organisation and of its certification: each rule present, then absent."""

from datetime import date

import pytest

from catalogue.models import FicheRepertoire, Remplacement
from tests.completude.outils import LE, change, codes, found
from tests.factories import (
    ActionFactory,
    CertificationFactory,
    DispositifFactory,
    TypeDispositifFactory,
)

pytestmark = pytest.mark.django_db


class TestOrganisme:
    def test_the_nda(self, action):
        change(action.organisme, nda="")
        assert codes(action) == {"nda_absent": True}

    def test_a_telephone_or_an_address_somewhere(self, action):
        change(action.organisme, telephone="", courriel="")
        assert codes(action) == {"contact_absent": True}
        change(action.site_dispensateur, telephone="02 40 11 22 33")
        assert codes(action) == {}

    @pytest.mark.parametrize(
        ("siret", "attendu"),
        [
            ("10000000000017", {"siret_faux": True}),
            ("13000548100010", {}),
            ("99999999999999", {"siret_faux": True}),
        ],
    )
    def test_the_siret(self, action, siret, attendu):
        change(action.organisme, siret=siret)
        assert codes(action) == attendu

    def test_an_nda_that_means_nothing(self, action):
        change(action.organisme, nda="00000000000")
        assert codes(action) == {"nda_faux": True}

    def test_its_own_page_on_the_web(self, action):
        change(action.organisme, site_web="https://www.instagram.com/")
        assert codes(action) == {"site_web_reseau_social": False}

    @pytest.mark.parametrize(
        ("fin", "exige", "attendu"),
        [
            (date(2027, 9, 1), True, {}),
            (date(2027, 8, 31), True, {"qualiopi_exige": True}),
            (date(2027, 8, 31), False, {"qualiopi_absent": False}),
        ],
    )
    def test_the_certificate_on_the_day_the_session_starts(self, action, fin, exige, attendu):
        change(action.organisme, qualiopi_fin=fin)
        change(action.sessions.get().dispositifs.get().type, exige_qualiopi=exige)
        assert codes(action) == attendu

    def test_no_certificate_at_all_or_one_to_come(self, action):
        change(action.organisme, qualiopi_debut=date(2027, 9, 2))
        assert codes(action) == {"qualiopi_absent": False}
        change(action.organisme, est_qualiopi=False, qualiopi_debut=None, qualiopi_fin=None)
        assert codes(action) == {"qualiopi_absent": False}

    def test_an_inactive_dispositif_asks_for_no_certificate(self, action):
        change(action.organisme, est_qualiopi=False, qualiopi_debut=None, qualiopi_fin=None)
        session = action.sessions.get()
        type_ = TypeDispositifFactory(code="poec", libelle="POEC", exige_qualiopi=True)
        DispositifFactory(session=session, type=type_, est_actif=False)
        assert codes(action) == {"qualiopi_absent": False}


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

    def test_the_warning_carries_the_successors(self, action):
        code = action.formation.certification.code
        for nouveau in ("114763", "114764"):
            Remplacement.objects.create(ancien_code=code, nouvelle=CertificationFactory(code=nouveau))
        (constat,) = found(action)
        assert constat.successeurs == ("114763", "114764")
        assert "114763" in constat.message
        assert "114764" in constat.message

    def test_an_expired_registration_is_the_staffs_to_judge(self, action):
        change(action.formation.certification, code_rncp="37535")
        FicheRepertoire.objects.create(numero="RNCP37535", est_active=False)
        assert [c.code for c in found(action)] == ["fiche_expiree"]
        assert [c.code for c in found(action, interne=True)] == ["fiche_expiree", "fiche_a_trancher"]
