"""An ended code and what replaces it, and the people of the story."""

import pytest
from django.utils import timezone

from catalogue.models import Remplacement
from tests.factories import ActionFactory, CertificationFactory, FormationFactory, UserFactory, publier


@pytest.fixture
def ancienne():
    """« CAP boucher », whose last session was last year."""
    annee = timezone.localdate().year - 1
    return CertificationFactory(code="31999", intitule="CAP boucher", annee_derniere_session=annee)


@pytest.fixture
def nouvelle(ancienne):
    """Its one successor."""
    nouvelle = CertificationFactory(code="114763", intitule="CAP boucher et traiteur", niveau=4)
    Remplacement.objects.create(ancien_code=ancienne.pk, nouvelle=nouvelle)
    return nouvelle


@pytest.fixture
def valideur():
    return UserFactory(valideur=True)


@pytest.fixture
def formation(ancienne):
    return FormationFactory(certification=ancienne)


@pytest.fixture
def of(formation):
    """A person who types for the organisme of `formation`."""
    return UserFactory(organisme=formation.organisme)


@pytest.fixture
def action(formation):
    """A complete action being typed on the ended code."""
    return ActionFactory(formation=formation, complete=True)


@pytest.fixture
def en_ligne(formation, ancienne, nouvelle):
    """An action validated on the old code while it was in force: hence online."""
    annee, ancienne.annee_derniere_session = ancienne.annee_derniere_session, None
    ancienne.save()
    action = publier(ActionFactory(formation=formation, complete=True, complement_intitule="En un an"))
    ancienne.annee_derniere_session = annee
    ancienne.save()
    return action
