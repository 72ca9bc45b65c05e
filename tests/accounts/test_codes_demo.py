"""The demo's telephones: a newcomer reads a code and gets in; production knows nothing of them."""

from io import StringIO

import pytest
from bs4 import BeautifulSoup
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.models import Totp
from tests.facteurs import installer_facteur
from tests.factories import MOT_DE_PASSE, OrganismeFactory, UserFactory

pytestmark = pytest.mark.django_db

PAGE = "/demonstration/codes/"


@pytest.fixture
def agent():
    """An invented member of the staff, with the telephone that the demo gives them."""
    agent = UserFactory(agent=True, email="agent@exemple.fr")
    call_command("load_demo_facteurs", stdout=StringIO())
    return agent


def shown(client) -> dict[str, str]:
    """What the page says, by account."""
    page = BeautifulSoup(client.get(PAGE).content, "html.parser")
    return {
        row.th.get_text(strip=True): row.find_all("td")[-1].get_text(strip=True)
        for row in page.select("tbody tr")
    }


def type_password(client):
    client.post(reverse("accounts:login"), {"username": "agent@exemple.fr", "password": MOT_DE_PASSE})


def test_the_code_read_on_the_page_opens_and_so_does_the_next_one(client, agent):
    type_password(client)
    page = BeautifulSoup(client.get("/connexion/code/").content, "html.parser")
    assert page.select_one(f"main a[href='{PAGE}']")

    client.post("/connexion/code/", {"code": shown(client)["agent@exemple.fr"]})
    client.post(reverse("accounts:logout"))
    type_password(client)
    # Within the same half-minute: the page shows the code after.
    client.post("/connexion/code/", {"code": shown(client)["agent@exemple.fr"]})

    assert client.get(reverse("validation:file")).status_code == 200


def test_when_both_have_served_the_page_says_to_wait(client, agent, monkeypatch):
    monkeypatch.setattr("accounts.facteur.demonstration.time.time", lambda: 1_900_000_000.0)
    Totp.objects.update(dernier_pas=1_900_000_000 // 30 + 1)

    assert shown(client)["agent@exemple.fr"].startswith("Déjà utilisé")


def test_the_telephone_of_a_real_person_is_never_read(client, agent):
    Totp.objects.all().delete()
    installer_facteur(agent)
    installer_facteur(UserFactory(agent=True, email="awa@carif.example"))
    installer_facteur(UserFactory(organisme=OrganismeFactory(), email="of@exemple.fr"))

    assert shown(client).keys() == {"agent@exemple.fr"}
    assert "réinstallé" in shown(client)["agent@exemple.fr"]


def test_a_second_load_changes_nothing(agent):
    avant = Totp.objects.values_list("pk", "secret").get()

    call_command("load_demo_facteurs", stdout=StringIO())

    assert Totp.objects.values_list("pk", "secret").get() == avant


def test_production_has_neither_the_page_nor_the_loader(settings):
    settings.IS_PRODUCTION = True

    with pytest.raises(CommandError, match="production"):
        call_command("load_demo_facteurs")
    assert not Totp.objects.exists()
