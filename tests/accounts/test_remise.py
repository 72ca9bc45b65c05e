"""The keys that the Carif-Oref gives itself, the letter, and what is done with them afterwards."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from accounts.cles import lettre
from accounts.models import CleActivation, EvenementSecurite
from tests.accounts.outils_cles import issue, use
from tests.courriels.outils import boite
from tests.factories import CleActivationFactory, OrganismeFactory, UserFactory
from tests.parcours.visiteur import held_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(client):
    user = UserFactory(agent=True, prenom="Awa", nom="Diallo")
    client.force_login(user)
    return user


@pytest.fixture
def organisme():
    return OrganismeFactory(raison_sociale="École du bois")


def url_of(organisme) -> str:
    return reverse("accounts:organisme_cles", args=[organisme.pk])


def soup(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def form_of(client, organisme) -> dict:
    """The form that gives a key, filled for Zoé Roy."""
    form = soup(client.get(url_of(organisme))).select_one(f"form[action^='{url_of(organisme)}']")
    personne = {"prenom": "Zoé", "nom": "Roy", "email": "Zoe@exemple.fr"}
    return {nom: valeur for nom, valeur in held_by(form).items() if nom != "csrfmiddlewaretoken"} | personne


def said(response) -> str:
    """What the page says happened."""
    return " ".join(encart.get_text() for encart in soup(response).select(".encart[role]"))


def letter_of(response) -> str:
    """The key that the letter shows; '' without a letter."""
    return "-".join(span.get_text() for span in soup(response).select(".courrier__cle span"))


def test_a_key_is_given_by_mail_to_a_gestionnaire_unless_said_otherwise(client, agent, organisme):
    response = client.post(url_of(organisme), form_of(client, organisme), follow=True)

    assert "part par e-mail à zoe@exemple.fr" in said(response)
    cle = CleActivation.objects.get()
    assert (cle.role, cle.email, cle.emise_par) == ("gestionnaire", "zoe@exemple.fr", agent)
    assert boite()[0].a == "zoe@exemple.fr"
    assert "Awa Diallo" not in boite()[0].texte


def test_a_double_click_gives_one_key(client, agent, organisme):
    form = form_of(client, organisme)
    client.post(url_of(organisme), form)

    response = client.post(url_of(organisme), form, follow=True)

    assert "Rien n’a été fait de plus" in said(response)
    assert CleActivation.objects.count() == len(boite()) == 1


def test_a_key_for_a_closed_account_is_refused_at_the_field(client, agent, organisme):
    UserFactory(email="zoe@exemple.fr", is_active=False)

    page = soup(client.post(url_of(organisme), form_of(client, organisme)))

    assert "désactivé" in page.select_one(".resume-erreurs a[href='#id_email']").get_text()
    assert not CleActivation.objects.exists()


def test_each_key_says_its_state_and_what_may_be_done(client, agent, organisme):
    maintenant = timezone.now()
    etats = {
        "Donnée": {},
        "Expirée": {"expire_le": maintenant - timedelta(days=1)},
        "Utilisée": {"utilisee_le": maintenant},
        "Annulée": {"revoquee_le": maintenant},
    }
    for nom, champs in etats.items():
        CleActivationFactory(organisme=organisme, nom=nom, **champs)
    UserFactory(prenom="Nadia", nom="Leroux", organisme=organisme)

    page = soup(client.get(url_of(organisme)))

    rows = page.select("table")[1].select("tbody tr")
    assert len(rows) == 4
    for row in rows:
        nom = next(nom for nom in etats if nom in row.th.get_text())
        assert f"{nom} le" in row.get_text()
        assert bool(row.select("form")) == (nom in ("Donnée", "Expirée"))
    assert "Nadia Leroux" in page.select("table")[0].get_text()


def test_a_new_key_replaces_the_old_one(client, agent, organisme):
    ancienne, _ = issue(organisme)
    url = reverse("accounts:cle_renvoyer", args=[ancienne.pk])

    assert "part par e-mail" in said(client.post(url, follow=True))
    assert "Rien n’a été fait de plus" in said(client.post(url, follow=True))

    assert CleActivation.objects.filter(revoquee_le=None).count() == 1
    assert len(boite()) == 2


def test_a_revoked_key_says_so(client, agent, organisme):
    cle, _ = issue(organisme)
    url = reverse("accounts:cle_revoquer", args=[cle.pk])

    assert "est annulée" in said(client.post(url, follow=True))
    assert "Rien n’a été fait de plus" in said(client.post(url, follow=True))
    assert EvenementSecurite.objects.filter(type="cle_revoquee", auteur=agent).count() == 1


def test_the_letter_is_shown_until_it_is_printed(client, agent, organisme):
    response = client.post(url_of(organisme), form_of(client, organisme) | {"par_lettre": "on"}, follow=True)

    cle = CleActivation.objects.get()
    texte = letter_of(response)
    page = soup(response)
    assert "zoe@exemple.fr" in page.select_one(".courrier").get_text()
    assert len(page.select(".courrier ol li")) == 3
    assert boite() == []
    assert texte not in str(client.session[lettre.EN_SESSION])
    assert letter_of(client.get(response.request["PATH_INFO"])) == texte  # looking again changes nothing

    client.post(reverse("accounts:cle_lettre", args=[cle.pk]))
    assert letter_of(client.get(response.request["PATH_INFO"])) == ""
    assert use(texte).user.email == "zoe@exemple.fr"


def test_the_letter_is_for_its_giver_and_for_a_quarter_of_an_hour(client, agent, organisme):
    response = client.post(url_of(organisme), form_of(client, organisme) | {"par_lettre": "on"}, follow=True)
    url = response.request["PATH_INFO"]

    session = client.session
    session[lettre.EN_SESSION] |= {"jusqu_a": (timezone.now() - timedelta(seconds=1)).isoformat()}
    session.save()
    page = soup(client.get(url))
    assert not page.select(".courrier")
    assert "ne peut plus être affichée" in page.main.get_text()

    client.force_login(UserFactory(agent=True))
    assert letter_of(client.get(url)) == ""


def test_keys_of_the_staff_are_not_handled_here(client, agent):
    cle, _ = issue(role_carif="agent")

    for nom in ("cle_renvoyer", "cle_revoquer", "cle_lettre"):
        assert client.post(reverse(f"accounts:{nom}", args=[cle.pk])).status_code == 404


@pytest.mark.parametrize("nombre", [1, 3])
def test_the_page_costs_six_queries_whatever_its_length(
    client, agent, organisme, django_assert_num_queries, nombre
):
    for _ in range(nombre):
        CleActivationFactory(organisme=organisme, emise_par=UserFactory(agent=True))
        UserFactory(organisme=organisme)

    # Session, person, organisme, its keys and who gave them, the newest of them, its people.
    with django_assert_num_queries(5):
        client.get(url_of(organisme))
