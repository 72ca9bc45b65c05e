"""The code of all the actions that carry it: chosen on one page, replaced one by one, told once."""

from uuid import uuid4

import pytest
from django.urls import reverse

from catalogue import lots
from catalogue.models import Action, AvisEnAttente, Formation, Lot, PreferenceAvis
from catalogue.remplacement import replace_one
from tests.courriels.outils import boite
from tests.factories import ActionFactory, CertificationFactory, FormationFactory, UserFactory
from tests.tunnel.outils import fields, page, words

pytestmark = pytest.mark.django_db
URL = reverse("remplacements:code", args=["31999"])


@pytest.fixture
def actions(formation, ancienne):
    """Two actions of one organisme and one of another, on the ended code."""
    siennes = ActionFactory.create_batch(2, formation=formation)
    return [*siennes, ActionFactory(formation__certification=ancienne)]


@pytest.fixture
def carif(client, valideur):
    client.force_login(valideur)
    return client


def send(client, **changes) -> Lot:
    """Send the page's form as the browser would, run the batch, and return it."""
    response = client.post(URL, fields(client.get(URL)) | changes)
    assert response.status_code == 302, words(response)
    lot = Lot.objects.latest("pk")
    assert response.url == reverse("validation:lot", args=[lot.pk])
    lots.execute(lot.pk)
    return lot


def codes(actions) -> list[str]:
    rows = Action.objects.filter(pk__in=[action.pk for action in actions]).order_by("pk")
    return list(rows.values_list("formation__certification", flat=True))


def test_every_action_is_ticked_and_takes_the_new_code(carif, actions, nouvelle):
    lot = send(carif)
    assert codes(actions) == ["114763"] * 3
    assert Formation.objects.filter(certification="114763").count() == 2
    assert not Formation.objects.filter(certification="31999").exists()
    assert set(lot.lignes.values_list("resultat", "message")) == {
        ("fait", "Le code 31999 est remplacé par 114763.")
    }
    assert "Aucune action ne porte ce code" in words(carif.get(URL))


def test_its_report_leads_back_to_the_codes_that_are_left(carif, actions, nouvelle):
    report = page(carif.get(reverse("validation:lot", args=[send(carif).pk])))

    assert report.find("a", string="Revenir aux codes à remplacer")["href"] == reverse(
        "remplacements:code_list"
    )
    assert report.find("a", string="Revenir à la file") is None


def test_only_the_ticked_actions_change(carif, actions, nouvelle):
    send(carif, actions=f"{actions[1].pk}-{actions[1].revision}")
    assert codes(actions) == ["31999", "114763", "31999"]


def test_one_that_changed_meanwhile_stops_nothing(carif, actions, nouvelle, valideur):
    data = fields(carif.get(URL))
    replace_one(actions[0].pk, CertificationFactory(code="120000").pk, by=valideur)
    Action.objects.filter(pk=actions[1].pk).update(revision=7)
    carif.post(URL, data)
    lot = Lot.objects.get()
    lots.execute(lot.pk)
    assert codes(actions) == ["120000", "31999", "114763"]
    refus = dict(lot.lignes.filter(resultat="refuse").values_list("action", "message"))
    assert refus.keys() == {actions[1].pk}
    assert "relisez-la" in refus[actions[1].pk]


def test_a_batch_says_which_code_an_action_carries_now(carif, actions, nouvelle, valideur):
    data = fields(carif.get(URL))
    carif.post(URL, data)
    replace_one(actions[0].pk, CertificationFactory(code="120000").pk, by=valideur)
    lot = Lot.objects.get()
    lots.execute(lot.pk)
    assert lot.lignes.get(action=actions[0]).message == (
        "Cette action porte maintenant le code 120000\u00a0: relisez-la."
    )


def test_sent_twice_it_is_one_batch_even_once_done(carif, actions, nouvelle):
    data = fields(carif.get(URL))
    adresses = {carif.post(URL, data).url for _ in range(2)}
    lots.execute(Lot.objects.get().pk)
    adresses.add(carif.post(URL, data).url)
    assert adresses == {reverse("validation:lot", args=[Lot.objects.get().pk])}
    assert [a.evenements.count() for a in actions] == [1, 1, 1]


