"""One box finds a certification by its code, its title in any writing, its RNCP or RS number."""

import time
from datetime import date

import pytest

from catalogue.certifications.mots import Numero, parse_number, stem, words
from catalogue.certifications.recherche import build_tree, count_by_level, search_certifications
from catalogue.models import Remplacement, RemplacementFiche
from tests.factories import CertificationFactory, TypeDiplomeFactory

from .test_import_certifinfo import run

JOUR = date(2026, 11, 23)


def find(q, **options) -> list[str]:
    return [t.certification.code for t in search_certifications(q, jour=JOUR, **options).trouvees]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("31999", Numero("", "31999")),
        (" 31 999 ", Numero("", "31999")),
        ("certif info 31999", Numero("", "31999")),
        ("RNCP 37535", Numero("RNCP", "37535")),
        ("rncp37535", Numero("RNCP", "37535")),
        ("RNCP n° 37 535", Numero("RNCP", "37535")),
        ("rs5001", Numero("RS", "5001")),
        ("Rs : 5001", Numero("RS", "5001")),
        ("boucher", None),
        ("CACES R489", None),
        ("RNCP", None),
        ("", None),
    ],
)
def test_a_number_is_understood_in_any_writing(typed, read):
    assert parse_number(typed) == read


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("boucherie", "boucher"),
        ("boulangerie", "boulangère"),
        ("soudage", "soudeur"),
        ("secretariat", "secretaire"),
        ("electricite", "electricien"),
        ("coiffure", "coiffeuse"),
        ("mecanique", "mecanicien"),
        ("maconnerie", "macon"),
        ("animation", "animatrice"),
        ("assistants", "assistante"),
    ],
)
def test_words_of_a_family_share_their_beginning(one, other):
    other = words(other)[0]
    assert other.startswith(stem(one)) or one.startswith(stem(other))
    assert len(stem(one)) >= 4


def test_small_words_do_not_count_unless_there_is_nothing_else():
    assert words("Assistante de vie aux familles, d’été") == ["assistante", "vie", "familles", "ete"]
    assert words("de la") == ["de", "la"]
    assert words("« ? »") == []


@pytest.mark.django_db
class TestSearch:
    @pytest.fixture(autouse=True)
    def _certifications(self):
        CertificationFactory(
            code="31999", intitule="CAP boucher", code_rncp="6993", annee_derniere_session=2024
        )
        CertificationFactory(
            code="114763", intitule="CAP boucher", code_rncp="37535", annee_premiere_session=2025
        )
        CertificationFactory(code="62810", intitule="Bac pro boucher charcutier traiteur", niveau=4)
        CertificationFactory(code="48047", intitule="Pisteur secouriste", codes_rs=["2754", "6316"])
        CertificationFactory(code="500", intitule="Électricien d’équipement")
        Remplacement.objects.create(ancien_code="31999", nouvelle_id="114763")
        Remplacement.objects.create(
            ancien_code="21636",
            ancien_intitule="CAP préparateur",
            ancien_code_rncp="333",
            nouvelle_id="31999",
        )

    @pytest.mark.parametrize("q", ["CAP boucherie", "cap BOUCHER", "boucher cap", "Boucheries, CAP"])
    def test_titles_are_found_by_all_their_words_whatever_case_and_order(self, q):
        assert find(q) == ["114763", "31999"]

    @pytest.mark.parametrize("q", ["electricien equipement", "ÉLECTRICITÉ", "équipement"])
    def test_accents_do_not_matter(self, q):
        assert find(q) == ["500"]

    def test_words_of_the_type_of_diploma_count(self):
        TypeDiplomeFactory(code="300", libelle="Brevet professionnel")
        CertificationFactory(code="7", intitule="Boucher", type_diplome_id="300")
        assert find("brevet professionnel boucher") == ["7"]

    def test_the_exact_code_comes_first_then_what_replaces_it_then_codes_that_begin_so(self):
        CertificationFactory(code="319990", intitule="AAA")
        resultats = search_certifications("31999", jour=JOUR)
        assert [t.certification.code for t in resultats.trouvees] == ["31999", "114763", "319990"]
        assert resultats.trouvees[0].situation.etiquette == "Terminée"
        assert [c.code for c in resultats.trouvees[0].successeurs] == ["114763"]

    @pytest.mark.parametrize(
        ("q", "codes"),
        [
            ("RNCP 37535", ["114763"]),
            ("37535", ["114763"]),
            ("rs 6316", ["48047"]),
            ("6316", ["48047"]),
            ("RNCP6316", []),
            ("RS37535", []),
        ],
    )
    def test_sheets_are_found_by_their_number(self, q, codes):
        assert find(q) == codes

    def test_a_replaced_sheet_leads_to_the_certification_of_the_new_one(self):
        RemplacementFiche.objects.create(ancienne="RNCP6993", nouvelle="RNCP37535")
        assert set(find("RNCP6993")) == {"31999", "114763"}

    @pytest.mark.parametrize("q", ["21636", "RNCP333"])
    def test_a_code_long_archived_leads_to_what_is_in_force(self, q):
        [ancienne] = search_certifications(q, jour=JOUR).anciennes
        assert (ancienne.code, ancienne.intitule) == ("21636", "CAP préparateur")
        assert [c.code for c in ancienne.successeurs] == ["114763"]

    def test_those_that_begin_by_the_words_come_first_and_ended_ones_last(self):
        CertificationFactory(code="8", intitule="Boucher abatteur", annee_derniere_session=2025)
        CertificationFactory(code="9", intitule="Boucher zélé")
        assert find("boucher") == ["9", "8", "62810", "114763", "31999"]

    def test_a_slip_of_the_pen_brings_what_looks_like_it_and_says_so(self):
        resultats = search_certifications("charcuttier", jour=JOUR)
        assert [t.certification.code for t in resultats.trouvees] == ["62810"]
        assert not resultats.est_approchant  # « charcut » is enough
        resultats = search_certifications("boucheer charcuyier", jour=JOUR)
        assert resultats.est_approchant
        assert resultats.trouvees[0].certification.code == "62810"

    @pytest.mark.parametrize("q", ["", "?", "zzzzzz", "RS1", "0" * 200, "%", "\\m", "a" * 200])
    def test_nothing_found_is_no_error(self, q):
        assert not search_certifications(q, jour=JOUR)

    def test_results_are_capped_and_counted(self):
        resultats = search_certifications("boucher", jour=JOUR, limite=2)
        assert (len(resultats.trouvees), resultats.est_tronque, resultats.total) == (2, True, 3)
        assert find("boucher", niveau=4, tous_niveaux=False) == ["62810"]

    def test_results_make_a_tree_by_level_then_type(self):
        CertificationFactory(code="11", intitule="Boucher sans niveau", niveau=None)
        tree = build_tree(search_certifications("boucher", jour=JOUR).trouvees)
        assert [niveau for niveau, _ in tree] == [
            "Niveau 3 (CAP, BEP)",
            "Niveau 4 (bac)",
            "Sans niveau spécifique",
        ]
        assert tree[0][1][0][0] == "Certificat d’aptitude professionnelle"

    def test_the_beginning_of_a_word_is_enough(self):
        assert find("equip") == ["500"]
        assert find("char") == ["62810"]

    def test_a_search_costs_the_same_with_one_result_and_with_three(self, django_assert_num_queries):
        with django_assert_num_queries(3):
            assert len(find("charcutier")) == 1
        CertificationFactory.create_batch(2, intitule="Charcutier")
        with django_assert_num_queries(3):
            assert len(find("charcutier")) == 3


