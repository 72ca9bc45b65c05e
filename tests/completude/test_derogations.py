"""Warnings let pass: by the Carif-Oref, for a reason, for one sentence, once whoever asks."""

import pytest

from catalogue import completude, derogations
from catalogue.derogations import DerogationRefusee, split, unwaive, waive
from catalogue.enums import RoleOrganisme, TypeEvenement
from catalogue.models import Action, Derogation, Evenement
from tests.completude.outils import change
from tests.concurrence import race, without_locks
from tests.factories import ActionFactory, UserFactory

ROUNDS = 5


def doubtful():
    """An action that waits for validation, with a title that shouts and prerequisites left empty."""
    return ActionFactory(
        attente=True, complete=True, complement_intitule="OPTION BOUCHERIE", commentaire_prerequis=""
    )


def key(action, code="complement_capitales"):
    return f"{code}:action:{action.pk}"


def live(action):
    tree = Action.objects.with_tree().get(pk=action.pk)
    vifs, ecartes = split(completude.findings(tree), action.derogations.all())
    return {c.code for c in vifs}, {c.code: d.motif for c, d in ecartes}


def journal(action):
    lines = Evenement.objects.filter(action=action).order_by("pk")
    return [(line.type, line.texte) for line in lines]


@pytest.mark.django_db
class TestWaive:
    @pytest.fixture
    def action(self):
        return doubtful()

    @pytest.fixture
    def agent(self):
        return UserFactory(agent=True)

    def test_a_waived_warning_stands_aside_with_its_reason(self, action, agent):
        assert live(action) == ({"complement_capitales", "prerequis_absent"}, {})
        waive(action.pk, key(action), "Sigle officiel.", by=agent)
        assert live(action) == ({"prerequis_absent"}, {"complement_capitales": "Sigle officiel."})
        assert journal(action) == [(TypeEvenement.WAIVE, "Sigle officiel.")]

    def test_it_changes_nothing_of_the_action(self, action, agent):
        waive(action.pk, key(action), "Sigle officiel.", by=agent)
        assert Action.objects.get(pk=action.pk).revision == action.revision

    def test_asked_twice_it_is_done_once(self, action, agent):
        first = waive(action.pk, key(action), "Sigle officiel.", by=agent)
        assert waive(action.pk, key(action), "Autre motif.", by=UserFactory(agent=True)) == first
        assert len(journal(action)) == 1
        assert live(action)[1] == {"complement_capitales": "Sigle officiel."}

    def test_brought_back_it_is_found_again(self, action, agent):
        waive(action.pk, key(action), "Sigle officiel.", by=agent)
        assert unwaive(action.pk, key(action), by=agent) is True
        assert unwaive(action.pk, key(action), by=agent) is False
        assert live(action) == ({"complement_capitales", "prerequis_absent"}, {})
        assert [type_ for type_, _ in journal(action)] == [TypeEvenement.WAIVE, TypeEvenement.UNWAIVE]

    def test_another_sentence_is_another_warning(self, action, agent):
        change(action, complement_intitule="gratuit")
        cle = key(action, "complement_publicitaire")
        waive(action.pk, cle, "C’est vrai.", by=agent)
        change(action, complement_intitule="02 40 11 22 33")
        assert live(action) == ({"complement_publicitaire", "prerequis_absent"}, {})
        waive(action.pk, cle, "Une référence, pas un téléphone.", by=agent)
        assert live(action)[1] == {"complement_publicitaire": "Une référence, pas un téléphone."}
        assert len(journal(action)) == 2

    @pytest.mark.parametrize("motif", ["", "  ", "m" * 501])
    def test_a_reason_is_needed_and_short(self, action, agent, motif):
        with pytest.raises(DerogationRefusee) as refus:
            waive(action.pk, key(action), motif, by=agent)
        assert refus.value.code == "motif"

    @pytest.mark.parametrize(
        "cle", ["", "complement_capitales", "complement_capitales:action:0", "prix_absent:action:{pk}", "::x"]
    )
    def test_only_a_warning_that_is_there(self, action, agent, cle):
        with pytest.raises(DerogationRefusee) as refus:
            waive(action.pk, cle.format(pk=action.pk), "Motif.", by=agent)
        assert refus.value.code == "constat"
        assert not Derogation.objects.exists()

    def test_what_blocks_is_never_waived(self, action, agent):
        change(action.organisme, nda="")
        with pytest.raises(DerogationRefusee) as refus:
            waive(action.pk, f"nda_absent:organisme:{action.organisme_id}", "Motif.", by=agent)
        assert refus.value.code == "constat"

    @pytest.mark.parametrize(
        "who",
        [
            lambda action: UserFactory(organisme=action.organisme),
            lambda action: UserFactory(organisme=action.organisme, organisme__role=RoleOrganisme.LECTURE),
            lambda action: UserFactory(),
            lambda action: UserFactory(agent=True, is_active=False),
        ],
    )
    def test_only_the_staff(self, action, agent, who):
        by = who(action)
        waive(action.pk, key(action), "Motif.", by=agent)
        for refused in (
            lambda: waive(action.pk, key(action, "prerequis_absent"), "Motif.", by=by),
            lambda: unwaive(action.pk, key(action), by=by),
        ):
            with pytest.raises(DerogationRefusee) as refus:
                refused()
            assert refus.value.code == "role"
        assert Derogation.objects.count() == 1

    def test_the_organisation_never_reads_of_it(self, action, agent):
        waive(action.pk, key(action), "Entre nous.", by=agent)
        of = UserFactory(organisme=action.organisme)
        assert not Evenement.objects.filter(action=action).readable_by(of).exists()

    @pytest.mark.parametrize("cle", ["", "a:b", "a:b:c", "a:b:²", "a:b:" + "9" * 30])
    def test_a_made_up_name_brings_nothing_back(self, action, agent, cle):
        with pytest.raises(DerogationRefusee) as refus:
            unwaive(action.pk, cle, by=agent)
        assert refus.value.code == "constat"


def waive_twice(action):
    agent, colleague = UserFactory(agent=True), UserFactory(agent=True)
    return race(
        lambda: waive(action.pk, key(action), "Le premier.", by=agent),
        lambda: waive(action.pk, key(action), "Le second.", by=colleague),
    )


def verdict(action, results):
    """Nobody is refused, both hold the same waiver, and it was journalled once."""
    return len({getattr(r, "motif", r) for r in results}) == 1 and len(journal(action)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_agents_at_once_waive_once():
    for _ in range(ROUNDS):
        action = doubtful()
        results = waive_twice(action)
        assert verdict(action, results), results


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_they_waive_twice():
    action = doubtful()
    with without_locks((derogations, "_standing")):
        results = waive_twice(action)
    assert not verdict(action, results)
