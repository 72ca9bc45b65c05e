"""What the tests of the public sheets share."""

from datetime import timedelta

from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Diffusion
from tests.factories import ActionFactory, DispositifFactory, SessionFactory, publier


def page(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def facts(shown) -> dict[str, str]:
    """The names and values of every fact of a page."""
    return {dt.text: dt.find_next("dd").get_text(" ", strip=True) for dt in shown.select("main dt")}


def end(row: Diffusion, days: int = 1) -> None:
    """Let time pass: the published session ended `days` ago."""
    fin = timezone.localdate() - timedelta(days=days)
    Diffusion.objects.filter(pk=row.pk).update(date_debut=fin - timedelta(days=30), date_fin=fin)


def with_sessions(nombre: int, **kwargs):
    """An action online with `nombre` sessions."""
    action = ActionFactory(complete=True, **kwargs)
    for rang in range(1, nombre):
        debut = timezone.localdate() + timedelta(days=30 + rang)
        DispositifFactory(session=SessionFactory(action=action, date_debut=debut))
    return publier(action)


def url_of(row: Diffusion) -> str:
    return reverse("diffusion:session", args=[row.numero])
