"""Approving exactly while a run writes the feeds: what it changes leaves with that run or with the next."""

from datetime import datetime, timedelta
from threading import Event

import pytest
from django.utils import timezone

from catalogue import instantane, workflow
from catalogue.lheo import document, flux, passages, retraits
from catalogue.lheo.fichier import NOMS
from catalogue.models import Action, Diffusion, ExportFlux, FragmentLheo
from tests.concurrence import PATIENCE, race
from tests.factories import ActionFactory, DispositifFactory, SessionFactory, UserFactory, publier
from tests.lheo.outils import numbers, read

pytestmark = pytest.mark.django_db(transaction=True)
COMPLET = NOMS["complet"]


@pytest.fixture
def valideur():
    return UserFactory(valideur=True)


@pytest.fixture
def action(valideur):
    """It waits with a session changed, one deleted and one more; the first two are online as they were."""
    action = ActionFactory(complete=True)
    DispositifFactory(session=SessionFactory(action=action))
    publier(action)
    workflow.apply(action.pk, "reopen", by=valideur)
    premiere, seconde = action.sessions.order_by("pk")
    premiere.places_disponibles = 0
    premiere.save()
    seconde.dispositifs.all().delete()
    seconde.delete()
    DispositifFactory(session=SessionFactory(action=action))
    return workflow.apply(action.pk, "submit", by=valideur)


def approve_during(monkeypatch, action: Action, by, folder, *, moment: str) -> ExportFlux:
    """Approve `action` in a transaction begun before a run reads, and ended at that `moment` of the run."""
    written, committed = Event(), Event()
    moments = {"decides": Event(), "dates": Event(), "ends": Event()}
    publish, suspicion, dating = instantane.publish, flux._suspicion, flux._date

    def publish_and_wait(*args):
        publish(*args)
        written.set()
        assert moments[moment].wait(PATIENCE)

    def decide(comparaison):
        moments["decides"].set()
        assert moment != "decides" or committed.wait(PATIENCE)
        return suspicion(comparaison)

    def date(*args):
        moments["dates"].set()
        return dating(*args)

    def approve():
        workflow.apply(action.pk, "approve", by=by)
        committed.set()

    def export():
        assert written.wait(PATIENCE)
        complet = flux.export(folder, timezone.now())[0]
        moments["ends"].set()
        return complet

    with monkeypatch.context() as patch:
        patch.setattr(instantane, "publish", publish_and_wait)
        patch.setattr(flux, "_suspicion", decide)
        patch.setattr(flux, "_date", date)
        refus, complet = race(approve, export)
    assert refus is None
    return complet


def told(depuis: datetime) -> list[str]:
    """What the list of deletions says left."""
    return [numero for numero, _, _ in retraits.departures(depuis, timezone.now())]


def departures() -> list[datetime | None]:
    """When each session online first left, by public number."""
    return list(Diffusion.objects.order_by("pk").values_list("transmise_le", flat=True))


def next_run(folder) -> list[ExportFlux]:
    """The worker's, a moment later: nothing is written unless something asks for it."""
    return flux.refresh(folder, timezone.now() + 2 * passages.EN_COURS)


@pytest.mark.parametrize("moment", ["decides", "ends"])
def test_it_leaves_with_the_next_run(action, valideur, tmp_path, monkeypatch, moment):
    debut = timezone.now() - timedelta(hours=1)
    avant = flux.export(tmp_path, debut)[0]
    gardee, perdue = numbers(tmp_path / COMPLET)

    complet = approve_during(monkeypatch, action, valideur, tmp_path, moment=moment)

    assert (complet.statut, complet.changees, complet.nouvelles) == ("ecrit", 0, 0)
    assert (numbers(tmp_path / COMPLET), told(debut)) == ([gardee, perdue], [])
    assert departures() == [avant.commence_le, None]

    suivant, _ = next_run(tmp_path)

    nouvelle = Diffusion.objects.order_by("pk").last().pk
    assert numbers(tmp_path / COMPLET) == [gardee, nouvelle]
    assert FragmentLheo.objects.get(pk=gardee).xml.encode() in read(tmp_path / COMPLET)
    assert (suivant.parties, suivant.changees, suivant.nouvelles) == (1, 1, 1)
    assert told(debut) == told(complet.fini_le) == [perdue]
    assert departures() == [avant.commence_le, suivant.commence_le]


def test_a_first_departure_is_dated_whatever_is_approved_meanwhile(action, valideur, tmp_path, monkeypatch):
    """The run waits for the row that is being approved: it left, and says something else since."""
    complet = approve_during(monkeypatch, action, valideur, tmp_path, moment="dates")
    gardee, perdue = numbers(tmp_path / COMPLET)
    assert (complet.sessions, complet.nouvelles) == (2, 1)
    assert departures() == [complet.commence_le, None]
    assert not Diffusion.objects.filter(pk=perdue).exists()

    suivant, _ = next_run(tmp_path)

    assert numbers(tmp_path / COMPLET)[0] == gardee
    assert (suivant.sessions, suivant.nouvelles) == (2, 1)
    assert departures() == [complet.commence_le, suivant.commence_le]
    assert told(complet.fini_le) == [perdue]


def test_control_without_the_margin_it_would_be_lost(action, valideur, tmp_path, monkeypatch):
    """What it wrote is dated before the run that could not read it."""
    flux.export(tmp_path, timezone.now() - timedelta(hours=1))
    approve_during(monkeypatch, action, valideur, tmp_path, moment="ends")
    monkeypatch.setattr(document, "MARGE", timedelta(0))
    assert flux.refresh(tmp_path, timezone.now()) == []
