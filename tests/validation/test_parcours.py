"""The way through the queue: position, neighbours, next after a decision, who holds and who looks."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from catalogue import attribution
from catalogue.models import Action, Consultation
from catalogue.validation import presence
from catalogue.validation.file import position
from tests.factories import ActionFactory, UserFactory
from tests.validation.outils_file import waiting

pytestmark = pytest.mark.django_db
FILE = reverse("validation:file")


@pytest.fixture
def trois(agent):
    """Three waiting actions, oldest first; the middle one is of another level."""
    return [waiting(3, "CAP A", niveau=3), waiting(2, "BTS B", niveau=5), waiting(1, "CAP C", niveau=3)]


def dossier(action, query=""):
    return reverse("validation:dossier", args=[action.pk]) + query


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


def place(action, user, filtres=""):
    found = position(Action.objects.get(pk=action.pk), user, filtres)
    return found.rang, found.total, found.precedent, found.suivant


def test_position_and_neighbours_within_the_filters(agent, trois):
    a, b, c = trois
    assert place(a, agent) == (1, 3, None, b.pk)
    assert place(b, agent) == (2, 3, a.pk, c.pk)
    assert place(c, agent) == (3, 3, b.pk, a.pk)  # after the last, the first of those that were passed
    assert place(a, agent, "niveau=3") == (1, 2, None, c.pk)
    assert place(b, agent, "niveau=3&apres=x~1") == (None, 2, a.pk, c.pk)


def test_two_sent_at_the_same_instant_are_told_apart(agent, trois):
    Action.objects.update(soumise_le=timezone.now())

    assert [place(action, agent)[0] for action in trois] == [1, 2, 3]


def test_position_in_the_order_of_the_nearest_start(agent, trois):
    a, b, c = trois
    for action, jours in ((a, 30), (b, 20), (c, 20)):
        action.premier_debut = timezone.localdate() + timedelta(days=jours)
        action.save()

    assert place(a, agent, "tri=debut") == (3, 3, c.pk, b.pk)
    assert place(b, agent, "tri=debut") == (1, 3, None, c.pk)


def test_an_action_never_sent_is_outside_the_queue(agent, trois):
    assert place(ActionFactory(), agent) == (None, 3, None, trois[0].pk)


@pytest.mark.parametrize("number", [1, 3])
def test_a_position_costs_one_query(agent, django_assert_num_queries, number):
    for days in range(number):
        action = waiting(days)

    with django_assert_num_queries(1):
        place_of = position(action, agent, "niveau=3")
    assert place_of.total == number


def test_the_dossier_says_where_one_is_and_leads_on(client, trois):
    shown = soup(client.get(dossier(trois[0], "?niveau=3&apres=x"))).select_one(".parcours-file")

    assert "Dossier 1 sur 2 dans ce filtre" in shown.get_text(" ", strip=True)
    assert [link["href"] for link in shown.select("a")] == [
        dossier(trois[2], "?niveau=3"),
        f"{FILE}?niveau=3",
    ]


def refuse(client, action, **data):
    url = reverse("validation:decision", args=[action.pk, "refuse"])
    return client.post(url, {"revision": action.revision, "texte": "Le motif.", "filtres": "niveau=3"} | data)


def test_and_next_opens_the_next_dossier_of_the_filters(client, trois):
    response = refuse(client, trois[0], suivant="1")

    assert response.url == dossier(trois[2], "?niveau=3")


def test_the_last_dossier_leads_back_to_the_first(client, trois):
    page = soup(client.get(dossier(trois[2], "?niveau=3")))

    link = page.select_one(".parcours-file [rel=next]")
    assert (link["href"], link.get_text(strip=True)) == (dossier(trois[0], "?niveau=3"), "Revenir au premier")
    button = page.select_one("form[action$='/approve/'] button[name=suivant]")
    assert button.get_text(strip=True) == "Valider et suivant"
    form = button.find_parent("form")
    data = {field["name"]: field["value"] for field in form.select("input[name]")}
    assert client.post(form["action"], data | {"suivant": "1"}).url == dossier(trois[0], "?niveau=3")


def test_the_next_dossier_of_the_message_is_the_one_that_follows_not_the_first(client, trois):
    """Those before were passed: deciding on this one does not lead back to them."""
    refuse(client, trois[1], filtres="")

    message = soup(client.get(FILE)).select_one("[role=status]")
    assert message.find("a", string="Ouvrir le dossier suivant")["href"] == dossier(trois[2])


def test_alone_in_the_filter_no_next_is_offered(client, trois):
    page = soup(client.get(dossier(trois[1], "?niveau=5")))

    assert page.select_one(".parcours-file [rel=next]") is None
    assert page.select_one("button[name=suivant]") is None
    question = soup(client.get(reverse("validation:question", args=[trois[1].pk]) + "?filtres=niveau%3D5"))
    assert question.select_one("button[name=suivant]") is None


@pytest.mark.parametrize("query", ["filtrer=oui", "utm=1", "texte=12", "apres=x", "niveau="])
def test_what_is_no_filter_of_the_queue_is_not_taken_for_one(client, trois, query):
    shown = soup(client.get(dossier(trois[0], f"?{query}")))

    assert shown.select_one(".parcours-file p").get_text(strip=True) == "Dossier 1 sur 3"
    assert {field["value"] for field in shown.select("[name=filtres]")} == {""}
    page = soup(client.get(f"{FILE}?{query}"))
    courante = page.select_one(".onglets [aria-current]")
    assert courante.get_text(strip=True) == "Toute la file"


def test_and_next_at_the_end_comes_back_to_those_passed(client, trois):
    assert refuse(client, trois[2], suivant="1").url == dossier(trois[0], "?niveau=3")
    response = client.post(dossier(trois[0]) + "refuse/", {})  # incomplete: nothing happens
    assert response.status_code == 200
    response = refuse(client, trois[0], suivant="1")
    assert response.url == f"{FILE}?niveau=3"
    assert "Il ne reste plus de dossier à examiner ici." in client.get(response.url).content.decode()


def test_a_plain_decision_goes_back_to_the_queue(client, trois):
    assert refuse(client, trois[0]).url == f"{FILE}?niveau=3"


def attribute(client, action, **data):
    return client.post(
        reverse("validation:attribuer", args=[action.pk]), {"filtres": "niveau=3"} | data, follow=True
    )


def held_by(action):
    return Action.objects.get(pk=action.pk).examinateur


def test_take_charge_give_back_hand_over_from_the_dossier(client, agent, trois):
    action, awa = trois[0], UserFactory(agent=True, prenom="Awa", nom="Diallo")

    response = attribute(client, action, acte="prendre")
    assert response.redirect_chain[-1][0] == dossier(action, "?niveau=3")
    assert held_by(action) == agent
    assert "Vous examinez ce dossier" in response.content.decode()

    attribute(client, action, acte="rendre")
    assert held_by(action) is None

    response = attribute(client, action, acte="attribuer", a=awa.pk)
    assert held_by(action) == awa
    assert "Le dossier est attribué à Awa Diallo." in response.content.decode()
    assert "Prendre en charge" not in response.content.decode()


def test_a_dossier_held_says_by_whom_and_refuses_kindly(client, agent, trois):
    attribution.claim(trois[0].pk, by=UserFactory(agent=True, prenom="Awa", nom="Diallo"))

    response = attribute(client, trois[0], acte="prendre")

    assert "Awa Diallo examine déjà ce dossier" in response.content.decode()


@pytest.mark.parametrize("a", ["", "0", "x", "9" * 30, "²"])
def test_a_forged_colleague_is_refused(client, trois, a):
    response = attribute(client, trois[0], acte="attribuer", a=a)

    assert "ne fait plus partie de l’équipe" in response.content.decode()
    assert held_by(trois[0]) is None


def test_colleagues_see_each_other_on_a_dossier(client, agent, trois):
    awa = UserFactory(agent=True, prenom="Awa", nom="Diallo")
    presence.see(trois[0].pk, awa)

    shown = soup(client.get(dossier(trois[0]))).select_one("[data-sofi-regards]").get_text(" ", strip=True)

    assert shown == "Awa Diallo regarde aussi ce dossier en ce moment."
    assert presence.see(trois[0].pk, awa) == [str(agent)]


def test_the_page_says_it_is_still_read(client, agent, trois):
    url = reverse("validation:regarder", args=[trois[0].pk])
    before = timezone.now()
    for _ in range(2):
        assert client.post(url).content.decode().strip() == ""

    assert Consultation.objects.get().vue_le >= before


def test_who_has_left_is_forgotten(agent, trois):
    presence.see(trois[0].pk, agent)
    presence.see(trois[1].pk, agent)
    Consultation.objects.filter(action=trois[0]).update(vue_le=timezone.now() - timedelta(minutes=4))

    assert presence.forget(timezone.now()) == 1
    assert Consultation.objects.get().action_id == trois[1].pk
