"""An agent types a whole offer in an organisation's space: everybody reads who did it, and for whom."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from catalogue.models import Action
from tests.factories import FormationFactory, OrganismeFactory, SiteFactory, UserFactory
from tests.parcours.test_manuel_2017 import enter_offer
from tests.parcours.visiteur import Visiteur

pytestmark = pytest.mark.django_db
QUI = "Awa Diallo (Carif-Oref) pour Greta de Nantes"


@pytest.fixture
def agent():
    visiteur = Visiteur()
    visiteur.client.force_login(UserFactory(agent=True, prenom="Awa", nom="Diallo"))
    return visiteur


def test_an_agent_types_and_sends_in_the_name_of_an_organisme(agent):
    call_command("load_nomenclatures", verbosity=0)
    greta = OrganismeFactory(raison_sociale="Greta de Nantes")
    SiteFactory(organisme=greta, nom="Site de Nantes")
    agent.go(f"/formations/{FormationFactory(organisme=greta).pk}/")

    agent.press("Agir pour cet organisme : Greta de Nantes")
    enter_offer(agent, timezone.localdate() + timedelta(days=60))
    agent.press("Envoyer au Carif-Oref")

    action = Action.objects.get(organisme=greta)
    assert action.statut == "en_attente_validation"
    assert QUI in agent.text
    assert {line.qui for line in action.evenements.select_related("auteur", "action__organisme")} == {QUI}

    agent.press("Quitter cet espace")
    agent.go(f"/atelier/actions/{action.pk}/")
    assert QUI in agent.text
