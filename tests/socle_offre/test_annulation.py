"""Undoing a decision within its day: everything as before, and nothing when it is too late."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from catalogue import annulation, saisie, tasks, workflow
from catalogue.models import Action, DecisionAnnulable, Diffusion, JourFerme, Session
from tests.factories import ActionFactory, DispositifFactory, SessionFactory, UserFactory, publier

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
#: What an undone decision puts back.
COLONNES = ("statut", "soumise_le", "decidee_le", "validee_le", "premier_debut", "examinateur", "prise_le")


@pytest.fixture
def valideur():
    return UserFactory(valideur=True)


def waiting(**fields):
    action = ActionFactory(complete=True, **fields)
    return workflow.apply(action.pk, "submit", by=UserFactory(organisme=action.organisme))


def renewed(valideur):
    """A validated action, reopened, changed (a session more, one less), taken in charge and sent again."""
    action = publier()
    of = UserFactory(organisme=action.organisme)
    Diffusion.objects.filter(action=action).update(transmise_le=timezone.now())
    workflow.apply(action.pk, "reopen", by=of)
    saisie.delete(action.sessions.get(), by=of)
    DispositifFactory(session=SessionFactory(action=action))
    workflow.apply(action.pk, "submit", by=of)
    Action.objects.filter(pk=action.pk).update(examinateur=valideur, prise_le=timezone.now())
    return Action.objects.get(pk=action.pk)


def state(action):
    fresh = Action.objects.get(pk=action.pk)
    return {colonne: getattr(fresh, colonne) for colonne in COLONNES}, online(action)


def online(action):
    """What is online of `action`; not when it changed: coming back is a change, that partners are told."""
    rows = list(Diffusion.objects.filter(action=action).order_by("pk").values())
    for row in rows:
        del row["modifiee_le"]
    return rows


@pytest.mark.parametrize(("decision", "texte"), [("approve", ""), ("refuse", "Doublon")])
@pytest.mark.parametrize("first", [True, False])
def test_everything_is_as_before(valideur, decision, texte, first):
    action = waiting() if first else renewed(valideur)
    before = state(action)

    workflow.apply(action.pk, decision, by=valideur, texte=texte)
    assert state(action) != before
    workflow.apply(action.pk, "undo", by=UserFactory(valideur=True))

    assert state(action) == before
    assert not DecisionAnnulable.objects.exists()
    assert [e.type for e in action.evenements.all()[:2]] == ["undo", decision]


def test_a_public_number_stays_its_session_s_own(valideur):
    action = waiting()
    workflow.apply(action.pk, "approve", by=valideur)
    numero = action.sessions.get().numero

    workflow.apply(action.pk, "undo", by=valideur)
    assert (action.sessions.get().numero, online(action)) == (numero, [])
    workflow.apply(action.pk, "approve", by=valideur)

    assert [row["numero"] for row in online(action)] == [numero]


def test_what_left_in_a_feed_meanwhile_is_not_forgotten(valideur):
    action = publier()
    workflow.apply(action.pk, "reopen", by=valideur)
    workflow.apply(action.pk, "submit", by=valideur)
    workflow.apply(action.pk, "approve", by=valideur)
    Diffusion.objects.update(transmise_le=timezone.now())
    parti = Diffusion.objects.get().transmise_le

    workflow.apply(action.pk, "undo", by=valideur)
    assert Diffusion.objects.get().transmise_le == parti
    workflow.apply(action.pk, "approve", by=valideur)

    assert Diffusion.objects.get().transmise_le == parti


def at(monkeypatch, *moment):
    now = datetime(*moment, tzinfo=PARIS)
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.mark.parametrize(
    ("decided", "undone", "possible"),
    [
        ((2026, 11, 24, 0, 0, 0), (2026, 11, 24, 23, 59, 59), True),
        ((2026, 11, 24, 23, 59, 59), (2026, 11, 25, 0, 0, 0), False),
        # Midnight in Paris, which is 22 or 23 h in UTC; and the night that is an hour longer.
        ((2026, 7, 1, 0, 30), (2026, 7, 1, 2, 30), True),
        ((2026, 7, 1, 23, 30), (2026, 7, 2, 0, 30), False),
        ((2026, 10, 25, 0, 0), (2026, 10, 25, 23, 59), True),
        ((2025, 11, 24, 12, 0), (2026, 11, 24, 12, 0), False),
    ],
)
def test_until_midnight(valideur, monkeypatch, decided, undone, possible):
    action = waiting()
    at(monkeypatch, *decided)
    debut = timezone.localdate() + timedelta(days=30)
    Session.objects.update(date_debut=debut, date_fin=debut + timedelta(days=90))
    workflow.apply(action.pk, "refuse", by=valideur, texte="Doublon")
    at(monkeypatch, *undone)

    assert bool(annulation.obstacle(Action.objects.get(pk=action.pk), timezone.now())) != possible
    if possible:
        assert workflow.apply(action.pk, "undo", by=valideur).statut == "en_attente_validation"
    else:
        with pytest.raises(workflow.TransitionRefusee, match="avant minuit") as refusal:
            workflow.apply(action.pk, "undo", by=valideur)
        assert refusal.value.code == "delai"


def test_the_decisions_of_other_days_are_forgotten(valideur, monkeypatch):
    yesterday, today = waiting(), waiting()
    for action in (yesterday, today):
        workflow.apply(action.pk, "refuse", by=valideur, texte="Doublon")
    minuit = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    DecisionAnnulable.objects.filter(action=today).update(le=minuit)
    DecisionAnnulable.objects.filter(action=yesterday).update(le=minuit - timedelta(microseconds=1))

    tasks.purger_annulables(0)

    assert DecisionAnnulable.objects.get().action_id == today.pk
    with pytest.raises(workflow.TransitionRefusee, match="ne peut plus être annulée"):
        workflow.apply(yesterday.pk, "undo", by=valideur)


def test_undoing_twice_is_told(valideur):
    action = waiting()
    workflow.apply(action.pk, "approve", by=valideur)
    workflow.apply(action.pk, "undo", by=valideur)

    with pytest.raises(workflow.TransitionRefusee) as again:
        workflow.apply(action.pk, "undo", by=valideur)

    assert again.value.code == "deja_fait"


def test_only_what_nobody_touched_since(valideur):
    action = waiting()
    workflow.apply(action.pk, "refuse", by=valideur, texte="Doublon")
    of = UserFactory(organisme=action.organisme)
    workflow.apply(action.pk, "reopen", by=of)

    with pytest.raises(workflow.TransitionRefusee) as reopened:
        workflow.apply(action.pk, "undo", by=valideur)
    Action.objects.filter(pk=action.pk).update(statut="refusee")  # as a change that no transition tells
    with pytest.raises(workflow.TransitionRefusee) as touched:
        workflow.apply(action.pk, "undo", by=valideur)

    assert (reopened.value.code, touched.value.code) == ("statut", "delai")


class TestCancelledQuestion:
    def test_the_organisme_keeps_its_place_in_the_queue(self, valideur):
        action = waiting()
        workflow.apply(action.pk, "request_changes", by=valideur, texte="Quelle durée ?")

        back = workflow.apply(action.pk, "cancel_question", by=UserFactory(agent=True))

        assert (back.statut, back.soumise_le) == ("en_attente_validation", action.soumise_le)
        question = action.demandes.get()
        assert question.close_le
        assert (question.reponse, question.repondue_par) == ("", None)

    def test_another_question_may_follow(self, valideur):
        action = waiting()
        for _ in range(2):
            workflow.apply(action.pk, "request_changes", by=valideur, texte="Quelle durée ?")
            workflow.apply(action.pk, "cancel_question", by=valideur)

        assert action.demandes.count() == 2


def test_the_delay_of_a_decision_is_counted_in_working_days(valideur):
    """Sent on the Friday before 11 November, a Wednesday when nobody works; decided on the Thursday."""
    JourFerme.objects.create(jour=date(2026, 11, 11), libelle="Armistice")
    action = waiting()
    Action.objects.filter(pk=action.pk).update(soumise_le=datetime(2026, 11, 6, 23, 30, tzinfo=PARIS))

    with pytest.MonkeyPatch.context() as patch:
        at(patch, 2026, 11, 12, 0, 30)
        workflow.apply(action.pk, "refuse", by=valideur, texte="Doublon")

    assert action.evenements.first().delai_ouvre == 3
    assert set(action.evenements.exclude(type="refuse").values_list("delai_ouvre", flat=True)) == {None}


def test_who_examined_is_free_once_it_is_decided(valideur):
    action = renewed(valideur)

    decided = workflow.apply(action.pk, "approve", by=valideur)

    assert (decided.examinateur, decided.prise_le) == (None, None)
