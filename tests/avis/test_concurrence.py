"""Two workers in the same morning, for real: nothing is written twice."""

from datetime import UTC, datetime, timedelta

import pytest

from catalogue import avis
from catalogue.avis import relances
from catalogue.enums import TypeAvis
from catalogue.models import AvisEnAttente, Delais, Demande
from tests.concurrence import race, without_locks
from tests.courriels.outils import boite
from tests.factories import ActionFactory, OrganismeFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

#: A Monday in winter, 06:20 in Paris.
LUNDI = datetime(2027, 1, 11, 5, 20, tzinfo=UTC)


@pytest.fixture
def question():
    action = ActionFactory(question=True, complete=True)
    agent = UserFactory(valideur=True)
    hier = LUNDI - timedelta(days=6)
    Demande.objects.create(action=action, question="Quelle durée ?", posee_par=agent, posee_le=hier)
    UserFactory(organisme=action.organisme)
    return action


def both(call) -> list:
    return race(call, call)


def test_two_workers_remind_once(question):
    delais = Delais.current()
    assert sorted(both(lambda: relances.remind(LUNDI, delais))) == [0, 1]
    assert [message.nom for message in boite()] == ["question_relance"]


def test_without_the_lock_they_remind_twice(question):
    delais = Delais.current()
    with without_locks((relances, "_rank")):
        both(lambda: relances.remind(LUNDI, delais))
    assert [message.nom for message in boite()] == ["question_relance"] * 2


def test_two_workers_write_each_digest_and_each_end_once():
    organisme = OrganismeFactory()
    person = UserFactory(organisme=organisme)
    SessionFactory(
        action=ActionFactory(validee=True, formation__organisme=organisme),
        numero="52_000001",
        date_debut=LUNDI.date() - timedelta(days=60),
        date_fin=LUNDI.date(),
    )
    AvisEnAttente.objects.create(
        user=person,
        type=TypeAvis.SITE,
        texte="Site validé",
        url="http://127.0.0.1:8000/",
        cree_le=LUNDI - timedelta(days=1),
    )

    both(lambda: avis.morning(LUNDI))

    assert sorted(message.nom for message in boite()) == ["resume", "sessions_finissent"]
