"""Does the machine see anything? Bugs are sown, one at a time (`bogues`); it must find each of them.

One in four each time, which ones the seed says, so that the slice stays short; all with `--bogues`.
"""

from unittest import mock

import pytest
from django.db import IntegrityError
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.etats.bogues import BOGUES
from tests.etats.graine import load_everything
from tests.etats.lecture import prepare
from tests.etats.machine import Machine
from tests.etats.monde import build_monde

#: What finds a bug: an invariant, or a constraint of the base. Anything else is a stub that does not run.
TROUVE = (AssertionError, IntegrityError)
JOURS = 6


def pytest_generate_tests(metafunc):
    if "bogue" in metafunc.fixturenames:
        noms = sorted(BOGUES)
        if not metafunc.config.getoption("bogues"):
            noms = noms[metafunc.config.getoption("graine") % 4 :: 4]
        metafunc.parametrize("bogue", noms)


def tell_stories(graine: int, run: settings) -> None:
    """A few days of stories: chance may miss a rare bug on one of them."""
    for jour in range(JOURS):
        run_state_machine_as_test(seed(graine + jour)(Machine), settings=run)


@pytest.mark.django_db
def test_the_machine_finds_it(bogue, pytestconfig):
    load_everything()
    prepare()
    Machine.monde = build_monde()
    run = settings(
        max_examples=100,
        stateful_step_count=30,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    graine = pytestconfig.getoption("graine")
    with mock.patch.object(*BOGUES[bogue]), pytest.raises(TROUVE) as trouve:
        tell_stories(graine, run)
    # Not the error itself: it may hold rows that the end of the sequence has undone.
    print(bogue, trouve.type.__name__, trouve.traceback[-1], *trouve.value.__notes__, sep="\n")
