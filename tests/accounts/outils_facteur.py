"""Signing in with a second factor and setting one up, through the pages."""

from bs4 import BeautifulSoup
from django.urls import reverse

from accounts.models import EvenementSecurite
from tests.facteurs import code_of
from tests.factories import MOT_DE_PASSE

CODE, SECOURS = "/connexion/code/", "/connexion/code-de-secours/"
ETAT, INSTALLER = "/compte/second-facteur/", "/compte/second-facteur/installer/"
CODES = "/compte/second-facteur/codes/"


def type_password(client, user, **extra):
    return client.post(reverse("accounts:login"), {"username": user.email, "password": MOT_DE_PASSE, **extra})


def is_in(client) -> bool:
    """Whether the browser opens a page of the site."""
    return client.get(reverse("tunnel:formation_list")).status_code == 200


def text(response) -> str:
    page = BeautifulSoup(response.content, "html.parser").main
    return " ".join(page.get_text(" ").split())


def types(user) -> list[str]:
    """The lines of the security journal about `user`, oldest first."""
    return list(EvenementSecurite.objects.filter(user=user).order_by("pk").values_list("type", flat=True))


def set_up(client, user) -> tuple[str, list[str]]:
    """Set a factor up through the pages; its seed and the recovery codes shown."""
    response = client.post(ETAT, {"mot_de_passe": MOT_DE_PASSE}, follow=True)
    page = BeautifulSoup(response.content, "html.parser")
    graine = page.select_one(".cle-facteur").get_text().replace(" ", "").strip()
    response = client.post(INSTALLER, {"code": code_of(graine)}, follow=True)
    page = BeautifulSoup(response.content, "html.parser")
    return graine, [code.get_text() for code in page.select(".codes-secours code")]
