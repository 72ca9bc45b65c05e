"""The pages of a batch: choose on the queue, confirm, read the report."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from catalogue import attribution, lots, workflow
from catalogue.enums import UsageTexte
from catalogue.models import Action, Lot, TexteType
from tests.factories import ActionFactory, UserFactory
from tests.validation.outils_file import waiting

pytestmark = pytest.mark.django_db
FILE = reverse("validation:file")
PREPARER, CREER = reverse("validation:lot_preparer"), reverse("validation:lot_creer")


@pytest.fixture
def luc(client):
    luc = UserFactory(valideur=True, prenom="Luc", nom="Petit")
    client.force_login(luc)
    return luc


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


def hidden(page):
    """The hidden fields of the form of confirmation, as a browser posts them."""
    data = {}
    for field in page.select("main form input[type=hidden]"):
        data.setdefault(field["name"], []).append(field["value"])
    return data


def prepare(client, actions, decision="approve", **data):
    ticked = [f"{action.pk}-{action.revision}" for action in actions]
    return soup(client.post(PREPARER, {"selection": ticked, "decision": decision} | data))


def test_ticked_confirmed_and_reported(client, luc):
    bonne, autre = waiting(2, "CAP A"), waiting(1, "CAP B")
    incomplete = ActionFactory(attente=True)

    values = [box["value"] for box in soup(client.get(FILE)).select("input[name=selection]")]
    assert values == [f"{action.pk}-1" for action in (bonne, autre, incomplete)]
    page = prepare(client, [bonne, incomplete], filtres="niveau=3")
    assert page.h1.get_text() == "Valider 2 actions"
    assert not Lot.objects.exists()

    response = client.post(CREER, hidden(page))
    lot = Lot.objects.get()
    assert response.url == reverse("validation:lot", args=[lot.pk]) + "?niveau=3"
    assert client.post(CREER, hidden(page)).url == response.url  # a double click
    text = soup(client.get(response.url)).main.get_text(" ", strip=True)
    assert "Actions traitées\u00a0: 0 sur 2." in text

    lots.execute(lot.pk)
    report = soup(client.get(response.url))
    tables = {
        t.caption.get_text(): [row.th.get_text() for row in t.select("tbody tr")]
        for t in report.select("table")
    }
    assert tables == {"Non faites (1)": [incomplete.intitule], "Faites (1)": [bonne.intitule]}
    assert "Il manque encore des informations" in report.get_text()
    assert report.find("a", string="Revenir à la file")["href"] == f"{FILE}?niveau=3"
    assert Action.objects.get(pk=autre.pk).statut == "en_attente_validation"
    [row] = soup(client.get(reverse("validation:lot_list"))).select("tbody tr")
    assert [cell.get_text() for cell in row.select(".nombre")] == ["2", "1", "1"]


def test_the_report_leads_to_undoing_each_decision_the_same_day(client, luc):
    action = waiting(2, "CAP A")
    client.post(CREER, hidden(prepare(client, [action])))
    lot = Lot.objects.get()
    url = reverse("validation:lot", args=[lot.pk])
    assert "Annuler" not in soup(client.get(url)).main.get_text()
    lots.execute(lot.pk)

    link = soup(client.get(url)).select_one("td[data-label='Annuler'] a")

    assert link["href"] == reverse("validation:dossier", args=[action.pk]) + "#decision"
    page = soup(client.get(link["href"]))
    assert "Annuler la décision" in page.select_one(".decisions").get_text()
    Lot.objects.update(termine_le=timezone.now() - timedelta(days=1))
    assert "Annuler" not in soup(client.get(url)).main.get_text()


def test_the_whole_filter_up_to_the_size_of_a_batch(client, luc, monkeypatch):
    a, _, c = waiting(3, "CAP A", niveau=3), waiting(2, "BTS B", niveau=5), waiting(1, "CAP C", niveau=3)
    page = prepare(client, [], tout="1", filtres="niveau=3")
    assert hidden(page)["selection"] == [f"{a.pk}-1", f"{c.pk}-1"]

    assert "ne tient pas dans ce lot" not in page.get_text()
    monkeypatch.setattr(Lot, "MAXIMUM", 1)
    page = prepare(client, [], tout="1", filtres="niveau=3")
    assert hidden(page)["selection"] == [f"{a.pk}-1"]
    assert "1 action de la liste ne tient pas dans ce lot" in page.get_text()
    assert "recommencez pour les suivantes" in page.get_text()

    # Said again after an error of the form.
    page = prepare(client, [], "refuse", tout="1", filtres="niveau=3")
    refused = soup(client.post(CREER, hidden(page) | {"texte": ""}))
    assert "1 action de la liste ne tient pas dans ce lot" in refused.get_text()


def test_what_a_colleague_examines_is_said_before(client, luc):
    awa = UserFactory(agent=True, prenom="Awa", nom="Diop")
    libre, mienne, tenue = waiting(3), waiting(2), waiting(1)
    attribution.claim(mienne.pk, by=luc)
    attribution.claim(tenue.pk, by=awa)

    page = prepare(client, [libre, mienne, tenue])

    cells = [row.find_all("td")[-1].get_text() for row in page.select("tbody tr")]
    assert cells == ["–", "Vous", "Awa Diop"]
    assert "1 dossier est examiné par un collègue" in page.get_text()
    assert "par un collègue" not in prepare(client, [libre, mienne]).get_text()


def test_the_page_sent_again_otherwise_is_told_and_kept(client, luc):
    """« Back » after a batch, another reason, « Refuser » again: not a double click."""
    first, second = waiting(2), waiting(1)
    page = prepare(client, [first], "refuse")
    client.post(CREER, hidden(page) | {"texte": "Hors région."})
    lot = Lot.objects.get()

    for change in ({"texte": "Doublon."}, {"selection": [f"{second.pk}-1"], "texte": "Hors région."}):
        told = soup(client.post(CREER, hidden(page) | change))

        assert "a déjà demandé un lot" in told.select_one(".resume-erreurs").get_text()
        assert told.find("a", href=reverse("validation:lot", args=[lot.pk]))
        assert told.select_one("[name=texte]").get_text().strip() == change["texte"]
        assert Lot.objects.count() == 1

    client.post(CREER, hidden(told) | {"texte": "Hors région."})
    assert Lot.objects.count() == 2
    assert client.post(CREER, hidden(page) | {"texte": "Hors région."}).status_code == 302
    assert Lot.objects.count() == 2


def test_two_actions_of_one_organisme_are_told_apart_and_remedies_are_links(client, luc):
    first = waiting(2)
    second = ActionFactory(attente=True, complete=True, formation=first.formation)
    site = second.site_dispensateur
    site.statut = "a_valider"
    site.save()
    incomplete, moved = ActionFactory(attente=True), waiting()
    lignes = [(action.pk, 1) for action in (first, second, incomplete, moved)]
    lot = lots.create(luc, "approve", lignes, {}, "00000000-0000-4000-8000-000000000001")
    workflow.apply(moved.pk, "withdraw", by=UserFactory(organisme=moved.organisme))
    lots.execute(lot.pk)

    report = soup(client.get(reverse("validation:lot", args=[lot.pk])))

    rows = {
        row.select_one("[data-label=Action]").get_text().partition(",")[0]: row
        for row in report.select("tbody tr")
    }
    assert set(rows) == {f"n°\u00a0{action.pk}" for action in (first, second, incomplete, moved)}
    links = {
        key: [a["href"] for a in row.select("[data-label='Compte rendu'] a")] for key, row in rows.items()
    }
    dossier = {pk: reverse("validation:dossier", args=[pk]) for pk, _ in lignes}
    assert links == {
        f"n°\u00a0{first.pk}": [],
        f"n°\u00a0{second.pk}": [f"{dossier[second.pk]}#sites"],
        f"n°\u00a0{incomplete.pk}": [f"{dossier[incomplete.pk]}#alertes"],
        f"n°\u00a0{moved.pk}": [f"{dossier[moved.pk]}#historique"],
    }
    dates = {key: "session du" in row.get_text() for key, row in rows.items()}
    # That of an action without a session to come would be a day of nothing.
    assert [dates[f"n°\u00a0{action.pk}"] for action in (first, incomplete)] == [True, False]
    for action in (second, incomplete, moved):
        [link] = links[f"n°\u00a0{action.pk}"]
        assert soup(client.get(link)).find(id=link.partition("#")[2])


def test_a_refusal_asks_for_its_reason(client, luc):
    page = prepare(client, [waiting()], "refuse")

    refused = soup(client.post(CREER, hidden(page) | {"texte": " "}))
    assert "Écrivez le motif du refus" in refused.select_one(".resume-erreurs").get_text()
    refused = soup(client.post(CREER, hidden(page) | {"texte": "Bonjour {organism}"}))
    assert "Rien ne remplace {organism}" in refused.select_one(".resume-erreurs").get_text()
    assert hidden(refused)["selection"] == hidden(page)["selection"]
    assert not Lot.objects.exists()

    client.post(CREER, hidden(refused) | {"texte": "Bonjour {organisme}"})
    assert Lot.objects.get().parametres == {"texte": "Bonjour {organisme}"}


def test_a_refusal_starts_from_a_prepared_text(client, luc):
    texte = TexteType.objects.create(usage=UsageTexte.REFUS, libelle="Hors région", texte="{organisme}, non.")
    page = prepare(client, [waiting()], "refuse")
    assert "Hors région" in page.select_one("[name=modele]").get_text()

    filled = soup(client.post(CREER, hidden(page) | {"charger": "1", "modele": texte.pk, "texte": ""}))

    assert filled.select_one("[name=texte]").get_text().strip() == "{organisme}, non."
    assert not Lot.objects.exists()


def test_shared_out_among_the_team(client):
    agent, awa = UserFactory(agent=True), UserFactory(agent=True)
    client.force_login(agent)
    action = waiting()
    queue = soup(client.get(FILE))
    assert [option["value"] for option in queue.select("#id_decision_lot option")] == ["assign"]
    page = prepare(client, [action], "assign")

    client.post(CREER, hidden(page) | {"examinateur": awa.pk})

    assert Lot.objects.get().parametres == {"examinateur": awa.pk}


def test_an_agent_decides_nothing_in_a_batch(client):
    client.force_login(UserFactory(agent=True))
    action = waiting()

    for url in (PREPARER, CREER):
        response = client.post(url, {"selection": f"{action.pk}-1", "decision": "approve"})
        assert response.url == FILE
    assert not Lot.objects.exists()


def test_nothing_ticked_says_so(client, luc):
    assert "Aucune action choisie" in prepare(client, []).get_text()


@pytest.mark.parametrize("forged", ["", "x", "1", "1-", "-1", "1-²", "9" * 30 + "-1", "1-1-1"])
def test_a_forged_selection_chooses_nothing(client, luc, forged):
    waiting()
    response = client.post(PREPARER, {"selection": forged, "decision": "approve"})

    assert "Aucune action choisie" in response.content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_queries_of_the_pages(client, luc, django_assert_num_queries, number):
    actions = [waiting(days) for days in range(number)]
    lignes = [(action.pk, 1) for action in actions]
    for jeton in range(number):
        lot = lots.create(luc, "approve", lignes, {}, f"00000000-0000-4000-8000-00000000000{jeton}")

    # Session and person each time; the batch and its lines; the batches; the actions.
    with django_assert_num_queries(3):
        client.get(reverse("validation:lot", args=[lot.pk]))
    with django_assert_num_queries(2):
        client.get(reverse("validation:lot_list"))
    with django_assert_num_queries(2):
        prepare(client, actions)
