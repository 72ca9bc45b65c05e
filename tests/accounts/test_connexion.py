"""Manual step 1: « Se connecter à SOFI »."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from accounts.models import EvenementSecurite, TypeEvenementSecurite
from tests.factories import MOT_DE_PASSE, OrganismeFactory, UserFactory

pytestmark = pytest.mark.django_db


def connect(client, email, password=MOT_DE_PASSE, **extra):
    return client.post(reverse("accounts:login"), {"username": email, "password": password, **extra})


def summary(response) -> str:
    return (
        BeautifulSoup(response.content, "html.parser")
        .select_one("[data-sofi-focus]")
        .get_text(" ", strip=True)
    )


def test_sign_in_page_says_what_the_manual_shows(client):
    page = BeautifulSoup(client.get(reverse("accounts:login")).content, "html.parser")

    assert page.h1.get_text(strip=True) == "Connexion SOFI"
    assert [a.get_text(strip=True) for a in page.select(".accueil__liens a")] == [
        "Réinitialiser votre mot de passe",
        "J’ai reçu une clé d’activation et je veux créer mon compte",
        "Je n’ai pas de clé d’activation et souhaite en faire la demande",
    ]
    assert page.find("button", string="Se connecter")


def test_right_password_opens_the_asked_page(client):
    UserFactory(email="nadia@exemple.fr", organisme=OrganismeFactory())

    response = connect(client, "  Nadia@Exemple.FR ", next=reverse("aide:accueil"))

    assert response.status_code == 302
    assert response.url == reverse("aide:accueil")


def test_sign_in_is_written_in_the_journal(client):
    user = UserFactory(email="nadia@exemple.fr")

    connect(client, "nadia@exemple.fr")

    line = EvenementSecurite.objects.get()
    assert (line.type, line.user, line.ip) == (TypeEvenementSecurite.CONNEXION, user, "127.0.0.1")


@pytest.mark.parametrize(
    "next_url", ["https://ailleurs.example/", "//ailleurs.example", "javascript:alert(1)", "254", "a:b"]
)
def test_sign_in_never_leads_elsewhere(client, next_url):
    UserFactory(email="nadia@exemple.fr")

    assert connect(client, "nadia@exemple.fr", next=next_url).url == "/"


def test_wrong_password_unknown_address_and_closed_account_get_the_same_answer(client):
    UserFactory(email="nadia@exemple.fr")
    UserFactory(email="partie@exemple.fr", is_active=False)

    answers = {
        summary(connect(client, email, password))
        for email, password in [
            ("nadia@exemple.fr", "mauvais"),
            ("inconnue@exemple.fr", "mauvais"),
            ("partie@exemple.fr", MOT_DE_PASSE),
        ]
    }

    assert len(answers) == 1
    assert "E-mail ou mot de passe incorrect" in answers.pop()


def test_empty_form_names_both_fields(client):
    text = summary(connect(client, "", ""))

    assert "E-mail" in text
    assert "Mot de passe" in text


def test_sign_out_is_a_post_and_comes_back_to_sign_in(client):
    client.force_login(UserFactory())

    assert client.get(reverse("accounts:logout")).status_code == 405
    assert client.post(reverse("accounts:logout")).url == reverse("accounts:login")
    assert "_auth_user_id" not in client.session


def test_signed_in_person_skips_the_sign_in_page(client):
    client.force_login(UserFactory())

    assert client.get(reverse("accounts:login")).url == "/"
