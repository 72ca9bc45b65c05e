"""« J’ai reçu une clé d’activation et je veux créer mon compte », page by page."""

import re

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from accounts.activation.views import CLE_DU_LIEN
from accounts.models import Totp, User
from sofi.chiffrement import chiffrer
from tests.accounts.outils_cles import issue
from tests.accounts.test_cles import ECHECS, ECHECS_DU_PORTEUR, failing
from tests.courriels.outils import boite
from tests.factories import MOT_DE_PASSE, OrganismeFactory, UserFactory

pytestmark = pytest.mark.django_db
URL = reverse("accounts:cle_activation")


def typed(cle, **fields) -> dict:
    return {"cle": cle, "email": "zoe@exemple.fr", "mot_de_passe": MOT_DE_PASSE} | fields


def soup(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def test_link_of_the_mail_fills_the_key_and_leaves_the_address(client):
    _, texte = issue()
    lien = boite("zoe@exemple.fr")[0].lien("/cle-activation/?cle=")

    response = client.get("/cle-activation/" + lien.partition("/cle-activation/")[2])

    assert (response.status_code, response.url) == (302, URL)
    page = soup(client.get(URL))
    assert page.select_one("#id_cle")["value"] == texte
    assert texte not in str(client.session[CLE_DU_LIEN])
    assert User.objects.filter(email="zoe@exemple.fr").count() == 0  # looking changes nothing


def test_new_person_gets_an_account_and_enters_their_organismes_home(client):
    organisme = OrganismeFactory(raison_sociale="École du bois")
    _, texte = issue(organisme)
    client.get(URL, {"cle": texte})

    response = client.post(URL, typed(texte.lower()), follow=True)

    assert response.redirect_chain == [("/", 302)]
    page = soup(response)
    assert "École du bois" in page.select_one(".qui").get_text()
    assert "Bienvenue, Zoé" in page.select_one(".encart--succes").get_text()
    assert response.wsgi_request.user.email == "zoe@exemple.fr"
    assert CLE_DU_LIEN not in client.session


def test_person_with_an_account_comes_in_and_works_for_the_new_organisme(client):
    UserFactory(email="zoe@exemple.fr", organisme=OrganismeFactory())
    _, texte = issue(OrganismeFactory(raison_sociale="École du bois"))

    page = soup(client.post(URL, typed(texte), follow=True))

    assert "travaille aussi pour École du bois" in page.select_one(".encart--succes").get_text()
    assert "École du bois" in page.select_one(".qui").get_text()


@pytest.mark.parametrize("autre", [False, True], ids=["signed_out", "somebody_else_signed_in"])
def test_second_factor_is_never_skipped(client, autre):
    user = UserFactory(email="zoe@exemple.fr")
    Totp.objects.create(user=user, secret=chiffrer("GRAINE"))
    if autre:
        client.force_login(UserFactory(organisme=OrganismeFactory()))
    _, texte = issue()

    response = client.post(URL, typed(texte))

    assert response.url == reverse("accounts:verification")
    assert not client.get(reverse("aide:accueil")).wsgi_request.user.is_authenticated


def test_signed_in_person_gains_an_organisme_and_works_for_it(client):
    user = UserFactory(email="zoe@exemple.fr", organisme=OrganismeFactory())
    client.force_login(user)
    _, texte = issue(OrganismeFactory(raison_sociale="École du bois"))
    assert soup(client.get(URL)).select_one("#id_email")["value"] == "zoe@exemple.fr"

    page = soup(client.post(URL, typed(texte), follow=True))

    assert "École du bois" in page.select_one(".qui").get_text()


def test_somebody_else_signed_in_does_not_keep_the_place(client):
    client.force_login(UserFactory(organisme=OrganismeFactory()))
    _, texte = issue()

    response = client.post(URL, typed(texte), follow=True)

    assert response.wsgi_request.user.email == "zoe@exemple.fr"


@pytest.mark.parametrize("cas", [*ECHECS, *ECHECS_DU_PORTEUR])
def test_each_refusal_is_the_same_page(client, cas):
    """The page of an unknown key, byte for byte but for what was typed and the token."""

    def refused(data) -> str:
        response = client.post(URL, data)
        assert response.status_code == 200
        text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())
        return text.replace(data["cle"], "CLE").replace(data["email"], "EMAIL")

    inconnue = refused(typed("AAAAA-BBBBB", email="personne@exemple.fr"))
    assert refused(typed(**failing(cas))) == inconnue
    assert "ne vont pas ensemble" in inconnue


def test_refusal_says_what_to_do_and_keeps_what_was_typed_but_the_password(client):
    page = soup(client.post(URL, typed("AAAAA")))

    assert "ne vont pas ensemble" in page.select_one(".resume-erreurs").get_text()
    assert page.select_one("#id_cle")["value"] == "AAAAA"
    assert not page.select_one("#id_mot_de_passe").has_attr("value")
    conseils = page.select_one("section[aria-labelledby=conseils-titre]")
    assert conseils.select_one(f"a[href='{reverse('accounts:cle_demande')}']")
    assert "02\u00a040\u00a020\u00a040\u00a020" in conseils.get_text()


def test_bad_password_of_a_good_key_is_said_at_the_field_and_the_key_still_serves(client):
    _, texte = issue()

    page = soup(client.post(URL, typed(texte, mot_de_passe="court")))

    assert page.select_one(".resume-erreurs a[href='#id_mot_de_passe']")
    assert client.post(URL, typed(texte)).status_code == 302


def test_sixth_try_is_told_to_wait(client):
    _, texte = issue()
    for _ in range(5):
        client.post(URL, typed("AAAAA", email="autre@exemple.fr"))

    page = soup(client.post(URL, typed(texte)))

    assert "attendez 15\u00a0minutes" in page.select_one(".resume-erreurs").get_text()
    assert not User.objects.filter(email="zoe@exemple.fr").exists()


def test_key_of_the_staff_leads_to_the_workshop(client):
    _, texte = issue(role_carif="agent")

    response = client.post(URL, typed(texte))

    assert User.objects.get(email="zoe@exemple.fr").role_carif == "agent"
    assert client.get(response.url).status_code == 302  # the second factor first
