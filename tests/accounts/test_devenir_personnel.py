"""Joining the staff by a key: what was open before does not count as a second factor, nor as a space."""

from threading import Thread

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.cles import utilisation
from accounts.middleware import CLE_ESPACE
from accounts.models import RoleCarif, Totp
from accounts.personnel import regles
from sofi.origine import Origine
from tests.accounts.outils_cles import issue, use
from tests.accounts.test_connexion import connect
from tests.concurrence import without_locks
from tests.facteurs import code_de, installer_facteur
from tests.factories import MOT_DE_PASSE, OrganismeFactory, UserFactory

pytestmark = pytest.mark.django_db
ZOE = "zoe@exemple.fr"


@pytest.fixture
def zoe():
    return UserFactory(email=ZOE, prenom="Zoé", nom="Roy", organisme=OrganismeFactory())


def activate(client, cle, email=ZOE):
    data = {"cle": cle, "email": email, "mot_de_passe": MOT_DE_PASSE}
    return client.post(reverse("accounts:cle_activation"), data)


class TestBecomingStaff:
    """An activation key of the Carif-Oref, used by somebody who works for an organisme."""

    def test_a_session_opened_before_does_not_choose_the_second_factor(self, zoe):
        volee = Client()  # a browser left open, or a stolen cookie: its holder does not know the password
        connect(volee, ZOE)
        assert volee.get(reverse("accounts:compte")).status_code == 200

        _, cle = issue(role_carif=RoleCarif.AGENT, par=UserFactory(administrateur=True))
        activate(Client(), cle)

        reponse = volee.post(reverse("accounts:second_facteur"))
        assert reponse.url.startswith(reverse("accounts:login"))

    def test_in_their_own_session_they_stay_signed_in_and_owe_their_factor(self, zoe, client):
        connect(client, ZOE)
        _, cle = issue(role_carif=RoleCarif.AGENT, par=UserFactory(administrateur=True))

        activate(client, cle)

        assert client.get("/").url == reverse("accounts:second_facteur")
        assert CLE_ESPACE not in client.session

    def test_a_factor_taken_away_does_not_count_as_given(self, zoe, client):
        installer_facteur(zoe)
        connect(client, ZOE)
        client.post(reverse("accounts:verification"), {"code": code_de(zoe)})
        preuve = {"mot_de_passe": MOT_DE_PASSE, "code": code_de(zoe, 1)}
        client.post(reverse("accounts:facteur_confirmer", args=["retirer"]), preuve)
        assert not Totp.objects.exists()
        assert client.get(reverse("accounts:compte")).status_code == 200
        _, cle = issue(role_carif=RoleCarif.AGENT, par=UserFactory(administrateur=True))

        activate(client, cle)

        assert client.get("/").url == reverse("accounts:second_facteur")


def test_a_key_of_an_organisme_puts_no_member_of_the_staff_in_its_space(client):
    """They enter it by its own page, which the journal tells."""
    agent = UserFactory(email=ZOE, agent=True)
    client.force_login(agent)
    _, cle = issue()

    activate(client, cle)

    assert agent.rattachements.count() == 1
    assert CLE_ESPACE not in client.session


def lowered_while_using_a_key(monkeypatch) -> str:
    """The role of an administrator whom another lowers while their account is read, then written."""
    yann, awa = (UserFactory(administrateur=True, email=email) for email in ("yann@exemple.fr", ZOE))
    _, texte = issue(role_carif=RoleCarif.VALIDEUR, par=yann)

    def lower():
        try:
            regles.changer_role(awa.pk, RoleCarif.AGENT, par=yann, origine=Origine())
        finally:
            connection.close()

    colleague = Thread(target=lower)
    check = utilisation._check

    def check_then_let_the_colleague_act(*args):
        check(*args)
        colleague.start()
        colleague.join(0.5)  # as long as it may go on without the lock

    monkeypatch.setattr(utilisation, "_check", check_then_let_the_colleague_act)
    use(texte)
    colleague.join()
    awa.refresh_from_db()
    return awa.role_carif


@pytest.mark.django_db(transaction=True)
def test_a_role_lowered_meanwhile_is_not_given_back(monkeypatch):
    assert lowered_while_using_a_key(monkeypatch) == RoleCarif.AGENT


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_it_is(monkeypatch):
    with without_locks():
        assert lowered_while_using_a_key(monkeypatch) == RoleCarif.ADMINISTRATEUR
