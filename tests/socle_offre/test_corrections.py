"""A valideur corrects an action that waits: traced with old and new values, and told to the organisme."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalogue import corrections, saisie, workflow
from catalogue.models import Action
from tests.factories import ActionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def action():
    action = ActionFactory(complete=True)
    return workflow.apply(action.pk, "submit", by=UserFactory(organisme=action.organisme))


def correct(action, by, **values):
    row = Action.objects.get(pk=action.pk)
    for champ, valeur in values.items():
        setattr(row, champ, valeur)
    return saisie.update(row, list(values), row.version, by=by)


def test_what_was_corrected_is_told_old_and_new(action):
    valideur = UserFactory(valideur=True, prenom="Inès", nom="Moreau")
    correct(action, valideur, duree_centre=350, complement_intitule="option porc")
    correct(action, valideur, duree_centre=360)

    assert [str(correction) for correction in corrections.since_sending(action)] == [
        "Durée en centre\u00a0: 400\u00a0h → 350\u00a0h",
        "Complément intitulé\u00a0: rien → option porc",
        "Durée en centre\u00a0: 350\u00a0h → 360\u00a0h",
    ]
    assert {correction.par for correction in corrections.since_sending(action)} == {"Inès Moreau"}


def test_only_since_it_was_sent(action):
    valideur = UserFactory(valideur=True)
    of = UserFactory(organisme=action.organisme)
    correct(action, valideur, duree_centre=350)
    workflow.apply(action.pk, "withdraw", by=of)
    correct(action, of, duree_centre=360)

    sent = workflow.apply(action.pk, "submit", by=of)

    assert corrections.since_sending(sent) == []


def test_a_question_in_between_hides_no_correction(action):
    valideur = UserFactory(valideur=True)
    correct(action, valideur, duree_centre=350)
    workflow.apply(action.pk, "request_changes", by=valideur, texte="Et le prix ?")

    answered = workflow.apply(
        action.pk, "answer", by=UserFactory(organisme=action.organisme), texte="3 500 euros"
    )

    assert [correction.apres for correction in corrections.since_sending(answered)] == ["350\u00a0h"]


def test_an_earlier_start_presses_at_once(action):
    session = action.sessions.get()
    session.date_debut = timezone.localdate() + timedelta(days=2)

    saisie.update(session, ["date_debut"], session.version, by=UserFactory(valideur=True))

    assert Action.objects.get(pk=action.pk).premier_debut == session.date_debut


@pytest.mark.parametrize("person", ["agent", "organisme", "espace"])
def test_nobody_else_corrects_what_waits(action, person):
    by = UserFactory(organisme=action.organisme) if person == "organisme" else UserFactory(agent=True)
    if person == "espace":
        by = UserFactory(valideur=True)
        by.work_for(action.organisme_id)

    with pytest.raises(saisie.SaisieRefusee) as refusal:
        correct(action, by, duree_centre=350)

    assert refusal.value.code == "statut"


@pytest.mark.parametrize("statut", ["validee", "refusee", "archivee"])
def test_nothing_else_than_what_waits(statut):
    trait = {"validee": "validee", "refusee": "refusee", "archivee": "archivee"}[statut]
    action = ActionFactory(complete=True, **{trait: True})

    with pytest.raises(saisie.SaisieRefusee) as refusal:
        correct(action, UserFactory(valideur=True), duree_centre=350)

    assert refusal.value.code == "statut"


def test_correcting_adds_nor_removes_any_row(action):
    valideur = UserFactory(valideur=True)

    with pytest.raises(saisie.SaisieRefusee):
        saisie.delete(action.sessions.get(), by=valideur)

    assert action.sessions.count() == 1
