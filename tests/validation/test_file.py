"""The queue: who waits, in which order, narrowed how, and at what cost."""

from datetime import date, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from catalogue import attribution, enums
from catalogue.models import Action, Consultation, Delais, Dispositif, JourFerme
from catalogue.validation import presence
from catalogue.validation.cadence import load_cadence
from sofi.typographie import date_longue
from tests.factories import (
    ActionFactory,
    DemandeAIFFactory,
    DemandeCleFactory,
    OrganismeFactory,
    SessionFactory,
    SignalementFactory,
    SiteFactory,
    UserFactory,
)
from tests.validation.outils_file import FILE, page, titles, waiting

pytestmark = pytest.mark.django_db


def test_oldest_first_and_only_what_waits(client, agent):
    waiting(1, "CAP fleuriste")
    waiting(5, "CAP boucher")
    waiting(0, "CAP coiffeur")
    for state in ("question", "validee", "refusee", "archivee"):
        ActionFactory(**{state: True})
    ActionFactory()

    assert titles(page(client)) == ["CAP boucher", "CAP fleuriste", "CAP coiffeur"]


def test_a_line_says_what_one_needs_to_choose(client, agent):
    organisme = OrganismeFactory(nom_usage="Greta 44")
    action = waiting(3, "CAP boucher", organisme, niveau=3)
    site = SiteFactory(organisme=organisme, ville="Saint-Nazaire", code_postal="44600")
    action.site_dispensateur = site
    action.save()
    premiere = timezone.localdate().replace(day=1) + timedelta(days=400)
    premiere = premiere.replace(day=1)
    action.premier_debut = premiere
    action.save()
    action.sessions.update(date_debut=premiere, date_fin=premiere + timedelta(days=90))
    SessionFactory(action=action, date_debut=premiere + timedelta(days=60))

    attribution.claim(action.pk, by=UserFactory(agent=True, prenom="Awa", nom="Diallo"))

    cells = [cell.get_text(" ", strip=True) for cell in page(client).select("tbody tr > *")]

    assert cells[1] == "CAP boucher Niveau 3 (CAP, BEP)"
    assert cells[2] == "Greta 44 Saint-Nazaire (44)"
    assert cells[4] == f"{date_longue(premiere)} 2 sessions"
    assert cells[6] == "Awa Diallo"


def test_no_date_is_made_up_for_an_action_whose_sessions_have_all_begun(client, agent):
    """Entries all year long, as the manual advises for habilitations: its place in the queue is today's."""
    jour = timezone.localdate()
    commencee, vide = waiting(2, "Habilitation électrique"), waiting(1, "CAP boucher")
    commencee.sessions.update(date_debut=jour - timedelta(days=90), date_fin=jour + timedelta(days=200))
    Action.objects.filter(pk=commencee.pk).update(premier_debut=commencee.first_start(jour))
    Dispositif.objects.filter(session__action=vide).delete()
    vide.sessions.all().delete()

    soup = page(client)
    assert cell(soup, "1re session") == "Déjà commencée 1 session"
    assert cell(soup, "1re session", row=1) == "Aucune 0 session"
    fichier = b"".join(client.get(f"{FILE}?format=csv").streaming_content).decode("utf-8-sig")
    assert ["Déjà commencée" in ligne for ligne in fichier.splitlines()] == [False, True, False]


def test_empty_queue_says_so_kindly(client, agent):
    assert "Rien à valider pour l’instant" in page(client).get_text()


def cell(soup, label, row=0):
    return soup.select(f"tbody td[data-label='{label}']")[row].get_text(" ", strip=True)


def paris(text):
    """An instant of the local time `text`."""
    return timezone.make_aware(datetime.fromisoformat(text))


@pytest.mark.parametrize(
    ("jour", "retard"),
    [
        ("2026-11-20", False),  # the Friday of the sending
        ("2026-11-22", False),  # Sunday
        ("2026-11-24", False),  # Tuesday: Monday is closed, first working day
        ("2026-11-25", False),  # the due date
        ("2026-11-26", True),
        ("2026-11-28", True),
    ],
)
def test_late_is_counted_in_working_days(jour, retard):
    """Sent on a Friday night, to be answered in two working days; the Monday after is closed."""
    JourFerme.objects.create(jour=date(2026, 11, 23), libelle="Pont")
    Delais.objects.update(cible=2)
    action = waiting()
    type(action).objects.update(soumise_le=paris("2026-11-20T23:59"))
    autre = waiting(titre="CAP boucher")
    type(action).objects.filter(pk=autre.pk).update(soumise_le=paris("2026-11-26T00:00"))
    cadence = load_cadence(date.fromisoformat(jour))

    late = type(action).objects.filter(cadence.en_retard)

    assert list(late) == ([action] if retard else [])
    assert cadence.est_en_retard(date(2026, 11, 20)) is retard
    assert cadence.echeance(date(2026, 11, 20)) == date(2026, 11, 25)


