"""Random sequences of acts against the model.

python3 dev.py test tests/etats                          the slice that runs each time (5 %)
python3 dev.py test tests/etats --sequences 10000 -n 2   the long run
python3 dev.py test tests/etats --graine 7               other sequences
"""

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.etats.machine import Machine
from tests.etats.monde import build_monde

#: The sequences are cut in this many tests, so that every core has some.
PARTS = 10


def pytest_generate_tests(metafunc):
    if "graine" in metafunc.fixturenames:
        graine = metafunc.config.getoption("graine")
        metafunc.parametrize("graine", [graine * 100 + rang for rang in range(PARTS)])


@pytest.mark.django_db
def test_whatever_people_do(graine, pytestconfig):
    Machine.monde = build_monde()
    sequences = -(-pytestconfig.getoption("sequences") // PARTS)
    run = settings(
        max_examples=sequences,
        stateful_step_count=50,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
        # A sequence is told as it came: shrinking one takes minutes.
        phases=[Phase.generate],
    )
    run_state_machine_as_test(seed(graine)(Machine), settings=run)
