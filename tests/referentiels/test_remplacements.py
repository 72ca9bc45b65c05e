"""« Remplacé par » is followed to the codes in force, whatever the shape of the chain."""

from datetime import date
from itertools import pairwise

import pytest

from catalogue.certifications.remplacements import live_successors, successors_of
from catalogue.certifications.situation import annees, eligibilite_cpf, situation_of
from catalogue.models import FicheRepertoire, Remplacement
from tests.factories import CertificationFactory

pytestmark = pytest.mark.django_db
JOUR = date(2026, 11, 23)


def replace(*chain):
    for ancien, nouveau in pairwise(chain):
        CertificationFactory(code=nouveau)
        Remplacement.objects.create(ancien_code=ancien, nouvelle_id=nouveau)


def codes(code):
    return {c.code for c in live_successors(code, JOUR)}


def test_a_code_not_replaced_has_no_successor():
    CertificationFactory(code="1")
    assert codes("1") == set()
    assert codes("unknown") == set()


def test_a_chain_is_followed_to_its_end():
    replace("1", "2", "3")
    assert codes("1") == {"3"}
    assert codes("2") == {"3"}


def test_a_code_may_be_replaced_by_several():
    replace("1", "2")
    replace("1", "3", "4")
    assert codes("1") == {"2", "4"}


@pytest.mark.parametrize("fin", [{"annee_derniere_session": 2025}, {"retiree_le": date(2026, 1, 1)}])
def test_an_ended_or_withdrawn_end_is_not_offered_and_the_last_one_in_force_is(fin):
    CertificationFactory(code="3", **fin)
    replace("1", "2", "3")
    assert codes("1") == {"2"}


def test_a_session_this_year_is_still_in_force():
    CertificationFactory(code="2", annee_derniere_session=2026)
    replace("1", "2")
    assert codes("1") == {"2"}


@pytest.mark.parametrize("chain", [("1", "2", "1"), ("1", "2", "3", "2")])
def test_a_cycle_ends(chain):
    CertificationFactory(code="1")
    replace(*chain)
    assert codes("1") <= {"2", "3"}
    assert codes("1")


def test_many_codes_are_followed_in_two_queries(django_assert_num_queries):
    replace("1", "2", "3")
    replace("7", "8")
    with django_assert_num_queries(2):
        found = successors_of(["1", "7", "9"], JOUR)
    assert {code: [c.code for c in row] for code, row in found.items()} == {"1": ["3"], "7": ["8"], "9": []}


@pytest.mark.parametrize(
    ("valeurs", "etiquette", "choisissable"),
    [
        ({}, "En vigueur", True),
        ({"annee_derniere_session": 2027}, "En vigueur", True),
        ({"annee_derniere_session": 2026}, "Dernière session cette année", True),
        ({"annee_derniere_session": 2025}, "Terminée", True),
        ({"annee_premiere_session": 2027}, "À partir de 2027", True),
        ({"annee_premiere_session": 2026}, "En vigueur", True),
        ({"retiree_le": date(2026, 1, 1)}, "Retirée de Certif Info", False),
    ],
)
def test_where_a_certification_stands(valeurs, etiquette, choisissable):
    situation = situation_of(CertificationFactory(**valeurs), [], JOUR)
    assert (situation.etiquette, situation.est_choisissable) == (etiquette, choisissable)
    assert situation.est_ordinaire == (etiquette == "En vigueur")


def test_a_replaced_one_names_what_replaces_it():
    nouvelles = [CertificationFactory(code="2", intitule="B"), CertificationFactory(code="3", intitule="C")]
    situation = situation_of(CertificationFactory(annee_derniere_session=2027), nouvelles, JOUR)
    assert situation.etiquette == "Remplacée"
    assert situation.phrase == (
        "Cette certification est remplacée par « 2 B » et « 3 C ». Sa dernière session a lieu en 2027."
    )


@pytest.mark.parametrize(
    ("premiere", "derniere", "texte"),
    [
        (2007, 2024, "de 2007 à 2024"),
        (2007, None, "depuis 2007"),
        (None, 2024, "jusqu’en 2024"),
        (None, None, ""),
    ],
)
def test_years_of_sessions(premiere, derniere, texte):
    certification = CertificationFactory(annee_premiere_session=premiere, annee_derniere_session=derniere)
    assert annees(certification) == texte


class TestCpf:
    def test_an_active_sheet_makes_it_eligible_and_the_page_says_it_is_deduced(self):
        FicheRepertoire.objects.create(pk="RNCP1", est_active=True, fin_enregistrement=date(2026, 11, 23))
        eligibilite = eligibilite_cpf(CertificationFactory(code_rncp="1"), JOUR)
        assert eligibilite.libelle == "Éligible"
        assert eligibilite.explication == "Déduit de la fiche RNCP1, active jusqu’au 23 novembre 2026."

    @pytest.mark.parametrize(
        "fiche", [{"est_active": False}, {"est_active": True, "fin_enregistrement": date(2026, 11, 22)}]
    )
    def test_a_sheet_that_ended_makes_it_not_eligible(self, fiche):
        FicheRepertoire.objects.create(pk="RS1", **fiche)
        eligibilite = eligibilite_cpf(CertificationFactory(codes_rs=["1"]), JOUR)
        assert eligibilite.libelle == "Non éligible"
        assert "RS1, qui n’est plus active" in eligibilite.explication

    def test_one_active_sheet_among_several_is_enough(self):
        FicheRepertoire.objects.create(pk="RNCP1", est_active=False)
        FicheRepertoire.objects.create(pk="RS2", est_active=True)
        assert (
            eligibilite_cpf(CertificationFactory(code_rncp="1", codes_rs=["2"]), JOUR).libelle == "Éligible"
        )

    def test_without_a_known_sheet_nothing_is_claimed(self):
        assert eligibilite_cpf(CertificationFactory(), JOUR).libelle == "Non renseigné"
        eligibilite = eligibilite_cpf(CertificationFactory(code_rncp="9"), JOUR)
        assert eligibilite.libelle == "Non renseigné"
        assert "RNCP9 n’est pas dans le répertoire importé" in eligibilite.explication
