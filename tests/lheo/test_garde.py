"""When the feeds are written, and when they are held: a loss nobody meant does not reach the partners."""

import gzip
import logging
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone

from catalogue.enums import ProfilFlux, StatutExport
from catalogue.lheo import fichier, flux, fragments
from catalogue.models import Diffusion, ExportFlux, FragmentLheo, Retrait
from catalogue.tasks import ecrire_flux
from tests.factories import UserFactory
from tests.lheo.outils import lose, multiply, numbers, read

pytestmark = pytest.mark.django_db
COMPLET = fichier.NOMS[ProfilFlux.COMPLET]


class TestTheGuard:
    def test_a_feed_that_loses_more_than_ten_percent_is_held(self, hundred, tmp_path, caplog):
        before = (tmp_path / COMPLET).read_bytes()
        lose(hundred[:11])
        with caplog.at_level(logging.WARNING, "catalogue.lheo.flux"):
            complet, france_travail = flux.export(tmp_path, timezone.now())
        assert complet.statut == france_travail.statut == StatutExport.RETENU
        assert "Sur 100 sessions" in complet.raison
        assert (complet.parties, complet.changees) == (11, 0)
        assert (tmp_path / COMPLET).read_bytes() == before
        assert "retenu" in caplog.text

    def test_ten_percent_pass(self, hundred, tmp_path):
        lose(hundred[:10])
        complet, _ = flux.export(tmp_path, timezone.now())
        assert (complet.statut, complet.sessions, complet.parties) == ("ecrit", 90, 10)

    def test_changes_count_too(self, hundred, tmp_path):
        rows = list(Diffusion.objects.filter(pk__in=hundred[:11]))
        for row in rows:
            row.contenu["session"]["places_disponibles"] = 0
        fragments.write(rows)
        complet, _ = flux.export(tmp_path, timezone.now())
        assert (complet.statut, complet.changees) == (StatutExport.RETENU, 11)

    def test_sessions_that_ended_are_not_lost(self, hundred, tmp_path):
        for numero in hundred[:50]:
            FragmentLheo.objects.filter(pk=numero).update(date_fin=timezone.localdate() + timedelta(days=1))
        flux.export(tmp_path, timezone.now())
        demain = timezone.now() + timedelta(days=2)
        complet, _ = flux.export(tmp_path, demain)
        assert (complet.statut, complet.sessions, complet.parties) == ("ecrit", 50, 0)

    def test_everything_gone_at_once_is_held(self, hundred, tmp_path):
        Diffusion.objects.all().delete()
        complet, _ = flux.export(tmp_path, timezone.now())
        assert complet.statut == StatutExport.RETENU
        assert (tmp_path / COMPLET).exists()

    def test_a_small_offer_is_never_held(self, offer, tmp_path):
        flux.export(tmp_path, timezone.now())
        Diffusion.objects.filter(pk=offer[0]).delete()
        assert flux.export(tmp_path, timezone.now())[0].statut == StatutExport.ECRIT

    def test_the_command_says_so_and_forces_it(self, hundred, tmp_path, capsys):
        lose(hundred[:40])
        with pytest.raises(CommandError, match="--forcer") as refus:
            call_command("export_lheo", dossier=tmp_path)
        assert refus.value.returncode == 4
        assert "plus de 10" in capsys.readouterr().out
        call_command("export_lheo", "--forcer", dossier=tmp_path)
        assert len(numbers(tmp_path / COMPLET)) == 60

    def test_somebody_lets_it_go_once(self, hundred, tmp_path):
        lose(hundred[:40])
        complet, _ = flux.export(tmp_path, timezone.now())
        valideur = UserFactory(valideur=True)
        assert flux.let_go(complet, valideur, timezone.now())
        assert not flux.let_go(complet, valideur, timezone.now())
        complet, france_travail = flux.refresh(tmp_path, timezone.now())
        # Each feed waits for its own permission.
        assert (complet.statut, france_travail.statut) == (StatutExport.ECRIT, StatutExport.RETENU)
        lose(hundred[40:80])
        assert flux.export(tmp_path, timezone.now())[0].statut == StatutExport.RETENU


