"""The second factor through the pages: setting it up, changing it, doing without."""

import re

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django_otp import DEVICE_ID_SESSION_KEY

from accounts.cles.ecriture import normaliser
from accounts.facteur import secours
from accounts.models import CodeSecours, Totp
from tests.accounts.outils_facteur import (
    CODE,
    CODES,
    ETAT,
    INSTALLER,
    is_in,
    set_up,
    text,
    type_password,
    types,
)
from tests.courriels.outils import boite
from tests.facteurs import code_de, code_of, faux_code, installer_facteur
from tests.factories import MOT_DE_PASSE, OrganismeFactory, UserFactory

pytestmark = pytest.mark.django_db


# Setting up


@pytest.mark.parametrize("trait", ["agent", "valideur", "administrateur"])
def test_staff_without_a_factor_set_one_up_before_anything_else(client, trait):
    user = UserFactory(**{trait: True})
    response = type_password(client, user)
    assert response.url == "/"
    assert client.get("/").url == ETAT
    assert client.get(reverse("validation:file")).url == ETAT
    assert client.post(reverse("tunnel:formation_create")).url == ETAT
    page = BeautifulSoup(client.get(ETAT).content, "html.parser")
    assert [lien.get_text() for lien in page.select(".navigation a")] == ["Aide en ligne"]

    _, codes = set_up(client, user)

    assert len(set(codes)) == 10
    assert client.get(reverse("validation:file")).status_code == 200
    assert types(user) == ["connexion", "second_facteur_active"]
    assert boite(user.email)[0].objet == "Votre second facteur SOFI est activé"


def test_the_page_shows_the_seed_three_ways_and_they_agree(client):
    agent = UserFactory(agent=True, email="awa@exemple.fr")
    client.force_login(agent, second_facteur=False)
    response = client.post(ETAT, {"mot_de_passe": MOT_DE_PASSE}, follow=True)
    page = BeautifulSoup(response.content, "html.parser")

    cle = page.select_one(".cle-facteur").get_text().strip()
    adresse = page.select_one("a[href^='otpauth://totp/']")["href"]

    assert re.fullmatch("([A-Z2-7]{4} ){7}[A-Z2-7]{4}", cle)
    assert f"secret={cle.replace(' ', '')}&" in adresse
    assert "awa%40exemple.fr" in adresse
    assert page.select_one(".qr[role=img][aria-label] svg path")
    assert "style" not in {name for tag in page.select(".qr *") for name in tag.attrs}
    field = page.select_one("#id_code")
    assert (field["autocomplete"], field["inputmode"]) == ("one-time-code", "numeric")
    assert "no-store" in response.headers["Cache-Control"]


def test_a_wrong_code_installs_nothing_and_keeps_the_same_seed(client):
    client.force_login(UserFactory(agent=True), second_facteur=False)
    client.post(ETAT)
    avant = client.get(INSTALLER).context["cle"]

    response = client.post(INSTALLER, {"code": "000000"})

    assert "n’est pas le bon" in text(response)
    assert response.context["cle"] == avant
    assert not Totp.objects.exists()


def test_the_code_of_the_set_up_does_not_sign_in_as_well(client):
    agent = UserFactory(agent=True)
    client.force_login(agent, second_facteur=False)
    graine, _ = set_up(client, agent)
    client.post(reverse("accounts:logout"))
    type_password(client, agent)

    assert Totp.objects.get().dernier_pas > 0
    assert "a déjà servi" in text(client.post(CODE, {"code": code_of(graine)}))


def test_codes_are_shown_downloaded_then_gone_once_noted(client):
    agent = UserFactory(agent=True)
    client.force_login(agent, second_facteur=False)
    _, codes = set_up(client, agent)

    fichier = client.get(f"{CODES}fichier/")
    assert fichier.headers["Content-Disposition"].startswith("attachment")
    assert fichier.headers["Content-Type"].startswith("text/plain")
    assert all(code in fichier.content.decode() for code in codes)
    assert codes[0] in client.get(CODES).content.decode()
    assert all(code not in str(dict(client.session)) for code in codes)

    client.post(CODES)

    assert client.get(CODES).url == ETAT
    assert client.get(f"{CODES}fichier/").url == ETAT


def test_whoever_knows_only_the_password_can_neither_replace_nor_remove(client, agent):
    client.force_login(agent, second_facteur=False)

    for page in (ETAT, INSTALLER, CODES, "/compte/second-facteur/prouver/changer/", "/"):
        assert client.get(page).url.startswith(CODE)
    assert client.post(ETAT, {"mot_de_passe": MOT_DE_PASSE}).url == CODE
    assert client.post(INSTALLER, {"code": "000000"}).url == CODE
    client.post(CODE, {"code": code_de(agent)})
    assert is_in(client)


def test_whoever_cannot_go_on_may_sign_out(client, agent):
    client.force_login(agent, second_facteur=False)

    client.post(reverse("accounts:logout"))

    assert "_auth_user_id" not in client.session


def test_an_organisation_may_do_without_unless_the_setting_says_all(client, settings):
    user = UserFactory(organisme=OrganismeFactory())
    type_password(client, user)
    assert is_in(client)
    assert "Installer" in text(client.get(ETAT)) or "installer" in text(client.get(ETAT))

    settings.SECOND_FACTEUR = "tous"

    assert client.get("/").url == ETAT


