"""The order of the public lists: what is to come, soonest first, then what has begun, latest first."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from catalogue.diffusion import views_fiches
from catalogue.models import Diffusion
from catalogue.numeros import numero_action, numero_organisme
from tests.factories import (
    ActionFactory,
    CertificationFactory,
    DispositifFactory,
    FormationFactory,
    OrganismeFactory,
    SessionFactory,
    publier,
)

pytestmark = pytest.mark.django_db

#: Days from today to the first one of each session, and the order in which a list shows them.
JOURS = (9, -30, 0, -1, 2, -30, 2)


def page(response) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def begin(row: Diffusion, jours: int) -> None:
    debut = timezone.localdate() + timedelta(days=jours)
    Diffusion.objects.filter(pk=row.pk).update(date_debut=debut, date_fin=debut + timedelta(days=90))


def in_order(rows: list[tuple[int, str]]) -> list[str]:
    """The numbers of (days, number): those to come first, by date then number; then the others, backwards."""
    to_come = sorted(one for one in rows if one[0] >= 0)
    begun = sorted((one for one in rows if one[0] < 0), reverse=True)
    return [numero for _, numero in to_come + begun]


def session_url(numero: str) -> str:
    return reverse("diffusion:session", args=[numero])


def walk(client, url: str, links: str) -> list[list[str]]:
    """The addresses that each page of a list shows under `links`; each page leads back to the one before."""
    pages, query = [], ""
    while True:
        shown = page(client.get(url + query))
        pages.append([a["href"] for a in shown.select(links)])
        if back := shown.select_one("[rel=prev]"):
            before = page(client.get(url + back["href"]))
            assert [a["href"] for a in before.select(links)] == pages[-2]
        if (suite := shown.select_one("[rel=next]")) is None:
            return pages
        query = suite["href"]


@pytest.fixture
def action():
    """An action whose sessions begin as `JOURS` says."""
    action = ActionFactory(complete=True)
    for _ in JOURS[1:]:
        DispositifFactory(session=SessionFactory(action=action))
    publier(action)
    for row, jours in zip(action.diffusions.order_by("numero"), JOURS, strict=True):
        begin(row, jours)
    return action


@pytest.fixture
def expected(action):
    numeros = action.diffusions.order_by("numero").values_list("numero", flat=True)
    return in_order(list(zip(JOURS, numeros, strict=True)))


@pytest.mark.parametrize("taille", [2, 3, 20])
def test_an_action_shows_what_is_to_come_before_what_has_begun(client, monkeypatch, action, expected, taille):
    monkeypatch.setattr(views_fiches, "TAILLE", taille)
    url = reverse("diffusion:action", args=[numero_action(action.pk)])

    pages = walk(client, url, "tbody th a")

    assert [one for shown in pages for one in shown] == [session_url(numero) for numero in expected]
    assert {len(shown) for shown in pages[:-1]} <= {taille}


def test_only_what_began_before_today_is_said_to_have_begun(client, action, expected):
    shown = page(client.get(reverse("diffusion:action", args=[numero_action(action.pk)])))

    begun = [row.th.a["href"] for row in shown.select("tbody tr") if "déjà commencée" in row.text]

    assert begun == [session_url(numero) for numero in expected[-3:]]


def test_a_session_offers_the_others_in_the_same_order(client, expected):
    shown = page(client.get(session_url(expected[1])))

    others = [session_url(numero) for numero in expected if numero != expected[1]]
    assert [a["href"] for a in shown.select("tbody th a")] == others


def test_an_action_is_told_by_its_next_session(client, action, expected):
    for rang, numero in enumerate(expected):
        row = Diffusion.objects.get(pk=numero)
        row.contenu["formation"]["objectif"] = f"Objectif {rang}"
        row.contenu["organisme"]["nom_usage"] = f"Centre {rang}"
        row.save()
    urls = (
        reverse("diffusion:action", args=[numero_action(action.pk)]),
        reverse("diffusion:organisme", args=[numero_organisme(action.organisme_id)]),
        reverse("diffusion:formation", args=[row.certification_code]),
    )

    said = [page(client.get(url)).get_text() for url in urls]

    assert "Objectif 0" in said[0]
    assert "Centre 0" in said[1]
    assert "Objectif 0" in said[2]
    assert "Objectif 1" not in "".join(said)


@pytest.mark.parametrize("taille", [2, 20])
def test_a_list_of_actions_shows_each_by_its_next_session_in_that_order(client, monkeypatch, taille):
    monkeypatch.setattr(views_fiches, "TAILLE", taille)
    certification, organisme = CertificationFactory(), OrganismeFactory(certifie=True)
    formation = FormationFactory(certification=certification, organisme=organisme)
    told = []
    # The days of the sessions of each action; the one by which it is listed comes first.
    for jours in ((5, -10, 30), (-2, -40), (0, -1), (5, 6), (-2,)):
        action = ActionFactory(formation=formation, complete=True)
        for _ in jours[1:]:
            DispositifFactory(session=SessionFactory(action=action))
        publier(action)
        rows = list(action.diffusions.order_by("numero"))
        for row, jour in zip(rows, jours, strict=True):
            begin(row, jour)
        told.append((jours[0], rows[0].numero))
    expected = [session_url(numero) for numero in in_order(told)]

    for url in (
        reverse("diffusion:formation", args=[certification.code]),
        reverse("diffusion:organisme", args=[numero_organisme(organisme.pk)]),
    ):
        pages = walk(client, url, ".offre__faits a")
        assert [one for shown in pages for one in shown] == expected


def test_a_key_of_a_session_that_left_still_leads_on_and_a_forged_one_to_the_beginning(
    client, monkeypatch, action, expected
):
    monkeypatch.setattr(views_fiches, "TAILLE", 2)
    url = reverse("diffusion:action", args=[numero_action(action.pk)])
    suite = page(client.get(url)).select_one("[rel=next]")["href"]
    Diffusion.objects.filter(pk=expected[1]).delete()

    def shown(query):
        return [a["href"] for a in page(client.get(url + query)).select("tbody th a")]

    assert shown(suite) == [session_url(numero) for numero in expected[2:4]]
    beginning = [session_url(expected[0]), session_url(expected[2])]
    assert shown("?apres=2026-01-01~%00") == shown("?avant=demain~52_1") == beginning
