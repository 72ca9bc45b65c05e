"""Pages are asked of the site as it is served, and each says what it costs beside the empty one."""

from datetime import timedelta
from itertools import count

import pytest
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import SessionNavigateur
from catalogue.bench import mesure, pages
from catalogue.bench.serveur import Charge, ask, message, served
from tests.factories import ActionFactory, UserFactory

ABSENTE = "/offre/sessions/52_000000/"

pytestmark = pytest.mark.django_db(transaction=True)


def test_each_page_is_measured(monkeypatch):
    """On a small offer, and with few requests: it is the way that is tried, not the speed."""
    for nom, nombre in {"TOURS": 1, "PAR_TOUR": 4, "CHAUFFE": 4, "APPELS": 2, "CHAUFFE_ICI": 1}.items():
        monkeypatch.setattr(mesure, nom, nombre)
    monkeypatch.setattr(pages, "QUESTIONS", 4)
    call_command("load_nomenclatures", verbosity=0)
    call_command("generate_volume", sessions=300, graine=1, verbosity=0)
    with override_settings(ROOT_URLCONF="catalogue.bench.mesure"):
        mesures = list(pages.measure_all())
    resultats = {resultat.nom: resultat for resultat in mesures}
    assert len(resultats) == 14
    for resultat in resultats.values():
        assert 0 < resultat.p50 <= resultat.p95
        assert resultat.par_seconde > 0
        assert resultat.ratio > 0
        assert resultat.requetes >= 3
        assert 0 < resultat.base_p50 <= resultat.base_p95
        assert "× plancher" in str(resultat)
        assert "base p50" in str(resultat)
    lignes = list(pages.compare({300: mesures, 600: mesures}))
    assert lignes == [
        "600 sessions contre 300\u00a0: Recherche, 300 questions mêlées, p95 × 1.00",
        "600 sessions contre 300\u00a0: Tableau de bord, organisme médian, part du plancher × 1.00",
    ]


def test_the_time_of_a_page_s_queries_is_the_median_of_its_passes(monkeypatch):
    """Each address against itself: one slow pass, or a cold one, says nothing of it."""
    monkeypatch.setattr(mesure, "ask", lambda *args: Charge([1.0, 1.0], 1.0))
    monkeypatch.setattr(mesure, "APPELS", 3)
    asked, appels, urls = [], [], ["/un/", "/deux/"]

    def database_time(call):
        """One address lasts ten times the other; each is slow in a pass of its own."""
        call()
        passe, rang = len(appels) // 4, urls.index(asked[-1])
        appels.append(asked[-1])
        return 10**rang * (1000 if passe == rang else 1)

    monkeypatch.setattr(mesure, "get", lambda client, url: asked.append(url))
    monkeypatch.setattr(mesure, "_database_time", database_time)
    resultat = mesure.Banc(0, connecte=Client()).measure("Deux pages", Client(), urls)
    # Whole turns of the two addresses in each of the three passes.
    assert sorted(appels) == sorted(urls * 6)
    assert (resultat.base_p50, resultat.base_max) == (5.5, 10)


def test_what_a_session_writes_once_a_minute_is_no_query_of_a_page(client, monkeypatch):
    """A large offer takes minutes to measure; the page is the queue in the order of the starts."""
    monkeypatch.setattr(mesure, "ask", lambda *args: Charge([1.0, 1.0], 1.0))
    for nom, nombre in {"APPELS": 2, "CHAUFFE_ICI": 1}.items():
        monkeypatch.setattr(mesure, nom, nombre)
    client.force_login(UserFactory(agent=True))
    ActionFactory.create_batch(3, attente=True)
    get, rang = mesure.get, count()

    def get_later(client, url):
        if next(rang) == 2:
            SessionNavigateur.objects.update(vue_le=timezone.now() - timedelta(minutes=2))
        return get(client, url)

    comptes = []
    monkeypatch.setattr(mesure, "get", get_later)
    queries = mesure._queries
    monkeypatch.setattr(mesure, "_queries", lambda call: comptes.append(queries(call)) or comptes[-1])
    url = f"{reverse('validation:file')}?tri=debut"

    resultat = mesure.Banc(0, connecte=client).measure("File", client, url)

    assert max(comptes) == 7  # ours, the session's, and the five of the page
    assert resultat.requetes == 5


@pytest.mark.parametrize("tailles", [[300], [600, 300, 900]])
def test_sizes_are_compared_with_the_smallest_that_was_measured(tailles):
    champs = {"p50": 1, "par_seconde": 1, "requetes": 1, "base_p50": 1, "base_p95": 1, "base_max": 1}
    noms = (pages.MELEES, pages.ACCUEIL.format("médian"))
    par_taille = {
        taille: [mesure.Resultat(nom=nom, p95=taille, ratio=30 / taille, **champs) for nom in noms]
        for taille in tailles
    }
    lignes = list(pages.compare(par_taille))
    assert [ligne.split("\u00a0:")[0] for ligne in lignes] == [
        f"{taille} sessions contre 300" for taille in sorted(tailles)[1:] for _ in noms
    ]
    assert [ligne.split(" × ")[1] for ligne in lignes] == ["2.00", "0.50", "3.00", "0.33"][: len(lignes)]


def test_another_answer_than_the_one_expected_stops_the_measure():
    with served() as port:
        for chemin, statut in (("/sante/", 200), (ABSENTE, 404)):
            assert ask(port, [iter([message(Client(), chemin)])], 1, statut).par_seconde > 0
        with pytest.raises(RuntimeError, match=f"GET {ABSENTE} .*404"):
            ask(port, [iter([message(Client(), ABSENTE)])], 1)
