"""Does the machine see anything? Twenty bugs are sown, one at a time; it must find each of them.

One in four each time, so that the slice stays short; all with `--bogues`.
"""

from unittest import mock

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from catalogue import (
    annulation,
    attribution,
    avis,
    completude,
    instantane,
    journal,
    points,
    remplacement,
    saisie,
    workflow,
)
from catalogue.models import Action, Diffusion
from catalogue.models.diffusion import DiffusionQuerySet
from catalogue.models.scope import ScopedQuerySet
from catalogue.permissions import Role
from tests.etats import invariants
from tests.etats.machine import Machine
from tests.etats.monde import build_monde

apply, record, assign, update = workflow.apply, journal.record, attribution.assign, saisie.update
publish, count = instantane.publish, invariants.count


def nothing(*_, **__):
    """What a forgotten line does."""


def leak(row, champs, version, *, by):
    """An edit that shows at once."""
    saved = update(row, champs, version, by=by)
    for ligne in Diffusion.objects.filter(action=saisie.action_of(saved)):
        ligne.contenu["session"]["places_disponibles"] = 1
        ligne.save()
    return saved


def keep_holder(action, transition, now):
    """A decision that leaves the dossier on somebody's desk."""
    holder, since = action.examinateur, action.prise_le
    STAMP(action, transition, now)
    action.examinateur, action.prise_le = holder, since


def half_online(action, now):
    """One session of the action does not go online."""
    publish(action, now)
    if action.diffusions.count() > 1:
        action.diffusions.first().delete()


def forget_the_acknowledgement(action_pk, code, *, by):
    return Action.objects.get(pk=action_pk)


STAMP = workflow._stamp
#: What is sown: where, under which name, and what stands there instead.
BOGUES = {
    "anybody decides": (workflow, "role_on", lambda *_: Role.VALIDEUR),
    "an old page decides": (workflow, "apply", lambda *a, revision=None, **k: apply(*a, **k)),
    "the incomplete is sent": (completude, "blocking", lambda *_: []),
    "nothing goes online": (instantane, "publish", nothing),
    "a session stays behind": (instantane, "publish", half_online),
    "the archived stays online": (instantane, "withdraw", nothing),
    "what was sent is typed over": (saisie, "_check_open", nothing),
    "an edit shows at once": (saisie, "update", leak),
    "an edit leaves the revision": (saisie, "_touch", nothing),
    "a line is written twice": (journal, "record", lambda *a, **k: record(*a, **k) and record(*a, **k)),
    "nobody is told": (avis, "on_transition", nothing),
    "a mail is sent twice": (
        avis,
        "on_transition",
        lambda *a, **k: [avis.evenements.on_transition(*a, **k) for _ in "ab"],
    ),
    "undone the next day": (annulation, "obstacle", lambda *_: ""),
    "undone, still online": (instantane, "put", nothing),
    "anybody ticks": (points, "_check", nothing),
    "answered before the corrections": (workflow, "still_open", lambda *_: False),
    "taken from a colleague": (attribution, "claim", lambda pk, *, by: assign(pk, to=by.pk, by=by)),
    "decided, still on a desk": (workflow, "_stamp", keep_holder),
    "the old code stays online": (instantane, "replace_certification", nothing),
    "read, and still to read": (remplacement, "acknowledge", forget_the_acknowledgement),
    "everybody sees everything": (ScopedQuerySet, "visible_to", lambda self, _: self.all()),
    "gone a day too soon": (DiffusionQuerySet, "actives", lambda self, on: self.filter(date_fin__gt=on)),
    "a counter is wrong": (invariants, "count", lambda user: {k: v + 1 for k, v in count(user).items()}),
}


def pytest_generate_tests(metafunc):
    if "bogue" in metafunc.fixturenames:
        noms = sorted(BOGUES)
        if not metafunc.config.getoption("bogues"):
            noms = noms[metafunc.config.getoption("graine") % 4 :: 4]
        metafunc.parametrize("bogue", noms)


@pytest.mark.django_db
def test_the_machine_finds_it(bogue, pytestconfig):
    Machine.monde = build_monde()
    run = settings(
        max_examples=400,
        stateful_step_count=50,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    machine = seed(pytestconfig.getoption("graine"))(Machine)
    with mock.patch.object(*BOGUES[bogue]), pytest.raises(Exception):  # noqa: B017, PT011 - whatever it says
        run_state_machine_as_test(machine, settings=run)
