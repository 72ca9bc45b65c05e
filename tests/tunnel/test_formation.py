"""F: find a certification, know what it is, pick it once; then its sheet, which nobody can change."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from catalogue.models import FicheRepertoire, Formacode, Formation, Remplacement
from tests.factories import (
    ActionFactory,
    CertificationFactory,
    FormationFactory,
    OrganismeFactory,
    UserFactory,
)

from .outils import page, text, words

CREER = "/formations/creer/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def boucher():
    CertificationFactory(code="31999", intitule="CAP boucher", annee_derniere_session=2024)
    nouvelle = CertificationFactory(code="114763", intitule="CAP boucher", certificateurs="Ministère, Paris")
    Remplacement.objects.create(ancien_code="31999", nouvelle=nouvelle)
    return nouvelle


class TestFind:
    def test_the_page_offers_one_box_and_the_way_without_a_code(self, poste):
        html = page(poste.get(CREER))
        assert [field["name"] for field in html.main.select("form input")] == ["q"]
        assert html.select_one("#id_q")["data-sofi-suggestions"] == "/certifications/suggestions/"
        assert html.select_one("a[href='/aide/fasd/#hors-certifinfo']")

    def test_results_lead_to_the_choice(self, poste, boucher):
        html = page(poste.get(CREER, {"q": "CAP boucherie"}))
        nouvelle, ancienne = html.select(".resultat")
        assert nouvelle.a["href"] == "/formations/creer/?code=114763"
        assert "Ministère, Paris" in text(nouvelle)
        assert "Terminée" in text(ancienne)
        assert ancienne.select("a")[1]["href"] == "/formations/creer/?code=114763"

    def test_results_have_the_apostrophes_of_print(self, poste):
        for intitule in ("CAP métiers de l'eau", "CAP gestion de l'eau"):
            CertificationFactory(
                intitule=intitule,
                certificateurs="Ministère de l'agriculture",
                type_diplome__libelle="Certificat d'aptitude professionnelle",
            )
        html = page(poste.get(CREER, {"q": "CAP eau"}))
        assert len(html.select(".resultat")) == 2
        assert "Ministère de l’agriculture" in text(html.select_one(".resultat"))
        assert "'" not in text(html.select_one(".arbre"))

    def test_a_certification_is_found_by_the_initials_of_its_title(self, poste, boucher):
        CertificationFactory(code="117293", intitule="BTS management commercial opérationnel")
        html = page(poste.get(CREER, {"q": "BTS MCO"}))
        [resultat] = html.select(".resultat")
        assert resultat.a["href"] == "/formations/creer/?code=117293"
        assert "Une certification pour « BTS MCO »" in text(html.main)

    def test_a_code_typed_in_full_shows_its_sheet_at_once(self, poste, boucher):
        html = page(poste.get(CREER, {"q": " 114763 "}))
        assert html.select_one("input[name=code]")["value"] == "114763"
        assert "Choisir cette certification" in text(html.main)
        assert "Ministère, Paris" in text(html.main)

    def test_an_ended_code_is_said_before_choosing_with_its_successor(self, poste, boucher):
        html = page(poste.get(CREER, {"code": "31999"}))
        encart = html.select_one(".encart--erreur")
        assert "Terminée" in text(encart)
        assert "a eu lieu en 2024" in text(encart)
        assert encart.a["href"] == "/formations/creer/?code=114763"
        assert "Choisir quand même" in text(html.main)

    def test_an_unknown_code_says_so_and_gives_the_box_back(self, poste):
        said = words(poste.get(CREER, {"code": "99"}))
        assert "Ce code n’existe pas dans Certif Info" in said
        assert "Chercher" in said

    @pytest.mark.parametrize("query", [{"q": "\0"}, {"code": "\0"}, {"q": "x" * 5000}, {"code": "x" * 5000}])
    def test_forged_queries_break_nothing(self, poste, query):
        assert poste.get(CREER, query).status_code == 200

    def test_the_search_costs_the_same_with_one_result_and_with_three(self, poste, django_assert_num_queries):
        CertificationFactory(intitule="Sommelier")
        with django_assert_num_queries(6):
            poste.get(CREER, {"q": "sommelier"})
        CertificationFactory.create_batch(2, intitule="Sommelier")
        with django_assert_num_queries(6):
            poste.get(CREER, {"q": "sommelier"})


class TestPick:
    def test_picking_makes_the_formation_and_leads_to_its_action(self, poste, organisme, boucher):
        response = poste.post(CREER, {"code": "114763"})
        formation = Formation.objects.get()
        assert (formation.organisme, formation.certification) == (organisme, boucher)
        assert response.url == f"/formations/{formation.pk}/actions/creer/"

    def test_picking_twice_makes_one_formation(self, poste, boucher):
        assert poste.post(CREER, {"code": "114763"}).url == poste.post(CREER, {"code": "114763"}).url
        assert Formation.objects.count() == 1

    def test_an_ended_one_may_be_picked_all_the_same(self, poste, boucher):
        poste.post(CREER, {"code": "31999"})
        assert Formation.objects.get().certification_id == "31999"

    def test_one_gone_from_certif_info_may_not(self, poste, boucher):
        boucher.retiree_le = timezone.localdate()
        boucher.save()
        html = page(poste.get(CREER, {"code": "114763"}))
        assert not html.main.select("form[method=post]")
        response = poste.post(CREER, {"code": "114763"}, follow=True)
        assert "n’est plus dans Certif Info" in words(response)
        assert not Formation.objects.exists()

    def test_what_the_organisme_already_has_comes_first(self, poste, organisme, boucher):
        formation = FormationFactory(organisme=organisme, certification=boucher)
        brouillon, validee = (
            ActionFactory(formation=formation),
            ActionFactory(formation=formation, validee=True),
        )
        html = page(poste.get(CREER, {"code": "114763"}))
        assert "Vous avez déjà cette formation" in text(html.main)
        liens = {a["href"] for a in html.main.select("a")}
        assert f"/actions/{brouillon.pk}/reprendre/" in liens
        assert f"/actions/{validee.pk}/reprendre/" not in liens
        assert {f"/actions/{action.pk}/recapitulatif/" for action in (brouillon, validee)} <= liens
        assert f"/formations/{formation.pk}/actions/creer/" in liens
        assert not html.main.select("form[method=post]")

    def test_somebody_elses_formation_does_not_count(self, poste, boucher):
        FormationFactory(certification=boucher)
        assert "Vous avez déjà" not in words(poste.get(CREER, {"code": "114763"}))

    def test_an_unknown_code_is_not_found(self, poste):
        assert poste.post(CREER, {"code": "99"}).status_code == 404
        assert poste.post(CREER).status_code == 404

    def test_a_reader_may_not_create(self, client, lectrice, boucher):
        client.force_login(lectrice)
        assert client.get(CREER).status_code == 404
        assert client.post(CREER, {"code": "114763"}).status_code == 404
        assert not Formation.objects.exists()

    def test_the_carif_oref_is_told_why_not(self, client, agent, boucher):
        client.force_login(agent)
        response = client.post(CREER, {"code": "114763"}, follow=True)
        assert response.redirect_chain == [("/annuaire/", 302)]
        assert "au nom d’un organisme" in words(response)
        assert not Formation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_colleagues_picking_at_once_make_one_formation():
    organisme = OrganismeFactory()
    CertificationFactory(code="114763")
    clients = [Client() for _ in range(4)]
    for client in clients:
        client.force_login(UserFactory(organisme=organisme))

    def pick(client):
        try:
            return client.post(CREER, {"code": "114763"}).url
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        urls = list(pool.map(pick, clients))
    assert len(set(urls)) == 1
    assert Formation.objects.count() == 1


class TestSheet:
    @pytest.fixture
    def formation(self, organisme, boucher):
        return FormationFactory(organisme=organisme, certification=boucher)

    def test_it_shows_everything_and_what_is_not_known(self, poste, formation, boucher):
        boucher.objectif, boucher.code_rncp, boucher.annee_premiere_session = "Exercer", "37535", 2025
        boucher.save()
        Formacode.objects.create(code="21599", libelle="Boucherie")
        FicheRepertoire.objects.create(pk="RNCP37535", est_active=True)
        html = page(poste.get(f"/formations/{formation.pk}/"))
        fiche = {text(ligne.dt): text(ligne.dd) for ligne in html.select(".fiche__ligne")}
        assert fiche["Code Certifinfo"] == "114763"
        assert fiche["Intitulé"] == "CAP boucher"
        assert fiche["Objectif"] == "Exercer"
        assert fiche["Programme"] == "Non renseigné"
        assert fiche["Formacodes"] == "21599 Boucherie"
        assert fiche["Niveau de sortie"] == "Niveau 3 (CAP, BEP)"
        assert fiche["Éligibilité au CPF"] == "Éligible Déduit de la fiche RNCP37535, active."
        assert fiche["Certificateurs"] == "Ministère, Paris"
        assert fiche["Sessions d’examen"] == "depuis 2025"
        assert text(html.select_one(".ruban [aria-current=step]")).startswith("F Formation")
        assert not html.main.select("form, input, textarea")

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_a_forged_write_changes_nothing(self, poste, formation, method):
        before = Formation.objects.values().get()
        assert getattr(poste, method)(f"/formations/{formation.pk}/").status_code == 405
        assert Formation.objects.values().get() == before

    def test_an_ended_certification_is_said_with_its_successor(self, poste, organisme, boucher):
        formation = FormationFactory(organisme=organisme, certification_id="31999", certification=None)
        html = page(poste.get(f"/formations/{formation.pk}/"))
        assert html.select_one(".encart--erreur a")["href"] == "/formations/creer/?code=114763"

    def test_its_actions_are_listed_with_their_states(self, poste, formation):
        brouillon = ActionFactory(formation=formation, complete=True)
        attente = ActionFactory(formation=formation, attente=True)
        html = page(poste.get(f"/formations/{formation.pk}/"))
        premiere, seconde = html.select("tbody tr")
        assert "En attente de validation par le Carif-Oref" in text(premiere)
        assert premiere.a["href"] == f"/actions/{attente.pk}/recapitulatif/"
        assert seconde.a["href"] == f"/actions/{brouillon.pk}/reprendre/"
        assert text(seconde.select_one("[data-label=Sessions]")) == "1"
        assert html.select_one(f"a[href='/formations/{formation.pk}/actions/creer/']")

    def test_a_formation_without_code_shows_what_the_carif_oref_typed(self, poste, organisme):
        formation = FormationFactory(
            organisme=organisme, certification=None, intitule_libre="Atelier", programme_libre="Tout"
        )
        said = words(poste.get(f"/formations/{formation.pk}/"))
        assert "Formation sans code Certifinfo" in said
        assert "Tout" in said

    def test_a_reader_reads_but_is_not_offered_to_type(self, client, lectrice, formation):
        ActionFactory(formation=formation)
        client.force_login(lectrice)
        html = page(client.get(f"/formations/{formation.pk}/"))
        assert "Ajouter une action" not in text(html.main)
        assert "Reprendre" not in text(html.main)

    def test_somebody_elses_is_not_found(self, poste):
        assert poste.get(f"/formations/{FormationFactory().pk}/").status_code == 404

    def test_actions_are_paged_by_key(self, poste, formation):
        ActionFactory.create_batch(23, formation=formation)
        html = page(poste.get(f"/formations/{formation.pk}/"))
        assert len(html.select("tbody tr")) == 20
        suivante = page(poste.get(f"/formations/{formation.pk}/" + html.select_one("[rel=next]")["href"]))
        assert len(suivante.select("tbody tr")) == 3

    def test_the_sheet_costs_the_same_with_one_action_and_with_three(
        self, poste, formation, django_assert_num_queries
    ):
        ActionFactory(formation=formation, complete=True)
        with django_assert_num_queries(7):
            poste.get(f"/formations/{formation.pk}/")
        ActionFactory.create_batch(2, formation=formation, complete=True)
        with django_assert_num_queries(7):
            poste.get(f"/formations/{formation.pk}/")
