"""What the demo shows of the keys."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import cles
from accounts.demandes import demonstration
from accounts.models import CleActivation, DemandeCle
from catalogue.identifiants import validate_nda, validate_siret
from tests.accounts.outils_cles import use
from tests.factories import OrganismeFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo():
    """The demo's organisme and agent, and what the command adds to them, run twice."""
    OrganismeFactory(siret=demonstration.SIRET)
    UserFactory(email=demonstration.EMISE_PAR, agent=True)
    for _ in range(2):
        call_command("load_demo_cles", stdout=(said := StringIO()))
    return said.getvalue()


def test_the_key_that_the_readme_prints_opens_an_account(demo, settings):
    readme = (settings.BASE_DIR / "README.md").read_text()
    assert demonstration.CLE in readme
    assert demonstration.PERSONNE["email"] in readme
    assert demonstration.CLE in demo
    assert len(cles.normaliser(demonstration.CLE)) == 26

    acces = use(demonstration.CLE, demonstration.PERSONNE["email"])

    assert acces.user.get_full_name() == "Inès Garnier"
    call_command("load_demo_cles", stdout=StringIO())  # the next day: once used, it stays used
    assert CleActivation.objects.get().utilisee_le


def test_a_demo_started_again_later_has_a_live_key(demo):
    CleActivation.objects.update(expire_le=timezone.now())

    call_command("load_demo_cles", stdout=StringIO())

    assert CleActivation.objects.get().expire_le > timezone.now()


def test_its_requests_are_such_as_the_form_takes(demo):
    demandes = DemandeCle.objects.all()
    assert len(demandes) == 2
    for demande in demandes:
        validate_siret(demande.siret)
        validate_nda(demande.nda)


def test_a_base_without_the_demo_stays_empty():
    call_command("load_demo_cles", stdout=StringIO())

    assert not CleActivation.objects.exists()
    assert not DemandeCle.objects.exists()


def test_never_in_production(settings):
    settings.IS_PRODUCTION = True
    with pytest.raises(CommandError):
        call_command("load_demo_cles")