def test_an_organisation_that_sets_one_up_is_asked_at_each_sign_in(client):
    user = UserFactory(organisme=OrganismeFactory())
    client.force_login(user, second_facteur=False)
    set_up(client, user)
    client.post(reverse("accounts:logout"))

    assert type_password(client, user).url == CODE
    assert not is_in(client)


def test_in_an_open_session_the_first_set_up_asks_for_the_password(client):
    user = UserFactory(organisme=OrganismeFactory())
    client.force_login(user, second_facteur=False)

    assert "Renseignez" in text(client.post(ETAT))
    assert "pas votre mot de passe" in text(client.post(ETAT, {"mot_de_passe": "autre phrase"}))
    assert client.get(INSTALLER).status_code == 302
    assert client.post(ETAT, {"mot_de_passe": MOT_DE_PASSE}).url == INSTALLER
    assert client.get(INSTALLER).status_code == 200


# Changing it


def prove(client, acte, user, password=MOT_DE_PASSE, code=None):
    donnees = {"mot_de_passe": password, "code": code or code_de(user)}
    return client.post(f"/compte/second-facteur/prouver/{acte}/", donnees)


@pytest.mark.parametrize("acte", ["changer", "codes", "retirer"])
def test_the_password_and_a_code_are_both_wanted(client, acte):
    user = UserFactory(organisme=OrganismeFactory())
    installer_facteur(user)
    client.force_login(user)

    assert "pas votre mot de passe" in text(prove(client, acte, user, password="autre phrase"))
    assert "n’est pas le bon" in text(prove(client, acte, user, code=faux_code(user)))
    assert types(user) == ["second_facteur_refuse"]


def test_passwords_tried_there_are_counted_before_they_are_checked(client):
    user = UserFactory(organisme=OrganismeFactory())
    installer_facteur(user)
    client.force_login(user)

    for _ in range(5):
        prove(client, "retirer", user, password="autre phrase")

    assert "Trop d’essais" in text(prove(client, "retirer", user))
    assert Totp.objects.exists()


def test_an_organisation_removes_its_factor(client):
    user = UserFactory(organisme=OrganismeFactory())
    installer_facteur(user)
    codes = secours.create_codes(user)
    client.force_login(user)

    assert prove(client, "retirer", user, code=codes[0]).url == ETAT

    assert not Totp.objects.exists()
    assert not CodeSecours.objects.exists()
    assert types(user) == ["code_secours_utilise", "second_facteur_retire"]
    assert is_in(client)
    client.post(reverse("accounts:logout"))
    assert type_password(client, user).url == "/"


def test_staff_cannot_remove_theirs(client, agent):
    client.force_login(agent)

    assert prove(client, "retirer", agent).status_code == 404
    assert "Retirer" not in text(client.get(ETAT))
    assert Totp.objects.exists()


def test_a_new_telephone_replaces_the_old_one_when_it_is_confirmed(client, agent, codes):
    ancienne = bytes(Totp.objects.get().secret)
    client.force_login(agent)

    assert prove(client, "changer", agent, code=codes[0]).url == INSTALLER
    assert bytes(Totp.objects.get().secret) == ancienne
    graine = client.get(INSTALLER).context["cle"].replace(" ", "")
    client.post(INSTALLER, {"code": code_of(graine)})

    assert bytes(Totp.objects.get().secret) != ancienne
    assert normaliser(codes[1]) not in normaliser("".join(parcours_codes(client)))
    assert boite(agent.email)[-1].objet == "Votre second facteur SOFI est sur un autre téléphone"


def parcours_codes(client) -> list[str]:
    page = BeautifulSoup(client.get(CODES).content, "html.parser")
    return [code.get_text() for code in page.select(".codes-secours code")]


def test_new_codes_void_the_old_ones(client, agent, codes):
    client.force_login(agent)

    assert prove(client, "codes", agent).url == CODES
    nouveaux = parcours_codes(client)

    assert len(nouveaux) == 10
    assert types(agent) == ["codes_secours_crees"]
    with pytest.raises(secours.SecoursRefuse):
        secours.utiliser(agent, codes[5], origine=None)
    assert secours.utiliser(agent, nouveaux[5], origine=None) == 9


@pytest.mark.parametrize("acte", ["installer", "retirer"])
def test_a_factor_set_up_or_removed_ends_the_other_sessions(client, acte):
    user = UserFactory(organisme=OrganismeFactory())
    ailleurs = Client()
    if acte == "retirer":
        installer_facteur(user)
    for browser in (client, ailleurs):
        browser.force_login(user)

    if acte == "retirer":
        prove(client, "retirer", user)
    else:
        set_up(client, user)

    assert is_in(client)
    assert not is_in(ailleurs)


def test_an_unknown_act_does_not_exist(client, agent):
    client.force_login(agent)

    assert client.get("/compte/second-facteur/prouver/danser/").status_code == 404


def test_force_login_marks_the_session(client, agent):
    client.force_login(agent)

    assert client.session[DEVICE_ID_SESSION_KEY]
    assert is_in(client)
