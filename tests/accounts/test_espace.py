"""For whom a person works: one organisme at a time, and an agent in an organisation's space."""

import pytest
from django.urls import reverse

from accounts.middleware import CLE_ESPACE
from catalogue import workflow
from catalogue.enums import RoleOrganisme
from catalogue.models import Action
from catalogue.permissions import Role, role_on
from tests.factories import ActionFactory, FormationFactory, OrganismeFactory, UserFactory

pytestmark = pytest.mark.django_db


def action_of(organisme) -> Action:
    return ActionFactory(formation=FormationFactory(organisme=organisme))


def choose(client, organisme):
    session = client.session
    session[CLE_ESPACE] = organisme.pk
    session.save()


def get(client, action) -> int:
    return client.get(reverse("tunnel:recapitulatif", args=[action.pk])).status_code


def test_person_of_two_organismes_works_for_the_first_until_they_choose(client):
    premier, second = OrganismeFactory(), OrganismeFactory()
    user = UserFactory(organisme=premier)
    user.rattachements.create(organisme=second)
    du_premier, du_second = action_of(premier), action_of(second)
    client.force_login(user)

    assert (get(client, du_premier), get(client, du_second)) == (200, 404)
    choose(client, second)
    assert (get(client, du_premier), get(client, du_second)) == (404, 200)


def test_chosen_organisme_that_is_no_longer_theirs_opens_nothing(client):
    ancien = OrganismeFactory()
    user = UserFactory(organisme=ancien)
    reste = OrganismeFactory(raison_sociale="Celui qui reste")
    user.rattachements.create(organisme=reste)
    client.force_login(user)
    choose(client, ancien)
    user.rattachements.get(organisme=ancien).delete()

    assert get(client, action_of(ancien)) == 404
    assert "Celui qui reste" in client.get("/").content.decode()
    assert get(client, action_of(reste)) == 200


def test_chosen_role_is_the_one_of_the_organisme(client):
    premier, second = OrganismeFactory(), OrganismeFactory()
    user = UserFactory(organisme=premier)
    user.rattachements.create(organisme=second, role=RoleOrganisme.LECTURE)
    client.force_login(user)
    choose(client, second)

    action = action_of(second)
    assert get(client, action) == 200
    assert client.get(reverse("tunnel:action", args=[action.pk])).status_code == 404


@pytest.mark.parametrize("trait", ["agent", "valideur", "administrateur"])
def test_staff_in_an_organisations_space_act_for_it_alone(client, trait):
    organisme = OrganismeFactory()
    client.force_login(UserFactory(**{trait: True}))
    choose(client, organisme)

    assert get(client, action_of(organisme)) == 200
    assert get(client, ActionFactory()) == 404
    assert client.get(reverse("validation:file")).status_code == 404


def test_act_in_an_organisations_space_says_who_for_whom():
    action = ActionFactory(complete=True)
    agent = UserFactory(agent=True, prenom="Awa", nom="Diallo")
    agent.work_for(action.organisme_id)

    assert role_on(agent, action) is Role.OF
    assert role_on(agent, ActionFactory()) is None
    workflow.apply(action.pk, "submit", by=agent)

    line = action.evenements.get(type="submit")
    assert line.qui == f"Awa Diallo (Carif-Oref) pour {action.organisme}"


def test_agent_asks_and_does_not_decide():
    action = ActionFactory(complete=True, attente=True)
    agent = UserFactory(agent=True)

    assert role_on(agent, action) is Role.CARIF
    for name in ("approve", "refuse"):
        with pytest.raises(workflow.TransitionRefusee) as refus:
            workflow.apply(action.pk, name, by=agent, texte="Motif")
        assert refus.value.code == "role"
    workflow.apply(action.pk, "request_changes", by=agent, texte="Quelle durée ?")
    assert Action.objects.get().statut == "en_attente_reponse"
