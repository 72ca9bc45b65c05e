"""« Réinitialiser votre mot de passe » (manual), and changing it from « Mon compte »."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import changement_mot_de_passe
from accounts.models import EvenementSecurite, SessionNavigateur, User
from sofi.models import Courriel, Limite
from sofi.origine import Origine
from tests.accounts import hacheurs
from tests.accounts.test_connexion import connect, summary
from tests.concurrence import race
from tests.courriels.outils import boite
from tests.factories import MOT_DE_PASSE, UserFactory
from tests.tunnel.outils import page, words

NADIA = "nadia@exemple.fr"
NOUVEAU = "quatre tortues roses dansent"
pytestmark = pytest.mark.django_db


@pytest.fixture
def nadia():
    return UserFactory(email=NADIA, prenom="Nadia", nom="Leroux")


def ask(email, client=None, **extra):
    return (client or Client(**extra)).post(reverse("accounts:password_reset"), {"email": email}, follow=True)


def link(email=NADIA) -> str:
    """The link of the last message to `email`, as a path."""
    liens = [message for message in boite(email) if message.nom == "mot_de_passe_lien"]
    return f"/{liens[-1].lien('/mot-de-passe/').split('/', 3)[3]}"


def choose(client, nouveau=NOUVEAU, confirmation=None):
    data = {"nouveau": nouveau, "confirmation": nouveau if confirmation is None else confirmation}
    return client.post(reverse("accounts:password_reset_nouveau"), data, follow=True)


class TestForgotten:
    def test_the_whole_way(self, nadia):
        elsewhere = Client()
        elsewhere.force_login(nadia)
        client = Client()

        assert "Consultez votre messagerie" in words(ask("  Nadia@Exemple.FR", client))
        assert "Nadia" in boite(NADIA)[0].texte
        response = client.get(link(), follow=True)
        assert response.redirect_chain == [(reverse("accounts:password_reset_nouveau"), 302)]
        response = choose(client)

        assert response.redirect_chain == [(reverse("accounts:login"), 302)]
        assert "Votre mot de passe est changé" in words(response)
        assert "_auth_user_id" not in client.session
        assert elsewhere.get(reverse("accounts:compte")).status_code == 302
        assert connect(Client(), NADIA).status_code == 200
        assert connect(client, NADIA, NOUVEAU).status_code == 302
        assert boite(NADIA)[-1].nom == "mot_de_passe_change"
        types = EvenementSecurite.objects.filter(user=nadia).values_list("type", flat=True).order_by("pk")
        assert list(types)[:2] == ["mot_de_passe_demande", "mot_de_passe_change"]

    def test_opening_the_link_changes_nothing_and_hides_its_secret(self, nadia):
        ask(NADIA)
        for _ in range(3):  # a mail server that looks at links, then a person
            client = Client()
            response = client.get(link())
            assert response.status_code == 302
            secret = link().split("/")[-2]
            assert secret not in response.url
            assert secret not in client.get(response.url).content.decode()
        assert secret not in "".join(SessionNavigateur.objects.values_list("session_data", flat=True))
        assert User.objects.get().check_password(MOT_DE_PASSE)
        assert "Votre mot de passe est changé" in words(choose(client))

    def test_link_works_once(self, nadia):
        ask(NADIA)
        first, second = Client(), Client()
        first.get(link())
        second.get(link())
        choose(first)

        assert "Ce lien ne marche plus" in words(choose(second, "un autre essai de tortue"))
        assert "Ce lien ne marche plus" in words(choose(first, "un autre essai de tortue"))
        assert "Ce lien ne marche plus" in words(Client().get(link(), follow=True))
        assert User.objects.get().check_password(NOUVEAU)
        assert len([m for m in boite(NADIA) if m.nom == "mot_de_passe_change"]) == 1

    def test_link_lasts_an_hour(self, nadia, settings):
        ask(NADIA)
        client = Client()
        client.get(link())
        assert settings.PASSWORD_RESET_TIMEOUT == 3600
        settings.PASSWORD_RESET_TIMEOUT = -1
        assert "Ce lien ne marche plus" in words(choose(client))
        assert User.objects.get().check_password(MOT_DE_PASSE)

    @pytest.mark.parametrize(
        "chemin",
        ["MQ/x-y", "é/è", "99999999999999999999999/a", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk/a-b", "%00/a"],
    )
    def test_forged_link_is_a_link_that_works_no_more(self, nadia, chemin):
        client = Client()
        response = client.get(f"/mot-de-passe/{chemin}/", follow=True)
        assert response.status_code == 400 or "Ce lien ne marche plus" in words(response)
        assert User.objects.get().check_password(MOT_DE_PASSE)

    def test_account_closed_meanwhile_gets_no_new_password(self, nadia):
        ask(NADIA)
        client = Client()
        client.get(link())
        User.objects.update(is_active=False)
        assert "Ce lien ne marche plus" in words(choose(client))

    @pytest.mark.parametrize(
        ("nouveau", "confirmation", "texte"),
        [
            ("court", "court", "il en faut au moins 16"),
            ("motdepasse123456", "motdepasse123456", "trop facile à deviner"),
            ("Nadia Leroux 2026", "Nadia Leroux 2026", "ressemble trop à votre nom"),
            (NOUVEAU, f"{NOUVEAU} ", "ne sont pas les mêmes"),
        ],
    )
    def test_refused_password_is_explained_and_the_link_still_works(
        self, nadia, nouveau, confirmation, texte
    ):
        ask(NADIA)
        client = Client()
        client.get(link())

        response = choose(client, nouveau, confirmation)
        assert texte in re.sub(r"\s", " ", summary(response))
        assert nouveau not in response.content.decode()
        assert "Votre mot de passe est changé" in words(choose(client))

    def test_blocked_account_is_open_again_to_whoever_reads_its_mail(self, nadia):
        for n in range(6):
            connect(Client(), NADIA, f"essai {n}")
        ask(NADIA)
        client = Client()
        client.get(link())
        choose(client)
        assert connect(client, NADIA, NOUVEAU).status_code == 302

    def test_in_ones_own_session_it_ends_as_well(self, nadia):
        client = Client()
        client.force_login(nadia)
        ask(NADIA)
        client.get(link())
        assert choose(client).redirect_chain == [(reverse("accounts:login"), 302)]

    def test_second_factor_is_not_skipped(self):
        agent = UserFactory(agent=True, email=NADIA)
        client = Client()
        ask(NADIA)
        client.get(link())
        choose(client)
        response = connect(client, NADIA, NOUVEAU)
        assert client.get("/atelier/", follow=True).redirect_chain[0][0] != "/"
        assert "second" in client.get("/", follow=True).request["PATH_INFO"]
        assert agent.email == NADIA
        assert response.status_code == 302


def shapes_of(queries) -> list[str]:
    """The statements, their values apart."""
    return [
        re.sub(r"'[^']*'|\"s\d+_\w+\"|\b\d+\b|NULL", "?", query["sql"]).split(" VALUES")[0]
        for query in queries
    ]


class TestSameAnswer:
    @pytest.fixture(autouse=True)
    def counting(self, settings):
        settings.PASSWORD_HASHERS = [hacheurs.CHEMIN]

    def test_for_an_address_with_and_without_account_and_a_closed_one(
        self, nadia, django_assert_max_num_queries
    ):
        UserFactory(email="ferme@exemple.fr", is_active=False)
        answers = []
        for email in (NADIA, "inconnue@exemple.fr", "ferme@exemple.fr"):
            hacheurs.Compteur.passwords.clear()
            with django_assert_max_num_queries(20) as queries:
                response = ask(email)
            hashes = len(hacheurs.Compteur.passwords)
            answers.append((response.redirect_chain, response.content, shapes_of(queries), hashes))

        assert answers[0] == answers[1] == answers[2]
        assert [boite(a)[0].nom for a in (NADIA, "inconnue@exemple.fr", "ferme@exemple.fr")] == [
            "mot_de_passe_lien",
            "mot_de_passe_sans_compte",
            "mot_de_passe_sans_compte",
        ]
        assert EvenementSecurite.objects.filter(type="mot_de_passe_demande").count() == 3

    def test_above_the_limits_too(self, nadia):
        bodies = {ask(NADIA).content for _ in range(5)}
        assert len(bodies) == 1
        assert Courriel.objects.count() == changement_mot_de_passe.DEMANDES_COMPTE

    def test_network_is_limited(self):
        for n in range(25):
            ask(f"personne{n}@exemple.fr")
        assert Courriel.objects.count() == changement_mot_de_passe.DEMANDES_RESEAU
        ask("autre@exemple.fr", REMOTE_ADDR="192.0.2.9")
        assert Courriel.objects.count() == changement_mot_de_passe.DEMANDES_RESEAU + 1


@pytest.mark.django_db(transaction=True)
def test_link_used_twice_at_the_same_moment_gives_one_password(nadia):
    ask(NADIA)
    _, _, uid, jeton, _ = link().split("/")

    def use(nouveau):
        return lambda: changement_mot_de_passe.changer_par_lien(uid, jeton, nouveau, origine=Origine())

    results = race(*[use(f"quatre tortues roses {n}") for n in range(8)])

    assert len([r for r in results if isinstance(r, User)]) == 1
    assert len([r for r in results if isinstance(r, changement_mot_de_passe.LienPerime)]) == 7
    assert EvenementSecurite.objects.filter(type="mot_de_passe_change").count() == 1


class TestSignedIn:
    @pytest.fixture
    def client(self, nadia):
        client = Client()
        connect(client, NADIA)
        return client

    def change(self, client, actuel=MOT_DE_PASSE, nouveau=NOUVEAU):
        data = {"actuel": actuel, "nouveau": nouveau, "confirmation": nouveau}
        return client.post(reverse("accounts:mot_de_passe"), data, follow=True)

    def test_new_password_keeps_this_browser_and_ends_the_others(self, client, nadia):
        elsewhere = Client()
        connect(elsewhere, NADIA)
        key = client.session.session_key

        response = self.change(client)

        assert response.redirect_chain == [(reverse("accounts:compte"), 302)]
        assert "Votre mot de passe est changé" in words(response)
        assert client.session.session_key != key
        assert elsewhere.get(reverse("accounts:compte")).status_code == 302
        assert SessionNavigateur.objects.filter(user=nadia).count() == 1
        assert User.objects.get().check_password(NOUVEAU)
        assert boite(NADIA)[0].nom == "mot_de_passe_change"
        line = EvenementSecurite.objects.get(type="mot_de_passe_change")
        assert (line.user, line.auteur) == (nadia, nadia)

    def test_browser_stays_a_known_device(self, client):
        self.change(client)
        client.post(reverse("accounts:logout"))
        for n in range(6):
            connect(Client(), NADIA, f"essai {n}")
        assert connect(client, NADIA, NOUVEAU).status_code == 302

    def test_wrong_present_password_changes_nothing(self, client):
        response = self.change(client, actuel="autre chose de long")
        assert "Ce n’est pas votre mot de passe actuel" in summary(response)
        assert User.objects.get().check_password(MOT_DE_PASSE)

    def test_present_password_is_not_guessed_from_an_open_session(self, client):
        for n in range(5):
            self.change(client, actuel=f"essai {n}")
        assert "Trop d’essais" in summary(self.change(client))
        assert User.objects.get().check_password(MOT_DE_PASSE)
        Limite.objects.update(finit_le=timezone.now() - timedelta(seconds=1))
        assert "Votre mot de passe est changé" in words(self.change(client))

    def test_account_page_leads_everywhere(self, client):
        response = client.get(reverse("accounts:compte"))
        hrefs = {a["href"] for a in page(response).main.select("a")}
        for name in ("mot_de_passe", "sessions", "second_facteur"):
            assert reverse(f"accounts:{name}") in hrefs
        assert NADIA in words(response)


@pytest.mark.parametrize("chemin", ["a%20b/c", "a/b%20c", "%20/%20", "MQ/%C2%A0"])
def test_a_forged_reset_link_is_only_too_old(client, chemin):
    reponse = client.get(f"/mot-de-passe/{chemin}/", follow=True)

    assert reponse.status_code == 200
    assert page(reponse).h1.text == page(client.get(reverse("accounts:password_reset_nouveau"))).h1.text
