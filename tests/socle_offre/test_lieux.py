"""Checking a place of an action: by the staff alone, told in the journal, without touching the action."""

import pytest

from catalogue import workflow, workflow_site
from catalogue.enums import StatutSite
from catalogue.models import Action, Site
from tests.factories import SiteFactory, publier
from tests.socle_offre.personnes import (
    action_in,
    agent,
    agent_desactive,
    autre_organisme,
    gestionnaire,
    lecture,
    valideur,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("person", [gestionnaire, lecture, autre_organisme, agent, agent_desactive])
def test_only_the_staff_checks_a_place(person):
    action = action_in("en_attente_validation")
    site = SiteFactory(organisme=action.organisme, statut=StatutSite.A_VALIDER)

    with pytest.raises(workflow.TransitionRefusee) as refusal:
        workflow_site.approve_site(site.pk, action.pk, by=person(action.organisme))

    site.refresh_from_db()
    assert (refusal.value.code, site.statut) == ("role", StatutSite.A_VALIDER)


def test_checking_a_place_is_journalled_once_and_changes_no_revision():
    action = action_in("en_attente_validation")
    site = SiteFactory(organisme=action.organisme, statut=StatutSite.A_VALIDER)
    carif = valideur(None)

    for _ in range(2):
        workflow_site.approve_site(site.pk, action.pk, by=carif)

    line = action.evenements.get()
    assert (line.type, line.auteur, line.details) == (
        "approve_site",
        carif,
        {"objet": "site", "pk": site.pk},
    )
    site.refresh_from_db()
    assert site.statut == StatutSite.ACTIF
    assert Action.objects.get(pk=action.pk).revision == action.revision


def test_a_place_of_another_organisme_is_not_found():
    action = publier()

    with pytest.raises(Site.DoesNotExist):
        workflow_site.approve_site(SiteFactory().pk, action.pk, by=valideur(None))
