"""One object, by its number: here, gone, unknown, unchanged."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from catalogue import workflow
from catalogue.models import Remplacement
from tests.api.outils import FAMILLES, end, numbers, numeros, online, url_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("famille", FAMILLES)
def test_an_object_is_read_by_its_number_and_found_in_its_list(client, famille):
    (row,) = online()
    numero = numeros(row)[famille]

    response = client.get(url_of(famille, numero))

    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert response["Content-Disposition"] == "inline"
    assert numbers(client, famille) == [numero]
    assert response.json() == client.get(reverse(f"api:{famille}")).json()["resultats"][0]


@pytest.mark.parametrize("famille", FAMILLES)
def test_what_is_not_online_is_not_there(client, famille):
    (row,) = online()
    # The action is typed again: nothing of it changes here.
    workflow.apply(row.action_id, "reopen", by=UserFactory(valideur=True))
    assert client.get(url_of(famille, numeros(row)[famille])).status_code == 200

    inconnu = {"organismes": "52_OF999", "formations": "52_F999", "actions": "52_AC999"}.get(
        famille, "999999"
    )
    for numero in (inconnu, "52_OFx", "53_OF1", "9" * 5_000, "52_AC" + "9" * 30):
        response = client.get(url_of(famille, numero))
        assert response.status_code == 404
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["title"] == "Introuvable"


@pytest.mark.parametrize("famille", FAMILLES)
def test_what_has_ended_is_gone(client, famille):
    (row,) = online()
    end(row, timezone.localdate() - timedelta(days=1))

    response = client.get(url_of(famille, numeros(row)[famille]))

    assert response.status_code == 410
    assert response.json()["title"] == "N’est plus en ligne"
    assert numbers(client, famille) == []


def test_a_replaced_code_leads_to_the_one_prepared_today(client):
    (row,) = online()
    Remplacement.objects.create(ancien_code="111", nouvelle_id=row.certification_code)

    response = client.get(url_of("certifications", "111"))

    assert response.status_code == 301
    assert client.get(response["Location"]).json()["code"] == row.certification_code


def test_a_code_replaced_by_several_is_not_guessed(client):
    for (row,) in (online(), online()):
        Remplacement.objects.create(ancien_code="111", nouvelle_id=row.certification_code)
    assert client.get(url_of("certifications", "111")).status_code == 404


def test_what_ends_today_is_still_there(client):
    (row,) = online()
    end(row, timezone.localdate())

    assert numbers(client, "sessions") == [row.numero]


@pytest.mark.parametrize("famille", FAMILLES)
def test_what_was_withdrawn_is_gone_and_listed(client, famille):
    (row,) = online()
    workflow.apply(row.action_id, "archive", by=UserFactory(valideur=True), texte="Annulée")

    assert client.get(url_of(famille, numeros(row)[famille])).status_code == 410
    (retrait,) = client.get(reverse("api:retraits")).json()["resultats"]
    assert retrait["numero"] == row.numero
    assert retrait["motif"] == {"code": "archivee", "libelle": "L’action est archivée"}
    assert retrait["action"] == numeros(row)["actions"]


def test_what_is_archived_after_its_end_is_listed_too(client):
    """And nothing says that what is listed had not ended."""
    (row,) = online()
    end(row, timezone.localdate() - timedelta(days=1))
    workflow.apply(row.action_id, "archive", by=UserFactory(valideur=True), texte="Finie")

    assert numbers(client, "retraits") == [row.numero]
    page = client.get(reverse("api:documentation")).content.decode()
    assert "le plus souvent avant leur fin" in page
    assert "retirées avant leur fin" not in page


@pytest.mark.parametrize("famille", FAMILLES)
def test_what_did_not_change_is_not_sent_again(client, famille):
    (row,) = online()
    url = url_of(famille, numeros(row)[famille])
    first = client.get(url)

    same = client.get(url, headers={"if-none-match": first["ETag"]})
    other = client.get(url, headers={"if-none-match": '"autre"'})

    assert (same.status_code, same.content) == (304, b"")
    assert other.status_code == 200
    assert same["ETag"] == first["ETag"]


def test_only_a_session_has_the_date_of_its_last_change(client):
    """An organisme is told by one of its sessions: when it ends, another tells it, with an older date."""
    (row,) = online()
    url = url_of("sessions", row.numero)
    since = client.get(url)["Last-Modified"]
    assert client.get(url, headers={"if-modified-since": since}).status_code == 304
    for famille in set(FAMILLES) - {"sessions"}:
        url = url_of(famille, numeros(row)[famille])
        assert "Last-Modified" not in client.get(url)
        assert client.get(url, headers={"if-modified-since": since}).status_code == 200


def test_codes_have_their_labels(client):
    (row,) = online()
    session = client.get(url_of("sessions", row.numero)).json()

    assert session["niveau"] == {"code": 3, "libelle": "Niveau 3 (CAP, BEP)"}
    assert session["modalites_enseignement"]["libelle"] == "Formation entièrement présentielle"
    assert session["dispositifs"][0]["type"]["libelle"] == "Financement privé"
    assert session["dispositifs"][0]["cout_stagiaire"] == "3500.00"
    assert session["action"]["url"].endswith(url_of("actions", numeros(row)["actions"]))


def test_the_funder_s_reference_is_one_text(client):
    (row,) = online()
    row.contenu["dispositifs"][0]["codes_externes"] = "AF-12"
    row.save(update_fields=["contenu"])

    (dispositif,) = client.get(url_of("sessions", row.numero)).json()["dispositifs"]
    assert dispositif["codes_externes"] == "AF-12"


def test_an_offer_without_certifinfo_code(client):
    from tests.factories import FormationFactory

    (row,) = online(formation=FormationFactory(certification=None, intitule_libre="Voilerie"))

    formation = client.get(url_of("formations", numeros(row)["formations"])).json()
    assert formation["certification"] is None
    assert formation["intitule"] == "Voilerie"
    assert numbers(client, "certifications") == []


@pytest.mark.parametrize("famille", FAMILLES)
def test_other_methods(client, famille):
    (row,) = online()
    for url in (reverse(f"api:{famille}"), url_of(famille, numeros(row)[famille])):
        head = client.head(url)
        assert (head.status_code, head.content) == (200, b"")
        options = client.options(url, headers={"origin": "https://ailleurs.example"})
        assert options.status_code == 204
        assert options["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
        assert "Authorization" in options["Access-Control-Allow-Headers"]
        refused = client.post(url)
        assert refused.status_code == 405
        assert refused.json()["detail"].startswith("L’API se lit seulement")


def test_any_site_reads_and_nobody_is_known(client):
    (row,) = online()
    url = url_of("sessions", row.numero)
    anonyme = client.get(url)
    client.force_login(UserFactory(administrateur=True))
    signed_in = client.get(url)

    assert signed_in.content == anonyme.content
    assert signed_in["Access-Control-Allow-Origin"] == "*"
    assert signed_in["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Cookie" not in signed_in.get("Vary", "")
    assert not signed_in.cookies


def test_answers_are_compressed_when_asked(client):
    for _ in range(3):
        online()
    url = reverse("api:sessions")

    assert client.get(url, headers={"accept-encoding": "gzip"})["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in client.get(url).headers


def test_an_unknown_address_is_refused_in_json(client):
    response = client.get("/api/v1/stages/")

    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert "se terminent par" in response.json()["detail"]
