"""What the API answers is what its schema says, and the schema is complete."""

import re

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse
from jsonschema import Draft202012Validator

from catalogue import workflow
from catalogue.api.description import schema
from tests.api.outils import FAMILLES, numeros, online, url_of
from tests.factories import FormationFactory, UserFactory

pytestmark = pytest.mark.django_db


def faults(response, chemin: str) -> list[str]:
    """Where the body of `response` breaks what the schema says of the address `chemin`."""
    attendu = schema()["paths"][chemin]["get"]["responses"][str(response.status_code)]["content"]
    genre = response["Content-Type"].partition(";")[0]
    validator = Draft202012Validator(
        attendu[genre]["schema"] | {"components": schema()["components"]},
    )
    return [f"{list(error.path)}: {error.message}" for error in validator.iter_errors(response.json())]


@pytest.mark.parametrize("famille", [*FAMILLES, "retraits"])
def test_answers_keep_to_the_schema(client, famille):
    (row,) = online(commentaire_prerequis="Été ; « œuvre » 😀")
    online(formation=FormationFactory(certification=None, intitule_libre="Voilerie"), duree_centre=None)
    (retiree,) = online()
    workflow.apply(retiree.action_id, "archive", by=UserFactory(valideur=True), texte="Annulée")
    liste = f"/api/v1/{famille}/"

    assert client.get(liste).json()["resultats"]
    assert faults(client.get(liste), liste) == []
    assert faults(client.get(liste, {"taille": "x"}), liste) == []
    if famille != "retraits":
        objet = f"{liste}{{numero}}/"
        assert faults(client.get(url_of(famille, numeros(row)[famille])), objet) == []
        assert faults(client.get(url_of(famille, "999")), objet) == []


def test_a_refused_key_keeps_to_the_schema(client):
    response = client.get("/api/v1/sessions/", headers={"authorization": "Bearer sofi_faux"})
    assert faults(response, "/api/v1/sessions/") == []


def test_every_address_is_described():
    attendues = {f"/api/v1/{famille}/" for famille in (*FAMILLES, "retraits")}
    attendues |= {f"/api/v1/{famille}/{{numero}}/" for famille in FAMILLES}
    assert set(schema()["paths"]) == attendues | {"/api/v1/"}


def test_the_bare_address_leads_to_every_list(client):
    response = client.get("/api/v1/")
    listes = response.json()

    assert faults(response, "/api/v1/") == []
    assert listes.keys() == {*FAMILLES, "retraits", "documentation", "schema"}
    for url in listes.values():
        assert url.startswith(settings.SOFI_URL)
        assert client.get(url.removeprefix(settings.SOFI_URL)).status_code == 200
    assert client.get("/api/v1")["Location"] == "/api/v1/"


def test_the_schema_is_written_without_a_warning(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yaml"))


def test_each_object_of_the_schema_is_itself_a_right_schema():
    """`spectacular --validate` looks at the frame alone: not at the JSON Schema of the objects."""
    for objet in schema()["components"]["schemas"].values():
        Draft202012Validator.check_schema(objet)


def test_the_schema_says_that_a_key_is_not_necessary():
    for adresse in schema()["paths"].values():
        assert {} in adresse["get"]["security"]


@pytest.mark.parametrize(("forme", "genre"), [("json", "application/json"), ("yaml", "application/yaml")])
def test_the_schema_is_served(client, forme, genre):
    url = reverse(f"api:schema_{forme}")
    response = client.get(url)

    assert response["Content-Type"] == genre
    assert b"/api/v1/sessions/" in response.content
    assert response["Access-Control-Allow-Origin"] == "*"
    assert client.get(url, headers={"if-none-match": response["ETag"]}).status_code == 304


def test_the_values_that_are_accepted_are_all_named():
    parametres = {p["name"]: p["schema"] for p in schema()["paths"]["/api/v1/sessions/"]["get"]["parameters"]}
    assert "20" in parametres["rayon"]["enum"]
    assert {"44", "85"} <= set(parametres["departement"]["items"]["enum"])
    assert set(parametres["modalite"]["items"]["enum"]) == {"presence", "mixte", "distance"}
    assert parametres["cpf"]["enum"] == ["oui"]
    assert parametres["certification"]["type"] == "array"
    assert parametres["organisme"]["minLength"] == 1


def test_the_page_says_everything_the_schema_does(client):
    page = client.get(reverse("api:documentation")).content.decode()

    for operations in schema()["paths"].values():
        for parametre in operations["get"].get("parameters", []):
            assert parametre["name"] in page
    for mot in ("RateLimit-Remaining", "Licence Ouverte 2.0", "52_OF12", "curl", "modifie_depuis"):
        assert mot in page


def test_what_the_page_gives_to_try_answers(client):
    """On any day: an instant to come is refused."""
    online()
    page = BeautifulSoup(client.get(reverse("api:documentation")).content, "html.parser")
    commandes = "\n".join(code.text for code in page.select("pre.commande code"))
    adresses = re.findall(rf'curl .*?{settings.SOFI_URL}([^"\s]+)', commandes)
    assert len(adresses) == 5
    assert {url: client.get(url).status_code for url in adresses} == dict.fromkeys(adresses, 200)


@pytest.mark.parametrize("number", [1, 3])
def test_the_numbers_of_the_page_are_those_of_what_can_be_read(client, django_assert_num_queries, number):
    rows = [row for _ in range(number) for row in online()]
    with django_assert_num_queries(1):
        page = client.get(reverse("api:documentation")).content.decode()

    assert f"{url_of('sessions', rows[-1].numero)}</code>" in page
    for famille, numero in numeros(rows[-1]).items():
        assert f"<code>{numero}</code>" in page
        assert client.get(url_of(famille, numero)).status_code == 200
