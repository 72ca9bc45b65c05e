import pytest
from django.test import Client

from catalogue.enums import RoleOrganisme
from catalogue.models import TypeDispositif
from tests.factories import DemandeAIFFactory, OrganismeFactory, SiteFactory, UserFactory


@pytest.fixture
def organisme(db):
    return OrganismeFactory(raison_sociale="Voiles et Cordages")


@pytest.fixture
def nadia(organisme):
    """Whoever types for `organisme`."""
    return UserFactory(organisme=organisme, prenom="Nadia", nom="Le Goff")


@pytest.fixture
def lectrice(organisme):
    """Somebody of `organisme` who may read only."""
    return UserFactory(organisme=organisme, organisme__role=RoleOrganisme.LECTURE)


@pytest.fixture
def agent(db):
    return UserFactory(agent=True, prenom="Awa", nom="Diallo")


@pytest.fixture
def valideur(db):
    return UserFactory(valideur=True, prenom="Paul", nom="Roy")


@pytest.fixture
def demande(organisme, nadia):
    """A request that waits, as `nadia` sent it."""
    return DemandeAIFFactory(organisme=organisme, auteur=nadia)


@pytest.fixture
def aif(db):
    """The type of dispositif of the manual, which OFs may not choose."""
    return TypeDispositif.objects.create(
        code="aif", libelle="Aide individuelle à la formation (AIF)", est_reserve_carif=True
    )


@pytest.fixture
def site(organisme):
    return SiteFactory(organisme=organisme, nom="Siège")


def browser(user) -> Client:
    """A browser in which `user` has signed in."""
    client = Client()
    client.force_login(user)
    return client
