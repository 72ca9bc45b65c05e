"""Two people at the same moment: one winner, a kind word for the other, one line in the journal.

Each race is also run in a world without locks, where its verdict must turn: the control.
"""

import pytest
from django.utils import timezone

from catalogue import annulation, journal, points, remplacement, saisie, workflow, workflow_site
from catalogue.enums import CauseCorrection, StatutSite
from catalogue.models import Action, Diffusion, PointDemande, Session
from catalogue.points import Point
from tests.concurrence import race, without_locks
from tests.factories import (
    ActionFactory,
    CertificationFactory,
    DispositifFactory,
    SessionFactory,
    SiteFactory,
    UserFactory,
)

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


def answer_double_click(action, of, staff, colleague):
    return transition(action, "answer", of), transition(action, "answer", of)


def answer_answer(action, of, staff, colleague):
    """Two people of the organisme, each with their words: the second is told, and loses nothing."""
    autre = UserFactory(organisme=action.organisme)
    return transition(action, "answer", of), transition(action, "answer", autre, texte="Autrement")


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
    answer_double_click: asked,
    answer_answer: asked,
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


def asked_with_a_point():
    """A question with a point, ticked: who and the call of the answer on what was read."""
    action = waiting()
    point = Point("action.duree_centre", CauseCorrection.INCORRECT)
    action = workflow.apply(
        action.pk, "request_changes", by=UserFactory(valideur=True), texte="Durée ?", points=[point]
    )
    of = UserFactory(organisme=action.organisme)
    row = PointDemande.objects.get(demande__action=action)
    points.tick(action.pk, coches=[row.pk], by=of)
    return action, of, row


def check_ticks(action, of, row):
    """A colleague takes the tick back while the answer leaves: never sent with a point that is open."""
    autre = UserFactory(organisme=action.organisme)
    results = race(
        transition(action, "answer", of),
        lambda: points.tick(action.pk, coches=[], decoches=[row.pk], by=autre),
    )
    row.refresh_from_db()
    action.refresh_from_db()
    refusals = [r for r in results if isinstance(r, workflow.TransitionRefusee | points.CocheRefusee)]
    assert len(refusals) == 1, results
    assert str(refusals[0])
    assert (action.statut == "en_attente_validation") == (row.corrige_le is not None)


def test_a_tick_taken_back_and_the_answer():
    for _ in range(ROUNDS):
        check_ticks(*asked_with_a_point())


def test_control_without_locks_it_is_sent_with_an_open_point():
    asked = asked_with_a_point()
    with without_locks((workflow, "_check"), (points, "_check")), pytest.raises(AssertionError):
        check_ticks(*asked)


def decided_today(nom):
    """Validated or refused this very day: online, and its decision may be undone."""
    action = waiting()
    return workflow.apply(action.pk, nom, by=UserFactory(valideur=True), texte="Doublon")


def check_undo_replace(action, nouvelle, people):
    """Undone and given another code at once, each on what was read: one wins, and nothing is half done."""
    results = race(
        transition(action, "undo", people[0]),
        lambda: remplacement.replace_one(action.pk, nouvelle.pk, by=people[1], revision=action.revision),
    )
    refusals = [
        r for r in results if isinstance(r, workflow.TransitionRefusee | remplacement.RemplacementRefuse)
    ]
    assert len(refusals) == 1, results
    fresh = Action.objects.select_related("formation").get(pk=action.pk)
    undone = isinstance(results[0], Action)
    assert fresh.revision == action.revision + 1
    assert fresh.evenements.filter(revision__gt=action.revision).count() == 1
    assert (fresh.statut == "en_attente_validation") == undone
    assert (fresh.formation.certification_id == nouvelle.pk) == (not undone)
    # What the public reads follows: nothing more of an approval undone, the new code of one replaced.
    codes = set(Diffusion.objects.filter(action=action).values_list("certification_code", flat=True))
    assert codes == ({nouvelle.pk} if action.statut == "validee" and not undone else set())


@pytest.mark.parametrize("nom", ["approve", "refuse"])
def test_undone_and_replaced_at_once(nom, people):
    nouvelle = CertificationFactory()
    for _ in range(ROUNDS):
        check_undo_replace(decided_today(nom), nouvelle, people)


@pytest.mark.parametrize("nom", ["approve", "refuse"])
def test_control_without_locks_undone_and_replaced_both_happen(nom, people):
    action, nouvelle = decided_today(nom), CertificationFactory()
    with without_locks((workflow, "_check"), (remplacement, "_check")), pytest.raises(AssertionError):
        check_undo_replace(action, nouvelle, people)
