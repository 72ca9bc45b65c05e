"""`bench` refuses what it cannot measure before it makes anything, and makes unfinished bases again."""

import io
import os
import signal
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from catalogue.bench import base, mesure, pages
from catalogue.management.commands import bench
from catalogue.models import Session
from catalogue.volume import copie

TAILLE = 1


@pytest.fixture
def sans_base(monkeypatch, django_db_blocker, django_db_setup, worker_id):
    """The name of the base of a small offer, for this process alone; removed at the end."""
    nom = f"sofi_bench_essai_{worker_id}"
    monkeypatch.setattr(base, "NOM", f"{nom}_{{}}")
    with django_db_blocker.unblock():
        yield f"{nom}_{TAILLE}"
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {nom}_{TAILLE} WITH (FORCE)")
        connection.close()


@pytest.mark.parametrize("tailles", [["0"], ["-5"], [str(TAILLE), "0"]])
def test_sizes_are_refused_before_any_base_is_made(sans_base, tailles):
    with pytest.raises(CommandError, match="au moins une"):
        call_command("bench", "--sessions", *tailles)
    assert not base.exists(sans_base)


def test_too_few_sessions_are_told_and_a_base_left_half_done_is_made_again(sans_base):
    sortie = io.StringIO()
    with pytest.raises(CommandError, match="ne suffisent pas"):
        call_command("bench", sessions=[TAILLE], stdout=sortie)
    with base.used(sans_base), pytest.raises(KeyboardInterrupt), copie.marked():
        raise KeyboardInterrupt
    with pytest.raises(CommandError, match="ne suffisent pas"):
        call_command("bench", sessions=[TAILLE], stdout=sortie)
    assert "n’a pas été écrite jusqu’au bout" in sortie.getvalue()
    with base.used(sans_base):
        assert Session.objects.count() == TAILLE
        assert not copie.is_unfinished()


def test_what_no_page_shows_is_printed_for_each_size_and_imports_once(sans_base, monkeypatch):
    monkeypatch.setattr(bench.pages, "is_enough", lambda: True)
    monkeypatch.setattr(bench.pages, "measure_all", list)
    monkeypatch.setattr(bench.pages, "compare", lambda resultats: [f"{len(resultats)} taille"])
    monkeypatch.setattr(bench, "measure_lheo", lambda nom: None)
    for nom in ("fautes", "validation", "referentiels"):
        monkeypatch.setattr(
            getattr(bench, nom),
            "measure",
            lambda nom=nom: [f"{nom}, dans {connection.settings_dict['NAME']}"],
        )
    sortie = io.StringIO()
    call_command("bench", sessions=[TAILLE], stdout=sortie)
    lignes = sortie.getvalue().splitlines()
    assert lignes[lignes.index(f"{TAILLE} sessions") + 1 :] == [
        f"fautes, dans {sans_base}",
        f"validation, dans {sans_base}",
        "",
        f"referentiels, dans {sans_base}",
        "1 taille",
    ]


@pytest.mark.django_db
def test_one_measure_at_a_time():
    autre = connections.create_connection("default")
    try:
        with autre.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [bench.VERROU])
        with pytest.raises(CommandError, match="Une autre mesure"):
            call_command("bench")
    finally:
        autre.close()


@pytest.mark.django_db
def test_what_was_measured_of_several_sizes_is_compared_at_the_end(monkeypatch):
    def measure(self, taille, *, refaire):
        noms = (pages.MELEES, pages.ACCUEIL.format("médian"))
        return [mesure.Resultat(nom, 1, taille, 1, 1, 1, 1, 1, 1) for nom in noms]

    monkeypatch.setattr(bench.Command, "_measure", measure)
    monkeypatch.setattr(bench.Command, "_measure_references", lambda self, taille: None)
    sortie = io.StringIO()
    call_command("bench", sessions=[200, 100], stdout=sortie)
    assert [ligne.rpartition(" × ")[2] for ligne in sortie.getvalue().splitlines()] == ["2.00", "1.00"]
    call_command("bench", sessions=[100], stdout=(seule := io.StringIO()))
    assert seule.getvalue() == ""


@pytest.fixture
def enfant(monkeypatch):
    """What `bench` starts in the place of `bench_lheo`: the code it is given, and its process."""
    lances = []

    class Enfant(subprocess.Popen):
        def __init__(self, args):
            super().__init__([sys.executable, "-c", enfant.code])
            lances.append(self)

    enfant = Enfant
    monkeypatch.setattr(bench.subprocess, "Popen", Enfant)
    return Enfant, lances


def test_asked_to_end_it_ends_what_it_started(enfant):
    classe, lances = enfant
    classe.code = f"import os, time; os.kill({os.getpid()}, {signal.SIGINT:d}); time.sleep(60)"
    with pytest.raises(KeyboardInterrupt):
        bench.measure_lheo("base")
    assert lances[0].returncode == -signal.SIGTERM


def test_what_fails_beside_is_told(enfant):
    enfant[0].code = "raise SystemExit(3)"
    with pytest.raises(CommandError, match="code 3"):
        bench.measure_lheo("base")
