"""What caches may keep of a public page: never what belongs to somebody."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date

from catalogue.models import Diffusion
from catalogue.numeros import numero_action, numero_organisme
from tests.factories import OrganismeFactory, UserFactory, publier

pytestmark = pytest.mark.django_db
PUBLIQUES = ("session", "action", "formation", "organisme", "fiche_pdf", "robots", "plan_du_site")


@pytest.fixture
def urls():
    row = publier().diffusions.get()
    args = {
        "action": [numero_action(row.action_id)],
        "formation": [row.certification_code],
        "organisme": [numero_organisme(row.organisme_id)],
        "session": [row.numero],
        "fiche_pdf": [row.numero],
    }
    return {nom: reverse(f"diffusion:{nom}", args=args.get(nom, [])) for nom in PUBLIQUES}


@pytest.mark.parametrize("nom", PUBLIQUES)
def test_a_visitor_s_page_is_kept_a_few_minutes_and_asked_again_by_its_tag(client, urls, nom):
    answer = client.get(urls[nom])
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert "Cookie" in answer.headers["Vary"]
    assert not answer.cookies

    again = client.get(urls[nom], headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert again.headers["Cache-Control"] == "public, max-age=300"
    other = client.get(urls[nom], headers={"If-None-Match": '"autre"'})
    assert other.status_code == 200


@pytest.mark.parametrize("nom", PUBLIQUES)
@pytest.mark.parametrize("qui", ["of", "agent", "session_inconnue", "message"])
def test_a_page_seen_with_a_session_of_ours_is_never_public(client, urls, nom, qui):
    if qui == "of":
        client.force_login(UserFactory(organisme=OrganismeFactory()))
    elif qui == "agent":
        client.force_login(UserFactory(agent=True))
    elif qui == "session_inconnue":
        client.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32
    else:
        client.cookies["messages"] = "x"
    answer = client.get(urls[nom])
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "ETag" not in answer.headers


def test_what_is_gone_is_not_kept(client, urls):
    Diffusion.objects.update(date_debut="2020-01-01", date_fin="2020-02-01")
    answer = client.get(urls["session"])
    assert answer.status_code == 410
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_a_sheet_says_when_it_changed_and_changes_at_midnight_too(client, urls):
    Diffusion.objects.update(modifiee_le=timezone.now() - timedelta(days=3))
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    last = client.get(urls["session"]).headers["Last-Modified"]
    assert last == http_date(midnight.timestamp())

    assert client.get(urls["session"], headers={"If-Modified-Since": last}).status_code == 304
    earlier = http_date(midnight.timestamp() - 3600)
    assert client.get(urls["session"], headers={"If-Modified-Since": earlier}).status_code == 200


def test_a_new_validation_changes_the_tag(client, urls):
    first = client.get(urls["session"]).headers["ETag"]
    row = Diffusion.objects.get()
    row.contenu["session"]["places_disponibles"] = 0
    row.save()
    assert client.get(urls["session"]).headers["ETag"] != first
