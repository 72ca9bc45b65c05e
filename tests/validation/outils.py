"""A dossier of the workshop, and what one decides in it."""

from bs4 import BeautifulSoup
from django.urls import reverse

from catalogue import workflow
from tests.factories import ActionFactory, UserFactory


def waiting(**fields):
    """A complete action sent by its organisme."""
    action = ActionFactory(complete=True, **fields)
    return workflow.apply(action.pk, "submit", by=manager_of(action))


def manager_of(action):
    return UserFactory(organisme=action.organisme)


def url(action, query=""):
    return reverse("validation:dossier", args=[action.pk]) + query


def soup_of(response):
    return BeautifulSoup(response.content, "html.parser")


def decide(client, action, nom, revision=None, **data):
    data = {"revision": action.revision if revision is None else revision, **data}
    return client.post(reverse("validation:decision", args=[action.pk, nom]), data)


def offered(soup):
    return [button.get_text(strip=True) for button in soup.select(".decisions form button")]
