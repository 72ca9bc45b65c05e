"""Nothing was found: what the page says and proposes, whatever was typed."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from catalogue.models import MotRecherche
from tests.factories import CertificationFactory, TypeDispositifFactory
from tests.recherche.outils import communes

pytestmark = pytest.mark.django_db


@pytest.fixture
def lexicon():
    """Words that sessions online hold."""
    mots = ("mecanicien", "automobile", "coffreur", "poids", "lourd", "conducteur", "boulanger")
    MotRecherche.objects.bulk_create(MotRecherche(mot=mot, nombre=5) for mot in mots)


def page(client, q, **data) -> BeautifulSoup:
    response = client.get(reverse("diffusion:recherche"), {"q": q, **data})
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def advice(client, q, **data) -> str:
    return " ".join(page(client, q, **data).select_one(".vide__conseils").get_text().split())


def links(client, q) -> dict[str, str]:
    return {
        " ".join(link.get_text().split()): link["href"]
        for link in page(client, q).select(".vide__conseils a")
    }


def test_a_word_of_the_national_catalogue_is_no_slip(client, offre, lexicon):
    offre.add(intitule="Coffreur bancheur")
    assert page(client, "couvreur").select_one(".chercher__correction")

    CertificationFactory(intitule="BP couvreur")
    assert not page(client, "couvreur").select(".chercher__correction")
    assert "Aucune session en ligne ne porte « couvreur » en ce moment." in advice(client, "couvreur")
    assert "mot proche" not in advice(client, "couvreur")


def test_nor_is_a_word_of_the_same_family(client, offre, lexicon):
    offre.add(intitule="Coffreur bancheur")
    CertificationFactory(intitule="Couvreuse du patrimoine")
    assert not page(client, "couvreur").select(".chercher__correction")


def test_nor_are_the_initials_a_certification_is_called_by(client, offre):
    MotRecherche.objects.create(mot="agpe", nombre=5)
    offre.add(intitule="Gestion agpe")
    assert page(client, "aepe").select_one(".chercher__correction")

    CertificationFactory(intitule="CAP accompagnant éducatif petite enfance")
    assert not page(client, "aepe").select(".chercher__correction")
    assert "Aucune session en ligne ne porte « aepe » en ce moment." in advice(client, "aepe")


def test_a_slip_is_still_put_right(client, offre, lexicon):
    offre.add(intitule="CAP boulanger")
    CertificationFactory(intitule="CAP boulanger")
    assert page(client, "boulnager").select_one(".chercher__correction")


def test_the_words_that_are_missing_are_named_as_they_were_typed(client, offre, lexicon):
    offre.add(intitule="Mécanicien cycles")
    assert "Aucune session en ligne ne porte « VÉLO »." in advice(client, "mécanicienne VÉLO")
    assert links(client, "mécanicienne VÉLO")["Cherchez seulement « mécanicienne »"] == "?q=m%C3%A9canicienne"
    assert "ne porte « vtc », « taxi » ni « uber » en ce moment" in advice(client, "vtc, taxi uber")


def test_words_that_are_never_together_may_be_tried_alone(client, offre, lexicon):
    assert "Aucune session ne porte tous ces mots à la fois." in advice(client, "conducteur de poids lourd")
    assert links(client, "conducteur de poids lourd")["conducteur"] == "?q=conducteur"
    # Another filter may be the cause: it is removed first.
    assert "tous ces mots" not in advice(client, "conducteur de poids lourd", departement="44")


def test_words_that_begin_as_the_missing_one_are_proposed(client, offre, lexicon):
    assert links(client, "mécanicien auto")["automobile"] == "?q=automobile"


@pytest.mark.parametrize(
    "q", ["formation coiffure", "cours de coiffure", "stages coiffure", "Formations Coiffure"]
)
def test_what_is_said_before_what_is_looked_for_does_not_count(client, offre, q):
    offre.add(intitule="CAP coiffure", organisme="Atelier des ciseaux")
    assert len(page(client, q).select(".trouvee")) == 1


def test_it_counts_alone(client, offre):
    offre.add(intitule="CAP coiffure", organisme="Estuaire Formation")
    offre.add(intitule="CAP coiffure", organisme="Atelier des ciseaux")
    assert len(page(client, "formation").select(".trouvee")) == 1


def test_one_may_look_farther_in_one_click(client, offre):
    communes()
    offre.add(intitule="CAP coiffure", insee="44143")
    farther = page(client, "coiffure", lieu="Nantes", tri="date").select(".vide__conseils a[href*=rayon]")
    assert [link.text for link in farther] == [f"{km}\u00a0km" for km in (5, 10, 20, 30, 50, 100)]
    assert farther[0]["href"] == "?q=coiffure&lieu=Nantes&tri=date&rayon=5"
    assert "plus loin" not in advice(client, "coiffure", lieu="Nantes", rayon="100", niveau="8")
    # It would find no more of what nobody offers.
    assert "plus loin" not in advice(client, "zythologue", lieu="Nantes")


@pytest.mark.parametrize(
    ("q", "libelle"),
    [
        ("coiffure en ligne", "En partie à distance, Entièrement à distance"),
        ("formation coiffure CPF", "Éligible au CPF"),
        ("coiffure apprentissage", "Contrat d’apprentissage"),
    ],
)
def test_a_word_that_a_filter_says_leads_to_it(client, offre, q, libelle):
    """And is no slip: « ligne » is not « linge »."""
    TypeDispositifFactory(code="contrat-apprentissage", libelle="Contrat d’apprentissage")
    MotRecherche.objects.bulk_create(MotRecherche(mot=mot, nombre=5) for mot in ("coiffure", "linge"))
    voulue = offre.add(
        intitule="CAP coiffure", modalite="1", cpf=True, dispositifs=["contrat-apprentissage"], organisme="A"
    )
    offre.add(intitule="CAP coiffure", organisme="Atelier")
    offre.add(intitule="Linge et coiffure", organisme="Pressing")
    found = client.get(reverse("diffusion:recherche") + links(client, q)[libelle])
    trouvees = BeautifulSoup(found.content, "html.parser").select(".trouvee h3 a")
    assert [link["href"] for link in trouvees] == [reverse("diffusion:session", args=[voulue])]


def test_nor_is_it_said_when_another_word_is_missing(client, offre):
    offre.add(intitule="CAP coiffure")
    assert "filtre" not in advice(client, "zythologue coiffure cpf")
    assert links(client, "CPF")["Éligible au CPF"] == "?cpf=oui"


def test_a_last_beginning_that_is_past_is_said(client, offre):
    """Only what has begun and goes on answers it: whoever typed the year before would not guess."""
    jour = timezone.localdate()
    offre.add(intitule="CAP coiffure", debut=jour + timedelta(days=9), fin=jour + timedelta(days=99))
    shown = page(client, "coiffure", debut_max=str(jour - timedelta(days=1)))
    (conseil,) = (li for li in shown.select(".vide__conseils li") if "est passée" in li.text)
    assert conseil.a["href"] == "?q=coiffure"
    assert "est passée" not in advice(client, "coiffure", debut_max=str(jour))


def test_a_page_past_the_end_leads_back_to_the_beginning(client, offre):
    """Kept or shared, and its sessions have ended since: there are results all the same."""
    offre.add(intitule="CAP coiffure")
    shown = page(client, "coiffure", apres="pertinence~9~2020-01-01~52_1")
    assert shown.select_one("#resultats-titre").text == "1\u00a0session"
    assert "Il n’y a plus rien sur cette page" in shown.select_one(".vide").text
    assert not shown.select(".vide__conseils")
    assert shown.select_one(".vide a")["href"] == "?q=coiffure"


def test_nothing_at_all_has_nothing_to_propose(client, offre):
    conseils = advice(client, "soudeur")
    assert "Aucune session en ligne ne porte « soudeur » en ce moment." in conseils
    assert "Essayez" not in conseils


@pytest.mark.parametrize("q", ["<b>x", "'; %", "a_b \\", "%", "œuvre ŒUVRE", "é" * 400, "1 2 3", "²³"])
def test_odd_words_are_shown_as_texts(client, offre, lexicon, q):
    CertificationFactory(intitule="CAP 1 2 3 œuvre _b")
    assert not page(client, q).select(".vide b")