def test_sent_again_with_other_actions_it_is_told(carif, actions, nouvelle):
    data = fields(carif.get(URL))
    carif.post(URL, data | {"actions": data["actions"][:1]})

    response = carif.post(URL, data | {"actions": data["actions"][1:]})

    assert "a déjà demandé un lot" in words(response)
    assert Lot.objects.get().lignes.count() == 1
    carif.post(URL, fields(response))
    assert Lot.objects.count() == 2


def test_nothing_ticked_is_told_and_the_boxes_stay(carif, actions, nouvelle):
    response = carif.post(URL, fields(carif.get(URL)) | {"actions": []})
    assert "Cochez au moins une action dont le code est à remplacer." in words(response)
    assert not page(response).select("input[name=actions][checked]")
    assert not Lot.objects.exists()


@pytest.mark.parametrize(
    "actions_", ["999999999-1", "9" * 30 + "-1", "1-" + "9" * 30, "²-1", "x", "-", "1-1-1"]
)
def test_a_forged_box_chooses_nothing(actions_, carif, actions, nouvelle):
    response = carif.post(URL, fields(carif.get(URL)) | {"actions": actions_})
    assert "Cochez au moins une action" in words(response)


def test_an_agent_sees_and_does_not_order(client, actions, nouvelle):
    client.force_login(UserFactory(agent=True))
    vue = page(client.get(URL))
    assert not vue.select("main form[method=post], main input[type=checkbox]")
    assert client.post(URL, {"nouveau": "114763", "jeton": uuid4()}).status_code == 403
    assert not Lot.objects.exists()


def test_each_person_is_told_once_however_many_actions(carif, actions, nouvelle, of):
    voisine = UserFactory(organisme=actions[2].organisme)
    lecteur = UserFactory(organisme=actions[0].organisme, organisme__role="lecture")
    send(carif)
    messages = boite()
    assert sorted(m.a for m in messages) == sorted([of.email, voisine.email])
    assert lecteur.email not in [m.a for m in messages]
    [message] = [m for m in messages if m.a == of.email]
    assert "Ces 2 actions portent maintenant le nouveau code" in message.texte
    # No « de » before a name: it would have to be elided before a vowel.
    assert f"l’offre de votre organisme, {actions[0].organisme.nom}." in message.texte
    assert message.lien("etat=code_remplace")


def test_a_batch_that_does_nothing_tells_nobody(carif, actions, nouvelle, of):
    data = fields(carif.get(URL))
    Action.objects.update(revision=7)
    carif.post(URL, data)
    lots.execute(Lot.objects.get().pk)
    assert boite() == []


def test_one_replacement_is_told_with_the_page_of_the_action(actions, nouvelle, valideur, of):
    replace_one(actions[0].pk, nouvelle.pk, by=valideur)
    [message] = boite()
    assert message.a == of.email
    assert "31999 (CAP boucher)" in message.texte
    assert "114763 (CAP boucher et traiteur)" in message.texte
    assert message.lien(reverse("tunnel:recapitulatif", args=[actions[0].pk]))


def test_who_prefers_the_digest_gets_a_line(actions, nouvelle, valideur, of):
    PreferenceAvis.objects.create(user=of, type="code_remplace", mode="quotidien")
    replace_one(actions[0].pk, nouvelle.pk, by=valideur)
    assert boite() == []
    assert AvisEnAttente.objects.get().user == of


def test_more_than_a_batch_holds_waits_for_the_next_one(carif, formation, actions, nouvelle, monkeypatch):
    monkeypatch.setattr(Lot, "MAXIMUM", 2)
    assert "Un lot compte 2 actions au plus : voici les 2 premières" in words(carif.get(URL))
    send(carif)
    assert sorted(codes(actions)) == ["114763", "114763", "31999"]
    send(carif)
    assert codes(actions) == ["114763"] * 3


def test_the_page_warns_who_already_has_a_formation_on_the_new_code(carif, actions, nouvelle):
    FormationFactory(organisme=actions[2].organisme, certification=nouvelle)
    assert words(carif.get(URL)).count("a déjà une formation sur 114763") == 1
