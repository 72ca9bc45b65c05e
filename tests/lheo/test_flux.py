"""The feeds: every right session, once and in order; files whole or not at all; held when they lose much."""

import gzip
import hashlib
import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta
from threading import Event, Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction
from django.utils import timezone
from lxml import etree

from catalogue import workflow
from catalogue.enums import ProfilFlux, StatutExport
from catalogue.lheo import document, fichier, flux, profils
from catalogue.models import Diffusion, ExportFlux, FicheRecherche, FragmentLheo, TypeDispositif
from tests.factories import ActionFactory, UserFactory, publier
from tests.lheo.outils import age, multiply, numbers, read, schema_errors, spoil, with_schema

pytestmark = pytest.mark.django_db
COMPLET, FRANCE_TRAVAIL = fichier.NOMS[ProfilFlux.COMPLET], fichier.NOMS[ProfilFlux.FRANCE_TRAVAIL]


class TestWhatLeaves:
    def test_every_published_session_once_in_order(self, offer, tmp_path):
        complet, france_travail = flux.export(tmp_path, timezone.now())
        assert (complet.statut, complet.sessions, complet.nouvelles, complet.ecartees) == ("ecrit", 3, 3, 0)
        assert (france_travail.statut, france_travail.sessions) == ("ecrit", 3)
        assert numbers(tmp_path / COMPLET) == numbers(tmp_path / FRANCE_TRAVAIL) == offer

    @with_schema
    def test_the_file_is_valid(self, offer, diffusion, tmp_path):
        flux.export(tmp_path, timezone.now())
        assert schema_errors(read(tmp_path / COMPLET)) == []

    def test_a_second_run_dates_nothing_again(self, offer, tmp_path):
        hier = timezone.now() - timedelta(days=1)
        flux.export(tmp_path, hier)
        complet, _ = flux.export(tmp_path, timezone.now())
        assert (complet.sessions, complet.nouvelles) == (3, 0)
        assert set(Diffusion.objects.values_list("transmise_le", flat=True)) == {hier}

    def test_the_same_offer_at_the_same_moment_gives_the_same_bytes(self, offer, tmp_path):
        now = timezone.now()
        flux.export(tmp_path, now)
        first = (tmp_path / COMPLET).read_bytes()
        flux.export(tmp_path, now)
        assert (tmp_path / COMPLET).read_bytes() == first

    @pytest.mark.parametrize("contenu", [{"dispositifs": []}, {"action": None}, {"session": {}}])
    def test_a_bad_sheet_is_put_aside_and_the_rest_leaves(self, offer, tmp_path, contenu):
        spoil(offer[1], **contenu)
        complet, _ = flux.export(tmp_path, timezone.now())
        assert (complet.sessions, complet.ecartees) == (2, 1)
        assert numbers(tmp_path / COMPLET) == [offer[0], offer[2]]
        assert Diffusion.objects.get(transmise_le=None).pk == offer[1]

    def test_ended_sessions_leave_by_date_and_france_travail_keeps_them_thirty_days(self, offer, tmp_path):
        age(offer[0], 1)
        age(offer[1], 31)
        flux.export(tmp_path, timezone.now())
        assert numbers(tmp_path / COMPLET) == [offer[2]]
        assert numbers(tmp_path / FRANCE_TRAVAIL) == [offer[0], offer[2]]

    def test_the_last_day_counts(self, offer, tmp_path):
        age(offer[0], 0)
        age(offer[1], 30)
        flux.export(tmp_path, timezone.now())
        assert numbers(tmp_path / COMPLET) == [offer[0], offer[2]]
        assert numbers(tmp_path / FRANCE_TRAVAIL) == offer

    @pytest.mark.parametrize("nature", profils.PAR_DISPOSITIF.values())
    def test_what_is_no_adult_training_and_wrong_sirets_are_not_france_travail_s(
        self, offer, tmp_path, nature
    ):
        action = ActionFactory(complete=True)
        dispositif = action.sessions.get().dispositifs.get()
        TypeDispositif.objects.filter(pk=dispositif.type_id).update(**{nature: True})
        for site in {action.site_dispensateur, action.sessions.get().site_lieu}:
            site.uai = "0440001M"
            site.save()
        exclue = publier(action).diffusions.get().pk
        organisme = Diffusion.objects.get(pk=offer[0]).contenu["organisme"]
        spoil(offer[0], organisme=organisme | {"siret": "12345678901234"})
        flux.export(tmp_path, timezone.now())
        assert set(numbers(tmp_path / COMPLET)) == {*offer, exclue}
        assert numbers(tmp_path / FRANCE_TRAVAIL) == offer[1:]

    def test_public_search_and_feed_say_the_same_after_any_story(self, tmp_path):
        """Published, published again, archived, ended, undone: one set."""
        gardee, archivee, annulee, finie = publier(), publier(), publier(), publier()
        agent = UserFactory(valideur=True)
        workflow.apply(archivee.pk, "archive", by=agent, texte="Abandonnée")
        workflow.apply(annulee.pk, "undo", by=agent)
        workflow.apply(gardee.pk, "reopen", by=agent)
        publier(gardee, by=agent)
        age(finie.diffusions.get().pk, 1)
        flux.export(tmp_path, timezone.now())
        jour = timezone.localdate()
        actives = set(Diffusion.objects.actives(jour).values_list("pk", flat=True))
        cherchees = set(FicheRecherche.objects.filter(date_fin__gte=jour).values_list("pk", flat=True))
        assert set(numbers(tmp_path / COMPLET)) == actives == cherchees == {gardee.diffusions.get().pk}


