"""Random sequences of acts against the model.

python3 dev.py test tests/etats                          the slice that runs each time (5 %)
python3 dev.py test tests/etats --sequences 10000 -n 2   the long run
python3 dev.py test tests/etats --graine 7               other sequences
python3 dev.py test tests/etats/test_temoins.py --bogues does the machine find every bug that is sown?

A sequence of the slice is short (`PAS_COURTS`), so that it stays affordable, and begins where things happen:
a draft, an action online, another that waits. More than 500 sequences asked for: each has 50 acts.

What departs from the quality plan (R2), and why:
* « over HTTP »: one likely decision in eight goes through the pages, sign-in included. The others go through
  the domain functions that the views call, five to ten times cheaper; what a view adds (forms, 404,
  redirections) is in tests/tunnel, tests/validation and tests/acces, role by role.
* « 1 importer »: extracts of Certif Info only, in which codes end, go on, or replace each other.
* « search count »: what search reads (`FicheRecherche`) is compared with what is online, row by row; its
  pages have their own tests.
* Nobody leaves an organisme or enters one's space: tests/avis and tests/accounts do.
* One process: races are in the tests/*/test_concurrence.py.
"""

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.etats.graine import load_everything
from tests.etats.lecture import prepare
from tests.etats.machine import Machine
from tests.etats.monde import build_monde

#: The sequences are cut in this many tests, so that every core has some.
PARTS = 10
#: How many acts a sequence has: in the slice, and in a longer run than `COURTE`.
PAS_COURTS, PAS, COURTE = 5, 50, 500


def pytest_generate_tests(metafunc):
    if "graine" in metafunc.fixturenames:
        graine = metafunc.config.getoption("graine")
        metafunc.parametrize("graine", [graine * 100 + rang for rang in range(PARTS)])


@pytest.mark.django_db
def test_whatever_people_do(graine, pytestconfig):
    load_everything()
    prepare()
    Machine.monde = build_monde()
    sequences = pytestconfig.getoption("sequences")
    run = settings(
        max_examples=-(-sequences // PARTS),
        stateful_step_count=PAS if sequences > COURTE else PAS_COURTS,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
        # A sequence is told as it came: shrinking one takes minutes.
        phases=[Phase.generate],
    )
    run_state_machine_as_test(seed(graine)(Machine), settings=run)
