"""Following a search as a visitor does, and the mornings that come."""

from datetime import datetime, timedelta

from bs4 import BeautifulSoup
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from catalogue import recherches_suivies
from catalogue.models import Diffusion
from tests.courriels.outils import boite
from tests.recherche.outils import Offre

ZOE = "zoe@exemple.fr"


def page(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def path_of(url: str) -> str:
    """What a browser asks our site for."""
    return url.removeprefix(settings.SOFI_URL)


def ask(client, requete: str = "q=boulanger", courriel: str = ZOE):
    """Ask for the news of a search."""
    return client.post(f"{reverse('suivis:demander')}?{requete}", {"courriel": courriel})


def follow(client, requete: str = "q=boulanger", courriel: str = ZOE) -> None:
    """Ask, and confirm by the link received."""
    ask(client, requete, courriel)
    answer = client.post(path_of(boite(courriel)[-1].lien("/confirmer/")))
    assert answer.status_code == 302


def morning(*, days: int = 1, hour: int = 7) -> datetime:
    """A local hour, in so many days."""
    jour = timezone.localtime() + timedelta(days=days)
    return jour.replace(hour=hour, minute=20, second=0, microsecond=0)


def put(offre: Offre, *, publiee_le: datetime | None = None, **valeurs) -> Diffusion:
    """A session that goes online at `publiee_le`, or now."""
    row = offre.build(**valeurs)
    row.publiee_le = publiee_le or timezone.now()
    offre.put(row)
    return row


def wake(**quand) -> list:
    """What a morning sends to followers: the mails of this pass, oldest first."""
    before = {courriel.texte for courriel in boite()}
    recherches_suivies.morning(morning(**quand))
    return [courriel for courriel in boite() if courriel.texte not in before]
