"""The pages of the certifications, and the suggestions while typing."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from catalogue.models import Certification, Formacode, Remplacement
from tests.factories import CertificationFactory, OrganismeFactory, UserFactory

pytestmark = pytest.mark.django_db

LISTE = "/certifications/"
SUGGESTIONS = "/certifications/suggestions/"


@pytest.fixture
def boucher():
    CertificationFactory(
        code="31999", intitule="CAP boucher", annee_derniere_session=2024, valideurs="Éducation nationale"
    )
    nouvelle = CertificationFactory(code="114763", intitule="CAP boucher", code_rncp="37535")
    Remplacement.objects.create(ancien_code="31999", nouvelle=nouvelle)
    return nouvelle


@pytest.fixture
def of(client):
    client.force_login(UserFactory(organisme=OrganismeFactory()))
    return client


@pytest.fixture
def agent(client):
    client.force_login(UserFactory(valideur=True))
    return client


def read(response) -> BeautifulSoup:
    assert response.status_code in (200, 409, 422)
    return BeautifulSoup(response.content, "html.parser")


def words(node) -> str:
    return " ".join(node.get_text(" ").split())


@pytest.mark.parametrize("url", [LISTE, SUGGESTIONS, "/certifications/114763/"])
def test_visitors_are_sent_to_sign_in(client, boucher, url):
    response = client.get(url)
    assert response.status_code == 302
    assert response.url.startswith(reverse("accounts:login"))


@pytest.mark.usefixtures("boucher")
class TestSuggestions:
    def test_the_fragment_holds_options_that_lead_to_the_choice(self, of):
        page = read(of.get(SUGGESTIONS, {"q": "CAP boucherie"}))
        assert page.ul["data-nombre"] == "2"
        premiere, ancienne = page.select("li[role=option]")
        assert (premiere["data-valeur"], premiere["data-href"]) == (
            "114763",
            "/formations/creer/?code=114763",
        )
        assert premiere["id"] != ancienne["id"]
        assert "Terminée" in words(ancienne)
        assert "remplacée par 114763" in words(ancienne)
        assert "Éducation nationale" in words(ancienne)
        assert "Niveau 3" in words(premiere)

    def test_for_the_carif_oref_they_lead_to_the_sheet(self, agent):
        page = read(agent.get(SUGGESTIONS, {"q": "31999"}))
        assert page.li["data-href"] == "/certifications/31999/"

    @pytest.mark.parametrize("q", ["", "b", "zzzz", "\0", " b "])
    def test_too_little_or_nothing_gives_an_empty_list(self, of, q):
        page = read(of.get(SUGGESTIONS, {"q": q}))
        assert page.ul["data-nombre"] == "0"
        assert not page.select("li")

    @pytest.mark.parametrize("q", ["AEPE", "cap aepe"])
    def test_a_title_is_suggested_by_its_initials(self, of, q):
        CertificationFactory(code="110115", intitule="CAP accompagnant éducatif petite enfance")
        [option] = read(of.get(SUGGESTIONS, {"q": q})).select("li[role=option]")
        assert option["data-valeur"] == "110115"

    def test_more_than_ten_are_counted_not_shown(self, of):
        CertificationFactory.create_batch(12, intitule="Sommelier")
        page = read(of.get(SUGGESTIONS, {"q": "sommelier"}))
        assert page.ul["data-nombre"] == "12"
        assert len(page.select("li")) == 10

    def test_what_is_published_is_escaped(self, of):
        CertificationFactory(intitule="Soudeur <script>alert(1)</script>")
        assert b"<script>" not in of.get(SUGGESTIONS, {"q": "soudeur"}).content

    def test_it_is_only_read(self, of):
        assert of.post(SUGGESTIONS, {"q": "31999"}).status_code == 405


class TestList:
    def test_the_empty_page_offers_the_box_and_no_result(self, agent):
        page = read(agent.get(LISTE))
        assert page.select_one("label[for=id_q]")
        assert page.select_one("#id_q")["data-sofi-suggestions"] == SUGGESTIONS
        assert not page.select(".resultat")

    def test_results_are_a_tree_with_what_is_to_be_known(self, agent, boucher):
        page = read(agent.get(LISTE, {"q": "boucher"}))
        assert [words(h) for h in page.select(".arbre h3")] == ["Niveau 3 (CAP, BEP)"]
        assert [words(h) for h in page.select(".arbre h4")] == ["Certificat d’aptitude professionnelle"]
        nouvelle, ancienne = page.select(".resultat")
        assert nouvelle.a["href"] == "/certifications/114763/"
        assert "RNCP37535" in words(nouvelle)
        assert "Terminée" in words(ancienne)
        assert "jusqu’en 2024" in words(ancienne)
        assert ancienne.select("a")[1]["href"] == "/certifications/114763/"

    def test_the_page_says_when_there_is_more_and_narrows_by_level(self, agent):
        CertificationFactory.create_batch(101, intitule="Sommelier", niveau=3)
        CertificationFactory.create_batch(2, intitule="Sommelier", niveau=None)
        page = read(agent.get(LISTE, {"q": "sommelier"}))
        assert "103 certifications" in words(page.main)
        assert "Les 100 plus proches sont affichées" in words(page.main)
        liens = page.select("[aria-label='Affiner par niveau'] a")
        assert [words(lien) for lien in liens] == ["Niveau 3 (CAP, BEP) (101)", "Sans niveau spécifique (2)"]
        page = read(agent.get(LISTE + liens[1]["href"]))
        assert len(page.select(".resultat")) == 2

    def test_nothing_found_gives_advice_and_the_way_without_a_code(self, agent):
        page = read(agent.get(LISTE, {"q": "zzzzzz"}))
        assert "Aucune certification ne correspond" in words(page.main)
        assert page.select_one(".vide a")["href"] == "/aide/fasd/#hors-certifinfo"

    def test_unknown_initials_bring_what_looks_like_them_and_advice(self, agent):
        CertificationFactory(intitule="CQP agent de maintenance en ascenseurs")
        page = read(agent.get(LISTE, {"q": "ASCA"}))
        assert "Rien ne correspond exactement à « ASCA »" in words(page.main)
        assert "essayez un seul mot de l’intitulé, en toutes lettres" in words(page.main)

    @pytest.mark.parametrize("niveau", ["", "9", "x", "0", "-1"])
    def test_a_forged_level_breaks_nothing(self, agent, boucher, niveau):
        read(agent.get(LISTE, {"q": "boucher", "niveau": niveau}))

    def test_the_page_costs_the_same_with_one_result_and_with_three(self, agent, django_assert_num_queries):
        CertificationFactory(intitule="Sommelier")
        with django_assert_num_queries(4):
            agent.get(LISTE, {"q": "sommelier"})
        CertificationFactory.create_batch(2, intitule="Sommelier")
        with django_assert_num_queries(4):
            agent.get(LISTE, {"q": "sommelier"})


class TestSheet:
    url = "/certifications/114763/"

    def test_it_says_what_certif_info_does_not_say(self, of, boucher):
        Formacode.objects.create(code="21599", libelle="Boucherie")
        page = read(of.get(self.url))
        fiche = {words(ligne.dt): words(ligne.dd) for ligne in page.select(".fiche__ligne")}
        assert fiche["Objectif"] == fiche["Programme"] == "Non renseigné"
        assert fiche["Formacodes"] == "21599 Boucherie"
        assert fiche["Niveau de sortie"] == "Niveau 3 (CAP, BEP)"
        assert not page.main.select("form")

    def test_a_replaced_one_leads_to_the_new_one(self, of, boucher):
        page = read(of.get("/certifications/31999/"))
        assert "Terminée" in words(page.select_one(".encart"))
        assert page.select_one(".encart a")["href"] == "/certifications/114763/"

    @pytest.mark.parametrize("code", ["0", "x", "suggestion", "9" * 40])
    def test_an_unknown_code_is_not_found(self, agent, code):
        assert agent.get(f"/certifications/{code}/").status_code == 404

    def test_the_carif_oref_types_objectif_and_programme(self, agent, boucher):
        response = agent.post(self.url, self.form(agent, objectif="Exercer", programme="Découpe\r\nVente"))
        assert response.status_code == 302
        boucher.refresh_from_db()
        assert (boucher.objectif, boucher.programme) == ("Exercer", "Découpe\nVente")

    def test_a_double_click_is_fine(self, agent, boucher):
        data = self.form(agent, objectif="Exercer")
        assert agent.post(self.url, data).status_code == 302
        assert agent.post(self.url, data).status_code == 302
        assert Certification.objects.get(pk="114763").objectif == "Exercer"

    def test_a_stale_form_overwrites_nothing_and_loses_nothing(self, agent, boucher):
        data = self.form(agent, objectif="Le mien")
        Certification.objects.filter(pk="114763").update(objectif="Celui d’un collègue")
        response = agent.post(self.url, data)
        assert response.status_code == 409
        page = read(response)
        assert "Celui d’un collègue" in words(page.main)
        assert page.select_one("textarea[name=objectif]").text.strip() == "Le mien"
        assert Certification.objects.get(pk="114763").objectif == "Celui d’un collègue"
        agent.post(self.url, data | {"empreinte": page.select_one("[name=empreinte]")["value"]})
        assert Certification.objects.get(pk="114763").objectif == "Le mien"

    def test_too_long_a_text_is_refused_and_kept(self, agent, boucher):
        response = agent.post(self.url, self.form(agent, programme="x" * 3001))
        assert response.status_code == 422
        page = read(response)
        assert "3001 caractères" in words(page.select_one(".resume-erreurs"))
        assert len(page.select_one("textarea[name=programme]").text.strip()) == 3001
        assert not Certification.objects.get(pk="114763").programme

    def test_an_organisation_may_not_write(self, of, boucher):
        assert of.post(self.url, {"objectif": "Pirate", "programme": "", "empreinte": "x"}).status_code == 403
        assert not Certification.objects.get(pk="114763").objectif

    def test_the_sheet_costs_the_same_whatever_it_holds(self, agent, boucher, django_assert_num_queries):
        with django_assert_num_queries(5):
            agent.get(self.url)

    def form(self, client, **typed) -> dict:
        page = read(client.get(self.url))
        data = {area["name"]: area.text.strip() for area in page.select("main textarea")}
        return data | {"empreinte": page.select_one("[name=empreinte]")["value"]} | typed
