"""The list of what partners must take away: every session that left, once, at the moment it did."""

from datetime import UTC, datetime, timedelta
from datetime import timezone as fuseau

import pytest
from django.utils import timezone

from catalogue import workflow
from catalogue.lheo import retraits
from catalogue.models import Action, FragmentLheo, Retrait, Session
from tests.factories import ActionFactory, DispositifFactory, SessionFactory, UserFactory, publier
from tests.lheo.outils import age

pytestmark = pytest.mark.django_db


def left(depuis: datetime) -> dict[str, str]:
    """Why each session that left since `depuis` did."""
    lignes = [ligne.split(";") for ligne in list(retraits.lines(depuis, timezone.now()))[1:]]
    numeros = [numero for numero, *_ in lignes]
    assert len(numeros) == len(set(numeros))
    return {numero: motif for numero, _, motif in lignes}


@pytest.mark.parametrize("decalage", [-23, 0, 23])
def test_the_ends_of_the_calendar(decalage):
    archivee, finie = publier(), publier()
    retiree, terminee = archivee.diffusions.get().pk, finie.diffusions.get().pk
    workflow.apply(archivee.pk, "archive", by=UserFactory(valideur=True), texte="Abandonnée")
    age(terminee, 3)
    zone = fuseau(timedelta(hours=decalage))
    assert left(datetime.min.replace(tzinfo=zone)) == {retiree: "archivee", terminee: "terminee"}
    assert left(datetime.max.replace(tzinfo=zone)) == {}
    assert left(timezone.now().astimezone(UTC) + timedelta(days=1)) == {}


class TestAnEndBroughtForward:
    """Its new end is past when it is approved: no date says when it left."""

    @pytest.fixture
    def action(self):
        """Two sessions online, the first of which began; what it said is older than the last reading."""
        action = ActionFactory(complete=True)
        DispositifFactory(session=SessionFactory(action=action))
        Session.objects.filter(pk=action.sessions.first().pk).update(date_debut=jour(-40))
        publier(action)
        FragmentLheo.objects.update(ecrit_le=timezone.now() - timedelta(days=30))
        return action

    @pytest.fixture
    def numero(self, action):
        return action.sessions.first().numero

    def test_it_left_when_it_was_approved(self, action, numero):
        approve(action, fin=jour(-5))
        assert left(yesterday()) == left(timezone.now()) == left(yesterday(20)) == {numero: "terminee"}
        assert Retrait.objects.get().numero == numero

    def test_it_is_said_once_whatever_is_approved_next(self, action, numero):
        approve(action, fin=jour(-5))
        Retrait.objects.update(le=yesterday(3))
        approve(action, fin=jour(-6))
        assert left(yesterday()) == {}
        assert left(yesterday(4)) == {numero: "terminee"}

    def test_it_comes_back_with_a_later_end(self, action):
        approve(action, fin=jour(-5))
        approve(action, fin=jour(0))
        assert left(yesterday(60)) == {}

    def test_undoing_brings_it_back(self, action, valideur):
        approve(action, fin=jour(-5), by=valideur)
        workflow.apply(action.pk, "undo", by=valideur)
        assert left(yesterday(60)) == {}

    def test_what_had_ended_by_its_date_is_not_said_again(self, action, numero):
        age(numero, 5)
        approve(action, fin=jour(-6))
        assert left(yesterday()) == {}
        assert not Retrait.objects.exists()

    def test_what_was_archived_and_comes_back_over_stays_told(self, action, numero, valideur):
        workflow.apply(action.pk, "archive", by=valideur, texte="Abandonnée")
        workflow.apply(action.pk, "restore", by=valideur)
        Session.objects.filter(numero=numero).update(date_fin=jour(-5))
        publier(action, by=valideur)
        assert left(yesterday()) == {numero: "terminee"}

    def test_archiving_it_says_so(self, action, numero, valideur):
        approve(action, fin=jour(-5))
        workflow.apply(action.pk, "archive", by=valideur, texte="Abandonnée")
        assert left(yesterday())[numero] == "archivee"


@pytest.fixture
def valideur():
    return UserFactory(valideur=True)


def jour(decalage: int):
    return timezone.localdate() + timedelta(days=decalage)


def yesterday(jours: int = 1) -> datetime:
    return timezone.now() - timedelta(days=jours)


def approve(action: Action, *, fin, by=None) -> None:
    """Reopen `action`, end its first session on the day `fin`, approve it."""
    by = by or UserFactory(valideur=True)
    workflow.apply(action.pk, "reopen", by=by)
    Session.objects.filter(pk=action.sessions.first().pk).update(date_fin=fin)
    publier(action, by=by)
