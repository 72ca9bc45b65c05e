"""Signing in with the second factor, through the pages, and what it closes meanwhile."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from cryptography.fernet import Fernet
from django.urls import reverse
from django.utils import timezone

from accounts.cles.ecriture import normaliser
from accounts.facteur import parcours, secours
from accounts.models import CodeSecours, EvenementSecurite, Totp
from accounts.models.second_facteur import ATTENTE_MAX
from tests.accounts.outils_facteur import CODE, INSTALLER, SECOURS, is_in, set_up, text, type_password, types
from tests.accounts.test_sessions import time_passes
from tests.courriels.outils import boite
from tests.facteurs import code_de, faux_code, installer_facteur
from tests.factories import OrganismeFactory, UserFactory

pytestmark = pytest.mark.django_db


# Signing in


def test_the_password_alone_signs_nobody_in(client, agent):
    response = type_password(client, agent, next="/aide/")

    assert response.url == f"{CODE}?next=%2Faide%2F"
    assert "_auth_user_id" not in client.session
    assert not is_in(client)
    assert types(agent) == []


def test_the_code_of_the_telephone_signs_in_and_leads_where_one_was_going(client, agent):
    type_password(client, agent, next="/aide/")
    avant = client.session.session_key

    response = client.post(CODE, {"code": code_de(agent), "next": "/aide/"})

    assert response.url == "/aide/"
    assert is_in(client)
    assert client.session.session_key != avant
    assert types(agent) == ["connexion"]


@pytest.mark.parametrize("ecrit", ["{} {}", " {}{} ", "{}\u202f{}", "{}\u00a0{}"])
def test_spaces_in_the_code_are_forgiven(client, agent, ecrit):
    type_password(client, agent)
    code = code_de(agent)

    client.post(CODE, {"code": ecrit.format(code[:3], code[3:])})

    assert is_in(client)


@pytest.mark.parametrize("ecrit", ["{}", "{} ", " {}", "\u00a0{}", "{}\t"])
def test_a_code_works_once_however_it_is_spaced(client, agent, ecrit):
    code = code_de(agent)
    type_password(client, agent)
    client.post(CODE, {"code": code})
    client.post(reverse("accounts:logout"))
    type_password(client, agent)

    response = client.post(CODE, {"code": ecrit.format(code)})

    assert "Ce code a déjà servi" in text(response)
    assert not is_in(client)
    assert types(agent)[-1] == "second_facteur_refuse"


@pytest.mark.parametrize(("pas", "opens"), [(-1, True), (1, True), (-2, False), (3, False)])
def test_a_telephone_may_be_half_a_minute_off(client, agent, pas, opens, monkeypatch):
    # At a fixed moment: the clock must not turn between the code and its check.
    monkeypatch.setattr("django_otp.oath.time", lambda: 1_900_000_000.0)
    type_password(client, agent)

    client.post(CODE, {"code": code_de(agent, pas)})

    assert is_in(client) is opens


def test_an_older_code_than_the_last_one_is_refused(client, agent, monkeypatch):
    monkeypatch.setattr("django_otp.oath.time", lambda: 1_900_000_000.0)
    type_password(client, agent)
    client.post(CODE, {"code": code_de(agent)})
    client.post(reverse("accounts:logout"))
    type_password(client, agent)

    client.post(CODE, {"code": code_de(agent, -1)})

    assert not is_in(client)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "12 34 5x"])
def test_what_is_no_code_names_the_field_and_costs_no_try(client, agent, code):
    type_password(client, agent)

    page = BeautifulSoup(client.post(CODE, {"code": code}).content, "html.parser")

    assert page.select_one(".resume-erreurs a[href='#id_code']")
    assert Totp.objects.get().throttling_failure_count == 0


def test_five_wrong_codes_make_one_wait_and_the_right_one_waits_too(client, agent):
    type_password(client, agent)
    faux = faux_code(agent)

    for _ in range(5):
        assert "n’est pas le bon" in text(client.post(CODE, {"code": faux}))
    assert "attendez une minute" in text(client.post(CODE, {"code": code_de(agent)}))
    assert not is_in(client)

    Totp.objects.update(throttling_failure_timestamp=timezone.now() - ATTENTE_MAX)
    client.post(CODE, {"code": code_de(agent)})
    assert is_in(client)
    assert Totp.objects.get().throttling_failure_count == 0


def test_the_wait_grows_and_never_exceeds_an_hour(agent):
    totp = Totp.objects.get()
    waits = []
    for essais in (5, 6, 9, 40, 5000):
        totp.throttling_failure_count = essais
        totp.throttling_failure_timestamp = timezone.now()
        permis, details = totp.verify_is_allowed()
        assert not permis
        waits.append((details["locked_until"] - totp.throttling_failure_timestamp).total_seconds())

    assert waits == [16, 32, 256, 3600, 3600]


def test_the_tenth_wrong_code_in_a_row_warns_the_person(client, agent):
    Totp.objects.update(throttling_failure_count=9, throttling_failure_timestamp="2026-01-01T00:00Z")
    type_password(client, agent)

    client.post(CODE, {"code": faux_code(agent)})

    [message] = boite(agent.email)
    assert "10 codes de vérification faux" in message.texte


@pytest.mark.parametrize("page", [CODE, SECOURS])
def test_a_code_without_its_password_leads_to_the_sign_in_page(client, agent, page):
    response = client.post(page, {"code": code_de(agent)}, follow=True)

    assert response.redirect_chain[-1][0] == reverse("accounts:login")
    assert "mot de passe" in text(response)
    assert not is_in(client)


def test_a_password_waits_ten_minutes_for_its_code(client, agent, monkeypatch):
    type_password(client, agent)
    later = timezone.now() + parcours.DUREE
    monkeypatch.setattr(timezone, "now", lambda: later)

    assert client.post(CODE, {"code": code_de(agent)}).url == reverse("accounts:login")
    assert not is_in(client)


@pytest.mark.parametrize("change", ["mot_de_passe", "desactive"])
def test_a_password_changed_or_an_account_closed_ends_the_wait(client, agent, change):
    type_password(client, agent)
    if change == "mot_de_passe":
        agent.set_password("une autre phrase de passe")
    else:
        agent.is_active = False
    agent.save()

    assert client.post(CODE, {"code": code_de(agent)}).url == reverse("accounts:login")


@pytest.mark.parametrize("ailleurs", ["https://ailleurs.example/", "//ailleurs.example", "javascript:x"])
def test_the_code_never_leads_elsewhere(client, agent, ailleurs):
    assert type_password(client, agent, next=ailleurs).url == CODE
    assert client.post(CODE, {"code": code_de(agent), "next": ailleurs}).url == "/"


def test_what_was_typed_when_the_session_ended_comes_back_after_the_code(client):
    awa = UserFactory(administrateur=True)
    installer_facteur(awa)
    client.force_login(awa)
    time_passes(timedelta(hours=3))
    url = reverse("accounts:personnel_inviter")
    assert client.post(url, {"prenom": "Zoé", "nom": "Roy"}).url.startswith(reverse("accounts:login"))

    assert type_password(client, awa).url == CODE
    response = client.post(CODE, {"code": code_de(awa)})

    assert response.url == reverse("accounts:saisie_gardee")
    assert 'name="prenom" value="Zoé"' in client.get(response.url).content.decode()


def test_an_agent_comes_back_to_the_space_where_they_were_typing_and_the_journal_says_so(client, agent):
    client.force_login(agent)
    organisme = OrganismeFactory(nom_usage="Premier")
    client.post(reverse("accounts:espace_entrer", args=[organisme.pk]))
    time_passes(timedelta(hours=3))
    client.post(reverse("etablissements:contact_create", args=[organisme.pk]), {"nom": "Roy"})

    type_password(client, agent)
    response = client.get(client.post(CODE, {"code": code_de(agent)}).url)

    assert "Vous agissez pour <strong>Premier</strong>" in response.content.decode()
    assert 'name="nom" value="Roy"' in response.content.decode()
    spaces = EvenementSecurite.objects.filter(type="espace_ouvert").values_list("user", "organisme")
    assert list(spaces) == [(agent.pk, organisme.pk)] * 2


def test_a_session_that_ended_in_the_middle_of_a_set_up_says_so(client, agent):
    client.force_login(agent)
    time_passes(timedelta(hours=3))

    assert client.post(INSTALLER, {"code": "123456"}).url.startswith(reverse("accounts:login"))
    type_password(client, agent)
    assert client.post(CODE, {"code": code_de(agent)}).url == "/"


# Recovery codes


@pytest.mark.parametrize("ecrire", [str, str.lower, lambda code: code.replace("-", " "), lambda c: f" {c}\n"])
def test_a_recovery_code_signs_in_once(client, agent, codes, ecrire):
    type_password(client, agent)
    response = client.post(SECOURS, {"code": ecrire(codes[3])}, follow=True)
    assert "Il vous reste 9 codes de secours" in text(response)
    assert is_in(client)
    assert types(agent) == ["code_secours_utilise", "connexion"]
    assert "Il vous en reste 9." in boite(agent.email)[0].texte
    client.post(reverse("accounts:logout"))
    type_password(client, agent)

    assert "il a déjà servi" in text(client.post(SECOURS, {"code": ecrire(codes[3])}))
    assert not is_in(client)


def test_signs_that_look_alike_are_the_same(client, agent, codes):
    code = "3000-1111-00AB"
    agent.codes_secours.filter(rang=3).update(empreinte=secours.make_password(normaliser(code)))
    type_password(client, agent)

    client.post(SECOURS, {"code": "3ooO-lIiL-0oab"})

    assert is_in(client)


def test_ten_tries_an_hour_are_counted_before_any_hash(client, agent, codes, monkeypatch):
    checks = []
    monkeypatch.setattr(secours, "check_password", lambda *args: checks.append(1))
    type_password(client, agent)
    faux = codes[0][:-1] + ("Z" if codes[0][-1] != "Z" else "Y")

    for _ in range(15):
        response = client.post(SECOURS, {"code": faux})

    assert len(checks) == secours.ESSAIS
    assert "Trop d’essais" in text(response)


@pytest.mark.parametrize("code", ["", "3K7Q", "A" * 12, "9999999999999", "²" * 12])
def test_what_is_no_recovery_code_is_refused(client, agent, codes, code):
    type_password(client, agent)

    response = client.post(SECOURS, {"code": code})

    assert response.status_code == 200
    assert BeautifulSoup(response.content, "html.parser").select(".resume-erreurs")
    assert not is_in(client)


def test_somebody_elses_recovery_code_opens_nothing(client, agent, codes):
    autre = UserFactory(agent=True)
    installer_facteur(autre)
    type_password(client, autre)

    client.post(SECOURS, {"code": codes[0]})

    assert not is_in(client)


# What is stored


def test_neither_the_seed_nor_the_codes_are_in_clear(client):
    agent = UserFactory(agent=True)
    client.force_login(agent, second_facteur=False)
    graine, codes = set_up(client, agent)

    totp = Totp.objects.get()
    stored = bytes(totp.secret)
    assert graine.encode() not in stored
    empreintes = "".join(CodeSecours.objects.values_list("empreinte", flat=True))
    for code in codes:
        assert code not in empreintes
        assert normaliser(code) not in empreintes
        assert CodeSecours.objects.get(rang=int(code[0])).empreinte != code


def test_a_new_encryption_key_takes_over_as_people_sign_in(client, agent, settings):
    ancienne, nouvelle = settings.SOFI_ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    settings.SOFI_ENCRYPTION_KEYS = (nouvelle, ancienne)
    type_password(client, agent)
    client.post(CODE, {"code": code_de(agent)})
    assert is_in(client)

    settings.SOFI_ENCRYPTION_KEYS = (nouvelle,)
    Totp.objects.update(dernier_pas=-1)
    client.post(reverse("accounts:logout"))
    type_password(client, agent)
    client.post(CODE, {"code": code_de(agent)})

    assert is_in(client)


def test_a_seed_whose_key_was_lost_is_a_sentence_and_no_fault(client, agent, codes, settings):
    code = code_de(agent)
    settings.SOFI_ENCRYPTION_KEYS = (Fernet.generate_key().decode(),)
    type_password(client, agent)

    assert "ne peut plus être lu" in text(client.post(CODE, {"code": code}))
    client.post(SECOURS, {"code": codes[0]})
    assert is_in(client)
