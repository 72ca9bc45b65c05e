"""Batches: each action by itself, one failure stops nothing, asked twice is done once, killed is resumed."""

import logging
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from catalogue import lots
from catalogue.enums import DecisionLot, ResultatLot, StatutAction
from catalogue.lots import DECISIONS, Decision, LotRefuse
from catalogue.models import Action, Diffusion, Evenement, Lot, LotLigne
from tests.concurrence import race, without_locks
from tests.courriels.test_worker import travailler
from tests.factories import ActionFactory, FormationFactory, SiteFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def luc():
    return UserFactory(valideur=True, prenom="Luc", nom="Petit")


@pytest.fixture
def agent():
    return UserFactory(agent=True)


def waiting(number=1, **options):
    return ActionFactory.create_batch(number, attente=True, **({"complete": True} | options))


def ask(user, decision, actions, jeton=None, **parametres):
    lignes = [(action.pk, action.revision) for action in actions]
    return lots.create(user, decision, lignes, parametres, jeton or uuid4())


def report(lot):
    return [(ligne.action_id, ligne.resultat) for ligne in lot.lignes.all()]


def test_a_failure_in_the_middle_stops_nothing(luc):
    premiere, incomplete, derniere = *waiting(), *waiting(complete=False), *waiting()
    lot = ask(luc, DecisionLot.APPROVE, [premiere, incomplete, derniere])

    lots.execute(lot.pk)

    lot.refresh_from_db()
    assert lot.termine_le is not None
    assert report(lot) == [(premiere.pk, "fait"), (incomplete.pk, "refuse"), (derniere.pk, "fait")]
    ligne = lot.lignes.get(action=incomplete)
    assert "Il manque encore des informations" in ligne.message
    assert set(Diffusion.objects.values_list("action", flat=True)) == {premiere.pk, derniere.pk}


def test_five_hundred_actions_one_of_which_breaks(luc, monkeypatch, caplog):
    """The decision itself is a light one: 500 times the engine's work, one unexpected fault in the middle."""
    formation = FormationFactory()
    site = SiteFactory(organisme=formation.organisme)
    actions = waiting(500, complete=False, formation=formation, site_dispensateur=site)
    cassee, refusee = actions[250], actions[100]

    def decide(action_pk, revision, parametres, by):
        Action.objects.filter(pk=action_pk).update(commentaire_duree="Vue")
        if action_pk == cassee.pk:
            raise ZeroDivisionError
        if action_pk == refusee.pk:
            raise LotRefuse("vide", "Non.")
        return "Vue."

    monkeypatch.setitem(DECISIONS, DecisionLot.ASSIGN, Decision(decide, (LotRefuse,), valideur=False))
    lot = ask(luc, DecisionLot.ASSIGN, actions)
    with caplog.at_level(logging.CRITICAL):
        lots.execute(lot.pk)

    assert lot.lignes.filter(resultat="fait", message="Vue.").count() == 498
    refus = dict(lot.lignes.filter(resultat="refuse").values_list("action", "message"))
    assert refus == {refusee.pk: "Non.", cassee.pk: lots.INATTENDUE}
    assert Action.objects.filter(commentaire_duree="Vue").count() == 498


def test_more_than_five_hundred_is_refused(luc):
    [action] = waiting()
    lignes = [(pk, 1) for pk in range(action.pk, action.pk + 501)]

    with pytest.raises(LotRefuse, match="500 actions au plus") as refus:
        lots.create(luc, DecisionLot.APPROVE, lignes, {}, uuid4())

    assert refus.value.code == "trop"
    assert not Lot.objects.exists()


def test_asked_twice_is_one_batch(luc):
    actions, jeton = waiting(2), uuid4()

    assert ask(luc, DecisionLot.APPROVE, actions, jeton) == ask(luc, DecisionLot.APPROVE, actions, jeton)
    assert LotLigne.objects.count() == 2


def test_the_token_of_a_colleague_is_refused(luc, agent):
    actions, jeton = waiting(), uuid4()
    ask(luc, DecisionLot.APPROVE, actions, jeton)

    with pytest.raises(LotRefuse):
        ask(agent, DecisionLot.ASSIGN, actions, jeton, examinateur=agent.pk)


@pytest.mark.parametrize("decision", [DecisionLot.APPROVE, DecisionLot.REFUSE])
def test_only_a_valideur_decides(agent, decision):
    with pytest.raises(LotRefuse) as refus:
        ask(agent, decision, waiting())
    assert refus.value.code == "role"


def test_an_agent_shares_out_the_queue(agent, luc):
    actions = [*waiting(2), ActionFactory(validee=True)]
    lot = ask(agent, DecisionLot.ASSIGN, actions, examinateur=luc.pk)

    lots.execute(lot.pk)

    assert [resultat for _, resultat in report(lot)] == ["fait", "fait", "refuse"]
    assert Action.objects.filter(examinateur=luc).count() == 2
    assert lot.lignes.first().message == "Attribuée à Luc Petit."


