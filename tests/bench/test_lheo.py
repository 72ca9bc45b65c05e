"""The measures of LHÉO say something of each way out, on what is online."""

import io

import pytest
from django.core.management import CommandError, call_command

from catalogue.bench import lheo
from tests.factories import publier

pytestmark = pytest.mark.django_db


def test_each_way_out_is_measured(monkeypatch):
    """In this process: a child would not see what a test writes."""
    publier()
    publier()

    def here(*parts):
        sessions = sum(part() for part in parts)
        return {"secondes": 1.0, "processeur": 1.0, "sessions": sessions, "plancher": 60, "memoire": 61}

    monkeypatch.setattr(lheo, "_in_children", here)
    sortie = io.StringIO()
    call_command("bench_lheo", stdout=sortie)
    texte = sortie.getvalue()
    assert "LHÉO, 2 sessions" in texte
    for nom in (
        "COPY → fichier",
        "Fragments → fichier",
        "Reconstruction, contrôle seul",
        "Reconstruction en deux parts, contrôle",
        "Lecture en fiches",
    ):
        assert nom in texte
    assert texte.count("2 sessions/s   1.00 × COPY") == 7
    assert "1 % de changements" in texte


def test_there_is_nothing_to_measure():
    with pytest.raises(CommandError, match="Rien n’est en ligne"):
        call_command("bench_lheo")


def test_a_base_that_is_not_there():
    with pytest.raises(CommandError, match=r"pas de base.*nexistepas"):
        call_command("bench_lheo", "--base", "nexistepas")
