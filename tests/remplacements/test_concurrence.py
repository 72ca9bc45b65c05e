"""A code replaced while somebody types, decides, reads or replaces too: nobody's act undoes another's.

Each race is also run without what protects it, where its verdict must turn: the control.
"""

from contextlib import nullcontext
from threading import Barrier
from unittest import mock

import pytest
from django.db.models import QuerySet

from catalogue import remplacement, saisie, workflow
from catalogue.models import Action, Certification, Diffusion, Formation, Session
from catalogue.remplacement import RemplacementRefuse, acknowledge, replace_one
from catalogue.saisie import SaisieRefusee
from catalogue.workflow import TransitionRefusee
from tests.concurrence import race, without_locks
from tests.factories import (
    ActionFactory,
    CertificationFactory,
    FormationFactory,
    SiteFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5
REFUS = RemplacementRefuse | SaisieRefusee | TransitionRefusee


@pytest.fixture
def monde(nouvelle, valideur):
    """What each race starts from: a fresh action on the old code, and its people."""

    class Monde:
        #: The world in which people act: with locks, or a control's.
        world = nullcontext

        def __init__(self, **traits):
            formation = FormationFactory(certification_id="31999")
            self.action = ActionFactory(formation=formation, complete=True, **traits)
            self.of = UserFactory(organisme=formation.organisme)
            self.nouvelle, self.valideur = nouvelle, valideur

        def replace(self, action=None, code=None, **options):
            action = action or self.action
            code = code or self.nouvelle.pk
            return lambda: replace_one(action.pk, code, by=self.valideur, **options)

        def make_target(self):
            """The formation to join is there: nobody waits for another to make it (see the last tests)."""
            FormationFactory(organisme=self.action.organisme, certification=self.nouvelle)

        def race(self, *calls):
            with self.world():
                return race(*calls)

        def fresh(self):
            return Action.objects.select_related("formation").get(pk=self.action.pk)

    return Monde


def check_lines(action, expected: int):
    """One line per change, each on a revision of its own, the last one being the action's."""
    revisions = sorted(action.evenements.values_list("revision", flat=True))
    assert revisions == list(range(2, expected + 2)), revisions
    assert action.revision == expected + 1


def replace_replace(monde):
    """Two colleagues choose two successors of the same code."""
    depart = monde()
    autre = CertificationFactory()
    lu = {"revision": depart.action.revision}
    results = depart.race(depart.replace(**lu), depart.replace(code=autre.pk, **lu))
    refus = [r for r in results if isinstance(r, Exception)]
    assert [getattr(r, "code", r) for r in refus] == ["perimee"]
    check_lines(depart.fresh(), 1)
    codes = set(Formation.objects.filter(organisme=depart.action.organisme).values_list("certification"))
    assert codes == {(depart.fresh().formation.certification_id,)}


def replace_double_click(monde):
    depart = monde()
    depart.make_target()
    results = depart.race(*[depart.replace(revision=depart.action.revision)] * 2)
    refus = [r for r in results if isinstance(r, Exception)]
    assert [getattr(r, "code", r) for r in refus] == ["deja_fait"]
    check_lines(depart.fresh(), 1)


def replace_edit(monde):
    """The organisme saves a session meanwhile: both are kept."""
    depart = monde()
    session = Session.objects.get(action=depart.action)
    session.capacite += 1
    results = depart.race(
        depart.replace(), lambda: saisie.update(session, ["capacite"], session.version, by=depart.of)
    )
    assert not [r for r in results if isinstance(r, Exception)]
    check_lines(depart.fresh(), 2)
    assert depart.fresh().formation.certification_id == depart.nouvelle.pk
    assert Session.objects.get(pk=session.pk).capacite == session.capacite


def replace_approve(monde):
    """Another valideur approves what they have read: what goes online carries the action's code."""
    Certification.objects.filter(pk="31999").update(annee_derniere_session=None)
    depart = monde(attente=True)
    lu = {"revision": depart.action.revision}
    collegue = UserFactory(valideur=True)
    results = depart.race(
        depart.replace(**lu), lambda: workflow.apply(depart.action.pk, "approve", by=collegue, **lu)
    )
    refus = [r for r in results if isinstance(r, Exception)]
    assert [getattr(r, "code", r) for r in refus] == ["perimee"]
    check_lines(depart.fresh(), 1)
    online = Diffusion.objects.filter(action=depart.action).values_list("certification_code", flat=True)
    assert set(online) <= {depart.fresh().formation.certification_id}


def last_two_actions(monde):
    """The two actions of a formation leave it at the same moment: the empty formation goes."""
    depart = monde()
    depart.make_target()
    autre = ActionFactory(formation=depart.action.formation)
    results = depart.race(depart.replace(), depart.replace(action=autre))
    assert not [r for r in results if isinstance(r, Exception)], results
    formations = Formation.objects.filter(organisme=depart.action.organisme)
    assert list(formations.values_list("certification", flat=True)) == [depart.nouvelle.pk]
    assert formations.get().actions.count() == 2


def new_action(monde):
    """The organisme adds an action to the formation that the last one is leaving."""
    depart = monde()
    formation = depart.action.formation
    site = SiteFactory(organisme=formation.organisme)
    row = Action(formation=formation, organisme=formation.organisme, site_dispensateur=site)
    results = depart.race(depart.replace(), lambda: saisie.create(row, row.jeton, by=depart.of))
    assert isinstance(results[0], Action), results
    assert not isinstance(results[1], Exception) or isinstance(results[1], SaisieRefusee), results
    restante = Formation.objects.filter(pk=formation.pk).first()
    assert (restante is not None) == (not isinstance(results[1], Exception))
    assert Action.objects.filter(formation=formation.pk).count() == (1 if restante else 0)


def acknowledge_twice(monde):
    depart = monde()
    depart.replace()()
    depart.race(*[lambda: acknowledge(depart.action.pk, depart.nouvelle.pk, by=depart.of)] * 2)
    assert depart.action.evenements.filter(type="acknowledge_code").count() == 1


def acknowledge_replace(monde):
    """The code is replaced again while the organisme says it has read the first one: it is told again."""
    depart = monde()
    depart.replace()()
    derniere = CertificationFactory()
    depart.race(
        lambda: acknowledge(depart.action.pk, depart.nouvelle.pk, by=depart.of),
        depart.replace(code=derniere.pk),
    )
    assert depart.fresh().certification_remplacee_le is not None
    assert depart.fresh().formation.certification == derniere


CHECK = (remplacement, "_check")
#: Each race, and where its two runners meet in the control.
RACES = {
    replace_replace: (CHECK,),
    replace_double_click: (CHECK,),
    replace_edit: (CHECK, (saisie, "_check_open")),
    replace_approve: (CHECK, (workflow, "_check")),
    last_two_actions: ((remplacement, "_is_empty"),),
    new_action: ((remplacement, "_is_empty"), (saisie, "_hold_site")),
    acknowledge_twice: ((remplacement, "role_on"),),
}
every_race = pytest.mark.parametrize("race_of", RACES, ids=lambda call: call.__name__)


@pytest.mark.parametrize("race_of", [*RACES, acknowledge_replace], ids=lambda call: call.__name__)
def test_nobody_undoes_another(race_of, monde):
    for _ in range(ROUNDS):
        race_of(monde)


@every_race
def test_control_without_locks_the_verdict_turns(race_of, monde):
    monde.world = staticmethod(lambda: without_locks(*RACES[race_of]))

    with pytest.raises(AssertionError):
        race_of(monde)


def test_control_without_locks_an_acknowledgement_hides_a_new_code(monde):
    """Read, replaced meanwhile, then written: the interleaving that the lock forbids."""

    def slow_role_on(by, action):
        if by == depart.of:
            race(depart.replace(code=derniere.pk))
        return role_on(by, action)

    depart, derniere, role_on = monde(), CertificationFactory(), remplacement.role_on
    depart.replace()()
    with without_locks(), mock.patch.object(remplacement, "role_on", slow_role_on):
        acknowledge(depart.action.pk, depart.nouvelle.pk, by=depart.of)

    assert depart.fresh().formation.certification == derniere
    assert depart.fresh().certification_remplacee_le is None


def two_codes_one_successor(monde):
    """Two actions of one organisme, on two old codes, take the same new one: one formation is made."""
    depart = monde()
    autre = ActionFactory(formation=FormationFactory(organisme=depart.action.organisme))
    results = depart.race(depart.replace(), depart.replace(action=autre))
    assert not [r for r in results if isinstance(r, Exception)], results
    formation = Formation.objects.get(organisme=depart.action.organisme)
    assert formation.actions.count() == 2


def test_a_formation_is_made_once(monde):
    for _ in range(ROUNDS):
        two_codes_one_successor(monde)


def test_control_a_formation_made_without_care_refuses_one_of_two(monde):
    def careless(queryset, rows, **_):
        for row in rows:
            if not queryset.filter(organisme=row.organisme_id, certification=row.certification).exists():
                meeting.wait(20)
                row.save()

    meeting = Barrier(2)
    with mock.patch.object(QuerySet, "bulk_create", careless), pytest.raises(AssertionError):
        two_codes_one_successor(monde)
