"""Pages are asked of the site as it is served, and each says what it costs beside the empty one."""

import pytest
from django.core.management import call_command
from django.test import Client, override_settings

from catalogue.bench import mesure, pages
from catalogue.bench.serveur import ask, message, served

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
        resultats = {resultat.nom: resultat for resultat in pages.measure_all()}
    assert len(resultats) == 14
    for resultat in resultats.values():
        assert 0 < resultat.p50 <= resultat.p95
        assert resultat.par_seconde > 0
        assert resultat.ratio > 0
        assert resultat.requetes >= 3
        assert resultat.base_p95 > 0
        assert "× plancher" in str(resultat)


def test_another_answer_than_the_one_expected_stops_the_measure():
    with served() as port:
        for chemin, statut in (("/sante/", 200), (ABSENTE, 404)):
            assert ask(port, [iter([message(Client(), chemin)])], 1, statut).par_seconde > 0
        with pytest.raises(RuntimeError, match=f"GET {ABSENTE} .*404"):
            ask(port, [iter([message(Client(), ABSENTE)])], 1)
