"""Every list downloaded with its filters, by whoever may read it, and as many rows as it has."""

import csv
import io
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from catalogue import enums, signalement
from tests.factories import OrganismeFactory, SignalementFactory, SiteFactory, UserFactory, publier
from tests.validation.outils_file import waiting

pytestmark = pytest.mark.django_db
FILE = reverse("validation:file")
LISTES = [
    "validation:file",
    "tableau_de_bord:action_list",
    "tableau_de_bord:session_list",
    "tableau_de_bord:site_list",
    "etablissements:annuaire",
    "etablissements:annuaire_sites",
    "etablissements:sites_a_valider",
    "signalements:liste",
]


def rows(client, url):
    """The lines of the CSV at `url`, each by its titles."""
    response = client.get(url)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


@pytest.fixture
def offre(agent):
    waiting(3, "CAP boucher", niveau=3)
    waiting(1, "BTS coiffure", niveau=5)
    publier()
    SiteFactory(statut=enums.StatutSite.A_VALIDER, soumis_le=timezone.now())
    SignalementFactory()


@pytest.mark.parametrize("nom", LISTES)
def test_each_list_is_downloaded_as_it_is_shown(client, offre, nom):
    shown = BeautifulSoup(client.get(reverse(nom)).content, "html.parser")
    csv_link, xlsx_link = shown.select(".telecharger a")

    assert len(rows(client, reverse(nom) + csv_link["href"])) == len(shown.select("main tbody tr")) > 0
    response = client.get(reverse(nom) + xlsx_link["href"])
    assert b"".join(response.streaming_content).startswith(b"PK")
    assert response["Content-Disposition"].endswith('.xlsx"')


def test_the_queue_downloaded_keeps_its_filters_and_order(client, offre):
    found = rows(client, f"{FILE}?niveau=3&format=csv")

    assert [row["Formation"] for row in found] == ["CAP boucher"]
    assert [row["Formation"] for row in rows(client, f"{FILE}?format=csv")] == ["CAP boucher", "BTS coiffure"]
    debut = timezone.localdate() + timedelta(days=30)
    assert found[0]["Première session"] == f"{debut:%d/%m/%Y}"
    assert found[0]["Priorité"] in ("Normale", "En retard")


@pytest.mark.parametrize("nom", LISTES)
@pytest.mark.parametrize("number", [1, 3])
def test_queries_of_a_file(client, agent, django_assert_max_num_queries, nom, number):
    for rang in range(number):
        waiting(rang)
        SiteFactory(statut=enums.StatutSite.A_VALIDER, soumis_le=timezone.now())
        SignalementFactory()

    with django_assert_max_num_queries(5):
        rows(client, f"{reverse(nom)}?format=csv")


def test_an_organisation_downloads_its_own_offer(client, offre):
    action = publier()
    client.force_login(UserFactory(organisme=action.organisme))

    found = rows(client, reverse("tableau_de_bord:action_list") + "?format=csv")

    assert [row["N° d’action"] for row in found] == [str(action.pk)]
    assert found[0]["État"] == enums.StatutAction.VALIDEE.label_for(enums.Audience.OF)


@pytest.mark.parametrize("nom", ["etablissements:annuaire", "etablissements:annuaire_sites"])
def test_an_organisation_does_not_download_the_directory(client, offre, nom):
    client.force_login(UserFactory(organisme=OrganismeFactory()))

    response = client.get(reverse(nom) + "?format=csv")

    assert response["Content-Type"].startswith("text/html")
    assert "Télécharger" not in response.content.decode()


def test_the_reports_answered_are_downloaded_without_the_address_of_whoever_wrote_them(client, agent):
    ouvert = SignalementFactory(courriel="visiteuse@exemple.fr", texte="Le numéro ne répond pas.")
    liste = reverse("signalements:liste")

    [row] = rows(client, f"{liste}?format=csv")
    assert (row["Session"], row["Ce que dit le visiteur"]) == (ouvert.numero, "Le numéro ne répond pas.")
    assert "visiteuse@exemple.fr" not in row.values()
    assert rows(client, f"{liste}?etat=traites&format=csv") == []
    signalement.answer(ouvert.pk, "corrige", "C’est corrigé.", version=ouvert.version, by=agent)
    [row] = rows(client, f"{liste}?etat=traites&format=csv")
    assert (row["Réponse"], row["Répondu par"]) == ("C’est corrigé.", str(agent))
