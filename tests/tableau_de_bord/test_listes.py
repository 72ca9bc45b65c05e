"""The lists behind the counters: what a row says, where it leads, filters, pages, queries."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalogue.enums import StatutSite
from tests.factories import (
    ActionFactory,
    OrganismeFactory,
    SessionFactory,
    SiteFactory,
    UserFactory,
    publier,
)

pytestmark = pytest.mark.django_db
ACTIONS = reverse("tableau_de_bord:action_list")
SESSIONS = reverse("tableau_de_bord:session_list")
SITES = reverse("tableau_de_bord:site_list")


@pytest.fixture
def organisme():
    return OrganismeFactory(raison_sociale="Ateliers de l’Évre", nom_usage="")


@pytest.fixture
def of(client, organisme):
    """A browser where a gestionnaire of the organisme is signed in."""
    client.force_login(UserFactory(organisme=organisme))
    return client


@pytest.fixture
def staff(client):
    client.force_login(UserFactory(valideur=True))
    return client


def page_of(browser, url, **params):
    response = browser.get(url, params)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def cells(row) -> dict[str, str]:
    return {cell["data-label"]: " ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"])}


def rows(page) -> list[dict[str, str]]:
    return [cells(row) for row in page.select("tbody tr")]


def test_an_action_says_its_state_place_and_sessions(of, organisme):
    action = ActionFactory(
        formation__organisme=organisme,
        formation__certification__intitule="CAP boucher",
        formation__certification__code="114763",
        complement_intitule="en un an",
        site_dispensateur__nom="Plateau",
        site_dispensateur__ville="Cholet",
        attente=True,
    )
    SessionFactory(action=action, date_debut=date(2031, 3, 3), date_fin=date(2031, 9, 5))

    (row,) = rows(page_of(of, ACTIONS))

    assert row["Formation"] == "CAP boucher – en un an Certifinfo 114763"
    assert row["État"].startswith("En attente de validation par le Carif-Oref envoyée le")
    assert row["Site dispensateur"] == "Plateau – Cholet"
    assert row["Sessions"] == "1 session du 03/03/2031 au 05/09/2031"


@pytest.mark.parametrize(
    ("trait", "geste", "url_name"),
    [
        ({}, "Reprendre la saisie", "tunnel:reprendre"),
        ({"attente": True}, "Voir le récapitulatif", "tunnel:recapitulatif"),
        ({"question": True}, "Lire et répondre", "tunnel:recapitulatif"),
        ({"refusee": True}, "Lire le motif", "tunnel:recapitulatif"),
        ({"validee": True}, "Voir le récapitulatif", "tunnel:recapitulatif"),
    ],
)
def test_each_state_names_the_next_act(trait, geste, url_name, of, organisme):
    action = ActionFactory(formation__organisme=organisme, **trait)

    title, act = page_of(of, ACTIONS).select("tbody tr a")

    assert title["href"] == reverse("tunnel:recapitulatif", args=[action.pk])
    assert act.contents[0] == geste
    assert act["href"] == reverse(url_name, args=[action.pk])


def test_a_reader_is_not_told_to_type(client, organisme):
    user = UserFactory(organisme=organisme)
    user.rattachements.update(role="lecture")
    client.force_login(user)
    ActionFactory(formation__organisme=organisme)

    assert page_of(client, ACTIONS).select("tbody tr a")[1].contents[0] == "Voir le récapitulatif"


def test_a_reopened_action_says_what_stays_online(of, organisme):
    ActionFactory(formation__organisme=organisme, validee_le=timezone.now())
    (row,) = rows(page_of(of, ACTIONS))
    assert "ce qui est en ligne y reste" in row["État"]


def test_a_replaced_code_names_the_old_one(of, organisme):
    ActionFactory(
        formation__organisme=organisme,
        certification_precedente="31999",
        certification_remplacee_le=timezone.now(),
    )
    (row,) = rows(page_of(of, ACTIONS, etat="code_remplace"))
    assert "remplace 31999 depuis le" in row["Formation"]


@pytest.mark.parametrize(
    ("jours", "attendu"),
    [(-1, "Inactive"), (10, "Inactive dans moins d’un mois En ligne"), (90, "Active En ligne")],
)
def test_a_session_says_its_activity(jours, attendu, of, organisme):
    action = publier(ActionFactory(formation__organisme=organisme, complete=True))
    fin = timezone.localdate() + timedelta(days=jours)
    action.sessions.update(date_debut=fin, date_fin=fin)
    action.diffusions.update(date_debut=fin, date_fin=fin)

    (row,) = rows(page_of(of, SESSIONS))

    assert row["État"] == attendu
    assert row["Numéro"] == action.sessions.get().numero
    assert row["Dates"] == f"{fin:%d/%m/%Y} au {fin:%d/%m/%Y}"
    assert row["Lieu"] == "Nantes (44)"


def test_a_session_being_typed_says_what_it_lacks(of, organisme):
    action = ActionFactory(formation__organisme=organisme)
    SessionFactory(action=action, date_debut=None, date_fin=None, site_lieu=None)
    (row,) = rows(page_of(of, SESSIONS))
    assert row == row | {
        "Numéro": "Donné à la validation",
        "Dates": "Non renseignées",
        "Lieu": "Non renseigné",
        "État": "Jamais validée",
    }


def test_a_site_says_its_address_and_state(of, organisme):
    SiteFactory(
        organisme=organisme, nom="Le Pré", ligne2="Bâtiment B", statut=StatutSite.A_VALIDER, telephone=""
    )
    (row,) = rows(page_of(of, SITES, etat="a_valider"))
    assert row == {
        "Nom": "Le Pré",
        "Adresse": "1 rue des Écoles, Bâtiment B, 44000 Nantes",
        "SIRET": "Non renseigné",
        "Contact": "Celui de l’organisme",
        "État": "En attente de validation",
    }


@pytest.mark.parametrize("url", [ACTIONS, SESSIONS, SITES])
def test_an_organisme_sees_its_own_rows_only(url, of):
    publier()
    page = page_of(of, url)
    assert rows(page) == []
    assert page.select_one(".vide")
    assert not page.find("input", {"name": "organisme"})


def test_nothing_without_a_follow_up_is_good_news(of):
    assert "Rien à prévoir" in page_of(of, SESSIONS, etat="sans_suite").select_one(".vide").text


@pytest.mark.parametrize("url", [ACTIONS, SESSIONS, SITES])
def test_the_staff_see_the_region_and_narrow_it_to_an_organisme(url, staff, organisme):
    publier()
    publier(ActionFactory(formation__organisme=organisme, complete=True))

    assert {row["Organisme"] for row in rows(page_of(staff, url))} > {organisme.nom}
    for texte in ("ATELIERS evre", organisme.siret, f"{organisme.siret[:3]} {organisme.siret[3:]}"):
        found = page_of(staff, url, organisme=texte)
        assert {row["Organisme"] for row in rows(found)} == {organisme.nom}, texte


def test_the_staff_are_led_to_the_dossier(staff):
    action = publier()
    dossier = reverse("validation:dossier", args=[action.pk])
    for url in (ACTIONS, SESSIONS):
        assert {a["href"] for a in page_of(staff, url).select("tbody a")} == {dossier}


@pytest.mark.parametrize("texte", ["patissier", "PÂTI", "106291", "un métier"])
def test_actions_are_found_by_words_and_code(texte, of, organisme):
    ActionFactory(
        formation__organisme=organisme,
        formation__certification__intitule="CAP pâtissier",
        formation__certification__code="106291",
        complement_intitule="un métier de bouche",
    )
    ActionFactory(formation__organisme=organisme, formation__certification__intitule="BP maçon")

    assert [row["Formation"][:13] for row in rows(page_of(of, ACTIONS, q=texte))] == ["CAP pâtissier"]


def test_actions_without_a_code_are_found_by_their_title(of, organisme):
    ActionFactory(
        formation__organisme=organisme,
        formation__certification=None,
        formation__intitule_libre="Voilerie nautique",
    )
    (row,) = rows(page_of(of, ACTIONS, q="voilerie"))
    assert row["Formation"] == "Voilerie nautique Hors Certifinfo"


def test_sessions_are_found_by_number_and_sites_by_town(of, organisme):
    action = publier(ActionFactory(formation__organisme=organisme, complete=True))
    SiteFactory(organisme=organisme, ville="Saint-Nazaire")
    numero = action.sessions.get().numero
    assert [row["Numéro"] for row in rows(page_of(of, SESSIONS, q=numero))] == [numero]
    assert len(rows(page_of(of, SITES, q="saint-naz"))) == 1


def test_a_filter_is_kept_shown_and_taken_away_by_one_click(of, organisme):
    ActionFactory(formation__organisme=organisme)
    page = page_of(of, ACTIONS, etat="en_saisie", q="introuvable")

    assert page.find("input", {"name": "etat"})["value"] == "en_saisie"
    assert page.find("input", {"name": "q"})["value"] == "introuvable"
    assert "Rien ne correspond à ces filtres" in page.select_one(".vide").get_text()
    jeton = page.select_one(".jeton")
    assert "introuvable" in jeton.get_text()
    assert len(rows(page_of(of, f"{ACTIONS}{jeton['href']}"))) == 1


def test_the_tabs_name_every_state_with_its_number(of, organisme):
    ActionFactory.create_batch(2, formation__organisme=organisme)
    page = page_of(of, ACTIONS, etat="en_saisie")

    tabs = {a.get_text(" ", strip=True): a for a in page.select(".onglets a")}

    assert list(tabs) == [
        "Toutes 2",
        "En cours de saisie 2",
        "Jamais envoyées 2",
        "À renvoyer 0",
        "En attente de validation 0",
        "En attente de réponses 0",
        "Code remplacé 0",
        "Validées 0",
        "Refusées 0",
        "Archivées 0",
        "À l’organisme de répondre 0",
        "Au Carif-Oref de répondre 0",
    ]
    assert [name for name, a in tabs.items() if a.get("aria-current")] == ["En cours de saisie 2"]


def test_the_staff_s_tabs_say_how_many_messages_wait_and_for_whom(staff):
    ActionFactory(validee=True, reponse_due="carif")
    tabs = [a.get_text(" ", strip=True) for a in page_of(staff, ACTIONS).select(".onglets a")]
    assert "Au Carif-Oref de répondre 1" in tabs
    assert "À l’organisme de répondre 0" in tabs
    assert "Validées" in tabs


@pytest.mark.parametrize("url", [ACTIONS, SESSIONS, SITES])
def test_an_unknown_state_is_not_found(url, of):
    assert of.get(url, {"etat": "delete"}).status_code == 404
    assert of.get(url, {"etat": "filter"}).status_code == 404


@pytest.mark.parametrize("url", [ACTIONS, SESSIONS, SITES])
@pytest.mark.parametrize("cle", ["", "~", "x~1", "2020-01-01~x", "1~99999999999999999999", "\0~1", "1~1~1"])
def test_a_forged_key_gives_a_page(url, cle, of, organisme):
    publier(ActionFactory(formation__organisme=organisme, complete=True))
    for etat in ("", "actives" if url == SESSIONS else ""):
        assert of.get(url, {"etat": etat, "apres": cle}).status_code == 200
        assert of.get(url, {"etat": etat, "avant": cle}).status_code == 200


@pytest.mark.parametrize("texte", ["\0", "%", "_", "\\", "'", "x" * 101])
def test_odd_words_find_nothing_and_break_nothing(texte, of, organisme):
    ActionFactory(formation__organisme=organisme)
    response = of.get(ACTIONS, {"q": texte})
    assert response.status_code == 200


def test_waiting_actions_come_oldest_first(of, organisme):
    recent = ActionFactory(formation__organisme=organisme, attente=True)
    ancien = ActionFactory(
        formation__organisme=organisme, attente=True, soumise_le=timezone.now() - timedelta(days=9)
    )
    page = page_of(of, ACTIONS, etat="en_attente_validation")
    links = [a["href"] for a in page.select("tbody th a")]
    assert links == [reverse("tunnel:recapitulatif", args=[action.pk]) for action in (ancien, recent)]


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize(
    ("url", "of_queries", "staff_queries"),
    [(ACTIONS, 5, 4), (SESSIONS, 4, 2), (SITES, 4, 2)],
)
def test_queries_do_not_grow(n, url, of_queries, staff_queries, client, organisme, django_assert_num_queries):
    """An OF: the session and its person, the rows (and their sessions for actions), the numbers of
    the tabs, the organisme of the band, in which they may type or not. The staff: the first four, and the
    tabs of messages.
    """
    for _ in range(n):
        publier(ActionFactory(formation__organisme=organisme, complete=True))
    client.force_login(UserFactory(organisme=organisme))
    with django_assert_num_queries(of_queries):
        client.get(url)
    client.force_login(UserFactory(valideur=True))
    with django_assert_num_queries(staff_queries):
        client.get(url)


def test_the_last_sessions_of_an_organisme_are_read_alone(of, organisme):
    """By the key, those of an old organisme come after all the others of a national offer."""
    SessionFactory(action=ActionFactory(formation__organisme=organisme))
    with CaptureQueriesContext(connection) as requetes:
        of.get(SESSIONS)
    [lecture] = [r["sql"] for r in requetes if "LIMIT" in r["sql"] and 'FROM "catalogue_session"' in r["sql"]]
    with connection.cursor() as cursor:
        for autre in ("enable_seqscan", "enable_bitmapscan", "enable_sort"):
            cursor.execute(f"SET LOCAL {autre} = off")
        cursor.execute(f"EXPLAIN {lecture}")
        assert "Backward using session_organisme " in " ".join(ligne for (ligne,) in cursor.fetchall())