def test_a_refusal_is_filled_in_for_each_organisation(luc):
    actions = waiting(2)
    lot = ask(luc, DecisionLot.REFUSE, actions, texte="{organisme}, voyez l’action {numero_action}.")

    lots.execute(lot.pk)

    textes = dict(Evenement.objects.filter(type="refuse").values_list("action", "texte"))
    assert textes == {a.pk: f"{a.organisme.nom}, voyez l’action {a.pk}." for a in actions}


def test_an_action_changed_since_it_was_read_is_left_alone(luc):
    [action] = waiting()
    lot = ask(luc, DecisionLot.APPROVE, [action])
    Action.objects.update(revision=2)

    lots.execute(lot.pk)

    assert "a été modifiée depuis" in lot.lignes.get().message
    assert Action.objects.get().statut == StatutAction.EN_ATTENTE_VALIDATION


def test_a_valideur_who_left_meanwhile_decides_nothing(luc):
    lot = ask(luc, DecisionLot.APPROVE, waiting())
    luc.is_active = False
    luc.save()

    lots.execute(lot.pk)

    assert lot.lignes.get().resultat == ResultatLot.REFUSE


class Killed(BaseException):
    """What no `except Exception` catches: the process is gone."""


@pytest.mark.django_db(transaction=True)
def test_killed_half_way_the_rest_is_done_later_and_nothing_twice(luc, monkeypatch):
    actions = waiting(3)
    lot = ask(luc, DecisionLot.APPROVE, actions)
    done = []

    def decide(action_pk, revision, parametres, by):
        fait = approve(action_pk, revision, parametres, by)
        done.append(action_pk)
        if len(done) == 2:
            raise Killed
        return fait

    approve = DECISIONS[DecisionLot.APPROVE].execute
    with monkeypatch.context() as patch:
        patch.setitem(DECISIONS, DecisionLot.APPROVE, Decision(decide, ()))
        with pytest.raises(Killed):
            lots.execute(lot.pk)
    assert [resultat for _, resultat in report(lot)] == ["fait", "a_faire", "a_faire"]
    assert Lot.objects.get().termine_le is None

    lots.execute(lot.pk)

    assert [resultat for _, resultat in report(lot)] == ["fait", "fait", "fait"]
    assert Evenement.objects.filter(type="approve").count() == 3
    assert Lot.objects.get().termine_le is not None


def check_two_workers(lot, number):
    assert lot.lignes.filter(resultat="fait").count() == number, list(lot.lignes.values_list("message"))
    assert Evenement.objects.filter(type="approve").count() == number
    assert Lot.objects.get(pk=lot.pk).termine_le is not None


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_a_batch_and_do_each_line_once(luc):
    lot = ask(luc, DecisionLot.APPROVE, waiting(6))

    results = race(lambda: lots.execute(lot.pk), lambda: lots.execute(lot.pk))

    assert results == [None, None]
    check_two_workers(lot, 6)


@pytest.mark.django_db(transaction=True)
def test_control_without_locks_a_line_is_done_twice(luc):
    lot = ask(luc, DecisionLot.APPROVE, waiting())

    with without_locks((lots.workflow, "_check")):
        race(lambda: lots.execute(lot.pk), lambda: lots.execute(lot.pk))

    with pytest.raises(AssertionError):
        check_two_workers(lot, 1)


@pytest.mark.django_db(transaction=True)
def test_asked_twice_at_the_same_moment_is_one_batch(luc):
    actions, jeton = waiting(2), uuid4()

    def asked():
        return ask(luc, DecisionLot.APPROVE, actions, jeton)

    first, second = race(asked, asked)

    assert first == second
    assert LotLigne.objects.count() == 2


def test_a_batch_that_lost_its_worker_is_ordered_again(luc, monkeypatch):
    ordered = []
    lot = ask(luc, DecisionLot.APPROVE, waiting())
    monkeypatch.setattr(lots, "order", ordered.append)
    now = timezone.now()

    assert lots.restart_forgotten(now) == 0
    assert lots.restart_forgotten(now + lots.OUBLI + timedelta(seconds=1)) == 1
    assert ordered == [lot.pk]
    lots.execute(lot.pk)
    assert lots.restart_forgotten(now + timedelta(days=1)) == 0


@pytest.mark.django_db(transaction=True)
def test_the_worker_carries_out_what_was_ordered(luc):
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")
    lot = ask(luc, DecisionLot.APPROVE, waiting(2))

    travailler()

    assert [resultat for _, resultat in report(lot)] == ["fait", "fait"]
    assert Lot.objects.get().termine_le is not None


def test_ordering_twice_before_the_worker_comes_is_one_job(luc):
    lot = ask(luc, DecisionLot.APPROVE, waiting())

    with transaction.atomic():
        lots.order(lot.pk)

    assert ProcrastinateJob.objects.filter(task_name=lots.TACHE, args={"lot": lot.pk}).count() == 1
