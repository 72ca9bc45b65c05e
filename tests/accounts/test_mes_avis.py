"""« Mes avis »: each person chooses what SOFI writes to them, and how."""

import pytest
from django.urls import reverse

from catalogue.enums import ModeAvis, TypeAvis
from catalogue.models import Delais, PreferenceAvis
from tests.factories import OrganismeFactory, UserFactory
from tests.tunnel.outils import page

pytestmark = pytest.mark.django_db

URL = reverse("accounts:avis")


def events(client) -> list[str]:
    return [row.get_text(" ", strip=True) for row in page(client.get(URL)).select("main tbody th")]


def fields(response) -> dict[str, str]:
    """The buttons that are chosen."""
    return {bouton["name"]: bouton["value"] for bouton in page(response).select("main input[checked]")}


@pytest.fixture
def person(client):
    person = UserFactory(organisme=OrganismeFactory())
    client.force_login(person)
    return person


def test_an_organisme_is_asked_of_its_own_events_only(client, person):
    lues = " ".join(events(client))
    assert TypeAvis.QUESTION.label in lues
    assert TypeAvis.REPONSE.label not in lues
    assert TypeAvis.RESUME_EQUIPE.label not in lues


def test_the_staff_are_asked_of_theirs(client):
    client.force_login(UserFactory(agent=True))
    lues = " ".join(events(client))
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


def test_one_table_each_button_named_by_its_row_and_column(client, person):
    shown = page(client.get(URL)).main

    assert shown.table.caption.get_text(strip=True)
    columns = [th.get_text(strip=True) for th in shown.select("thead th[scope=col]")]
    assert columns == ["Événement", *ModeAvis.labels]
    assert len(shown.select("tbody th[scope=row]")) == len(fields(client.get(URL)))
    for button in shown.select("tbody input"):
        words = [shown.find(id=key).get_text(strip=True) for key in button["aria-labelledby"].split()]
        assert words[1] == ModeAvis(button["value"]).label
        assert words[0] in button.find_parent("tr").th.get_text()
        assert not button.has_attr("required")
    assert not shown.select(".asteriskField")


def test_the_end_of_a_session_is_named_by_its_delay(client, person):
    assert "Session qui se termine dans 30\u00a0jours" in events(client)

    Delais.objects.update(fin_session=45)
    assert "Session qui se termine dans 45\u00a0jours" in events(client)
    Delais.objects.update(fin_session=1)
    assert "Session qui se termine dans 1\u00a0jour" in events(client)
