"""`export_lheo` and `refaire_sorties`: the documents somebody asks for, and writing the rest anew."""

import io
import os
import re
import signal
import sys
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone

from catalogue import workflow
from catalogue.lheo import document, fragments, profils, reconstruction
from catalogue.lheo.fragment import parties
from catalogue.models import Diffusion, FicheRecherche, FragmentLheo, MotRecherche, TypeDispositif
from sofi.typographie import grouper
from tests.concurrence import race
from tests.factories import UserFactory, publier
from tests.lheo.outils import age, numbers, numbers_in, schema_errors, spoil, with_schema

pytestmark = pytest.mark.django_db


def export(*options, **kwargs) -> None:
    call_command("export_lheo", *map(str, options), **kwargs)


def numero(action) -> str:
    return action.diffusions.get().pk


@pytest.fixture
def deux():
    """Two actions online, of two organismes, written an hour ago."""
    actions = publier(), publier()
    FragmentLheo.objects.update(ecrit_le=timezone.now() - timedelta(hours=1))
    return actions


class TestAFile:
    def test_the_whole_offer(self, deux, tmp_path, capsys):
        export("--output", tmp_path / "offre.xml")
        assert numbers_in((tmp_path / "offre.xml").read_bytes()) == sorted(map(numero, deux))
        assert "2\u00a0sessions." in capsys.readouterr().err
        assert [path.name for path in tmp_path.iterdir()] == ["offre.xml"]

    @with_schema
    def test_it_is_valid(self, deux, tmp_path):
        export("--output", tmp_path / "offre.xml")
        assert schema_errors((tmp_path / "offre.xml").read_bytes()) == []

    def test_compressed_by_its_name(self, deux, tmp_path):
        export("--output", tmp_path / "offre.xml.gz")
        assert len(numbers(tmp_path / "offre.xml.gz")) == 2

    def test_on_the_standard_output(self, deux, monkeypatch):
        sortie = io.TextIOWrapper(io.BytesIO())
        monkeypatch.setattr(sys, "stdout", sortie)
        export("--output", "-")
        assert len(numbers_in(sortie.buffer.getvalue())) == 2

    def test_on_a_standard_output_that_is_full(self, deux, monkeypatch):
        with Path("/dev/full").open("w") as pleine:
            monkeypatch.setattr(sys, "stdout", pleine)
            with pytest.raises(CommandError, match=r"n’a pas été écrit : le disque est plein$"):
                export("--output", "-")
            pleine.flush()  # as Python does at its end

    def test_one_organisme(self, deux, tmp_path, capsys):
        export("--output", tmp_path / "x.xml", "--organisme", deux[0].organisme.siret)
        assert capsys.readouterr().err.endswith(": 1\u00a0session.\n")
        assert numbers_in((tmp_path / "x.xml").read_bytes()) == [numero(deux[0])]

    def test_an_organisme_by_its_siret_as_pages_show_it(self, deux, tmp_path):
        export("--output", tmp_path / "x.xml", "--organisme", grouper(deux[0].organisme.siret, 3, 3, 3, 5))
        assert numbers_in((tmp_path / "x.xml").read_bytes()) == [numero(deux[0])]

    def test_what_changed_since_a_moment(self, deux, tmp_path):
        FragmentLheo.objects.filter(pk=numero(deux[1])).update(ecrit_le=timezone.now())
        depuis = timezone.now() - timedelta(minutes=10)
        export("--output", tmp_path / "x.xml", "--depuis", depuis.isoformat())
        assert numbers_in((tmp_path / "x.xml").read_bytes()) == [numero(deux[1])]
        export("--output", tmp_path / "x.xml", "--depuis", f"{timezone.localdate() - timedelta(days=1)}")
        assert len(numbers_in((tmp_path / "x.xml").read_bytes())) == 2

    def test_a_profile(self, deux, tmp_path):
        FragmentLheo.objects.filter(pk=numero(deux[0])).update(exclusions=["siret"])
        export("--output", tmp_path / "x.xml", "--profil", "france_travail")
        assert numbers_in((tmp_path / "x.xml").read_bytes()) == [numero(deux[1])]

    def test_deletions(self, deux, tmp_path):
        retiree, finie = deux
        perdue = numero(retiree)
        workflow.apply(retiree.pk, "archive", by=UserFactory(valideur=True), texte="Finie")
        hier = timezone.localdate() - timedelta(days=1)
        FicheRecherche.objects.update(date_debut=hier, date_fin=hier)
        ecartee = publier().diffusions.get()
        spoil(ecartee.pk, dispositifs=[])
        export("--output", tmp_path / "x.csv", "--suppressions", "--depuis", hier)
        titre, *lignes = (tmp_path / "x.csv").read_text().splitlines()
        assert titre == "numero;le;motif"
        lues = {ligne.split(";")[0]: ligne.split(";")[2] for ligne in lignes}
        assert lues == {perdue: "archivee", numero(finie): "terminee", ecartee.pk: "ecartee"}

    def test_nothing_is_written_when_there_is_nothing(self, tmp_path):
        with pytest.raises(CommandError, match="Aucune session") as refus:
            export("--output", tmp_path / "x.xml")
        assert refus.value.returncode == 3
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            (["--suppressions", "--output", "x"], "demande --depuis"),
            (["--profil", "france_travail"], "demande --output"),
            (["--depuis", "hier", "--output", "x"], "n’est pas une date"),
            (["--depuis", "2027-02-31", "--output", "x"], "n’est pas une date"),
            (["--depuis", "2200-12-31", "--output", "x"], "--depuis.*est à venir"),
            (["--depuis", "2200-12-31", "--suppressions", "--output", "x"], "--depuis.*est à venir"),
            (["--organisme", "123", "--output", "x"], "Aucun organisme"),
            (["--forcer", "--output", "x"], "sans --output"),
            (["--dossier", "ailleurs", "--output", "x"], "--dossier.*sans --output"),
            (["--output", "/nulle/part/x.xml"], "n’a pas été écrit"),
            (["--output", ""], "nom de fichier"),
            (["--output", "/"], "est un dossier"),
            (["--output", "."], "est un dossier"),
            (["--dossier", ""], "--dossier.*nom d’un dossier"),
            (["--depuis", "0001-01-01", "--output", "x"], "--depuis.*de 1900 à 2200"),
            (["--depuis", "9999-12-31T23:59:59Z", "--suppressions", "--output", "x"], "--depuis.*2200"),
            (
                ["--suppressions", "--profil", "france_travail", "--depuis", "2026-01-01", "--output", "x"],
                "de tout le flux",
            ),
        ],
    )
    def test_a_wrong_demand_is_told_in_french(self, options, message, deux, tmp_path, monkeypatch, capsys):
        monkeypatch.chdir(tmp_path)
        with pytest.raises(CommandError, match=message):
            export(*options)
        assert capsys.readouterr().err == ""
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("options", [[], ["--suppressions"]])
    def test_the_furthest_moment_is_understood(self, options, deux, tmp_path):
        export("--output", tmp_path / "x", "--depuis", "1900-01-01", *options)

    def test_a_pipe_is_written_through(self, deux, tmp_path):
        tube, lus = tmp_path / "tube", []
        os.mkfifo(tube)
        lecteur = Thread(target=lambda: lus.append(tube.read_bytes()))
        lecteur.start()
        export("--output", tube)
        lecteur.join()
        assert len(numbers_in(lus[0])) == 2
        assert tube.is_fifo()
        assert list(tmp_path.iterdir()) == [tube]

    def test_a_link_stays_and_what_it_leads_to_is_replaced(self, deux, tmp_path):
        (tmp_path / "ailleurs").mkdir()
        vrai, lien = tmp_path / "ailleurs" / "vrai", tmp_path / "lien.xml.gz"
        vrai.write_text("avant")
        lien.symlink_to(vrai)
        export("--output", lien)
        assert lien.is_symlink()
        assert len(numbers(vrai)) == 2
        assert list(vrai.parent.iterdir()) == [vrai]

    @pytest.mark.parametrize("options", [["--output", "x.xml"], ["--dossier", "."]])
    def test_asked_to_end_it_leaves_nothing_behind(self, options, deux, tmp_path, monkeypatch):
        def interrupted(*args):
            os.kill(os.getpid(), signal.SIGTERM)
            yield b"jamais"

        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(document, "rows", interrupted)
        with pytest.raises(SystemExit) as fin:
            export(*options)
        assert fin.value.code == 143
        assert list(tmp_path.iterdir()) == []
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL

    def test_the_feeds_print_their_counts(self, deux, tmp_path, capsys):
        spoil(numero(deux[0]), dispositifs=[])
        export("--dossier", tmp_path)
        out, err = capsys.readouterr()
        assert "sessions 1, dont pour la première fois 1" in out
        assert "mises à l’écart 1" in out
        assert f"Session {numero(deux[0])} mise à l’écart" in err
        assert "publics du dispositif" in err

    def test_what_ended_is_not_listed_among_what_is_put_aside(self, deux, tmp_path, capsys):
        spoil(numero(deux[0]), dispositifs=[])
        age(numero(deux[0]), 40)
        export("--dossier", tmp_path)
        out, err = capsys.readouterr()
        assert "mises à l’écart 0" in out
        assert err == ""


