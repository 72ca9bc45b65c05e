"""Guessing passwords: tries are counted before they cost anything, and the right person still comes in."""

import re
from datetime import timedelta
from threading import Barrier

import pytest
from django.conf import settings as site
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import appareils, connexion
from accounts.models import EvenementSecurite, User
from sofi import limites
from sofi.models import Limite
from sofi.origine import Origine
from tests.accounts import hacheurs
from tests.accounts.test_connexion import connect, summary
from tests.concurrence import PATIENCE, race
from tests.factories import MOT_DE_PASSE, UserFactory

NADIA = "nadia@exemple.fr"


@pytest.fixture
def checks(settings) -> list[str]:
    """The passwords hashed during the test."""
    settings.PASSWORD_HASHERS = [hacheurs.CHEMIN]
    hacheurs.Compteur.passwords.clear()
    return hacheurs.Compteur.passwords


@pytest.fixture
def nadia(checks):
    user = UserFactory(email=NADIA)
    checks.clear()
    return user


def guess(number: int):
    """One try of a password, from an address of its own."""
    return lambda: connect(Client(REMOTE_ADDR=f"192.0.2.{number}"), NADIA, f"essai {number}").status_code


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("existe", [True, False])
def test_a_hundred_guesses_at_the_same_moment_cost_five_checks(checks, existe):
    if existe:
        UserFactory(email=NADIA)
        checks.clear()

    assert race(*[guess(n) for n in range(100)]) == [200] * 100
    assert len(checks) == 5
    assert EvenementSecurite.objects.filter(type="connexion_refusee").count() == 5
    assert EvenementSecurite.objects.filter(type="connexion_bloquee").count() == 1


@pytest.mark.django_db(transaction=True)
def test_control_counting_after_looking_would_let_them_all_through(nadia, checks, monkeypatch):
    """Without the atomic statement, the count of the usual packages: look, work, then count."""
    meeting = Barrier(20)

    def look_then_count(objet, valeur, maximum, duree):
        if objet != connexion.COMPTE:
            return True
        cle, finit_le = limites.cle_of(objet, valeur), timezone.now() + duree
        looked = Limite.objects.filter(pk=cle, nombre__gte=maximum).exists()
        meeting.wait(PATIENCE)
        Limite.objects.bulk_create([Limite(pk=cle, nombre=0, finit_le=finit_le)], ignore_conflicts=True)
        Limite.objects.filter(pk=cle).update(nombre=F("nombre") + 1)
        return not looked

    monkeypatch.setattr(limites, "essayer", look_then_count)
    race(*[guess(n) for n in range(20)])

    assert len(checks) == 20


@pytest.mark.django_db
class TestBlocked:
    @pytest.fixture(autouse=True)
    def attack(self, nadia, checks):
        for n in range(5):
            connect(Client(), NADIA, f"essai {n}")
        assert len(checks) == 5
        checks.clear()

    def test_even_the_right_password_is_not_looked_at_and_the_page_says_what_to_do(self, checks):
        client = Client()

        response = connect(client, NADIA)

        text = summary(response)
        assert response.status_code == 200
        assert re.search(r"attendez 1[45].minutes", text)
        assert "réinitialisez votre mot de passe" in text
        assert site.CARIF.telephone.replace(" ", "\u00a0") in text
        assert checks == []
        assert "_auth_user_id" not in client.session

    def test_page_is_the_same_for_an_address_without_account(self):
        for n in range(5):
            connect(Client(), "inconnue@exemple.fr", f"essai {n}")

        known, unknown = (summary(connect(Client(), a)) for a in (NADIA, "inconnue@exemple.fr"))

        assert known == unknown

    def test_spelling_the_address_otherwise_changes_nothing(self, checks):
        for spelling in ("NADIA@exemple.fr", "  Nadia@Exemple.FR "):
            connect(Client(), spelling)
        assert checks == []

    def test_period_ends(self, checks):
        Limite.objects.update(finit_le=timezone.now() - timedelta(seconds=1))
        assert connect(Client(), NADIA).status_code == 302

    @pytest.mark.parametrize("proxies", [0, 1])
    def test_forged_addresses_change_nothing(self, checks, settings, proxies):
        settings.TRUSTED_PROXIES = proxies
        for n in range(40):
            forged = f"203.0.113.{n}, 192.0.2.1" if proxies else f"203.0.113.{n}"
            headers = {"x-forwarded-for": forged, "x-real-ip": forged, "forwarded": f"for={forged}"}
            connect(Client(headers=headers), NADIA)
        assert checks == []


@pytest.mark.django_db
def test_network_is_limited_and_then_blocks_no_more_accounts(checks, settings):
    settings.TRUSTED_PROXIES = 1
    for n in range(connexion.ESSAIS_RESEAU + 10):
        # An IPv6 attacker changes address as they like within their /64.
        client = Client(headers={"x-forwarded-for": f"2001:db8:0:1::{n:x}"})
        connect(client, f"personne{n}@exemple.fr", "essai")
    assert len(checks) == connexion.ESSAIS_RESEAU

    assert limites.attente(connexion.COMPTE, f"personne{connexion.ESSAIS_RESEAU}@exemple.fr") == timedelta()
    connect(Client(headers={"x-forwarded-for": "2001:db8:0:2::1"}), "autre@exemple.fr", "essai")
    assert len(checks) == connexion.ESSAIS_RESEAU + 1


