"""Browsers' sessions: hashed, limited in time, and ended from afar."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import EvenementSecurite, SessionNavigateur
from accounts.sessions import SessionStore, close_sessions
from tests.factories import MOT_DE_PASSE, OrganismeFactory, UserFactory
from tests.tunnel.outils import page, words

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def sign_in(user, **headers) -> Client:
    client = Client(headers=headers)
    data = {"username": user.email, "password": MOT_DE_PASSE}
    assert client.post(reverse("accounts:login"), data).status_code == 302
    return client


def is_signed_in(client) -> bool:
    return client.get(reverse("accounts:espaces")).status_code == 200


def time_passes(duree: timedelta) -> None:
    """Every session was opened, last seen and prolonged `duree` earlier."""
    for row in SessionNavigateur.objects.all():
        row.ouverte_le -= duree
        row.vue_le -= duree
        row.expire_date -= duree
        row.save()


def test_table_opens_nothing_to_whoever_copies_it():
    client = sign_in(UserFactory())
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    row = SessionNavigateur.objects.get()

    assert key not in row.session_key
    assert len(row.session_key) == 40
    stranger = Client()
    stranger.cookies[settings.SESSION_COOKIE_NAME] = row.session_key
    assert is_signed_in(client)
    assert not is_signed_in(stranger)


def test_signing_in_changes_the_key_of_the_session():
    user = UserFactory()
    client = Client()
    client.get(reverse("accounts:login"))
    session = client.session
    session["panier"] = 1
    session.save()
    before = client.cookies[settings.SESSION_COOKIE_NAME].value

    client.post(reverse("accounts:login"), {"username": user.email, "password": MOT_DE_PASSE})

    assert client.cookies[settings.SESSION_COOKIE_NAME].value != before
    assert SessionNavigateur.objects.get().user == user


@pytest.mark.parametrize(
    ("personne", "inactivite", "duree"),
    [({}, 2 * 60, 24), ({"agent": True}, 30, 12), ({"administrateur": True}, 30, 12)],
    ids=["of", "agent", "administrateur"],
)
class TestTime:
    def test_session_ends_without_a_request(self, personne, inactivite, duree):
        client = Client()
        client.force_login(UserFactory(**personne))
        url = reverse("accounts:sessions")

        time_passes(timedelta(minutes=inactivite - 1))
        assert client.get(url).status_code == 200
        time_passes(timedelta(minutes=inactivite - 1))
        assert client.get(url).status_code == 200
        time_passes(timedelta(minutes=inactivite, seconds=1))
        assert client.get(url).status_code == 302

    def test_session_ends_some_hours_after_it_was_opened_whatever_its_use(self, personne, inactivite, duree):
        client = Client()
        client.force_login(UserFactory(**personne))
        url = reverse("accounts:sessions")
        pas = timedelta(minutes=inactivite - 5)

        passed = timedelta()
        while passed + pas < timedelta(hours=duree):
            time_passes(pas)
            passed += pas
            assert client.get(url).status_code == 200, passed
        time_passes(pas)
        assert client.get(url).status_code == 302


def test_an_agent_in_an_organisations_space_keeps_the_times_of_the_staff(client):
    client.force_login(UserFactory(agent=True))
    client.post(reverse("accounts:espace_entrer", args=[OrganismeFactory().pk]))

    time_passes(timedelta(minutes=31))

    assert client.get("/").url.startswith(reverse("accounts:login"))


def test_last_seen_is_written_once_a_minute(client):
    client.force_login(UserFactory())
    client.get(reverse("accounts:sessions"))
    vue_le = SessionNavigateur.objects.get().vue_le
    client.get(reverse("accounts:sessions"))
    assert SessionNavigateur.objects.get().vue_le == vue_le

    time_passes(timedelta(seconds=61))
    client.get(reverse("accounts:sessions"))
    row = SessionNavigateur.objects.get()
    assert row.vue_le > vue_le
    assert row.ip == "127.0.0.1"


def test_expired_sessions_are_forgotten_a_day_later(client):
    client.force_login(UserFactory())
    time_passes(timedelta(hours=3))
    call_command("clearsessions")
    assert SessionNavigateur.objects.count() == 1

    time_passes(timedelta(hours=24))
    call_command("clearsessions")
    assert not SessionNavigateur.objects.exists()


class TestMySessions:
    def test_page_lists_my_browsers_in_words_and_tells_no_key(self, django_assert_num_queries):
        user = UserFactory()
        here = sign_in(user, user_agent=FIREFOX)
        sign_in(UserFactory())

        response = here.get(reverse("accounts:sessions"))
        assert [text for text in page(response).select("h2") if "Firefox sur Windows" in text.text]
        assert len(page(response).select(".liste-fiches > li")) == 1
        assert "Ce navigateur-ci" in words(response)
        assert "Déconnecter" not in words(response)

        with django_assert_num_queries(4):
            here.get(reverse("accounts:sessions"))
        for _ in range(2):
            sign_in(user)
        with django_assert_num_queries(4):
            response = here.get(reverse("accounts:sessions"))
        assert len(page(response).select(".liste-fiches > li")) == 3
        assert "Connexion" in page(response).table.get_text()
        for row in SessionNavigateur.objects.all():
            assert row.session_key not in response.content.decode()

    def test_ending_one_signs_that_browser_out_at_once(self):
        user = UserFactory()
        here, there, elsewhere = sign_in(user), sign_in(user, user_agent=FIREFOX), sign_in(user)
        carte = page(here.get(reverse("accounts:sessions"))).find("h2", string="Firefox sur Windows")
        reference = carte.find_parent("li").select_one("[name=session]")["value"]

        response = here.post(reverse("accounts:sessions_fermer"), {"session": reference}, follow=True)

        assert "Ce navigateur est déconnecté." in words(response)
        assert (is_signed_in(here), is_signed_in(there), is_signed_in(elsewhere)) == (True, False, True)
        assert EvenementSecurite.objects.filter(type="session_terminee", user=user).count() == 1

        again = here.post(reverse("accounts:sessions_fermer"), {"session": reference}, follow=True)
        assert "Il n’y avait plus rien à déconnecter." in words(again)
        assert EvenementSecurite.objects.filter(type="session_terminee").count() == 1

    def test_ending_all_the_others_keeps_this_one(self):
        user = UserFactory()
        here, there, elsewhere = sign_in(user), sign_in(user), sign_in(user)
        somebody = sign_in(UserFactory())

        response = here.post(reverse("accounts:sessions_fermer"), follow=True)

        assert "2 navigateurs sont déconnectés." in words(response)
        assert is_signed_in(here)
        assert is_signed_in(somebody)
        assert not is_signed_in(there)
        assert not is_signed_in(elsewhere)

    def test_nobody_ends_the_session_of_somebody_else(self):
        user, somebody = UserFactory(), UserFactory()
        there, here = sign_in(user), sign_in(somebody)
        sign_in(user)
        reference = page(there.get(reverse("accounts:sessions"))).select_one("[name=session]")["value"]

        here.post(reverse("accounts:sessions_fermer"), {"session": reference})

        assert SessionNavigateur.objects.filter(user=user).count() == 2


def test_closing_spares_the_session_it_is_asked_to(client):
    user = UserFactory()
    client.force_login(user)
    there = sign_in(user)

    assert close_sessions(user, sauf=client.session) == 1
    assert is_signed_in(client)
    assert not is_signed_in(there)
    assert close_sessions(user) == 1
    assert not is_signed_in(client)


def test_a_request_under_way_does_not_bring_back_a_session_closed_meanwhile(client):
    user = UserFactory()
    client.force_login(user)
    under_way = SessionStore(client.session.session_key)
    under_way["x"] = 1

    close_sessions(user)

    with pytest.raises(UpdateError):
        under_way.save()
    assert not SessionNavigateur.objects.exists()
