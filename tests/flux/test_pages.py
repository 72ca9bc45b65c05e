"""The partners' page, and the staff's: a held file and who lets it go, sheets put aside, last runs."""

import re

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from catalogue.enums import ProfilFlux, StatutExport
from catalogue.lheo import flux
from catalogue.lheo.fichier import NOMS, read_manifest
from catalogue.models import Diffusion, ExportFlux, FragmentLheo, Mesure
from catalogue.pilotage import mesures
from tests.factories import UserFactory, publier
from tests.lheo.outils import spoil

pytestmark = pytest.mark.django_db
SUIVI = "/flux/suivi/"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.FLUX_DIR = tmp_path


@pytest.fixture
def valideur(client):
    user = UserFactory(valideur=True)
    client.force_login(user)
    return user


def counts(client) -> dict[str, str]:
    soup = BeautifulSoup(text(client.get(SUIVI)), "html.parser")
    return {dt.text: dt.find_next("dd").text for dt in soup.select("#comptes ~ .fiche dt")}


def run(statut: str, **autres) -> ExportFlux:
    now = timezone.now()
    return ExportFlux.objects.create(
        **{"profil": "complet", "statut": statut, "commence_le": now, "fini_le": now} | autres
    )


def text(response) -> str:
    return response.content.decode()


def test_partners_read_what_each_file_is(client, settings):
    publier()
    flux.export(settings.FLUX_DIR, timezone.now())
    page = text(client.get("/flux/"))
    manifeste = read_manifest(settings.FLUX_DIR / NOMS["complet"])
    assert manifeste.sha256 in page
    assert f"{settings.SOFI_URL}/flux/modifications.xml?depuis=" in page
    assert f"{settings.CARIF.code_lheo}_000123" in page
    assert settings.CARIF.courriel in page
    assert reverse("flux:suivi") not in page


def test_the_addresses_given_as_examples_answer(client, settings):
    def status(url: str) -> int:
        response = client.get(url)
        response.getvalue()  # read to its end, it is closed
        return response.status_code

    publier()
    page = BeautifulSoup(text(client.get("/flux/")), "html.parser")
    adresses = [code.text for code in page.select(".flux-adresses dt code") if "depuis" in code.text]
    assert [status(url.removeprefix(settings.SOFI_URL)) for url in adresses] == [200, 200]
    refus = client.get("/flux/modifications.xml").content.decode()
    proposees = re.findall(r"\?depuis=\S+?(?=,| )", refus)
    assert [status(f"/flux/modifications.xml{suite}") for suite in proposees] == [200, 200]


