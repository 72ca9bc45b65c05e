"""The life of a followed search, over HTTP: asked for, confirmed, carried on, stopped, forgotten."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalogue import recherches_suivies
from catalogue.enums import StatutSuivi
from catalogue.models import RechercheSuivie
from catalogue.recherches_suivies import vie
from catalogue.recherches_suivies.liens import empreinte, sign
from sofi.models import Courriel
from tests.courriels.outils import boite, envoyer_tout
from tests.factories import CommuneFactory, CourrielFactory, RechercheSuivieFactory
from tests.suivis.outils import ZOE, ask, follow, morning, page, path_of

pytestmark = pytest.mark.django_db


def later(**ecart) -> None:
    """Let time pass on every followed search."""
    for row in RechercheSuivie.objects.all():
        for champ in ("cree_le", "ecrit_le", "confirmee_le", "vue_jusqu_a", "finit_le"):
            if quand := getattr(row, champ):
                setattr(row, champ, quand - timedelta(**ecart))
        row.save()


class TestAsking:
    def test_the_search_page_leads_to_a_form_that_says_the_search(self, client):
        CommuneFactory(nom="Nantes")
        adresse = f"{reverse('diffusion:recherche')}?q=boulanger&lieu=Nantes&rayon=20&cpf=oui&tri=date"
        suite = page(client.get(adresse)).find("a", string="Recevoir les nouvelles sessions par e-mail")
        shown = page(client.get(suite["href"]))

        said = [item.text for item in shown.select(".recherche-suivie__criteres li")]
        assert said == [
            "Métier, formation ou organisme\u00a0: boulanger",
            "Commune ou code postal\u00a0: Nantes, à moins de 20\u00a0km",
            "Éligible au CPF",
        ]
        assert [champ["name"] for champ in shown.select("main input")] == ["csrfmiddlewaretoken", "courriel"]
        assert shown.find("meta", {"name": "robots"})["content"] == "noindex"

    def test_one_mail_asks_to_confirm(self, client):
        answer = ask(client, courriel="Zoe@Exemple.FR")

        assert answer.headers["Location"] == reverse("suivis:demandee") + "?q=boulanger"
        assert ZOE not in client.get(answer.headers["Location"]).content.decode()
        (mail,) = boite()
        assert (mail.a, mail.nom) == (ZOE, "recherche_confirmer")
        assert "boulanger" in mail.texte
        row = RechercheSuivie.objects.get()
        assert (row.statut, row.requete) == ("a_confirmer", "q=boulanger")

    def test_only_a_hash_of_the_link_is_kept(self, client):
        ask(client)
        jeton = boite()[0].lien("/confirmer/").rstrip("/").split("/")[-1]
        assert len(jeton) >= 43
        assert RechercheSuivie.objects.get().empreinte == empreinte(jeton)
        with connection.cursor() as cursor:
            cursor.execute("SELECT r::text FROM catalogue_recherchesuivie r")
            assert jeton not in cursor.fetchone()[0]

    def test_whoever_asks_learns_nothing_of_the_address(self, client):
        follow(client, courriel="suit@exemple.fr")
        ask(client, courriel="attend@exemple.fr")
        for n in range(10):
            RechercheSuivieFactory(courriel="plein@exemple.fr", requete=f"q=mot{n}")
        later(hours=1)
        answers = {
            (answer.status_code, answer.headers["Location"])
            for qui in ("inconnu", "suit", "attend", "plein")
            for answer in [ask(Client(REMOTE_ADDR=f"203.0.113.{len(qui)}"), courriel=f"{qui}@exemple.fr")]
        }
        assert len(answers) == 1
        assert boite("suit@exemple.fr")[-1].nom == "recherche_deja_suivie"

    def test_asking_again_writes_at_most_once_in_a_while(self, client):
        ask(client)
        first = boite()[0].lien("/confirmer/")
        ask(client)
        ask(client, "tri=date&q=+boulanger&lieu=")  # the same search, written otherwise
        assert len(boite()) == RechercheSuivie.objects.count() == 1

        later(minutes=11)
        ask(client)
        assert len(boite()) == 2
        assert RechercheSuivie.objects.count() == 1
        assert client.get(path_of(first)).status_code == 404
        assert client.get(path_of(boite()[1].lien("/confirmer/"))).status_code == 200

    def test_nobody_is_flooded(self, client, monkeypatch):
        monkeypatch.setattr("catalogue.suivis.views.MAX_RESEAU", 100)
        answers = {ask(client, f"q=mot{n}").status_code for n in range(12)}
        assert answers == {302}
        assert len(boite(ZOE)) == 10

    def test_a_network_asks_ten_times_an_hour(self, client):
        answers = [ask(client, courriel=f"qui{n}@exemple.fr") for n in range(11)]
        assert [answer.status_code for answer in answers] == [302] * 10 + [200]
        assert "trop de demandes" in page(answers[-1]).main.text
        assert len(boite()) == 10

    @pytest.mark.parametrize(
        "courriel",
        [
            "",
            "pas une adresse",
            f"{'a' * 160}@exemple.fr",
            "zoe@exemple.fr\r\nBcc: a@b.fr",
            '"a,b"@exemple.fr',
        ],
    )
    def test_a_wrong_address_is_said_and_kept_in_the_form(self, client, courriel):
        answer = ask(client, courriel=courriel)
        assert answer.status_code == 200
        assert page(answer).select(".resume-erreurs a[href='#id_courriel']")
        assert not RechercheSuivie.objects.exists()

    def test_a_wrong_search_goes_back_to_its_page(self, client):
        answer = ask(client, "niveau=12")
        assert answer.headers["Location"] == reverse("diffusion:recherche") + "?niveau=12"
        assert not RechercheSuivie.objects.exists()

    def test_a_search_of_endless_criteria_is_refused(self, client):
        codes = "&".join(f"certification={10**9 + n}" for n in range(200))
        answer = ask(client, codes)
        assert "trop de critères" in page(answer).main.text
        assert not RechercheSuivie.objects.exists()

    def test_the_whole_offer_may_be_followed(self, client):
        ask(client, "")
        assert "Toute l’offre de formation" in boite()[0].texte
        assert RechercheSuivie.objects.get().requete == ""

    def test_the_form_asks_for_its_token(self):
        assert ask(Client(enforce_csrf_checks=True)).status_code == 403


class TestConfirming:
    def test_opening_the_link_changes_nothing_and_its_button_confirms(self, client):
        ask(client)
        url = path_of(boite()[0].lien("/confirmer/"))
        assert page(client.get(url)).find("button", string="Confirmer le suivi")
        client.head(url)
        assert RechercheSuivie.objects.get().statut == StatutSuivi.A_CONFIRMER

        assert client.post(url).headers["Location"] == url
        row = RechercheSuivie.objects.get()
        assert row.statut == StatutSuivi.SUIVIE
        assert row.vue_jusqu_a == row.ecrit_le < row.confirmee_le
        assert timedelta(days=364) < row.finit_le - timezone.now() < timedelta(days=366)

    def test_used_again_it_says_so_and_changes_nothing(self, client):
        follow(client)
        before = RechercheSuivie.objects.values().get()
        url = path_of(boite()[0].lien("/confirmer/"))
        assert client.post(url).status_code == 302
        assert page(client.get(url)).h1.text == "C’est confirmé"
        assert RechercheSuivie.objects.values().get() == before

    @pytest.mark.parametrize("methode", ["get", "post"])
    def test_too_old_or_forged_it_serves_no_more(self, client, methode):
        ask(client)
        url = path_of(boite()[0].lien("/confirmer/"))
        later(hours=48)
        for adresse in (url, reverse("suivis:confirmer", args=["forgé\udcff".encode("utf-8", "replace")])):
            answer = getattr(client, methode)(adresse)
            assert answer.status_code == 404
            assert page(answer).h1.text == "Ce lien ne sert plus"
        assert not RechercheSuivie.objects.suivies().exists()

    def test_an_address_follows_ten_searches(self, client):
        for n in range(10):
            RechercheSuivieFactory(courriel=ZOE, requete=f"q=mot{n}")
        ask(client)
        url = path_of(boite()[0].lien("/confirmer/"))
        assert "suit déjà 10 recherches" in page(client.post(url)).find(role="alert").text
        RechercheSuivie.objects.filter(requete="q=mot3").delete()
        assert client.post(url).status_code == 302


class TestCarryingOn:
    def test_a_year_later_one_link_goes_on(self, client):
        follow(client)
        later(days=366)
        recherches_suivies.morning(morning())
        recherches_suivies.morning(morning())
        (mail,) = [mail for mail in boite() if mail.nom == "recherche_fermee"]
        assert RechercheSuivie.objects.get().statut == StatutSuivi.FERMEE

        url = path_of(mail.lien("/continuer/"))
        assert page(client.get(url)).find("button", string="Continuer un an de plus")
        assert RechercheSuivie.objects.get().statut == StatutSuivi.FERMEE
        assert client.post(url).headers["Location"] == url
        row = RechercheSuivie.objects.get()
        assert row.statut == StatutSuivi.SUIVIE
        assert row.finit_le > timezone.now() + timedelta(days=364)
        assert page(client.get(url)).h1.text == "La recherche est suivie"

    def test_nobody_goes_on_with_what_is_gone_or_never_was(self, client):
        gone = RechercheSuivieFactory(fermee=True)
        adresses = [reverse("suivis:continuer", args=[sign(gone.pk)])]
        adresses.append(reverse("suivis:continuer", args=[f"{gone.pk}.forge"]))
        RechercheSuivie.objects.all().delete()
        assert {client.post(adresse).status_code for adresse in adresses} == {404}

    def test_ten_is_the_limit_there_too(self, client):
        closed = RechercheSuivieFactory(courriel=ZOE, fermee=True)
        for n in range(10):
            RechercheSuivieFactory(courriel=ZOE, requete=f"q=mot{n}")
        answer = client.post(reverse("suivis:continuer", args=[sign(closed.pk)]))
        assert "suit déjà 10 recherches" in page(answer).find(role="alert").text

    def test_what_was_closed_may_be_asked_for_again(self, client):
        closed = RechercheSuivieFactory(courriel=ZOE, fermee=True, empreinte="")
        follow(client)
        closed.refresh_from_db()
        assert closed.statut == StatutSuivi.SUIVIE


class TestStopping:
    @pytest.fixture
    def suivi(self):
        return RechercheSuivieFactory(courriel=ZOE)

    def url(self, suivi) -> str:
        return reverse("suivis:arreter", args=[sign(suivi.pk)])

    def test_opening_the_link_changes_nothing_and_its_button_stops(self, client, suivi):
        assert page(client.get(self.url(suivi))).find("button", string="Ne plus recevoir ces e-mails")
        assert RechercheSuivie.objects.exists()
        answer = client.post(self.url(suivi))
        assert page(answer).h1.text == "Vous ne recevrez plus ces e-mails"
        assert not RechercheSuivie.objects.exists()

    def test_a_mail_program_stops_in_one_click_without_cookie_nor_token(self, suivi):
        client = Client(enforce_csrf_checks=True)
        form = {"List-Unsubscribe": "One-Click"}
        assert [client.post(self.url(suivi), form).status_code for _ in range(2)] == [200, 200]
        assert not client.cookies
        assert not RechercheSuivie.objects.exists()

    def test_a_forged_link_stops_nothing(self, client, suivi):
        for jeton in (f"{suivi.pk}", f"{suivi.pk}.{'A' * 43}", f"{sign(suivi.pk)}x", "é.\u2028"):
            assert client.post(reverse("suivis:arreter", args=[jeton])).status_code == 404
        assert RechercheSuivie.objects.exists()

    def test_it_leaves_nothing_of_the_address(self, client, suivi):
        """Neither what left, nor what waits; the mails of its account, if it has one, are not ours."""
        CourrielFactory(destinataire=ZOE, nom="cle_activation")
        ask(client)
        envoyer_tout()
        later(hours=1)
        ask(client)
        assert Courriel.objects.filter(destinataire=ZOE).count() == 3
        client.post(self.url(suivi))
        assert [mail.nom for mail in Courriel.objects.filter(destinataire=ZOE)] == ["cle_activation"]

    def test_the_other_searches_of_the_address_go_on(self, client, suivi):
        ask(client, "q=patissier")
        client.post(self.url(suivi))
        assert RechercheSuivie.objects.get().requete == "q=patissier"
        assert len(boite(ZOE)) == 1


class TestForgetting:
    def test_what_nobody_confirms_or_takes_up_again_is_deleted_with_its_mails(self, client):
        now = timezone.now()
        ask(client)
        RechercheSuivieFactory(fermee=True, finit_le=now + timedelta(days=29))
        kept = RechercheSuivieFactory()
        assert recherches_suivies.forget(now + timedelta(hours=47)) == 0
        assert recherches_suivies.forget(now + timedelta(hours=49)) == 1
        assert not Courriel.objects.exists()
        assert recherches_suivies.forget(now + timedelta(days=30)) == 1
        assert RechercheSuivie.objects.get() == kept

    def test_an_address_refused_for_good_is_forgotten(self):
        for adresse, nom, raison in (
            (
                "absent@exemple.fr",
                "recherche_nouveautes",
                "L’adresse du destinataire est refusée par le serveur.",
            ),
            ("panne@exemple.fr", "recherche_nouveautes", "Le serveur de messagerie est injoignable."),
            ("compte@exemple.fr", "resume", "L’adresse du destinataire est refusée par le serveur."),
        ):
            RechercheSuivieFactory(courriel=adresse)
            CourrielFactory(destinataire=adresse, nom=nom, abandonne=True, derniere_erreur=raison)

        assert recherches_suivies.forget(timezone.now()) == 1
        restent = {"panne@exemple.fr", "compte@exemple.fr"}
        assert set(RechercheSuivie.objects.values_list("courriel", flat=True)) == restent
        assert set(Courriel.objects.values_list("destinataire", flat=True)) == restent

    def test_every_mail_of_ours_is_known(self):
        from django.conf import settings

        textes = (settings.BASE_DIR / "templates/courriels").glob("recherche_*.txt")
        assert sorted(vie.MODELES) == sorted(path.stem for path in textes)
