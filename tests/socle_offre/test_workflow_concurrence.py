"""Two people at the same moment: one winner, a kind word for the other, one line in the journal.

Each race is also run in a world without locks, where its verdict must turn: the control.
"""

import pytest
from django.utils import timezone

from catalogue import annulation, journal, saisie, workflow, workflow_site
from catalogue.enums import StatutSite
from catalogue.models import Action, Diffusion, Session
from tests.concurrence import race, without_locks
from tests.factories import ActionFactory, DispositifFactory, SessionFactory, SiteFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5


def transition(action, name, by, **options):
    """A call that does `name` on what its author has read: the present revision."""
    options = {"revision": action.revision, "texte": "Un mot" if name in TEXTS else ""} | options
    return lambda: workflow.apply(action.pk, name, by=by, **options)


TEXTS = {"request_changes", "answer", "refuse", "archive"}


def edit(action, by):
    """A call that saves another duration, on the version its author has read."""
    row = Action.objects.get(pk=action.pk)
    row.duree_centre += 1
    return lambda: saisie.update(row, ["duree_centre"], row.version, by=by)


def remove_session(action, by):
    session = Session.objects.get(action=action)
    return lambda: saisie.delete(session, by=by)


def waiting():
    return ActionFactory(complete=True, attente=True)


def asked():
    return ActionFactory(complete=True, question=True)


def drafted():
    return ActionFactory(complete=True)


def refused():
    """Refused this very day, which may be undone; its line is not one of the race."""
    action = ActionFactory(complete=True, refusee=True)
    line = journal.record(action, "refuse", by=UserFactory(valideur=True), texte="Doublon")
    annulation.keep(line, annulation.photograph(action, "refuse"), timezone.now())
    return action


def approve_approve(action, of, staff, colleague):
    return transition(action, "approve", staff), transition(action, "approve", colleague)


def approve_refuse(action, of, staff, colleague):
    return transition(action, "approve", staff), transition(action, "refuse", colleague)


def approve_question(action, of, staff, colleague):
    return transition(action, "approve", staff), transition(action, "request_changes", colleague)


def approve_withdraw(action, of, staff, colleague):
    return transition(action, "approve", staff), transition(action, "withdraw", of)


def approve_double_click(action, of, staff, colleague):
    return transition(action, "approve", staff), transition(action, "approve", staff)


def question_question(action, of, staff, colleague):
    return transition(action, "request_changes", staff), transition(action, "request_changes", colleague)


def submit_double_click(action, of, staff, colleague):
    return transition(action, "submit", of), transition(action, "submit", of)


def submit_edit(action, of, staff, colleague):
    return transition(action, "submit", of), edit(action, of)


def submit_remove_session(action, of, staff, colleague):
    return transition(action, "submit", of), remove_session(action, of)


def answer_edit(action, of, staff, colleague):
    return transition(action, "answer", of), edit(action, of)


def answer_cancel(action, of, staff, colleague):
    return transition(action, "answer", of), transition(action, "cancel_question", staff)


def undo_reopen(action, of, staff, colleague):
    return transition(action, "undo", staff), transition(action, "reopen", of)


def undo_undo(action, of, staff, colleague):
    return transition(action, "undo", staff), transition(action, "undo", colleague)


def approve_correct(action, of, staff, colleague):
    return transition(action, "approve", staff), edit(action, colleague)


RACES = {
    approve_approve: waiting,
    approve_refuse: waiting,
    approve_question: waiting,
    approve_withdraw: waiting,
    approve_double_click: waiting,
    question_question: waiting,
    submit_double_click: drafted,
    submit_edit: drafted,
    submit_remove_session: drafted,
    answer_edit: asked,
    answer_cancel: asked,
    undo_reopen: refused,
    undo_undo: refused,
    approve_correct: waiting,
}
every_race = pytest.mark.parametrize("race_of", RACES, ids=lambda call: call.__name__)


def run(race_of, people):
    action = RACES[race_of]()
    of = UserFactory(organisme=action.organisme)
    return action, race(*race_of(action, of, *people))


def check(action, results):
    """The verdict of a race: one winner, one refusal in French, one line, one number per session."""
    refusals = [r for r in results if isinstance(r, workflow.TransitionRefusee | saisie.SaisieRefusee)]
    errors = [r for r in results if isinstance(r, Exception) and r not in refusals]
    assert errors == []
    assert len(refusals) == 1, results
    assert refusals[0].code in {"statut", "deja_fait", "perimee"}
    assert str(refusals[0])
    fresh = Action.objects.get(pk=action.pk)
    (line,) = fresh.evenements.filter(revision__gt=action.revision)
    assert (line.statut_apres, line.revision) == (fresh.statut, fresh.revision)
    assert fresh.revision == action.revision + 1
    online = Diffusion.objects.filter(action=action)
    numbers = set(Session.objects.filter(action=action).values_list("numero", flat=True)) - {None}
    assert {row.numero for row in online} == numbers
    assert online.count() == (fresh.sessions.count() if fresh.statut == "validee" else 0)


@pytest.fixture
def people():
    return UserFactory(valideur=True), UserFactory(valideur=True)


@every_race
def test_one_winner(race_of, people):
    for _ in range(ROUNDS):
        check(*run(race_of, people))


@every_race
def test_control_without_locks_nobody_loses(race_of, people):
    with without_locks((workflow, "_check"), (saisie, "_check_open")):
        action, results = run(race_of, people)

    with pytest.raises(AssertionError):
        check(action, results)


def test_numbers_are_given_once_across_actions(people):
    actions = [waiting() for _ in range(4)]
    for action in actions:
        for _ in range(2):
            DispositifFactory(session=SessionFactory(action=action))

    results = race(*(transition(action, "approve", people[0]) for action in actions))

    assert all(isinstance(result, Action) for result in results), results
    numbers = list(Session.objects.values_list("numero", flat=True))
    assert len(numbers) == len(set(numbers)) == 12
    assert set(numbers) == set(Diffusion.objects.values_list("numero", flat=True))


def test_nobody_validates_what_was_edited_after_they_read_it(people):
    """Withdrawn, edited and sent again between the reading and the click: the click is refused."""
    action = waiting()
    of = UserFactory(organisme=action.organisme)
    click = transition(action, "approve", people[0])

    workflow.apply(action.pk, "withdraw", by=of)
    edit(action, of)()
    workflow.apply(action.pk, "submit", by=of)

    with pytest.raises(workflow.TransitionRefusee) as refusal:
        click()
    assert refusal.value.code == "perimee"
    assert not Diffusion.objects.exists()


def check_sites(action, site, people):
    race(*(lambda by=by: workflow_site.approve_site(site.pk, action.pk, by=by) for by in people))
    site.refresh_from_db()
    assert site.statut == StatutSite.ACTIF
    assert action.evenements.filter(type="approve_site").count() == 1


def unchecked():
    action = waiting()
    return action, SiteFactory(organisme=action.organisme, statut=StatutSite.A_VALIDER)


def test_a_place_is_checked_once(people):
    for _ in range(ROUNDS):
        check_sites(*unchecked(), people)


def test_control_without_locks_a_place_is_checked_twice(people):
    with without_locks((workflow_site, "role_on")), pytest.raises(AssertionError):
        check_sites(*unchecked(), people)
