"""Validations are measured with all that goes online, then undone."""

import pytest

from catalogue import instantane, workflow
from catalogue.bench import validation
from catalogue.lheo import fragments
from catalogue.models import (
    Action,
    DecisionAnnulable,
    Diffusion,
    Evenement,
    FicheRecherche,
    FragmentLheo,
    MotRecherche,
    Retrait,
    Session,
)
from sofi.models import Courriel
from tests.bench.outils import lines_of, picture
from tests.factories import ActionFactory, UserFactory, publier

pytestmark = pytest.mark.django_db
TABLES = (
    *(Action, Session, Evenement, DecisionAnnulable, Courriel),
    *(Diffusion, FicheRecherche, FragmentLheo, MotRecherche, Retrait),
)


@pytest.fixture(autouse=True)
def few(monkeypatch):
    monkeypatch.setattr(validation, "APPELS", 5)
    monkeypatch.setattr(validation, "CHAUFFE", 1)


@pytest.fixture
def valideur():
    return UserFactory(valideur=True)


def submit(action: Action, by) -> Action:
    return workflow.apply(action.pk, "submit", by=by)


def test_what_waits_is_validated_as_often_as_it_takes_and_waits_still(valideur):
    """One was never online; another is, and is sent again."""
    submit(ActionFactory(complete=True), valideur)
    reprise = publier(by=valideur)
    workflow.apply(reprise.pk, "reopen", by=valideur)
    submit(reprise, valideur)
    avant = picture(*TABLES)
    (ligne,) = lines_of(validation)
    assert picture(*TABLES) == avant
    assert "5 validations, défaites" in ligne
    assert "× lecture par clé" in ligne
    assert 0 < int(ligne.split(" lecture par clé  ")[1].split("\u00a0%")[0]) < 100
    assert 5 <= int(ligne.split("du SQL de la validation, ")[1].split(" requêtes")[0]) <= 25


def test_what_may_not_be_validated_is_passed_over(valideur):
    juste, fautive = (submit(ActionFactory(complete=True), valideur) for _ in range(2))
    fautive.sessions.update(date_debut=None)
    assert "5 validations" in lines_of(validation)[0]
    workflow.apply(juste.pk, "approve", by=valideur)
    assert lines_of(validation) == [
        "Validation\u00a0: aucune des actions qui attendent ne peut être validée."
    ]


@pytest.mark.parametrize("oublie", ["recherche", "fragments"])
def test_a_validation_that_leaves_something_behind_stops_the_measure(valideur, monkeypatch, oublie):
    submit(ActionFactory(complete=True), valideur)
    module = {"recherche": instantane.recherche, "fragments": fragments}[oublie]
    monkeypatch.setattr(module, "write", lambda rows: None)
    with pytest.raises(RuntimeError, match="n’est pas partout en ligne"):
        lines_of(validation)