class TestAnIndexThatIsNotTheFileS:
    """What the file in place holds is never taken for nothing."""

    @pytest.fixture(params=["missing", "cut", "garbage", "empty", "former", "without manifest"])
    def astray(self, request, offer, tmp_path):
        """The file in place holds a hundred sessions, and its index does not say so."""
        index, manifeste = tmp_path / f"{COMPLET}.index.gz", tmp_path / f"{COMPLET}.json"
        flux.export(tmp_path, timezone.now())
        former = index.read_bytes()
        numeros = multiply(97)
        flux.export(tmp_path, timezone.now())
        if request.param == "missing":
            index.unlink()
        elif request.param == "without manifest":
            manifeste.unlink()
            index.write_bytes(former)
        else:
            contents = {"cut": index.read_bytes()[:200], "garbage": b"?" * 99, "former": former}
            index.write_bytes(contents.get(request.param, gzip.compress(b"")))
        return numeros

    def test_the_file_itself_is_compared(self, astray, tmp_path):
        rows = list(Diffusion.objects.filter(pk__in=astray[:5]))
        for row in rows:
            row.contenu["session"]["places_disponibles"] = 0
        fragments.write(rows)
        lose(astray[7:])
        complet, _ = flux.export(tmp_path, timezone.now())
        assert (complet.statut, complet.parties, complet.changees) == (StatutExport.RETENU, 90, 5)
        assert "Sur 100 sessions" in complet.raison
        assert len(numbers(tmp_path / COMPLET)) == 100

    def test_what_did_not_change_leaves_and_has_its_index_again(self, astray, tmp_path, monkeypatch):
        monkeypatch.setattr(fichier, "_BLOC", 1_000)  # less than a session
        complet, _ = flux.export(tmp_path, timezone.now())
        assert (complet.statut, complet.parties, complet.changees) == (StatutExport.ECRIT, 0, 0)
        index = gzip.decompress((tmp_path / f"{COMPLET}.index.gz").read_bytes())
        assert len(index.splitlines()) == 100

    def test_sessions_that_ended_are_not_lost(self, hundred, tmp_path):
        (tmp_path / f"{COMPLET}.index.gz").unlink()
        fin = max(Diffusion.objects.values_list("date_fin", flat=True))
        with fichier.Brouillon(tmp_path, COMPLET, timezone.now()) as brouillon:
            brouillon.seal()
            assert brouillon.compare(fin).parties == 100
            assert brouillon.compare(fin + timedelta(days=1)) == fichier.Comparaison(avant=100)

    @pytest.mark.parametrize("content", ["cut", "garbage", "empty", "another document", "shuffled"])
    def test_a_file_that_cannot_be_read_either_holds_the_new_one(self, hundred, tmp_path, content):
        chemin = tmp_path / COMPLET
        lu, octets = read(chemin), chemin.read_bytes()
        tete, *sessions = lu.removesuffix(b"\n" + fichier.FIN).split(b"\n<formation ")
        shuffled = b"\n<formation ".join((tete, *reversed(sessions))) + b"\n" + fichier.FIN
        contents = {
            "cut": octets[:-50],
            "garbage": b"?" * 99,
            "empty": b"",
            "another document": gzip.compress(lu.replace(b"<session ", b"<seance ")),
            "shuffled": gzip.compress(shuffled),
        }
        chemin.write_bytes(contents[content])
        lose(hundred)
        complet, _ = flux.export(tmp_path, timezone.now())
        assert complet.statut == StatutExport.RETENU
        assert "ne se relit pas" in complet.raison
        assert chemin.read_bytes() == contents[content]

    @pytest.mark.parametrize(("renamed", "lost"), [(0, 40), (1, 40), (2, 0)])
    def test_a_crash_between_two_renamings_is_known(self, hundred, tmp_path, monkeypatch, renamed, lost):
        """With the new index and the file before, it is the file before that counts."""
        lose(hundred[:40])
        faits = []

        def crash(self, target, replace=Path.replace):
            if len(faits) == renamed:
                raise OSError("coupure")
            faits.append(target)
            return replace(self, target)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", crash)
            with pytest.raises(OSError, match="coupure"):
                flux.export(tmp_path, timezone.now(), forcer=True)
        complet, _ = flux.export(tmp_path, timezone.now())
        assert complet.parties == lost
        assert complet.statut == (StatutExport.RETENU if lost else StatutExport.ECRIT)