@pytest.mark.django_db
class TestInitials:
    @pytest.fixture(autouse=True)
    def _certifications(self):
        CertificationFactory(code="1", intitule="CAP accompagnant éducatif petite enfance")
        CertificationFactory(code="2", intitule="BTS management commercial opérationnel")
        CertificationFactory(code="3", intitule="BTS gestion de la PME")
        CertificationFactory(code="4", intitule="Titre professionnel technicien d'assistance en informatique")

    @pytest.mark.parametrize(
        ("q", "codes"),
        [
            ("AEPE", ["1"]),
            ("cap aepe", ["1"]),
            ("AEPE enfance", ["1"]),
            ("BTS MCO", ["2"]),
            ("GPME", ["3"]),
            ("titre pro TAI", ["4"]),
            ("TAI technicien", ["4"]),
            ("MCO gestion", []),
            ("BTS AEPE", []),
            ("aep", []),
        ],
    )
    def test_a_certification_is_found_by_them_alone_or_among_words(self, q, codes):
        resultats = search_certifications(q, jour=JOUR)
        assert [t.certification.code for t in resultats.trouvees if not resultats.est_approchant] == codes

    def test_they_come_after_the_titles_that_begin_by_the_word_and_before_its_other_places(self):
        CertificationFactory(code="11", intitule="Agent tai chi")
        CertificationFactory(code="12", intitule="Tailleur de pierre")
        CertificationFactory(code="13", intitule="CAP vêtement : tailleur")
        CertificationFactory(code="14", intitule="Tai chi, niveau 1", annee_derniere_session=2020)
        assert find("TAI") == ["14", "4", "12", "11", "13"]

    def test_those_in_force_come_first_and_are_counted_by_level(self):
        CertificationFactory(
            code="21", intitule="BTS mesure, contrôle, outillage", niveau=5, annee_derniere_session=2020
        )
        assert find("mco") == ["2", "21"]
        assert find("mco", niveau=5, tous_niveaux=False) == ["21"]
        assert count_by_level("BTS MCO", jour=JOUR) == {3: 1, 5: 1}

    def test_titre_pro_begins_the_titles_that_say_it_whole(self):
        CertificationFactory(code="31", intitule="Auxiliaire technicien (titre pro)")
        assert find("titre pro technicien") == ["4", "31"]

    @pytest.mark.parametrize("q", ["mco (", "[mco", "mco\\", "mco.*", "^mco$", "mco ’"])
    def test_signs_around_them_are_only_signs(self, q):
        assert find(q) == ["2"]


@pytest.mark.django_db
def test_suggestions_over_the_whole_catalogue_answer_within_50_ms(reference):
    run("import_certifinfo", next((reference / "certifinfo").glob("opendata-certifinfo-*.csv")))
    assert find("CAP boucherie") == ["114763", "31999"]
    sigles = {"AEPE": "110115", "BTS MCO": "117293", "DEAES": "112283", "GPME": "100367", "TAI": "114913"}
    assert {q: find(q, limite=1)[0] for q in sigles} == sigles
    durations = []
    for q in [
        "CAP boucherie",
        "BTS MCO",
        "31999",
        "RNCP 37535",
        "habilitation électrique",
        "assistante",
        "master",
    ]:
        for _ in range(3):
            start = time.perf_counter()
            search_certifications(q, jour=JOUR, limite=10)
            durations.append(time.perf_counter() - start)
    assert sorted(durations)[len(durations) // 2] < 0.05
