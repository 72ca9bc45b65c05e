"""Absurd and hostile input on every address and every field: an answer, never a fault of the server."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.acces.monde import build_monde
from tests.acces.table import TABLE
from tests.hostile.familles import VALEURS
from tests.tunnel.outils import fields, page

pytestmark = pytest.mark.django_db

hostile = pytest.mark.parametrize("valeur", VALEURS.values(), ids=VALEURS)
CLES = ("nul", "bigint", "chiffres", "exposants", "pas_utf8")
cle_hostile = pytest.mark.parametrize("valeur", [VALEURS[nom] for nom in CLES], ids=CLES)

PARAMETRES = (
    *("q", "etat", "organisme", "niveau", "formacode", "departement", "depuis", "code", "retour", "filtres"),
    *("parent", "action", "objectif", "programme", "empreinte", "version", "revision", "jeton", "texte"),
    *("champs", "suite", "username", "password", "next", "cle", "email", "mot_de_passe"),
    *("demande_version", "de", "organisme_pk", "lieu-lieu", "action-jeton", "session-site_lieu"),
    *("attribution", "priorite", "debut", "tri", "format", "requete", "acte", "a", "selection", "decision"),
    *("modele", "tout", "suivant"),
    *("raison_sociale", "siret", "nda", "prenom", "nom", "telephone", "message", "motif", "derniere"),
)
ETAPES = ("action_create", "action", "session_create", "session", "dispositif_create", "dispositif")


@pytest.fixture
def monde():
    return build_monde()


def ask(client, methode, url, data, **options):
    """The answer, in a world that the request leaves unchanged for the next one."""
    client.raise_request_exception = False
    with transaction.atomic():
        response = getattr(client, methode)(url, data, **options)
        list(response)  # to its end: a file is not left open
        transaction.set_rollback(True)
    return response


@cle_hostile
def test_no_address_fails_whatever_its_parameters(monde, valeur):
    adresses = {nom: reverse(nom, kwargs=row.kwargs(monde)) for nom, row in TABLE.items()}
    texte = valeur if isinstance(valeur, str) else valeur.decode("latin-1")
    curseurs = [{sens: f"{texte}~1"} for sens in ("apres", "avant")] + [{"apres": f"1~{texte}"}]
    echecs = []
    for role in ("of_a", "carif"):
        client = monde.client(role)
        for nom in TABLE.keys() - {"accounts:logout"}:
            envois = [(methode, dict.fromkeys(PARAMETRES, valeur)) for methode in ("get", "post")]
            for methode, data in [*envois, *(("get", curseur) for curseur in curseurs)]:
                if ask(client, methode, adresses[nom], data).status_code >= 500:
                    echecs.append((role, methode, nom, data.keys()))

    assert echecs == []


@hostile
def test_each_field_of_the_steps_takes_the_value_or_names_itself(monde, valeur):
    """One absurd field among good ones: saved, or sent back with a sentence linked to that field."""
    client = monde.client("of_a")
    muets = []
    for nom in ETAPES:
        url = reverse(f"tunnel:{nom}", kwargs=TABLE[f"tunnel:{nom}"].kwargs(monde))
        bons = fields(client.get(url))
        for champ in set(bons) - {"retour", "parent"}:
            response = ask(client, "post", url, bons | {champ: valeur})
            if response.status_code == 200:
                lien = "" if champ in ("version", "jeton") else f" a[href^='#id_{champ}']"
                resume = page(response).select(f".resume-erreurs{lien}")
                muets += [] if resume else [(nom, champ)]
            elif response.status_code not in (302, 409):
                muets.append((nom, champ, response.status_code))

    assert muets == []


@cle_hostile
@pytest.mark.parametrize("nom", ["session", "dispositif", "session_delete", "dispositif_delete"])
def test_a_row_gone_whose_parent_is_forged_does_not_exist(monde, nom, valeur):
    url = reverse(f"tunnel:{nom}", args=[999_999])

    response = ask(monde.client("of_a"), "post", url, {"parent": valeur, "action": valeur})

    assert response.status_code == 404


@cle_hostile
@pytest.mark.parametrize("nom", ["approve", "request_changes", "refuse"])
def test_a_decision_on_a_forged_revision_is_not_taken(monde, nom, valeur):
    url = reverse("validation:decision", args=[monde.en_attente.pk, nom])
    client = monde.client("carif")

    response = ask(client, "post", url, {"revision": valeur, "texte": "Le motif."})

    assert response.status_code in (200, 409)
    assert page(response).select(".resume-erreurs")


@pytest.mark.parametrize("code", ["%00", "3%00", "%FF", "%F0%9F%91%A9", "9" * 300])
@pytest.mark.parametrize("methode", ["get", "post"])
def test_a_certification_of_an_impossible_code_does_not_exist(monde, code, methode):
    response = ask(monde.client("carif"), methode, f"/certifications/{code}/", {})

    assert response.status_code == (400 if "%00" in code else 404)


@pytest.mark.parametrize(
    ("cookie", "statut"),
    [(r'"\000aaaaaaaaaaaa"', 400), ("a" * 5000, 302), (r'"\377\376aaaaaaaaa"', 302), ("", 302)],
)
def test_a_forged_session_cookie_opens_nothing(client, settings, cookie, statut):
    response = ask(client, "get", "/", {}, headers={"cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"})

    assert response.status_code == statut


@pytest.mark.parametrize("charset", ["unicode_escape", "utf-7", "utf-16", "inconnu"])
@pytest.mark.parametrize("methode", ["get", "post"])
def test_a_request_in_another_charset_is_refused_or_read(monde, charset, methode):
    options = {
        "headers": {"content-type": f"text/plain; charset={charset}"},
        "query_params": {"q": r"\ud800+2AA-"},
    }

    response = ask(monde.client("of_a"), methode, "/formations/", {}, **options)

    assert response.status_code == (400 if charset != "inconnu" else 200 if methode == "get" else 405)


@pytest.mark.parametrize("charset", ["utf-7", "latin-1"])
def test_a_form_in_another_charset_is_refused_by_a_page(charset):
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    client.get("/connexion/")  # gives the cookie, without which the form is not even read

    response = client.generic(
        "POST", "/connexion/", b"username=a", f"application/x-www-form-urlencoded; charset={charset}"
    )

    assert response.status_code == 400
    assert "Cette demande n’a pas pu être lue" in response.content.decode()
