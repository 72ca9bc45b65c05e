"""What a visitor chose is kept from page to page, and said as it is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalogue.models import MotRecherche
from catalogue.numeros import numero_organisme
from catalogue.recherche import lecture
from tests.factories import CertificationFactory, CommuneFactory
from tests.recherche.outils import get, soup

pytestmark = pytest.mark.django_db
CHOISIS = "departement=44&niveau=3&modalite=presence&cpf=oui&sans_distance=oui&formacode=21599"


def chosen(page) -> set[tuple[str, str]]:
    """What the form sends again besides its boxes."""
    return {(one["name"], one["value"]) for one in page.select("input[checked], form input[type=hidden]")}


def test_what_was_chosen_outlives_a_mistake(client, offre):
    """A commune written wrong, put right: the boxes ticked before are still ticked."""
    offre.add(cpf=True)
    kept = chosen(soup(get(client, f"?{CHOISIS}&tri=date")))
    assert len(kept) == 7
    assert chosen(soup(get(client, f"?{CHOISIS}&tri=date&lieu=Nanntes"))) == kept
    # What was refused is not sent again: nobody would know what to mend.
    page = soup(get(client, f"?{CHOISIS}&tri=date&departement=999&certification=x&organisme=x"))
    assert chosen(page) == kept
    assert not page.select("a[href='#id_certification'], a[href='#id_organisme']")


@pytest.mark.parametrize("nom", ["departement", "niveau", "dispositif", "modalite", "cpf", "places"])
def test_an_error_leads_to_its_filter(client, offre, nom):
    page = soup(get(client, f"?{nom}=zzz"))
    (link,) = page.select(".resume-erreurs a")
    assert page.select_one(link["href"]).name in ("fieldset", "input")
    assert page.select_one("#filtres").has_attr("open")
    assert page.title.get_text().startswith("Erreur\u00a0: Chercher une formation")


def test_an_organisme_typed_with_other_filters_keeps_them(client, offre):
    here, there = offre.add(), offre.add(departement="49")
    numero = numero_organisme(offre.modele.organisme_id)
    response = get(client, q=numero.lower(), departement="44", rayon="20")
    assert response["Location"] == f"/offre/?departement=44&rayon=20&organisme={numero}"
    assert here in str(soup(client.get(response["Location"])))
    assert there not in str(soup(client.get(response["Location"])))


def test_the_remedies_keep_the_other_filters(client, offre):
    MotRecherche.objects.bulk_create(MotRecherche(mot=mot, nombre=5) for mot in ("boulanger", "boulangerie"))
    offre.add(intitule="CAP Boulanger")
    advice = soup(get(client, "?q=boulanger+zzyzx&departement=44&exact=oui")).select(".vide__conseils a")
    assert "?q=boulanger&departement=44" in [link["href"] for link in advice]


def test_a_box_that_changes_nothing_is_not_offered(client, offre):
    offre.add()
    offre.add(modalite="2")
    assert soup(get(client)).select("input[name=sans_distance]")
    assert soup(get(client, "?modalite=distance")).select("input[name=sans_distance]")
    assert not soup(get(client, "?modalite=presence")).select("input[name=sans_distance]")


def test_the_order_that_may_be_chosen_is_not_said_impossible(client, offre, monkeypatch):
    offre.put(*(offre.build(intitule=f"CAP Boulanger {rang}") for rang in range(22)))
    monkeypatch.setattr(lecture, "SEUIL_EXACT", 5)
    page = soup(get(client, "?q=boulanger"))
    assert "choisissez un autre ordre" in page.select_one(".precision").get_text()
    (link,) = (link["href"] for link in page.select(".chercher__tris a") if "pertinence" in link["href"])
    assert not soup(get(client, link)).select(".precision")
    monkeypatch.setattr(lecture, "SEUIL_CHOISI", 5)
    assert "Il y en a trop" in soup(get(client, link)).select_one(".precision").get_text()


@pytest.mark.parametrize("filtre", ["certification=114763", "formacode=21599", "organisme={}"])
def test_what_a_code_stands_for_is_asked_once(client, offre, filtre):
    offre.add()
    with CaptureQueriesContext(connection) as queries:
        soup(get(client, f"?{filtre.format(numero_organisme(offre.modele.organisme_id))}"))
    assert len({query["sql"] for query in queries}) == len(queries)


def test_what_a_code_stands_for_has_the_apostrophes_of_print(client, offre):
    CertificationFactory(code="114763", intitule="CAP métiers d'art")
    chip = soup(get(client, "?certification=114763")).select_one(".jeton")
    assert "114763 CAP métiers d’art" in chip.get_text()


def test_a_title_is_cut_between_its_marks(client, offre):
    CommuneFactory(latitude=47.2173, longitude=-1.5534)
    page = soup(get(client, f"?q={'x' * 100}&lieu=Nantes"))
    assert "…" in page.title.get_text()