class TestRebuilding:
    def test_what_was_lost_comes_back_and_a_second_run_changes_nothing(self, deux, capsys):
        FragmentLheo.objects.filter(pk=numero(deux[0])).update(xml="<formation />")
        FragmentLheo.objects.filter(pk=numero(deux[1])).delete()
        FicheRecherche.objects.all().delete()
        call_command("refaire_sorties")
        assert "relues 2\u00a0; fragments changés 2" in capsys.readouterr().out
        assert FicheRecherche.objects.count() == 2
        ecrits = dict(FragmentLheo.objects.values_list("pk", "ecrit_le"))
        call_command("refaire_sorties")
        assert "changés 0, inchangés 2" in capsys.readouterr().out
        assert dict(FragmentLheo.objects.values_list("pk", "ecrit_le")) == ecrits

    def test_it_begins_again_where_it_was(self, deux, capsys):
        call_command("refaire_sorties", "--apres", str(min(action.pk for action in deux)), "-v2")
        assert "relues 1" in capsys.readouterr().out

    @pytest.mark.parametrize("nombre", [1, 2, 3])
    def test_each_action_is_in_one_part(self, deux, nombre, capsys):
        FicheRecherche.objects.all().delete()
        for rang in range(1, nombre + 1):
            call_command("refaire_sorties", "--part", f"{rang}/{nombre}")
        relues = re.findall(r"relues ([0-9]+)", capsys.readouterr().out)
        assert (len(relues), sum(map(int, relues))) == (nombre, 2)
        assert FicheRecherche.objects.count() == 2

    @pytest.mark.django_db(transaction=True)
    def test_two_parts_at_once_write_everything(self, deux):
        """Of titles that bring the same new words to the lexicon."""
        MotRecherche.objects.all().delete()
        FicheRecherche.objects.all().delete()
        parts = race(*(lambda rang=rang: list(reconstruction.rebuild(part=(rang, 2))) for rang in (1, 2)))
        assert sum(bilan.sessions for part in parts for bilan in part[-1:]) == 2
        assert FicheRecherche.objects.count() == 2
        assert MotRecherche.objects.exists()

    def test_a_part_is_begun_again_as_a_part(self, deux, capsys):
        pk = deux[0].pk
        call_command("refaire_sorties", "--part", f"{pk % 2 + 1}/2", "-v2")
        assert f"--apres {pk} --part {pk % 2 + 1}/2)" in capsys.readouterr().out

    @pytest.mark.parametrize("part", ["0/2", "3/2", "1/65", "1", "1/2/3", "a/b", "-1/2", ""])
    def test_what_is_no_part_is_refused(self, part):
        with pytest.raises(CommandError, match="comme 1/2 puis 2/2"):
            call_command("refaire_sorties", f"--part={part}")

    @pytest.mark.parametrize("panne", [KeyboardInterrupt, OperationalError])
    def test_stopped_it_says_where_to_begin_again(self, deux, monkeypatch, capsys, panne):
        """After the last batch that was kept: the one under way is undone."""

        def broken(rows):
            if rows[0].action_id == deux[1].pk:
                raise panne
            return write(rows)

        write = reconstruction.recherche.write
        monkeypatch.setattr(reconstruction, "LOT", 1)
        monkeypatch.setattr(reconstruction.recherche, "write", broken)
        with pytest.raises(panne):
            call_command("refaire_sorties")
        assert f"refaire_sorties --apres {deux[0].pk}\n" in capsys.readouterr().err

    def test_by_batches(self, deux, monkeypatch):
        monkeypatch.setattr(reconstruction, "LOT", 1)
        assert [bilan.sessions for bilan in reconstruction.rebuild()] == [1, 2]

    @pytest.mark.parametrize(("exclusion", "valeur"), profils.PAR_DISPOSITIF.items())
    def test_old_sheets_are_left_out_by_their_type(self, deux, exclusion, valeur):
        row = Diffusion.objects.get(pk=numero(deux[0]))
        for dispositif in row.contenu["dispositifs"]:
            del dispositif[valeur]
        row.save()
        TypeDispositif.objects.update(**{valeur: True})
        call_command("refaire_sorties")
        assert FragmentLheo.objects.get(pk=row.pk).exclusions == [exclusion]


