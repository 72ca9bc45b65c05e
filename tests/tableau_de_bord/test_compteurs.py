"""The ten counters of the manual: their words, their numbers, and the lists they open."""

import random
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from catalogue.enums import StatutAction, StatutSite
from catalogue.models import Session, Site
from catalogue.models.session import one_month_after
from catalogue.tableau_de_bord.compteurs import ACTIONS, GROUPES, SESSIONS, count
from sofi.paging import page_by_key
from tests.factories import (
    ActionFactory,
    OrganismeFactory,
    SessionFactory,
    SiteFactory,
    UserFactory,
    publier,
)

pytestmark = pytest.mark.django_db

#: The manual's screen, group by group (page 4), with « Carif-Oref » in the brief's spelling.
MANUEL = {
    "Actions": [
        "Actions de formation en cours de saisie",
        "Actions de formation en attente de validation par CARIF-OREF",
        "Actions de formation en attente de réponses",
        "Actions de formation dont le code Certifinfo a été remplacé par le CARIF-OREF",
    ],
    "Sessions": [
        "Sessions de formation actives",
        "Sessions de formation inactives dans moins d’un mois",
        "Sessions de formation inactives",
        "Sessions de formation publiques actives",
    ],
    "Sites et contacts": [
        "Établissements et sites en attente de validation par le Carif-oref",
        "Établissements et sites actifs",
    ],
}
TRAITS = ({}, {"attente": True}, {"question": True}, {"validee": True}, {"refusee": True}, {"archivee": True})


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


def number_of(case) -> int:
    return int(case.select_one(".compteur__nombre").get_text())


def rows_behind(client, url) -> int:
    """How many rows a person counts by reading the list page after page."""
    total = 0
    while url:
        page = soup(client.get(url))
        total += len(page.select("tbody tr"))
        following = page.select_one("a[rel=next]")
        url = url.partition("?")[0] + following["href"] if following else None
    return total


@pytest.fixture
def random_offer():
    """Rows of two organisations in random states and dates, some of them really put online."""
    chance = random.Random()  # noqa: S311 - the seed is pytest-randomly's
    today = timezone.localdate()
    ends = [-40, -1, 0, 1, 20, (one_month_after(today) - today).days, 45, 200, None]
    organismes = OrganismeFactory.create_batch(2)
    for organisme in organismes:
        for _ in range(chance.randint(0, 4)):
            SiteFactory(organisme=organisme, statut=chance.choice(StatutSite.values))
        for _ in range(chance.randint(3, 8)):
            action = ActionFactory(formation__organisme=organisme, **chance.choice(TRAITS))
            if chance.random() < 0.4:
                action.certification_precedente = "31999"
                action.certification_remplacee_le = timezone.now()
                action.save()
            if chance.random() < 0.5:
                fin = chance.choice(ends)
                SessionFactory(
                    action=action,
                    numero=chance.choice([None, f"99_{action.pk:06d}"]),
                    date_debut=today - timedelta(days=400),
                    date_fin=today + timedelta(days=fin) if fin is not None else None,
                    est_archivee=action.statut == StatutAction.ARCHIVEE,
                )
        published = publier(ActionFactory(formation__organisme=organisme, complete=True))
        # Online, and being changed: its dates on the screen are no longer those online.
        Session.objects.filter(action=published).update(
            date_fin=chance.choice([None, today]), date_debut=None
        )
    return organismes


@pytest.mark.parametrize("qui", ["of", "lecture", "deux organismes", "carif"])
def test_each_counter_is_the_length_of_its_list(qui, random_offer, client, monkeypatch):
    monkeypatch.setitem(page_by_key.__kwdefaults__, "size", 2)
    premier, second = random_offer
    user = UserFactory(valideur=True) if qui == "carif" else UserFactory(organisme=premier)
    if qui == "lecture":
        user.rattachements.update(role="lecture")
    if qui == "deux organismes":
        user.organismes.add(second)
    client.force_login(user)

    nombres = count(user)

    for groupe in GROUPES:
        for etat in groupe.etats:
            assert nombres[groupe.titre, etat.code] == rows_behind(client, groupe.url(etat)), etat


def test_the_dashboard_shows_the_words_and_numbers_of_the_manual(client, random_offer):
    user = UserFactory(organisme=random_offer[0])
    client.force_login(user)
    nombres = count(user)

    page = soup(client.get(reverse("tableau_de_bord:accueil")))

    for groupe in GROUPES:
        section = page.find("h2", string=groupe.titre).find_parent("section")
        cases = section.select(".compteur")
        libelles = [case.a.contents[0].strip() for case in cases]
        assert libelles == MANUEL[groupe.titre]
        counted = [etat for etat in groupe.etats if etat.est_compteur]
        assert [number_of(case) for case in cases] == [nombres[groupe.titre, e.code] for e in counted]
        assert [case.a["href"] for case in cases] == [groupe.url(etat) for etat in counted]


@pytest.mark.parametrize(
    ("fin", "attendus"),
    [
        (-1, {"inactives"}),
        (0, {"actives", "expirantes", "sans_suite", "publiques_actives"}),
        ("un mois", {"actives", "publiques_actives"}),
    ],
)
def test_a_session_changes_counter_on_its_last_day_and_a_month_before(fin, attendus):
    today = timezone.localdate()
    action = publier()
    last = one_month_after(today) if fin == "un mois" else today + timedelta(days=fin)
    Session.objects.update(date_fin=last, date_debut=last - timedelta(days=9))
    action.diffusions.update(date_fin=last, date_debut=last - timedelta(days=9))
    user = UserFactory(organisme=action.organisme)

    nombres = count(user, [SESSIONS])

    assert {code for (_, code), n in nombres.items() if n and code} == attendus


def test_the_counters_are_one_query_whatever_the_offer(random_offer, django_assert_num_queries):
    user = UserFactory(organisme=random_offer[0])
    with django_assert_num_queries(1):
        count(user)


def test_every_state_has_its_tab():
    for groupe in GROUPES:
        codes = [etat.code for etat in groupe.etats]
        assert sorted(codes) == sorted(["", *groupe.model.objects.conditions(timezone.localdate())])


def test_somebody_elses_rows_count_for_nothing(random_offer):
    user = UserFactory(organisme=OrganismeFactory())
    assert set(count(user).values()) == {0}


def test_archived_action_leaves_the_replaced_codes():
    action = ActionFactory(
        archivee=True, certification_precedente="31999", certification_remplacee_le=timezone.now()
    )
    user = UserFactory(organisme=action.organisme)
    assert count(user, [ACTIONS])["Actions", "code_remplace"] == 0
    assert Site.objects.visible_to(user).exists()
