"""Who takes charge of a dossier: claim, give back, hand over, and two agents at the same moment."""

import pytest

from catalogue import attribution
from catalogue.attribution import AttributionRefusee
from catalogue.enums import TypeEvenement
from catalogue.models import Action, Evenement
from tests.concurrence import race, without_locks
from tests.factories import ActionFactory, OrganismeFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def action():
    return ActionFactory(attente=True)


@pytest.fixture
def awa():
    return UserFactory(agent=True, prenom="Awa", nom="Diallo")


@pytest.fixture
def luc():
    return UserFactory(valideur=True, prenom="Luc", nom="Petit")


def lines(action):
    """What the journal says of an action, oldest first: (type, author, details)."""
    return [(e.type, e.auteur_id, e.details) for e in action.evenements.order_by("pk")]


def holder(action):
    return Action.objects.get(pk=action.pk).examinateur_id


def test_a_claim_is_kept_and_journalled_once(action, awa):
    attribution.claim(action.pk, by=awa)
    attribution.claim(action.pk, by=awa)

    fresh = Action.objects.get(pk=action.pk)
    assert (fresh.examinateur_id, fresh.revision) == (awa.pk, action.revision)
    assert fresh.prise_le is not None
    assert lines(action) == [("claim", awa.pk, {"de": None, "a": awa.pk})]


def test_the_line_is_for_the_carif_oref_alone(action, awa):
    attribution.claim(action.pk, by=awa)
    of = UserFactory(organisme=action.organisme)

    assert not Evenement.objects.readable_by(of).exists()
    assert Evenement.objects.readable_by(awa).count() == 1


def test_a_dossier_held_is_refused_with_the_name_of_its_holder(action, awa, luc):
    attribution.claim(action.pk, by=awa)

    for act in (attribution.claim, attribution.release):
        with pytest.raises(AttributionRefusee, match="Awa Diallo examine déjà") as refusal:
            act(action.pk, by=luc)
        assert refusal.value.code == "prise"
    assert holder(action) == awa.pk
    assert action.evenements.count() == 1


def test_given_back_then_claimed_by_a_colleague(action, awa, luc):
    attribution.claim(action.pk, by=awa)
    attribution.release(action.pk, by=awa)
    attribution.release(action.pk, by=awa)
    attribution.claim(action.pk, by=luc)

    assert holder(action) == luc.pk
    assert [line[0] for line in lines(action)] == ["claim", "release", "claim"]


def test_handed_over_whoever_holds_it(action, awa, luc):
    attribution.claim(action.pk, by=awa)
    attribution.assign(action.pk, to=luc.pk, by=luc)
    attribution.assign(action.pk, to=luc.pk, by=luc)

    assert holder(action) == luc.pk
    assert lines(action)[1:] == [("assign", luc.pk, {"de": awa.pk, "a": luc.pk})]


def test_the_dossiers_of_a_closed_account_are_not_stuck(action, awa, luc):
    attribution.claim(action.pk, by=awa)
    awa.is_active = False
    awa.save()

    attribution.assign(action.pk, to=luc.pk, by=luc)

    assert holder(action) == luc.pk


@pytest.mark.parametrize("traits", [{"agent": True, "is_active": False}, {}])
def test_only_a_member_of_the_team_is_given_a_dossier(action, luc, traits):
    with pytest.raises(AttributionRefusee) as refusal:
        attribution.assign(action.pk, to=UserFactory(**traits).pk, by=luc)

    assert refusal.value.code == "inconnue"
    assert holder(action) is None


def test_an_organisation_takes_charge_of_nothing(action):
    of = UserFactory(organisme=action.organisme)
    en_espace = UserFactory(agent=True)
    en_espace.work_for(action.organisme_id)
    for by in (
        of,
        en_espace,
        UserFactory(organisme=OrganismeFactory()),
        UserFactory(agent=True, is_active=False),
    ):
        with pytest.raises(AttributionRefusee) as refusal:
            attribution.claim(action.pk, by=by)
        assert refusal.value.code == "role"
    assert not Evenement.objects.exists()


@pytest.mark.parametrize("state", ["validee", "refusee", "archivee", None])
def test_nobody_takes_charge_of_what_is_not_to_be_examined(awa, state):
    action = ActionFactory(**({state: True} if state else {}))

    with pytest.raises(AttributionRefusee, match="n’est plus à examiner") as refusal:
        attribution.claim(action.pk, by=awa)

    assert refusal.value.code == "statut"


def test_a_question_waiting_for_its_answer_may_be_claimed(awa):
    action = ActionFactory(question=True)

    attribution.claim(action.pk, by=awa)

    assert holder(action) == awa.pk


def claim_claim(action, awa, luc):
    return (lambda: attribution.claim(action.pk, by=awa)), (lambda: attribution.claim(action.pk, by=luc))


def claim_assign(action, awa, luc):
    """Whatever the order, the dossier ends where somebody chose to send it: the line before says so."""
    return (
        (lambda: attribution.claim(action.pk, by=awa)),
        (lambda: attribution.assign(action.pk, to=luc.pk, by=luc)),
    )


def check_claims(action, results):
    """One winner, the other told their name, one line."""
    refusals = [result for result in results if isinstance(result, AttributionRefusee)]
    winners = [result for result in results if isinstance(result, Action)]
    assert len(refusals) == len(winners) == 1, results
    fresh = Action.objects.select_related("examinateur").get(pk=action.pk)
    assert winners[0].examinateur_id == fresh.examinateur_id
    assert str(refusals[0]).startswith(f"{fresh.examinateur} examine déjà")
    assert action.evenements.filter(type=TypeEvenement.CLAIM).count() == 1


def check_chain(action, results):
    """Each line starts from where the one before led, and the last says who holds the dossier."""
    assert not [r for r in results if isinstance(r, Exception) and not isinstance(r, AttributionRefusee)], (
        results
    )
    present = None
    for _, _, details in lines(action):
        assert details["de"] == present
        present = details["a"]
    assert present == holder(action)


RACES = [(claim_claim, check_claims), (claim_assign, check_chain)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("race_of", "check"), RACES)
def test_two_at_the_same_moment(awa, luc, race_of, check):
    for _ in range(5):
        action = ActionFactory(attente=True)
        check(action, race(*race_of(action, awa, luc)))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("race_of", "check"), RACES)
def test_control_without_locks_both_hold_it(action, awa, luc, race_of, check):
    with without_locks((attribution, "role_on")):
        results = race(*race_of(action, awa, luc))

    with pytest.raises(AssertionError):
        check(action, results)