class TestFiles:
    def test_the_manifest_says_what_the_file_is(self, offer, tmp_path):
        flux.export(tmp_path, timezone.now())
        octets = (tmp_path / COMPLET).read_bytes()
        lu = json.loads((tmp_path / f"{COMPLET}.json").read_text())
        assert (lu["sha256"], lu["octets"]) == (hashlib.sha256(octets).hexdigest(), len(octets))
        assert lu["sessions"] == 3
        assert ExportFlux.objects.get(profil="complet").sha256 == lu["sha256"]

    def test_an_export_that_fails_leaves_the_file_before_dates_nothing_and_is_told(
        self, offer, tmp_path, monkeypatch
    ):
        flux.export(tmp_path, timezone.now())
        before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
        publier()

        def full(self, cle, xml):
            raise OSError("plus de place")

        monkeypatch.setattr(fichier.Brouillon, "add", full)
        with pytest.raises(OSError, match="plus de place"):
            flux.export(tmp_path, timezone.now())
        assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
        assert Diffusion.objects.filter(transmise_le=None).count() == 1
        assert ExportFlux.objects.first().statut == StatutExport.ECHEC
        assert "plus de place" in ExportFlux.objects.first().raison

    def test_a_folder_that_cannot_be_made_is_told(self, offer, tmp_path, settings):
        """As in the first days of a site whose SOFI_FLUX is wrong: nothing else says why no file comes."""
        (tmp_path / "pris").write_text("un fichier")
        settings.FLUX_DIR = tmp_path / "pris" / "flux"
        with pytest.raises(OSError, match="Not a directory"):
            flux.export(settings.FLUX_DIR, timezone.now())
        assert {export.statut for export in ExportFlux.objects.all()} == {StatutExport.ECHEC}
        assert "ce n’est pas un dossier (« " in ExportFlux.objects.first().raison

    def test_a_folder_not_made_yet_is_the_partners_own(self, offer, tmp_path, settings):
        settings.FLUX_DIR = tmp_path / "neuf" / "flux"
        flux.export(tmp_path / "autre" / ".." / "neuf" / "flux", timezone.now())
        assert ExportFlux.objects.count() == 2
        flux.export(tmp_path / "autre", timezone.now())
        assert ExportFlux.objects.count() == 2

    @pytest.mark.parametrize("nom", [COMPLET, f"{COMPLET}.index.gz"])
    def test_on_a_full_disk_nothing_half_written_stays(self, offer, tmp_path, nom):
        flux.export(tmp_path, timezone.now())
        before = {path.name: path.read_bytes() for path in tmp_path.glob(f"{COMPLET}*")}
        (tmp_path / f"{nom}.tmp").symlink_to("/dev/full")
        with pytest.raises(OSError, match="No space left"):
            flux.export(tmp_path, timezone.now())
        complet = ExportFlux.objects.filter(profil="complet").first()
        assert complet.raison == "L’écriture a échoué\u00a0: le disque est plein."
        assert {path.name: path.read_bytes() for path in tmp_path.glob(f"{COMPLET}*")} == before
        assert not list(tmp_path.glob("*.tmp"))

    @pytest.mark.parametrize("profil", ProfilFlux)
    def test_one_that_fails_is_noted_for_itself(self, offer, tmp_path, profil):
        """The other is in its place: the staff is not told that partners read its last one."""
        autre = next(other for other in ProfilFlux if other != profil)
        (tmp_path / f"{fichier.NOMS[profil]}.tmp").symlink_to("/dev/full")
        with pytest.raises(CommandError, match="n’ont pas tous été écrits\u00a0: le disque est plein"):
            call_command("export_lheo", dossier=tmp_path)
        statuts = dict(ExportFlux.objects.values_list("profil", "statut"))
        assert statuts == {profil: StatutExport.ECHEC, autre: StatutExport.ECRIT}
        assert len(numbers(tmp_path / fichier.NOMS[autre])) == 3
        assert not (tmp_path / fichier.NOMS[profil]).exists()
        # What left in the whole feed has left, whatever became of the other.
        assert Diffusion.objects.filter(transmise_le=None).count() == (3 if profil == "complet" else 0)
        assert [e.statut for e in flux.refresh(tmp_path, timezone.now())] == [StatutExport.ECRIT] * 2

    def test_nothing_stays_of_a_file_that_could_not_be_begun(self, offer, tmp_path):
        (tmp_path / f"{COMPLET}.index.gz.tmp").mkdir()
        with pytest.raises(OSError, match="directory"):
            flux.export(tmp_path, timezone.now())
        assert [path.name for path in tmp_path.iterdir()] == [f"{COMPLET}.index.gz.tmp"]

    def test_a_file_that_is_not_what_was_written_does_not_go(self, offer, tmp_path):
        with fichier.Brouillon(tmp_path, COMPLET, timezone.now()) as brouillon:
            brouillon.add(b"52_1 a 20270101", b"<formation />")
            brouillon.sessions = 2
            with pytest.raises(OSError, match="1 sessions sur 2"):
                brouillon.seal()
        assert list(tmp_path.iterdir()) == []

    def test_nothing_online_takes_the_file_away(self, offer, tmp_path):
        """The schema has no empty document, and the former one speaks of sessions that are no more."""
        flux.export(tmp_path, timezone.now())
        for numero in offer:
            age(numero, 31)
        exports = flux.export(tmp_path, timezone.now())
        assert [export.statut for export in exports] == [StatutExport.VIDE] * 2
        assert list(tmp_path.iterdir()) == []

    def test_two_exports_do_not_run_at_once(self, offer, tmp_path):
        autre = connections.create_connection("default")
        try:
            with autre.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(%s)", [flux.VERROU])
            with pytest.raises(CommandError, match="en cours"):
                call_command("export_lheo", dossier=tmp_path)
        finally:
            autre.close()
        assert list(tmp_path.iterdir()) == []
        assert ExportFlux.objects.count() == 0

    def test_one_that_follows_another_at_once_finds_the_lock_free(self, offer, tmp_path):
        for _ in range(30):
            flux.export(tmp_path, timezone.now())

    def test_one_that_fails_in_a_broken_transaction_gives_the_lock_back(self, offer, tmp_path, monkeypatch):
        def break_it(*_args, **_kwargs):
            connection.cursor().execute("SELECT 1 / 0")

        monkeypatch.setattr(flux, "_decide", break_it)
        with suppress(DatabaseError), transaction.atomic():
            flux.export(tmp_path, timezone.now())
        monkeypatch.undo()
        assert flux.export(tmp_path, timezone.now())[0].statut == StatutExport.ECRIT

    def test_readers_never_see_half_a_file(self, offer, tmp_path):
        """A partner reads without stopping while the feed is written over and over."""
        flux.export(tmp_path, timezone.now())
        fini, vus, fautes = Event(), 0, []

        def poll():
            nonlocal vus
            while not fini.is_set():
                try:
                    etree.fromstring(gzip.decompress((tmp_path / COMPLET).read_bytes()))
                    vus += 1
                except Exception as error:
                    fautes.append(repr(error))

        lecteur = Thread(target=poll)
        lecteur.start()
        try:
            for _ in range(5):
                flux.export(tmp_path, timezone.now())
        finally:
            fini.set()
            lecteur.join()
        assert fautes == []
        assert vus

    def test_killed_half_way_it_leaves_the_file_before(self, tmp_path):
        """A real process, killed with half of the file written."""
        script = (
            "import sys\n"
            "from pathlib import Path\n"
            "from django.utils import timezone\n"
            "import django; django.setup()\n"
            "from catalogue.lheo.fichier import Brouillon\n"
            "dossier = Path(sys.argv[1])\n"
            "with Brouillon(dossier, 'x.xml.gz', timezone.now()) as brouillon:\n"
            "    brouillon.add(b'52_1 a 20270101', b'<formation />')\n"
            "    brouillon.seal()\n"
            "    brouillon.publish()\n"
            "with Brouillon(dossier, 'x.xml.gz', timezone.now()) as brouillon:\n"
            "    for rang in range(20_000):\n"
            "        brouillon.add(b'52_%d a 20270101' % rang, b'<formation />' * 50)\n"
            "    print('moitie', flush=True)\n"
            "    sys.stdin.read()\n"
        )
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
        process = subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        with process:
            assert process.stdout.readline() == b"moitie\n"
            process.send_signal(signal.SIGKILL)
        assert (tmp_path / "x.xml.gz.tmp").stat().st_size > 0
        assert fichier.read_manifest(tmp_path / "x.xml.gz").sessions == 1
        assert read(tmp_path / "x.xml.gz").count(b"<formation") == 1
        with fichier.Brouillon(tmp_path, "x.xml.gz", timezone.now()) as brouillon:
            brouillon.add(b"52_2 a 20270101", b"<formation />")
            brouillon.seal()
            assert brouillon.compare(timezone.localdate()).avant == 1
            brouillon.publish()
        assert not (tmp_path / "x.xml.gz.tmp").exists()

    @pytest.mark.parametrize("number", [1, 3])
    def test_queries_do_not_grow_with_the_offer(self, tmp_path, django_assert_num_queries, number):
        """Lock, rows; for each feed, in a savepoint, if let go, put aside, its trace; dates, unlock."""
        for _ in range(number):
            publier()
        with django_assert_num_queries(13):
            flux.export(tmp_path, timezone.now())

    @pytest.mark.django_db(transaction=True)
    def test_rows_are_read_as_they_come(self, offer):
        """The first one is there before the last one is fetched: memory does not grow with the offer."""
        multiply(300)
        lus = document.rows(document.sql.SQL("SELECT xml FROM catalogue_fragmentlheo"), "bytea")
        assert next(lus)[0].startswith(b"<formation ")
        lus.close()
        assert FragmentLheo.objects.count() == 303


def test_runs_of_more_than_a_year_ago_are_forgotten_but_the_last(offer, tmp_path):
    now = timezone.now()
    vieille, recente = flux.export(tmp_path, now), flux.export(tmp_path, now)
    ExportFlux.objects.filter(pk__in=[run.pk for run in vieille]).update(fini_le=now - timedelta(days=366))

    assert flux.forget_old(now) == len(vieille)
    ExportFlux.objects.update(fini_le=now - timedelta(days=366))
    assert flux.forget_old(now) == 0
    assert set(ExportFlux.objects.all()) == set(recente)
