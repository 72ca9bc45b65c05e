"""« Mes avis »: each person chooses what SOFI writes to them, and how."""

import pytest
from django.urls import reverse

from catalogue.enums import ModeAvis, TypeAvis
from catalogue.models import PreferenceAvis
from tests.factories import OrganismeFactory, UserFactory
from tests.tunnel.outils import page

pytestmark = pytest.mark.django_db

URL = reverse("accounts:avis")


def legends(client) -> list[str]:
    return [
        legend.get_text(" ", strip=True) for legend in page(client.get(URL)).select("main fieldset legend")
    ]


def fields(response) -> dict[str, str]:
    """The buttons that are chosen."""
    return {bouton["name"]: bouton["value"] for bouton in page(response).select("main input[checked]")}


@pytest.fixture
def person(client):
    person = UserFactory(organisme=OrganismeFactory())
    client.force_login(person)
    return person


def test_an_organisme_is_asked_of_its_own_events_only(client, person):
    lues = " ".join(legends(client))
    assert TypeAvis.QUESTION.label in lues
    assert TypeAvis.REPONSE.label not in lues
    assert TypeAvis.RESUME_EQUIPE.label not in lues


def test_the_staff_are_asked_of_theirs(client):
    client.force_login(UserFactory(agent=True))
    lues = " ".join(legends(client))
    assert TypeAvis.REPONSE.label in lues
    assert TypeAvis.VALIDATION.label not in lues


def test_without_a_choice_everything_is_told_at_once(client, person):
    assert set(fields(client.get(URL)).values()) == {ModeAvis.IMMEDIAT}


def test_choices_are_kept_and_shown_again(client, person):
    choisis = fields(client.get(URL)) | {"validation": "quotidien", "accuse": "jamais"}

    for _ in range(2):  # a double click
        assert client.post(URL, choisis).status_code == 302

    assert PreferenceAvis.objects.get(user=person, type=TypeAvis.ACCUSE).mode == ModeAvis.JAMAIS
    assert fields(client.get(URL)) == choisis


def test_a_choice_that_is_not_offered_is_refused_by_name(client, person):
    response = client.post(URL, fields(client.get(URL)) | {"question": "demain"})
    assert TypeAvis.QUESTION.label in page(response).select_one(".resume-erreurs").get_text()
    assert not PreferenceAvis.objects.exists()