@pytest.mark.django_db
def test_whole_site_has_a_brake(checks, monkeypatch):
    monkeypatch.setattr(connexion, "ESSAIS_SITE", 3)
    for n in range(5):
        connect(Client(REMOTE_ADDR=f"192.0.2.{n}"), f"personne{n}@exemple.fr", "essai")
    assert len(checks) == 3


@pytest.mark.django_db
def test_success_begins_the_count_again(nadia, checks):
    for _ in range(3):
        assert [connect(Client(), NADIA, "essai").status_code for _ in range(4)] == [200] * 4
        assert connect(Client(), NADIA).status_code == 302


@pytest.mark.django_db
def test_a_password_longer_than_any_is_not_hashed(nadia, checks):
    assert connect(Client(), NADIA, "ﷺ" * 129).status_code == 200
    assert checks == []


def signed_in_once(email=NADIA) -> Client:
    """A browser in which the person has signed in, then out."""
    client = Client()
    assert connect(client, email).status_code == 302
    client.post(reverse("accounts:logout"))
    return client


@pytest.mark.django_db
class TestKnownDevice:
    @pytest.fixture
    def device(self, nadia) -> Client:
        return signed_in_once()

    @pytest.fixture
    def under_attack(self, device):
        for n in range(8):
            connect(Client(), NADIA, f"essai {n}")
        assert connect(Client(), NADIA).status_code == 200

    def test_its_owner_comes_in_during_the_attack(self, device, under_attack):
        assert connect(device, NADIA).status_code == 302

    def test_it_is_limited_as_well(self, device, under_attack, checks):
        checks.clear()
        for n in range(8):
            connect(device, NADIA, f"essai {n}")
        assert len(checks) == connexion.ESSAIS_APPAREIL
        assert connect(device, NADIA).status_code == 200

    def test_it_is_known_for_its_owner_only(self, under_attack):
        UserFactory(email="thomas@exemple.fr")
        assert connect(signed_in_once("thomas@exemple.fr"), NADIA).status_code == 200

    def test_a_new_password_forgets_it(self, device, under_attack, nadia):
        nadia.set_password(MOT_DE_PASSE)
        nadia.save()
        assert connect(device, NADIA).status_code == 200

    def test_forged_it_is_nothing(self, device, under_attack):
        value = device.cookies[site.APPAREIL_COOKIE_NAME].value
        for forged in ("", "x", f"{value}x", value.upper(), "a:b:c"):
            client = Client()
            client.cookies[site.APPAREIL_COOKIE_NAME] = forged
            assert connect(client, NADIA).status_code == 200

    def test_cookie_is_kept_a_year_out_of_reach_of_scripts(self, device):
        cookie = device.cookies[site.APPAREIL_COOKIE_NAME]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
        assert cookie["max-age"] == 365 * 24 * 3600
        assert NADIA not in cookie.value
        assert appareils.read(cookie.value).personne == User.objects.get().pk


@pytest.mark.django_db
class TestSameAnswer:
    """Nothing tells an address that has an account: bytes, hashes, queries, lines of the journal."""

    ADRESSES = {"connue": NADIA, "inconnue": "n4dia@exemple.fr", "fermee": "fermé@exemple.fr"}

    @pytest.fixture(autouse=True)
    def world(self, nadia):
        UserFactory(email="fermé@exemple.fr", is_active=False)

    def answer(self, client, email, checks, captured) -> tuple:
        checks.clear()
        with captured() as queries:
            response = connect(client, email, "mauvais mot de passe")
        body = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
        shapes = [re.sub(r"'[^']*'|\b\d+\b|NULL", "?", query["sql"]) for query in queries]
        return response.status_code, body.replace(email, "*"), len(checks), shapes

    def test_on_sign_in(self, checks, django_assert_max_num_queries):
        def captured():
            return django_assert_max_num_queries(20)

        answers = {
            name: self.answer(Client(), email, checks, captured) for name, email in self.ADRESSES.items()
        }
        assert answers["connue"] == answers["inconnue"] == answers["fermee"]
        assert answers["connue"][2] == 1
        assert EvenementSecurite.objects.filter(type="connexion_refusee").count() == 3


@pytest.mark.django_db
def test_journal_names_no_address_without_account(checks):
    connect(Client(), "n.inconnue@exemple.fr", "essai")
    line = EvenementSecurite.objects.get()

    assert (line.type, line.user, line.details) == ("connexion_refusee", None, {})


@pytest.mark.django_db
def test_identify_needs_no_request(nadia):
    assert connexion.identifier(NADIA, MOT_DE_PASSE, origine=Origine("192.0.2.1")) == nadia
    assert connexion.identifier(NADIA, "essai", origine=Origine()) is None
