"""Statements planned once for a connection: each connection prepares its own, and none is lost."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from catalogue import workflow
from catalogue.models import Evenement
from sofi.preparees import Lecture, bound
from tests.factories import ActionFactory, UserFactory

CLE, AUTRE = -2_000_000_091, -2_000_000_092


def statement(**extra):
    rows = User.objects.filter(pk=CLE, email__contains="%'$1", **extra)
    return bound(*rows.values_list("pk", "email").query.sql_with_params(), [CLE])


def read(requete, *cles):
    with connection.cursor() as cursor:
        return requete.execute(cursor, cles).fetchall()


@pytest.mark.django_db
def test_it_reads_what_the_query_reads_whatever_the_key_and_the_other_values():
    one, other = UserFactory(email="a%'$1@exemple.fr"), UserFactory(email="b%'$1@exemple.fr")
    UserFactory()
    requete = statement()

    assert read(requete, one.pk) == [(one.pk, one.email)]
    assert read(requete, other.pk) == [(other.pk, other.email)]
    assert read(requete, 0) == []


@pytest.mark.django_db
def test_a_key_that_the_statement_does_not_use_may_be_none():
    user = UserFactory()
    rows = User.objects.filter(pk=CLE).values_list("pk")
    requete = bound(*rows.query.sql_with_params(), [CLE, AUTRE])

    assert read(requete, user.pk, None) == [(user.pk,)]


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_and_a_transaction_undone_prepare_it_again_at_need():
    user = UserFactory(email="a%'$1@exemple.fr")
    requete = statement(is_active=True)

    with transaction.atomic():
        assert len(read(requete, user.pk)) == 1
        transaction.set_rollback(True)
    assert len(read(requete, user.pk)) == 1
    connection.close()
    assert len(read(requete, user.pk)) == 1


@pytest.mark.django_db(transaction=True)
def test_one_that_could_not_be_prepared_is_prepared_the_next_time():
    user = UserFactory(email="a%'$1@exemple.fr")
    requete = statement(is_active=True, prenom__gt="")

    @transaction.atomic
    def read_after_a_failure():
        with connection.cursor() as cursor, pytest.raises(DatabaseError):
            cursor.execute("SELECT 1 / 0")
        read(requete, user.pk)

    with pytest.raises(DatabaseError):
        read_after_a_failure()
    assert len(read(requete, user.pk)) == 1


@pytest.mark.django_db
def test_each_reading_is_one_query_that_is_seen():
    user = UserFactory(email="a%'$1@exemple.fr")
    requete = statement(nom__gt="")

    with CaptureQueriesContext(
        connection,
    ) as captured:
        read(requete, user.pk)
        read(requete, user.pk)
    assert [query["sql"].split()[0] for query in captured] == ["EXECUTE", "EXECUTE"]


@pytest.mark.django_db
def test_rows_are_those_of_the_queryset_with_what_it_joins_and_computes(django_assert_num_queries):
    def build(action, auteur):
        journal = Evenement.objects.filter(action=action).select_related("auteur", "action__organisme")
        return journal.annotate(est_mien=Q(auteur=auteur)).order_by("pk")

    action, lecture = ActionFactory(complete=True), Lecture(build, 2)
    agent, nadia = UserFactory(valideur=True), UserFactory(organisme=action.organisme)
    for nom, by in (("submit", nadia), ("approve", agent)):
        workflow.apply(action.pk, nom, by=by)

    for cles in ((action.pk, agent.pk), (action.pk, nadia.pk), (0, 0)):
        attendues = list(build(*cles))
        lecture.rows(*cles)  # written the first time
        with django_assert_num_queries(1):
            rows = lecture.rows(*cles)
            assert rows == attendues
            for row, attendue in zip(rows, attendues, strict=True):
                assert vars(row).keys() == vars(attendue).keys()
                assert (row.est_mien, row.details) == (attendue.est_mien, attendue.details)
                assert row.auteur.email == attendue.auteur.email
                assert row.action.organisme.raison_sociale == attendue.action.organisme.raison_sociale
                assert not row._state.adding
