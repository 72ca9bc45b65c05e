"""Changing one's address: a link at each address, and nothing said about who has an account."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.adresse import regles
from accounts.models import ChangementAdresse, EvenementSecurite, User
from tests.concurrence import race, without_locks
from tests.courriels.outils import boite
from tests.factories import MOT_DE_PASSE, OrganismeFactory, UserFactory
from tests.tunnel.outils import page, text, words

pytestmark = pytest.mark.django_db
ADRESSE = reverse("accounts:adresse")
ANCIENNE, NOUVELLE = "nadia@exemple.fr", "leroux@exemple.fr"


@pytest.fixture
def nadia():
    return UserFactory(email=ANCIENNE, prenom="Nadia", organisme=OrganismeFactory())


def ask(client, nouvelle=NOUVELLE, mot_de_passe=MOT_DE_PASSE):
    return client.post(ADRESSE, {"nouvelle": nouvelle, "mot_de_passe": mot_de_passe})


def link(adresse) -> str:
    """The path of the link in the last message to `adresse`."""
    return boite(adresse)[-1].lien("/confirmer/").removeprefix("http://testserver").split("8000")[-1]


def lines() -> list[tuple]:
    rows = EvenementSecurite.objects.filter(type__startswith="adresse").order_by("pk")
    return list(rows.values_list("type", "user", "auteur"))


def test_the_address_changes_once_both_have_confirmed(client, nadia):
    autre = type(client)()
    for browser in (client, autre):
        browser.force_login(nadia)
    assert ask(client, " Leroux@Exemple.FR ").url == ADRESSE
    shown = words(client.get(ADRESSE))
    assert "Nous avons écrit à nadia@exemple.fr et à leroux@exemple.fr" in shown

    visitor = type(client)()  # the links are opened anywhere
    first, second = link(ANCIENNE), link(NOUVELLE)
    assert "passera de nadia@exemple.fr à leroux@exemple.fr" in words(visitor.get(first))
    assert User.objects.get().email == ANCIENNE  # reading the page did nothing
    assert "Il reste une confirmation" in words(visitor.post(first))
    assert User.objects.get().email == ANCIENNE
    assert "Adresse actuelle : confirmée" in words(client.get(ADRESSE))

    assert "Connectez-vous désormais avec leroux@exemple.fr" in words(client.post(second))
    assert User.objects.get().email == NOUVELLE
    assert client.get(ADRESSE).status_code == 200  # the browser that confirmed stays
    assert autre.get(ADRESSE).status_code == 302  # the others are signed out
    assert lines() == [("adresse_demandee", nadia.pk, nadia.pk), ("adresse_changee", nadia.pk, nadia.pk)]
    assert [boite(adresse)[-1].nom for adresse in (ANCIENNE, NOUVELLE)] == ["adresse_changee"] * 2


@pytest.mark.parametrize("order", [(ANCIENNE, ANCIENNE), (NOUVELLE, NOUVELLE)])
def test_one_address_twice_is_not_both(client, nadia, order):
    client.force_login(nadia)
    ask(client)
    for adresse in order:
        assert "Il reste une confirmation" in words(client.post(link(adresse)))

    assert User.objects.get().email == ANCIENNE


def test_a_link_serves_once(client, nadia):
    client.force_login(nadia)
    ask(client)
    links = link(ANCIENNE), link(NOUVELLE)
    for url in links:
        client.post(url)

    for url in links:
        for answer in (client.get(url), client.post(url)):
            assert answer.status_code == 404
            assert "Ce lien ne sert plus" in words(answer)


def test_a_link_is_for_a_day_and_for_the_last_request(client, nadia):
    client.force_login(nadia)
    ask(client, "premiere@exemple.fr")
    old = link("premiere@exemple.fr")
    ask(client)
    assert client.get(old).status_code == 404
    last = link(NOUVELLE)
    assert client.get(last).status_code == 200
    ChangementAdresse.objects.update(expire_le=timezone.now() - timedelta(seconds=1))
    assert client.get(last).status_code == 404
    assert client.post(last).status_code == 404


def test_a_change_is_given_up(client, nadia):
    client.force_login(nadia)
    ask(client)
    url = link(NOUVELLE)

    response = client.post(reverse("accounts:adresse_annuler"), follow=True)

    assert "Le changement d’adresse est abandonné" in words(response)
    assert "Changement en cours" not in words(response)
    assert client.post(url).status_code == 404


def test_a_taken_address_makes_no_difference_to_who_asks(client, nadia):
    """Same page, same mail to the present address; the owner of the other is told and gets no link."""
    UserFactory(email="prise@exemple.fr")
    client.force_login(nadia)
    pages, messages = [], []
    for nouvelle in ("prise@exemple.fr", "libre@exemple.fr"):
        assert ask(client, nouvelle).url == ADRESSE
        pages.append(words(client.get(ADRESSE)).replace(nouvelle, "X"))
        message = boite(ANCIENNE)[-1].texte.replace(nouvelle, "X")
        messages.append(message.replace(link(ANCIENNE), "L"))

    assert pages[0] == pages[1]
    assert messages[0] == messages[1]
    [owner] = boite("prise@exemple.fr")
    assert "/confirmer/" not in owner.texte
    assert "rien n’a changé, et rien ne changera" in owner.texte


def test_a_taken_address_can_never_be_confirmed(client, nadia):
    UserFactory(email=NOUVELLE)
    client.force_login(nadia)
    ask(client)

    assert "Il reste une confirmation" in words(client.post(link(ANCIENNE)))
    assert User.objects.get(pk=nadia.pk).email == ANCIENNE


def test_an_address_taken_meanwhile_is_not_taken_over(client, nadia):
    client.force_login(nadia)
    ask(client)
    urls = link(ANCIENNE), link(NOUVELLE)
    UserFactory(email=NOUVELLE)

    client.post(urls[0])
    assert "un autre compte SOFI utilise l’adresse" in words(client.post(urls[1]))
    assert User.objects.get(pk=nadia.pk).email == ANCIENNE
    assert not regles.en_cours(nadia).exists()


def test_the_password_is_asked_and_tries_are_counted(client, nadia):
    client.force_login(nadia)
    for _ in range(5):
        response = ask(client, mot_de_passe="mauvais")
        assert page(response).select_one(".resume-erreurs a[href='#id_mot_de_passe']")

    assert "Trop d’essais" in text(page(ask(client)).select_one(".resume-erreurs"))
    assert not ChangementAdresse.objects.exists()
    assert boite() == []


def test_requests_are_limited_for_they_write_to_anybody(client, nadia):
    client.force_login(nadia)
    answers = [ask(client, f"n{rang}@exemple.fr").status_code for rang in range(6)]

    assert answers == [302] * 5 + [200]


@pytest.mark.parametrize(("nouvelle", "dit"), [("", "Renseignez"), ("nadia", "e-mail"), (ANCIENNE, "déjà")])
def test_a_wrong_address_is_explained(client, nadia, nouvelle, dit):
    client.force_login(nadia)
    response = ask(client, nouvelle)

    assert dit in text(page(response).select_one(".resume-erreurs a[href='#id_nouvelle']"))


@pytest.mark.parametrize("jeton", ["x", "é" * 300, "%00", "..%2f"])
def test_an_invented_link_opens_nothing(client, jeton):
    response = client.get(f"/compte/adresse/confirmer/{jeton}/")

    assert response.status_code == (400 if jeton == "%00" else 404)


def test_links_are_stored_as_hashes_only(client, nadia):
    client.force_login(nadia)
    ask(client)
    changement = ChangementAdresse.objects.get()

    for adresse, stored in (
        (ANCIENNE, changement.empreinte_ancienne),
        (NOUVELLE, changement.empreinte_nouvelle),
    ):
        jeton = link(adresse).split("/")[-2]
        assert len(jeton) == 43
        assert stored == regles.empreinte(jeton) != jeton


@pytest.mark.django_db(transaction=True)
def test_both_links_at_the_same_moment_change_the_address_once(client, nadia):
    client.force_login(nadia)
    ask(client)
    jetons = [link(adresse).split("/")[-2] for adresse in (ANCIENNE, NOUVELLE)]
    origine = regles.Origine()

    results = race(*[lambda jeton=jeton: regles.confirmer(jeton, origine=origine) for jeton in jetons])

    assert set(results) == {regles.Etat.ATTEND, regles.Etat.FAIT}
    assert User.objects.get().email == NOUVELLE


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_each_believes_the_other_is_missing(client, nadia):
    client.force_login(nadia)
    ask(client)
    jetons = [link(adresse).split("/")[-2] for adresse in (ANCIENNE, NOUVELLE)]
    origine = regles.Origine()

    with without_locks((regles, "_lock"), (regles, "find")):
        race(*[lambda jeton=jeton: regles.confirmer(jeton, origine=origine) for jeton in jetons])

    assert User.objects.get().email == ANCIENNE
