"""The page of the search, as a visitor's browser gets it."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from catalogue.models import MotRecherche
from tests.factories import CommuneFactory, TypeDispositifFactory, UserFactory
from tests.recherche.outils import communes, get, soup

pytestmark = pytest.mark.django_db
HOSTILES = [
    "'; DROP TABLE x; --",
    "<script>alert(1)</script>",
    "\0",
    "é" * 5000,
    "9" * 400,
    "-1",
    "2027-13-45",
    "§d44",
    "a & b | !c:*",
    "\\",
    "\u202e\ud7ff",
    "date~0~2027-01-01~52_1",
    "[]",
    "%",
]
PARAMETRES = [
    *("q", "lieu", "rayon", "sans_distance", "departement", "debut_min", "debut_max", "niveau", "dispositif"),
    *("modalite", "organisme", "certification", "formacode", "esp", "cpf", "places", "tri", "apres", "avant"),
    "exact",
]


@pytest.mark.parametrize("valeur", HOSTILES)
def test_no_value_of_no_parameter_breaks_the_page(client, offre, valeur):
    offre.add()
    for name in PARAMETRES:
        assert get(client, **{name: valeur}).status_code == 200, name
        assert get(client, **{"q": "boulanger", name: [valeur, valeur]}).status_code == 200, name


@pytest.mark.parametrize("nombre", [1, 3])
def test_the_page_takes_six_queries_whatever_it_finds(client, offre, nombre, django_assert_num_queries):
    CommuneFactory(latitude=47.2173, longitude=-1.5534)
    for _ in range(nombre):
        offre.add(insee="44109")
    jour = timezone.localdate().isoformat()
    with django_assert_num_queries(6):
        assert (
            len(soup(get(client, f"?q=boulanger&lieu=Nantes&rayon=20&debut_min={jour}")).select(".trouvee"))
            == nombre
        )


def test_a_second_skip_link_leads_to_the_results_here_only(client, offre):
    offre.add()
    liens = soup(get(client)).select("a.evitement")
    assert [(lien["href"], lien.get_text()) for lien in liens] == [
        ("#contenu", "Aller au contenu"),
        ("#resultats-titre", "Aller aux résultats"),
    ]
    assert soup(get(client)).find(id="resultats-titre")["tabindex"] == "-1"
    assert len(soup(client.get(reverse("donnees:accueil"))).select("a.evitement")) == 1


def test_a_card_says_what_one_must_know(client, offre):
    CommuneFactory(latitude=47.2173, longitude=-1.5534)
    CommuneFactory(insee="44143", nom="Rezé", codes_postaux=["44400"], latitude=47.1905, longitude=-1.5694)
    debut = timezone.localdate() + timedelta(days=3)
    numero = offre.add(intitule="CAP Boulanger", insee="44143", ville="Rezé", cpf=True, places=1, debut=debut)
    carte = soup(get(client, "?lieu=Nantes&rayon=10")).select_one(".trouvee")
    texte = " ".join(carte.get_text(" ").split())
    for said in (
        "Estuaire Formation",
        "Rezé (44), à 3 km",
        f"Du {debut:%d/%m/%Y}",
        "Niveau 3",
        "1 place disponible",
        "Éligible au CPF",
        "Financement privé",
    ):
        assert said in texte
    assert carte.h3.a["href"] == f"/offre/sessions/{numero}/"
    assert carte.select_one(".trouvee__suite a")["href"].startswith("/offre/actions/52_AC")


def test_permanent_entries_and_full_sessions_are_said(client, offre):
    fin = timezone.localdate() + timedelta(days=100)
    offre.add(esp=True, places=0, debut=timezone.localdate() - timedelta(days=3), fin=fin)
    texte = soup(get(client)).select_one(".trouvee").get_text(" ")
    assert f"Entrées permanentes, jusqu’au {fin:%d/%m/%Y}" in texte
    assert "Complète" in texte


def test_only_facets_that_vary_are_offered_with_their_figures(client, offre):
    TypeDispositifFactory(code="aif", libelle="AIF")
    offre.add(dispositifs=["financement-prive", "aif"])
    offre.add()
    page = soup(get(client))
    legends = [legend.get_text() for legend in page.select(".facette legend")]
    assert legends == ["Financement ou dispositif", "Date de début"]
    labels = [" ".join(label.get_text(" ").split()) for label in page.select(".facette .form-check-label")]
    assert labels == ["AIF : 1", "Financement privé : 2"]
    page = soup(get(client, "?dispositif=aif"))
    assert [box["value"] for box in page.select("input[name=dispositif][checked]")] == ["aif"]
    assert page.select("input[name=dispositif][value=financement-prive]")


def test_a_typing_error_is_put_right_and_said(client, offre):
    offre.add(intitule="CAP Boulanger")
    page = soup(get(client, "?q=boulnager"))
    assert len(page.select(".trouvee")) == 1
    said = " ".join(page.select_one(".chercher__correction").get_text().split())
    assert said == "Résultats pour « boulanger » ; chercher plutôt « boulnager »."
    rest = soup(get(client, page.select_one(".chercher__correction a")["href"]))
    assert not rest.select(".trouvee")
    assert rest.select_one(".vide__conseils a").get_text() == "boulanger"


def test_nothing_found_gives_advice(client, offre):
    offre.add()
    page = soup(get(client, "?q=zzyzx&niveau=8"))
    assert "Aucune session ne répond" in page.select_one("#resultats-titre").get_text()
    assert "Retirez un filtre" in page.select_one(".vide").get_text()
    assert len(page.select(".jetons .jeton")) == 2


def test_a_number_is_never_put_right(client, offre):
    offre.add(intitule="Maison 25455")
    MotRecherche.objects.create(mot="25456", nombre=900)
    page = soup(get(client, q="25457 maison"))
    assert "Résultats pour" not in page.main.get_text()
    assert "25456" not in page.main.get_text()


def test_small_words_alone_are_told(client, offre):
    offre.add()
    page = soup(get(client, q="de la"))
    assert "ajoutez un métier ou un titre" in page.select_one("#q-erreur, .resume-erreurs, main").get_text()
    assert not page.select(".trouvee")


@pytest.mark.parametrize("nom", ["esp", "cpf", "places", "sans_distance"])
@pytest.mark.parametrize("valeur", ["non", "0", "false", "xyz"])
def test_a_box_says_yes_or_nothing(client, offre, nom, valeur):
    offre.add(cpf=True, esp=True)
    page = soup(get(client, **{nom: valeur}))
    assert "se dit «\u00a0oui\u00a0»" in page.main.get_text()
    assert not page.select(".trouvee")
    assert soup(get(client, **{nom: "oui"})).select(".trouvee")


def test_only_the_bare_search_is_offered_to_robots(client, offre):
    numero = offre.add()
    assert soup(get(client)).find("meta", {"name": "robots"}) is None
    page = soup(get(client, q="boulanger"))
    assert page.find("meta", {"name": "robots"})["content"] == "noindex, follow"
    flux = client.get(page.find("link", type="application/rss+xml")["href"])
    assert numero in flux.content.decode()
    assert "/offre/?q=boulanger</link>" in flux.content.decode()


def test_an_error_is_told_and_nothing_is_found(client, offre):
    offre.add()
    page = soup(get(client, "?lieu=Atlantide"))
    assert page.title.get_text().startswith("Erreur\u00a0: ")
    assert page.select_one(".resume-erreurs a")["href"] == "#id_lieu"
    assert not page.select(".trouvee")
    assert not page.select("a[href='#resultats-titre']")
    # There is nothing to follow either.
    assert page.find(id="donnees-titre").get_text() == "D’où vient cette offre"


def test_of_two_values_of_a_filter_that_takes_one_the_last_is_searched_and_told(client, offre):
    """Places, dates, Formacodes…: the page, its links and its feed speak of the same search."""
    here, there = offre.add(formacodes=["21599"]), offre.add(formacodes=["21528"])
    page = soup(get(client, "?formacode=21599&formacode=21528&niveau=3&niveau=4"))

    assert [link["href"].split("/")[-2] for link in page.select(".trouvee h3 a")] == [there]
    assert [one["value"] for one in page.select("input[name=formacode]")] == ["21528"]
    (chip,) = (link["href"] for link in page.select("a[href]") if link["href"] == "?niveau=3&niveau=4")
    assert len(soup(get(client, chip)).select(".trouvee")) == 2
    feed = page.find("link", type="application/rss+xml")["href"]
    assert feed == "/offre/nouveautes.rss?niveau=3&niveau=4&formacode=21528"
    for url in (feed, feed.replace("?", "?formacode=21599&")):
        texte = client.get(url).content.decode()
        assert (here in texte, there in texte) == (False, True)
        assert "formacode=21599" not in texte


def test_several_departements_are_searched_together(client, offre):
    kept = {offre.add(), offre.add(departement="49", ville="Angers")}
    offre.add(departement="85", ville="Luçon")
    page = soup(get(client, "?departement=44&departement=49"))
    assert {link["href"].split("/")[-2] for link in page.select(".trouvee h3 a")} == kept
    assert figures(page, "departement") == {"44": "1", "49": "1", "85": "1"}
    assert [one["value"] for one in page.select("[name=departement][checked]")] == ["44", "49"]
    # « Tous », in addresses of before several could be chosen.
    assert len(soup(get(client, "?departement=")).select(".trouvee")) == 3


def test_a_filter_in_force_offers_what_would_find_something(client, offre):
    for niveau in (3, 3, 4):
        offre.add(niveau=niveau)
    offre.add(niveau=5, departement="49")
    assert figures(soup(get(client, "?departement=44&niveau=3")), "niveau") == {"3": "2", "4": "1"}
    page = soup(get(client, "?departement=44&niveau=5"))
    assert "Aucune session" in page.select_one("#resultats-titre").get_text()
    assert figures(page, "niveau") == {"3": "2", "4": "1", "5": "0"}
    assert figures(page, "departement") == {"44": "0", "49": "1"}


def figures(page: BeautifulSoup, nom: str) -> dict[str, str]:
    """The figure beside each value of a filter."""
    return {
        box["value"]: box.find_parent("div").select_one(".facette__nombre").contents[-1]
        for box in page.select(f"input[name={nom}]")
    }


def test_neighbouring_pages_keep_the_whole_search(client, offre):
    offre.put(*(offre.build(intitule=f"CAP Boulanger {rang}") for rang in range(45)))
    page, read = soup(get(client, "?q=boulanger&departement=44")), []
    for _ in range(3):
        read += [link["href"] for link in page.select(".trouvee h3 a")]
        following = page.select_one("a[rel=next]")
        if following:
            assert "q=boulanger&departement=44" in following["href"]
            page = soup(get(client, following["href"]))
    assert len(read) == len(set(read)) == 45
    before = soup(get(client, page.select_one("a[rel=prev]")["href"]))
    assert [link["href"] for link in before.select(".trouvee h3 a")] == read[20:40]


def test_the_remedy_of_words_is_never_a_word_of_nothing(client, offre):
    MotRecherche.objects.create(mot="boulangisme", nombre=900)
    offre.add(intitule="CAP Boulanger")
    assert len(soup(get(client, "?q=boulangisne")).select(".trouvee")) == 0


def test_signed_in_people_read_it_too(client, offre):
    offre.add()
    client.force_login(UserFactory(organisme=offre.modele.organisme))
    assert len(soup(get(client)).select(".trouvee")) == 1


def test_paper_says_the_number_of_each_session_and_where_it_was_read(client, offre, settings):
    numero = offre.add(intitule="CAP Boulanger")
    page = soup(get(client, "?q=boulanger&cpf=&apres=forge"))
    assert [text.text for text in page.select(".trouvee .sur-papier")] == [f"Référence {numero}"]
    adresse = f"{settings.SOFI_URL}{reverse('diffusion:recherche')}?q=boulanger"
    assert page.select_one(".chercher__donnees .sur-papier").text.endswith(adresse)


def test_the_tab_names_the_place_as_it_was_searched(client, offre):
    communes()
    offre.add(intitule="CAP Boulanger", insee="49007")
    title = soup(get(client, "?q=boulanger&lieu=angers")).title.text
    assert title.startswith("«\u00a0boulanger\u00a0», Angers – 1\u00a0session")
