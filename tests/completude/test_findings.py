"""All the findings of an action together: their order, their cost."""

import pytest

from catalogue import completude
from catalogue.models import Action
from tests.completude.outils import LE, change, found
from tests.factories import (
    DispositifFactory,
    SessionFactory,
)

pytestmark = pytest.mark.django_db


def test_a_complete_action_has_nothing_to_say(action):
    assert found(action, interne=True) == []


def test_findings_come_in_the_order_of_the_tunnel_and_name_their_row(action):
    session = action.sessions.get()
    dispositif = session.dispositifs.get()
    change(action.organisme, nda="")
    change(action.formation.certification, retiree_le=LE)
    change(action, niveau_entree="")
    change(session, capacite=None)
    change(dispositif, publics=[])
    tree = Action.objects.with_tree().get(pk=action.pk)
    found = [(c.etape, c.pk, c.champ) for c in completude.blocking(tree, LE)]
    assert found == [
        ("organisme", action.organisme_id, "nda"),
        ("formation", action.formation_id, "certification"),
        ("action", action.pk, "niveau_entree"),
        ("session", session.pk, "capacite"),
        ("dispositif", dispositif.pk, "publics"),
    ]


def test_the_steps_alone_ask_the_database_nothing(action, django_assert_num_queries):
    tree = Action.objects.with_tree().get(pk=action.pk)
    with django_assert_num_queries(0):
        assert completude.of_steps(tree, on=LE) == []


@pytest.mark.parametrize("nombre", [1, 3])
def test_all_findings_cost_four_queries(action, nombre, django_assert_num_queries):
    """Replaced codes, registrations of a certification that has some, communes, twin sessions."""
    change(action.formation.certification, code_rncp="37535")
    for _ in range(nombre):
        DispositifFactory(session=SessionFactory(action=action))
    tree = Action.objects.with_tree().get(pk=action.pk)
    with django_assert_num_queries(4):
        completude.findings(tree, LE, interne=True)