def test_partners_are_told_when_there_is_no_file(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = text(client.get("/flux/"))
    assert "Pas encore, ou rien n’est en ligne" in page


def test_the_staff_reads_the_last_runs_and_the_counts(client, valideur, settings):
    publier()
    ecartee = publier().diffusions.get()
    spoil(ecartee.pk, dispositifs=[])
    flux.export(settings.FLUX_DIR, timezone.now())
    page = text(client.get(SUIVI))
    assert "publics du dispositif" in page
    assert reverse("validation:dossier", args=[ecartee.action_id]) in page
    assert page.count("Écrit") >= 2
    assert "Laisser partir" not in page


def test_what_partners_read_is_told_apart_from_what_is_online(client, valideur, settings):
    """As while a feed is held: the partners' page says the first of them."""
    publier()
    flux.export(settings.FLUX_DIR, timezone.now())
    publier()
    assert counts(client) == {
        "Dans le flux complet que lisent les partenaires": "1",
        "Dans le flux France Travail que lisent les partenaires": "1",
    }
    mesures.compute(timezone.now())
    comptes = counts(client)
    assert comptes["À mettre dans le flux complet"] == "2"
    assert comptes["Dans le flux complet que lisent les partenaires"] == "1"
    assert comptes["À mettre dans le flux France Travail, certaines terminées depuis peu"] == "2"
    assert comptes["Dans le flux France Travail que lisent les partenaires"] == "1"


def test_counts_older_than_a_reason_of_exclusion_are_read_without_it(client, valideur):
    """After an upgrade that brings a reason, or takes one away: the worker counts again in a moment."""
    publier()
    mesures.compute(timezone.now())
    Mesure.objects.filter(code="flux", cle="siret").update(cle="d_avant")
    comptes = counts(client)
    assert comptes["Non transmises à France Travail\u00a0: apprentissage"] == "0"
    assert not [libelle for libelle in comptes if "SIRET" in libelle or "d_avant" in libelle]


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow(client, valideur, django_assert_num_queries, number):
    for _ in range(number):
        spoil(publier().diffusions.get().pk, dispositifs=[])
        run(StatutExport.ECRIT, laisse_par=None)
    mesures.compute(timezone.now())
    client.get(SUIVI)
    with django_assert_num_queries(REQUETES) as requetes:
        client.get(SUIVI)
    assert not any("COUNT(" in requete["sql"] for requete in requetes), "the worker counts, no page"


#: The session and its person; runs, feeds held, counts, sheets put aside.
REQUETES = 5


class TestAHeldFile:
    @pytest.fixture
    def retenu(self):
        return run(StatutExport.RETENU, raison="Sur 100 sessions, 40 n’y seraient plus.")

    def url(self, export):
        return reverse("flux:laisser_partir", args=[export.pk])

    def test_a_valideur_lets_it_go_once(self, client, valideur, retenu):
        page = text(client.get(SUIVI))
        assert "40 n’y seraient plus" in page
        assert self.url(retenu) in page
        assert "part dans une minute" in text(client.post(self.url(retenu), follow=True))
        retenu.refresh_from_db()
        assert retenu.laisse_par == valideur
        page = text(client.post(self.url(retenu), follow=True))
        assert "n’attend plus" in page
        assert f"Laissé partir par {valideur}" in page

    def test_an_agent_reads_why_and_may_not(self, client, retenu):
        client.force_login(UserFactory(agent=True))
        page = text(client.get(SUIVI))
        assert "40 n’y seraient plus" in page
        assert self.url(retenu) not in page
        assert client.post(self.url(retenu)).status_code == 404
        retenu.refresh_from_db()
        assert retenu.laisse_le is None

    def test_a_later_run_replaced_it(self, client, valideur, retenu):
        run(StatutExport.ECRIT)
        assert "n’attend plus" in text(client.post(self.url(retenu), follow=True))
        retenu.refresh_from_db()
        assert retenu.laisse_le is None

    def test_a_failure_since_does_not_hide_it(self, client, valideur, retenu):
        for _ in range(21):  # more than the page lists
            run(StatutExport.ECHEC, raison="Plus de place.")
        page = text(client.get(SUIVI))
        assert "40 n’y seraient plus" in page
        assert "Plus de place." in page
        assert "part dans une minute" in text(client.post(self.url(retenu), follow=True))

    def test_a_failure_is_told(self, client, valideur):
        run(StatutExport.ECHEC, raison="L’écriture a échoué\u00a0: plus de place.")
        run(StatutExport.ECHEC, raison="L’écriture a échoué\u00a0: plus de place.", profil="france_travail")
        page = text(client.get(SUIVI))
        assert page.count("plus de place") == 2
        for profil in ProfilFlux:
            assert f"{profil.label}\u00a0: le dernier passage a échoué" in page
        assert page.count("plus de place. SOFI essaie de nouveau toutes les dix minutes") == 2


def test_an_organisme_reads_why_its_session_is_not_france_travail_s(client):
    action = publier()
    row = Diffusion.objects.get()
    spoil(row.pk, organisme=row.contenu["organisme"] | {"siret": "12345678901234"})
    client.force_login(UserFactory(organisme=action.organisme))
    page = text(client.get(reverse("tunnel:recapitulatif", args=[action.pk])))
    assert "Non exportée" in page
    assert "Le SIRET de l’organisme manque ou n’est pas juste." in page


def test_a_reason_of_another_version_is_told_in_general(client):
    action = publier()
    FragmentLheo.objects.update(exclusions=["siret", "d_avant"])
    client.force_login(UserFactory(organisme=action.organisme))
    page = text(client.get(reverse("tunnel:recapitulatif", args=[action.pk])))
    assert "Non exportée" in page
    assert "n’est pas juste. Le Carif-Oref peut dire pourquoi" in page