class TestWhenTheWorkerWrites:
    @pytest.fixture(autouse=True)
    def folder(self, settings, tmp_path):
        settings.FLUX_DIR = tmp_path / "flux"

    def later(self, **delta):
        return timezone.now() + timedelta(**delta)

    def test_the_first_time(self, offer, settings):
        ecrire_flux(0)
        assert numbers(settings.FLUX_DIR / COMPLET) == offer

    def test_not_while_nothing_changes(self, offer, settings, monkeypatch):
        ecrire_flux(0)
        FragmentLheo.objects.update(ecrit_le=timezone.now() - timedelta(hours=1))
        assert flux.refresh(settings.FLUX_DIR, timezone.now()) == []

    @pytest.mark.parametrize("change", ["publish", "withdraw", "day", "lost", "other"])
    def test_when_something_changed(self, offer, settings, change):
        matin = timezone.localtime().replace(hour=12, minute=0)
        flux.export(settings.FLUX_DIR, matin)
        FragmentLheo.objects.update(ecrit_le=matin - timedelta(hours=1))
        now = matin + timedelta(minutes=30)
        assert flux.refresh(settings.FLUX_DIR, now) == []
        if change == "publish":
            FragmentLheo.objects.filter(pk=offer[0]).update(ecrit_le=now)
        elif change == "withdraw":
            action = Diffusion.objects.get(pk=offer[0]).action
            Retrait.objects.create(
                numero=offer[0],
                action_id=action.pk,
                organisme=action.organisme,
                motif="archivee",
                le=now,
            )
        elif change == "day":
            now += timedelta(days=1)
        elif change == "lost":
            (settings.FLUX_DIR / f"{COMPLET}.json").unlink()
        else:
            (settings.FLUX_DIR / COMPLET).write_bytes(b"another")
        assert flux.refresh(settings.FLUX_DIR, now)

    def test_it_gives_way_to_somebody_s_command(self, offer, settings):
        autre = connections.create_connection("default")
        try:
            with autre.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(%s)", [flux.VERROU])
            ecrire_flux(0)
        finally:
            autre.close()
        assert ExportFlux.objects.count() == 0


class TestAnotherFolder:
    """A copy written somewhere else is no run of the partners' feeds."""

    @pytest.fixture
    def elsewhere(self, tmp_path):
        return tmp_path / "ailleurs"

    def test_it_is_not_their_last_run_and_dates_nothing(self, offer, tmp_path, elsewhere, capsys):
        call_command("export_lheo", dossier=elsewhere)
        assert "sessions 3, dont pour la première fois 3" in capsys.readouterr().out
        assert numbers(elsewhere / COMPLET) == offer
        assert ExportFlux.objects.count() == 0
        assert not Diffusion.objects.exclude(transmise_le=None).exists()
        assert flux.refresh(tmp_path, timezone.now())[0].nouvelles == 3

    def test_the_worker_does_not_take_it_for_its_own(self, offer, tmp_path, elsewhere):
        avant = timezone.now() - timedelta(hours=1)
        flux.export(tmp_path, avant)
        lose(offer[:1])
        flux.export(elsewhere, timezone.now())
        FragmentLheo.objects.update(ecrit_le=timezone.now() - timedelta(minutes=30))
        assert flux.refresh(tmp_path, timezone.now())
        assert numbers(tmp_path / COMPLET) == offer[1:]

    def test_a_hold_stays_and_its_permission_is_for_the_partners_file(self, hundred, tmp_path, elsewhere):
        flux.export(elsewhere, timezone.now())
        lose(hundred[:40])
        retenu, _ = flux.export(tmp_path, timezone.now())
        call_command("export_lheo", "--forcer", dossier=elsewhere / "neuf")
        assert flux.let_go(retenu, UserFactory(valideur=True), timezone.now())
        assert flux.export(elsewhere, timezone.now())[0].statut == StatutExport.RETENU
        assert flux.refresh(tmp_path, timezone.now())[0].statut == StatutExport.ECRIT

    def test_a_failure_there_is_not_theirs(self, offer, tmp_path, elsewhere, monkeypatch):
        def full(self, cle, xml):
            raise OSError("plus de place")

        monkeypatch.setattr(fichier.Brouillon, "add", full)
        with pytest.raises(CommandError, match="plus de place"):
            call_command("export_lheo", dossier=elsewhere)
        assert ExportFlux.objects.count() == 0

    def test_another_name_of_their_folder_is_theirs(self, offer, tmp_path, elsewhere):
        elsewhere.symlink_to(tmp_path)
        flux.export(elsewhere, timezone.now())
        assert ExportFlux.objects.count() == 2
