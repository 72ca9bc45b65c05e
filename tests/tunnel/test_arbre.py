"""The tree of a screen is the one the ORM reads, without its cost."""

import pytest

from catalogue import arbre
from catalogue.models import Action, Dispositif
from tests.factories import ActionFactory, DispositifFactory, SessionFactory

pytestmark = pytest.mark.django_db


def values(row) -> dict:
    return {champ.attname: getattr(row, champ.attname) for champ in row._meta.concrete_fields}


def describe(action: Action) -> list:
    """Everything the tree holds, in its order."""
    return [
        values(action),
        values(action.formation.certification),
        action.site_dispensateur and values(action.site_dispensateur),
        *(
            (
                values(session),
                session.site_lieu and values(session.site_lieu),
                [(values(d), d.type and values(d.type), d.session_id) for d in session.dispositifs.all()],
            )
            for session in action.sessions.all()
        ),
    ]


def tree_of(organisme) -> Action:
    """Sessions with none, one and three dispositifs, one without type; one without place nor dates."""
    action = ActionFactory(formation__organisme=organisme)
    for nombre in (3, 0, 1):
        session = SessionFactory(action=action)
        for _ in range(nombre):
            DispositifFactory(session=session)
    Dispositif.objects.filter(session=session).update(type=None)
    SessionFactory(action=action, site_lieu=None, date_debut=None, date_fin=None)
    return action


def test_it_holds_what_the_orm_would_read_and_asks_nothing_more(organisme, django_assert_num_queries):
    action = tree_of(organisme)
    tree_of(organisme)
    with django_assert_num_queries(2):
        read = arbre.read(Action.objects.filter(pk=action.pk))
    expected = Action.objects.with_tree().get(pk=action.pk)
    with django_assert_num_queries(0):
        found = describe(read)
        assert all(session.action is read for session in read.sessions.all())
        assert not any(row._state.adding for row in read.sessions.all())
    assert found == describe(expected)
    assert len(read.sessions.all()) == 4


def test_an_action_without_session_has_none(organisme):
    action = ActionFactory(formation__organisme=organisme)
    assert list(arbre.read(Action.objects.filter(pk=action.pk)).sessions.all()) == []


def test_what_the_queryset_does_not_hold_is_not_read(organisme, nadia):
    autre = ActionFactory()
    assert arbre.read(Action.objects.editable_by(nadia).filter(pk=autre.pk)) is None


def test_a_child_looked_for_again_is_still_of_its_parent(organisme):
    """What is held is the parent's own manager: narrowing it asks the database, for its rows alone."""
    action = tree_of(organisme)
    tree_of(organisme)
    session = arbre.read(Action.objects.filter(pk=action.pk)).sessions.all()[0]
    assert {d.session_id for d in session.dispositifs.filter(est_actif=True)} == {session.pk}
