"""Who asked for a key, or never used theirs, is forgotten after a year."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import CleActivation, DemandeCle, StatutDemande
from accounts.tasks import oublier_demandes
from tests.factories import CleActivationFactory, DemandeCleFactory, UserFactory

pytestmark = pytest.mark.django_db

UN_AN = timedelta(days=365)


def refused(il_y_a: timedelta) -> DemandeCle:
    return DemandeCleFactory(
        statut=StatutDemande.REFUSEE,
        motif="Ce SIRET est celui d’un autre organisme.",
        decidee_le=timezone.now() - il_y_a,
        decidee_par=UserFactory(agent=True),
    )


def test_requests_answered_a_year_ago_are_deleted():
    refused(UN_AN + timedelta(hours=1))
    recente = refused(UN_AN - timedelta(hours=1))
    attend = DemandeCleFactory(cree_le=timezone.now() - 2 * UN_AN)

    oublier_demandes(0)

    assert set(DemandeCle.objects.all()) == {recente, attend}


def test_keys_never_used_are_deleted_a_year_after_they_expired():
    expiree_il_y_a = {"expire_le": timezone.now() - UN_AN - timedelta(hours=1)}
    CleActivationFactory(**expiree_il_y_a)
    CleActivationFactory(**expiree_il_y_a, revoquee_le=timezone.now() - UN_AN)
    utilisee = CleActivationFactory(
        **expiree_il_y_a, utilisee_le=timezone.now() - UN_AN - timedelta(days=9), utilisee_par=UserFactory()
    )
    recente = CleActivationFactory(expire_le=timezone.now() - UN_AN + timedelta(hours=1))

    oublier_demandes(0)

    assert set(CleActivation.objects.all()) == {utilisee, recente}
