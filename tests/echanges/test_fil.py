"""The thread of an action: both sides write, each reads who said what, and whose answer is awaited."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from catalogue import fil, workflow
from catalogue.enums import Camp, RoleOrganisme, TypeEvenement
from catalogue.models import Action, Evenement, LectureFil, NoteInterne
from sofi.models import Courriel
from tests.concurrence import race, without_locks
from tests.courriels.outils import boite
from tests.factories import ActionFactory, OrganismeFactory, UserFactory
from tests.tunnel.outils import fields, page, text, words

pytestmark = pytest.mark.django_db


def url(action):
    return reverse("echanges:fil", args=[action.pk])


@pytest.fixture
def action():
    return ActionFactory(complete=True)


@pytest.fixture
def of(action):
    return UserFactory(organisme=action.organisme, prenom="Zoé", nom="Roy", email="of@exemple.fr")


@pytest.fixture
def agent():
    return UserFactory(valideur=True, prenom="Awa", nom="Diallo", email="awa@exemple.fr")


def post(action, by, texte="Bonjour.", *, attend=False, jeton=None):
    return fil.post(action.pk, texte, attend=attend, jeton=jeton or uuid4(), by=by)


def due(action) -> str:
    return Action.objects.values_list("reponse_due", flat=True).get(pk=action.pk)


def rows(response) -> list[tuple[str, str]]:
    """Each line of the thread: whose it is, and its words."""
    return [
        (row["class"][-1].removeprefix("echange--"), text(row)) for row in page(response).select("li.echange")
    ]


class TestAnswerDue:
    def test_a_message_that_expects_an_answer_waits_until_the_other_side_writes(self, action, of, agent):
        post(action, of, attend=True)
        assert due(action) == Camp.CARIF
        post(action, of, "Une précision.")
        assert due(action) == Camp.CARIF
        post(action, agent, "Voici.")
        assert due(action) == ""

    def test_an_answer_may_ask_back(self, action, of, agent):
        post(action, of, attend=True)
        post(action, agent, "Laquelle ?", attend=True)
        assert due(action) == Camp.OF

    def test_what_the_carif_decides_answers_everybody(self, action, of, agent):
        workflow.apply(action.pk, "submit", by=of)
        post(action, of, attend=True)
        workflow.apply(action.pk, "approve", by=agent)
        assert due(action) == ""

    def test_sending_answers_what_the_organisme_owed_not_what_it_asked(self, action, of, agent):
        post(action, of, "Quel code ?", attend=True)
        workflow.apply(action.pk, "submit", by=of)
        assert due(action) == Camp.CARIF
        post(action, agent, "Celui-ci.", attend=True)
        workflow.apply(action.pk, "withdraw", by=of)
        assert due(action) == ""


class TestPost:
    def test_the_same_form_twice_makes_one_message(self, action, of):
        jeton = uuid4()
        assert post(action, of, jeton=jeton) == post(action, of, jeton=jeton)
        assert action.evenements.filter(type="message").count() == 1

    def test_other_words_from_the_same_page_are_another_message(self, action, of):
        """« Back », the text corrected, sent again: nothing that was typed is lost."""
        jeton = uuid4()
        for texte in ("Un.", "Deux.", "Deux."):
            post(action, of, texte, jeton=jeton)
        messages = action.evenements.filter(type="message").order_by("pk")
        assert list(messages.values_list("texte", flat=True)) == ["Un.", "Deux."]

    def test_a_message_changes_nothing_to_what_is_decided_on(self, action, of, agent):
        workflow.apply(action.pk, "submit", by=of)
        revision = Action.objects.get(pk=action.pk).revision
        post(action, of)
        assert workflow.apply(action.pk, "approve", by=agent, revision=revision).statut == "validee"

    def test_the_organisme_is_told_of_the_carif_s_message(self, action, of, agent):
        post(action, agent, "Pensez\naux dates.")
        [message] = boite()
        assert (message.a, message.nom) == ("of@exemple.fr", "message_carif")
        assert "> Pensez\n> aux dates." in message.texte
        assert message.lien(f"/actions/{action.pk}/echanges/")

    def test_whoever_took_charge_is_told_of_the_organisme_s(self, action, of, agent):
        post(action, of)
        assert boite() == []
        Action.objects.filter(pk=action.pk).update(examinateur=agent, prise_le=timezone.now())
        post(action, of, "Encore moi.")
        assert [(message.a, message.nom) for message in boite()] == [("awa@exemple.fr", "message_organisme")]

    @pytest.mark.parametrize("role", [RoleOrganisme.LECTURE, None])
    def test_who_may_not_type_may_not_write(self, action, role):
        organisme = action.organisme if role else OrganismeFactory()
        person = UserFactory(organisme=organisme, organisme__role=role or RoleOrganisme.GESTIONNAIRE)
        with pytest.raises(fil.MessageRefuse):
            post(action, person)

    def test_nothing_but_spaces_is_no_message(self, action, of):
        with pytest.raises(fil.MessageRefuse):
            post(action, of, " \n ")


@pytest.mark.django_db(transaction=True)
class TestTogether:
    def test_a_double_click_makes_one_message_and_one_mail(self, action, of, agent):
        jeton = uuid4()
        premier, second = race(*[lambda: post(action, agent, jeton=jeton)] * 2)
        assert premier == second
        assert Courriel.objects.count() == 1

    def test_without_the_lock_it_makes_two(self, action, of, agent):
        jeton = uuid4()
        with without_locks((fil, "side_of")):
            race(*[lambda: post(action, agent, jeton=jeton)] * 2)
        assert Evenement.objects.filter(type="message").count() == 2


class TestPage:
    def test_each_side_is_told_apart_newest_first(self, client, action, of, agent):
        workflow.apply(action.pk, "submit", by=of)
        workflow.apply(action.pk, "request_changes", by=agent, texte="Quelle durée ?")
        post(action, of, "Je cherche.")
        client.force_login(of)

        lignes = rows(client.get(url(action)))

        assert [camp for camp, _ in lignes] == ["nous", "eux", "auto"]
        assert "Vous" in lignes[0][1]
        assert "Le Carif-Oref (Awa Diallo)" in lignes[1][1]
        assert "Quelle durée ?" in lignes[1][1]
        assert "Automatique" in lignes[2][1]

        client.force_login(agent)
        lignes = rows(client.get(url(action)))
        assert [camp for camp, _ in lignes] == ["eux", "nous", "auto"]
        assert f"{action.organisme} (Zoé Roy)" in lignes[0][1]

    def test_what_was_not_read_is_new_once(self, client, action, of, agent):
        post(action, agent)
        client.force_login(of)
        assert "Nouveau" in words(client.get(url(action)))
        assert "Nouveau" not in words(client.get(url(action)))

    def test_the_other_side_has_read(self, client, action, of, agent):
        post(action, agent)
        client.force_login(agent)
        assert "lu par l’organisme" not in words(client.get(url(action)))
        client.force_login(of)
        client.get(url(action))
        client.force_login(agent)
        assert "lu par l’organisme" in words(client.get(url(action)))

    def test_an_agent_in_the_organisme_s_space_leaves_no_mark_of_reading(self, action, of, agent):
        evenement = post(action, of)
        agent.work_for(action.organisme_id)
        fil.mark_read(action, agent, evenement)
        assert not LectureFil.objects.exists()

    def test_the_organisme_never_reads_what_the_staff_keep(self, client, action, of, agent):
        NoteInterne.objects.create(action=action, auteur=agent, texte="CANARI")
        Evenement.objects.create(
            action=action,
            type=TypeEvenement.WAIVE,
            statut_apres=action.statut,
            revision=1,
            auteur=agent,
            par_carif=True,
            texte="CANARI",
        )
        for person in (of, agent):
            client.force_login(person)
            assert "CANARI" not in client.get(url(action)).content.decode()

    def test_a_message_is_sent_from_the_page(self, client, action, of):
        client.force_login(of)
        envoi = fields(client.get(url(action))) | {"texte": "Bonjour\nà tous", "attend": "on"}

        for _ in range(2):
            assert client.post(url(action), envoi).status_code == 302

        [evenement] = action.evenements.filter(type="message")
        assert evenement.texte == "Bonjour\nà tous"
        assert due(action) == Camp.CARIF
        assert "En attente de réponse du Carif-Oref" in words(client.get(url(action)))

    def test_an_empty_message_names_its_field(self, client, action, of):
        client.force_login(of)
        response = client.post(url(action), fields(client.get(url(action))) | {"texte": " "})
        assert "Écrivez votre message." in page(response).select_one(".resume-erreurs").get_text()

    def test_whoever_only_reads_sees_no_form(self, client, action):
        client.force_login(UserFactory(organisme=action.organisme, organisme__role=RoleOrganisme.LECTURE))
        assert not page(client.get(url(action))).main.select("form")

    def test_the_thread_is_read_page_by_page(self, client, action, of, monkeypatch):
        monkeypatch.setattr("catalogue.echanges.views.TAILLE", 2)
        for numero in range(3):
            post(action, of, f"Message {numero}")
        client.force_login(of)
        suivante = page(client.get(url(action))).select_one("a[rel=next]")
        [(camp, ligne)] = rows(client.get(url(action) + suivante["href"]))
        assert camp == "nous"
        assert "Message 0" in ligne

    @pytest.mark.parametrize("n", [1, 3])
    def test_queries_do_not_grow(self, client, action, of, agent, n, django_assert_num_queries):
        for _ in range(n):
            post(action, UserFactory(organisme=action.organisme))
        client.force_login(agent)
        client.get(url(action))  # the browser's session may be written on a first visit
        with django_assert_num_queries(6):
            client.get(url(action))