class TestWriting:
    def test_a_sheet_published_again_as_it_was_keeps_its_moment(self, deux):
        avant = FragmentLheo.objects.get(pk=numero(deux[0]))
        assert fragments.write([Diffusion.objects.get(pk=avant.pk)]) == 0
        assert FragmentLheo.objects.get(pk=avant.pk).ecrit_le == avant.ecrit_le

    def test_many_sheets_are_checked_each(self, deux):
        """More than a packet: the schema's verdicts go with their sheets."""
        row = Diffusion.objects.get(pk=numero(deux[0]))
        mauvaise = Diffusion.objects.get(pk=numero(deux[1]))
        mauvaise.contenu["organisme"]["nda"] = ""
        jour = timezone.localdate()
        bonnes = [(parties(row.contenu), jour, jour)] * fragments.PAQUET
        mauvaise = parties(mauvaise.contenu), jour, jour
        lues = enumerate(fragments.build_all([*bonnes, mauvaise, *bonnes]))
        rangs = [rang for rang, (_, fautes) in lues if fautes]
        assert rangs == [fragments.PAQUET]

    @with_schema
    def test_the_schema_has_the_last_word(self, deux, monkeypatch):
        """What our own check would let through is put aside with the schema's reason."""
        monkeypatch.setattr("catalogue.lheo.ecriture.value_fault", lambda tag, texte: "")
        row = Diffusion.objects.get(pk=numero(deux[0]))
        row.contenu["organisme"]["nda"] = "52-FAUX"
        jour = timezone.localdate()
        ((_, fautes),) = fragments.build_all([(parties(row.contenu), jour, jour)])
        assert "le schéma officiel la refuse" in fautes[0]
        assert "numero-activite" in fautes[0]

    def test_without_the_schema_our_own_check_remains(self, deux, settings, tmp_path):
        settings.SOFI_REFERENCE = tmp_path
        spoil(numero(deux[0]), dispositifs=[])
        assert "publics du dispositif" in FragmentLheo.objects.get(pk=numero(deux[0])).fautes[0]
        assert FragmentLheo.objects.get(pk=numero(deux[1])).fautes == []
