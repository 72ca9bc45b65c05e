"""Managers who act on each other at the same moment: the team keeps one, whatever happens.

Each race is also run in a world without locks, where its verdict must turn: the control.
"""

import pytest

from accounts.equipe import regles
from accounts.models import EvenementSecurite, Rattachement
from catalogue.enums import RoleOrganisme
from sofi.origine import Origine
from tests.concurrence import race, without_locks
from tests.factories import OrganismeFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5


@pytest.fixture
def greta():
    return OrganismeFactory()


def two_managers(greta):
    return UserFactory(organisme=greta), UserFactory(organisme=greta)


def removes(greta, par, user):
    pk = user.rattachements.get().pk
    return lambda: regles.retirer(greta, pk, par=par, origine=Origine())


def lowers(greta, par, user):
    pk = user.rattachements.get().pk
    return lambda: regles.changer_role(greta, pk, RoleOrganisme.LECTURE, par=par, origine=Origine())


def leaves(greta, user):
    return lambda: regles.quitter(greta, par=user, origine=Origine())


RACES = {
    "each removes the other": lambda greta, a, b: (removes(greta, a, b), removes(greta, b, a)),
    "each lowers the other": lambda greta, a, b: (lowers(greta, a, b), lowers(greta, b, a)),
    "both leave": lambda greta, a, b: (leaves(greta, a), leaves(greta, b)),
    "one leaves, and is removed by the other who leaves too": lambda greta, a, b: (
        leaves(greta, a),
        lowers(greta, a, b),
    ),
}


def managers(greta) -> int:
    return Rattachement.objects.gestionnaires().filter(organisme=greta).count()


@pytest.mark.parametrize("name", RACES)
def test_the_team_keeps_a_manager(greta, name):
    for _ in range(ROUNDS):
        Rattachement.objects.all().delete()
        a, b = two_managers(greta)
        before = EvenementSecurite.objects.count()

        results = race(*RACES[name](greta, a, b))

        refused = [result for result in results if isinstance(result, regles.EquipeRefusee)]
        assert len(refused) == 1, results
        assert managers(greta) == 1
        assert EvenementSecurite.objects.count() == before + 1


@pytest.mark.parametrize("name", RACES)
def test_control_without_the_lock_nobody_is_left(greta, name):
    a, b = two_managers(greta)

    with without_locks((regles, "_check_not_alone")):
        race(*RACES[name](greta, a, b))

    assert managers(greta) == 0
