"""The feed: every published session, a bad one put aside, written whole or not at all, dated once."""

import gzip
import logging
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone
from lxml import etree

from catalogue.lheo import flux
from catalogue.models import Diffusion
from catalogue.tasks import ecrire_flux
from tests.factories import ActionFactory, DispositifFactory, SessionFactory, publier
from tests.lheo.outils import ESPACE, schema_errors, with_schema

pytestmark = pytest.mark.django_db
NOMS = {"l": ESPACE}


def read(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes())


def numbers(path: Path) -> list[str]:
    return etree.fromstring(read(path)).xpath("//l:action/@numero", namespaces=NOMS)


def spoil(numero: str, **contenu):
    diffusion = Diffusion.objects.get(pk=numero)
    Diffusion.objects.filter(pk=numero).update(contenu=diffusion.contenu | contenu)


@pytest.fixture
def offer():
    """Three published sessions, by their public numbers."""
    action = ActionFactory(complete=True)
    DispositifFactory(session=SessionFactory(action=action))
    publier(action)
    publier()
    return sorted(Diffusion.objects.values_list("pk", flat=True))


def test_every_published_session_leaves_once_in_order(offer, tmp_path):
    bilan = flux.export(tmp_path, timezone.now())
    assert (bilan.parties, bilan.nouvelles, bilan.ecartees) == (3, 3, [])
    assert bilan.fichier == tmp_path / flux.NOM
    assert numbers(bilan.fichier) == offer
    assert etree.fromstring(read(bilan.fichier)).xpath("count(//l:formation)", namespaces=NOMS) == 3


@with_schema
def test_the_file_is_valid(offer, diffusion, tmp_path):
    assert schema_errors(read(flux.export(tmp_path, timezone.now()).fichier)) == []


def test_a_second_run_dates_nothing_again(offer, tmp_path):
    hier = timezone.now() - timedelta(days=1)
    flux.export(tmp_path, hier)
    bilan = flux.export(tmp_path, timezone.now())
    assert (bilan.parties, bilan.nouvelles) == (3, 0)
    assert set(Diffusion.objects.values_list("transmise_le", flat=True)) == {hier}


def test_the_same_offer_at_the_same_moment_gives_the_same_bytes(offer, tmp_path):
    now = timezone.now()
    first = flux.export(tmp_path, now).fichier.read_bytes()
    assert flux.export(tmp_path, now).fichier.read_bytes() == first


@pytest.mark.parametrize("contenu", [{"dispositifs": []}, {"action": None}, {"session": {}}])
def test_a_bad_sheet_is_put_aside_and_the_rest_leaves(offer, tmp_path, caplog, contenu):
    mauvaise = offer[1]
    spoil(mauvaise, **contenu)
    with caplog.at_level(logging.WARNING, "catalogue.lheo.flux"):
        bilan = flux.export(tmp_path, timezone.now())
    assert [numero for numero, _ in bilan.ecartees] == [mauvaise]
    assert numbers(bilan.fichier) == [offer[0], offer[2]]
    assert mauvaise in caplog.text
    assert Diffusion.objects.get(pk=mauvaise).transmise_le is None
    assert Diffusion.objects.filter(transmise_le=None).count() == 1


def test_an_export_that_fails_leaves_the_file_before_and_dates_nothing(offer, tmp_path, monkeypatch):
    flux.export(tmp_path, timezone.now())
    before = (tmp_path / flux.NOM).read_bytes()
    publier()

    def full(diffusion):
        raise OSError("plus de place")

    monkeypatch.setattr(flux, "_fragment", full)
    with pytest.raises(OSError, match="plus de place"):
        flux.export(tmp_path, timezone.now())
    assert (tmp_path / flux.NOM).read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [flux.NOM]
    assert Diffusion.objects.filter(transmise_le=None).count() == 1


def test_nothing_online_keeps_the_file_before(offer, tmp_path):
    flux.export(tmp_path, timezone.now())
    before = (tmp_path / flux.NOM).read_bytes()
    Diffusion.objects.all().delete()
    bilan = flux.export(tmp_path, timezone.now())
    assert bilan.fichier is None
    assert (tmp_path / flux.NOM).read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [flux.NOM]


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow_with_the_offer(tmp_path, django_assert_num_queries, number):
    """Savepoint, lock, rows, dates, savepoint."""
    for _ in range(number):
        publier()
    with django_assert_num_queries(5):
        flux.export(tmp_path, timezone.now())


def test_two_exports_do_not_run_at_once(offer, tmp_path):
    autre = connections.create_connection("default")
    try:
        with autre.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [flux.VERROU])
        with pytest.raises(CommandError, match="en cours"):
            call_command("export_lheo", dossier=tmp_path)
    finally:
        autre.close()
    assert list(tmp_path.iterdir()) == []


def test_the_command_prints_its_counts(offer, tmp_path, capsys):
    spoil(offer[0], dispositifs=[])
    call_command("export_lheo", "--dossier", str(tmp_path))
    out, err = capsys.readouterr()
    assert "sessions parties 2, dont pour la première fois 2" in out
    assert "mises à l’écart 1" in out
    assert f"Session {offer[0]} mise à l’écart" in err
    assert "publics du dispositif" in err


def test_the_command_says_when_there_is_nothing(tmp_path, capsys):
    call_command("export_lheo", "--dossier", str(tmp_path))
    assert "Aucune session" in capsys.readouterr().out


def test_the_worker_writes_it_at_night(offer, tmp_path, settings):
    settings.FLUX_DIR = tmp_path / "flux"
    ecrire_flux(0)
    assert numbers(tmp_path / "flux" / flux.NOM) == offer
