"""Administrators give and revoke keys: shown once, journalled, one for a double click."""

from datetime import timedelta
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from catalogue.models import CleApi, EvenementReglage
from tests.concurrence import race
from tests.factories import CleApiFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    user = UserFactory(administrateur=True)
    client.force_login(user)
    return user


def sent(**values) -> dict:
    return {
        "nom": "Région",
        "courriel": "si@region.example",
        "quota_horaire": "5000",
        "jeton": str(uuid4()),
    } | values


def text_in(response) -> str:
    return BeautifulSoup(response.content, "html.parser").select_one("pre.commande code").text


def test_a_key_is_shown_once_and_works(client, admin):
    response = client.post(reverse("api:cle_donner"), sent())
    texte = text_in(response)

    assert "no-store" in response["Cache-Control"]
    (cle,) = CleApi.objects.all()
    assert (cle.nom, cle.quota_horaire, cle.cree_par, cle.debut) == ("Région", 5000, admin, texte[:8])
    reading = client.get(reverse("api:sessions"), headers={"authorization": f"Bearer {texte}"})
    assert reading["RateLimit-Limit"] == "5000"
    assert texte not in client.get(reverse("api:cles")).content.decode()
    assert "sofi_" in client.get(reverse("api:cles")).content.decode()


def test_the_largest_quota_stays_on_one_line(client, admin):
    assert "De 1 à 1\u202f000\u202f000." in client.get(reverse("api:cle_donner")).content.decode()
    refus = client.post(reverse("api:cle_donner"), sent(quota_horaire="0")).content.decode()
    assert "un nombre de 1 à 1\u202f000\u202f000." in refus


def test_a_double_click_gives_one_key_and_shows_it_again(client, admin):
    data = sent()
    first, second = (client.post(reverse("api:cle_donner"), data) for _ in range(2))

    assert text_in(first) == text_in(second)
    assert CleApi.objects.count() == EvenementReglage.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_give_one_key():
    from catalogue.api import cles

    by, jeton = UserFactory(administrateur=True), uuid4()

    def click():
        return cles.give(nom="A", courriel="a@b.example", quota_horaire=1, jeton=jeton, by=by)[1]

    first, second = race(click, click)
    assert first == second
    assert CleApi.objects.count() == 1


def test_whoever_comes_back_later_is_not_shown_it_again(client, admin):
    data = sent()
    texte = text_in(client.post(reverse("api:cle_donner"), data))
    CleApi.objects.update(cree_le=timezone.now() - timedelta(minutes=2))

    response = client.post(reverse("api:cle_donner"), data, follow=True)

    assert texte not in response.content.decode()
    assert "ne se montre qu’une fois" in response.content.decode()


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [("nom", ""), ("courriel", "x"), ("quota_horaire", "0"), ("quota_horaire", "1000001"), ("jeton", "x")],
)
def test_a_wrong_form_says_why_and_gives_nothing(client, admin, champ, valeur):
    response = client.post(reverse("api:cle_donner"), sent(**{champ: valeur}))

    assert response.status_code == 200
    assert response.context["form"].errors[champ]
    assert not CleApi.objects.exists()


def test_revoking_is_journalled_and_done_once(client, admin):
    cle = CleApiFactory()
    url = reverse("api:cle_revoquer", args=[cle.pk])
    assert "Révoquer cette clé" in client.get(url).content.decode()
    for _ in range(2):
        assert client.post(url).status_code == 302

    cle.refresh_from_db()
    assert cle.revoquee_le
    (evenement,) = EvenementReglage.objects.all()
    assert (evenement.auteur, evenement.objet, evenement.objet_pk) == (admin, "cleapi", str(cle.pk))
    page = client.get(reverse("reglages:historique")).content.decode()
    assert "Révocation" in page
    assert cle.nom in page
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same(client, admin, django_assert_num_queries, number):
    CleApiFactory.create_batch(number)
    client.get(reverse("api:cles"))
    with django_assert_num_queries(2):  # session and person, keys
        client.get(reverse("api:cles"))
