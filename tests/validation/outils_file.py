"""The queue as it is read."""

from datetime import timedelta

from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from tests.factories import ActionFactory, CertificationFactory, FormationFactory

FILE = reverse("validation:file")


def waiting(days=0, titre="CAP boulanger", organisme=None, **certification):
    """An action sent `days` ago for the certification `titre`."""
    formation = FormationFactory(
        certification=CertificationFactory(intitule=titre, **certification),
        **({"organisme": organisme} if organisme else {}),
    )
    return ActionFactory(
        attente=True, formation=formation, soumise_le=timezone.now() - timedelta(days=days), complete=True
    )


def page(client, query=""):
    return BeautifulSoup(client.get(f"{FILE}{query}").content, "html.parser")


def titles(soup):
    return [row.th.a.get_text(strip=True) for row in soup.select("table tbody tr")]
