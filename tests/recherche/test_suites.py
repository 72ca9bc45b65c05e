"""A number typed alone, for those who follow no redirection: calendar, feed, API, followed searches."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalogue.models import Remplacement
from catalogue.numeros import numero_action, numero_formation, numero_organisme
from tests.api.outils import online
from tests.factories import CertificationFactory, FormationFactory
from tests.suivis.outils import follow, wake

pytestmark = pytest.mark.django_db
NOMS = ("donnees:calendrier", "donnees:rss", "api:sessions")


@pytest.fixture
def offre():
    """Two sessions of an action, one of another of the same certification, one of something else."""
    certification = CertificationFactory(code="114763", code_rncp="37537")
    CertificationFactory(code="100000", annee_derniere_session=2020)
    Remplacement.objects.create(ancien_code="100000", nouvelle=certification)
    formation = FormationFactory(certification=certification)
    rows = online(sessions=2, formation=formation) + online(formation__certification=certification) + online()
    return [row.numero for row in rows], rows[0]


def found(client, nom: str, numeros: list[str], **params) -> list[int]:
    """The ranks of the sessions that a file or a list gives."""
    response = client.get(reverse(nom, query=params))
    assert response.status_code == 200
    texte = response.content.decode()
    if nom == "api:sessions":
        return [numeros.index(objet["numero"]) for objet in json.loads(texte)["resultats"]]
    return [rang for rang, numero in enumerate(numeros) if f"/offre/sessions/{numero}/" in texte]


@pytest.mark.parametrize("nom", NOMS)
def test_they_find_what_the_page_it_leads_to_offers(client, offre, nom):
    numeros, row = offre
    rang = int(row.numero.removeprefix("52_"))
    for q, expected in {
        row.numero: [0],
        f"52-{rang}": [0],
        row.numero.replace("_", ""): [0],
        f"n° 52_{rang}": [0],
        numero_action(row.action_id): [0, 1],
        numero_organisme(row.organisme_id): [0, 1],
        numero_formation(row.formation_id): [0, 1],
        "114763": [0, 1, 2],
        "RNCP37537": [0, 1, 2],
        "100000": [0, 1, 2],
        "52_999999": [],
        "99999": [],
    }.items():
        assert found(client, nom, numeros, q=q) == expected, q


@pytest.mark.parametrize("nom", NOMS)
def test_the_other_filters_still_narrow(client, offre, nom):
    numeros, row = offre
    for q in (row.numero, "114763"):
        assert found(client, nom, numeros, q=q, departement="49") == []
        assert 0 in found(client, nom, numeros, q=q, departement="44")


@pytest.mark.parametrize("nom", NOMS)
def test_several_certifications_of_a_number_are_all_found(client, nom):
    rows = [
        online(formation__certification=CertificationFactory(code_rncp="37537"))[0].numero for _ in range(2)
    ]
    online()
    assert found(client, nom, rows, q="RNCP37537") == [0, 1]


def test_actions_of_the_api_too(client, offre):
    _, row = offre
    response = client.get(reverse("api:actions", query={"q": row.numero}))
    assert [objet["numero"] for objet in response.json()["resultats"]] == [numero_action(row.action_id)]


def test_a_followed_search_brings_the_news_of_what_a_number_names(client):
    certification = CertificationFactory(code="114763")
    online(formation__certification=certification)
    follow(client, "q=114763")
    (new,) = online(formation__certification=certification)
    (other,) = online()

    (lu,) = wake()

    assert f"/offre/sessions/{new.numero}/" in lu.texte
    assert f"/offre/sessions/{other.numero}/" not in lu.texte


@pytest.mark.parametrize("nom", NOMS)
@pytest.mark.parametrize("nombre", [1, 3])
def test_they_cost_the_same_whatever_is_found(client, nom, nombre, django_assert_max_num_queries):
    row = online(sessions=nombre, formation__certification=CertificationFactory(code="114763"))[0]
    for q in (row.numero, "114763"):
        with django_assert_max_num_queries(6):
            client.get(reverse(nom, query={"q": q}))


@pytest.mark.parametrize("nom", NOMS)
def test_a_certification_asked_for_brings_what_replaced_it(client, offre, nom):
    numeros, _ = offre
    # The code left Certif Info long ago; what replaced it was replaced since.
    Remplacement.objects.create(ancien_code="31999", nouvelle_id="100000")
    for codes, expected in {
        "31999": [0, 1, 2],
        "100000": [0, 1, 2],
        "114763": [0, 1, 2],
        "99999": [],
        ("99999", "31999"): [0, 1, 2],
    }.items():
        assert found(client, nom, numeros, certification=codes) == expected, codes


@pytest.mark.parametrize("nom", NOMS)
def test_it_costs_one_query_more_and_one_to_say_it(client, offre, nom, django_assert_num_queries):
    url = reverse(nom)
    with CaptureQueriesContext(connection) as without:
        client.get(url, {"formacode": "21599"})
    with django_assert_num_queries(len(without) + (1 if nom == "api:sessions" else 2)):
        client.get(url, {"formacode": "21599", "certification": ["100000", "114763"]})


def test_the_page_finds_it_with_the_one_asked_for_that_is_still_online(client, offre):
    numeros, _ = offre
    (old,) = online(formation__certification=CertificationFactory(code="31999"))
    Remplacement.objects.create(ancien_code="31999", nouvelle_id="114763")

    page = client.get(reverse("diffusion:recherche", query={"certification": "31999"})).content.decode()

    assert [n for n in (old.numero, *numeros) if f"/offre/sessions/{n}/" in page] == [
        old.numero,
        *numeros[:3],
    ]


def test_a_followed_search_brings_the_news_of_what_replaced_a_certification(client, offre):
    follow(client, "certification=100000")
    (new,) = online(formation__certification_id="114763")

    (lu,) = wake()

    assert f"/offre/sessions/{new.numero}/" in lu.texte