def test_a_line_says_what_presses(client, agent):
    urgente, retard, normale = (
        waiting(1, "CAP boucher"),
        waiting(60, "CAP coiffeur"),
        waiting(0, "CAP fleuriste"),
    )
    for action, jours in ((urgente, 14), (retard, 15), (normale, 200)):
        action.premier_debut = timezone.localdate() + timedelta(days=jours)
        action.save()

    soup = page(client)

    said = {
        row.th.a.get_text(): row.find(attrs={"data-label": "Priorité"}).get_text(strip=True)
        for row in soup.select("tbody tr")
    }
    assert said["CAP coiffeur"] == "En retard"
    assert said["CAP boucher"].startswith("Urgente")
    assert said["CAP fleuriste"] == "Normale"
    assert titles(page(client, "?priorite=urgente")) == ["CAP boucher"]
    assert titles(page(client, "?tri=debut")) == ["CAP boucher", "CAP coiffeur", "CAP fleuriste"]
    limite = (timezone.localdate() + timedelta(days=15)).isoformat()
    assert titles(page(client, f"?debut={limite}")) == ["CAP boucher"]


def test_pages_follow_the_order_of_the_nearest_start(client, agent, monkeypatch):
    monkeypatch.setattr("catalogue.validation.views_file.PAR_PAGE", 2)
    for rang, jours in enumerate((30, 10, 20)):
        action = waiting(rang, f"CAP {jours}")
        action.premier_debut = timezone.localdate() + timedelta(days=jours)
        action.save()

    first = page(client, "?tri=debut")
    second = page(client, first.select_one("[rel=next]")["href"])

    assert (titles(first), titles(second)) == (["CAP 10", "CAP 20"], ["CAP 30"])


def test_a_line_says_that_the_organisme_waits_for_an_answer(client, agent):
    actions = [waiting(days, titre) for days, titre in ((3, "CAP a"), (2, "CAP b"), (1, "CAP c"))]
    for action, side in zip(actions, ("carif", "of", ""), strict=True):
        action.reponse_due = side
        action.save(update_fields=["reponse_due"])

    marked = ["Message sans réponse" in row.th.text for row in page(client).select("table tbody tr")]

    assert marked == [True, False, False]


def test_a_line_names_who_looks_at_the_dossier_now(client, agent):
    action = waiting()
    awa = UserFactory(agent=True, prenom="Awa", nom="Diallo")
    for user in (agent, awa, UserFactory(agent=True, prenom="Parti", nom="Depuis")):
        presence.see(action.pk, user)
    old = timezone.now() - presence.DUREE - timedelta(seconds=1)
    Consultation.objects.filter(user__prenom="Parti").update(vue_le=old)

    assert cell(page(client), "Examinée par") == "Personne Awa Diallo regarde"


def test_the_counters_count_the_whole_region(client, agent):
    waiting(1)
    ActionFactory(question=True)
    ActionFactory(question=True)
    for _ in range(3):
        ActionFactory()
    for state in ("validee", "refusee", "archivee"):
        ActionFactory(**{state: True})
    SiteFactory(statut=enums.StatutSite.A_VALIDER)

    counted = {
        tile.select_one("a").find(string=True, recursive=False).strip(): tile.select_one(
            ".compteur__nombre"
        ).get_text()
        for tile in page(client).select(".compteur")
    }

    assert counted == {
        "Actions à valider": "1",
        "Questions posées, sans réponse encore": "2",
        "Messages d’organismes sans réponse": "0",
        "Sites à valider": "1",
        "Demandes AIF hors Certifinfo": "0",
        "Demandes de clé d’activation": "0",
        "Erreurs signalées par des visiteurs": "0",
    }


def test_each_counter_opens_the_list_it_counts(client, agent):
    for number, state in enumerate(("attente", "question", None), start=1):
        for _ in range(number):
            ActionFactory(complete=True, **({state: True} if state else {}))
    ActionFactory.create_batch(4, validee=True, reponse_due=enums.Camp.CARIF)
    SiteFactory.create_batch(5, statut=enums.StatutSite.A_VALIDER)
    DemandeAIFFactory.create_batch(6)
    DemandeCleFactory.create_batch(7)
    reported = ActionFactory(complete=True, validee=True)
    SignalementFactory.create_batch(8, action=reported, numero="52_000001")

    tiles = page(client).select(".compteur")
    counted = [int(tile.select_one(".compteur__nombre").get_text()) for tile in tiles]
    listed = [
        len(BeautifulSoup(client.get(tile.a["href"]).content, "html.parser").select("tbody tr"))
        for tile in tiles
    ]

    assert counted == listed == [1, 2, 4, 5, 6, 7, 8]


@pytest.mark.parametrize("query", ["niveau=3&priorite=urgente", "tri=debut"])
@pytest.mark.parametrize("number", [1, 3, 22])
def test_queue_costs_five_queries_whatever_its_length(
    client, agent, django_assert_num_queries, number, query
):
    for days in range(number):
        attribution.claim(waiting(days).pk, by=agent)

    # Session with its person; delays and counters, actions, kept views, team.
    with django_assert_num_queries(5):
        client.get(f"{FILE}?{query}")


@pytest.mark.parametrize("role", enums.RoleOrganisme.values)
def test_the_workshop_does_not_exist_for_an_organisme(client, role):
    client.force_login(UserFactory(organisme=OrganismeFactory(), organisme__role=role))

    assert client.get(FILE).status_code == 404


def test_a_visitor_is_sent_to_sign_in(client):
    assert client.get(FILE).url == f"{reverse('accounts:login')}?next={FILE}"
