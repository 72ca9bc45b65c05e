"""The organisme's other actions on the same formation: which are probable duplicates, and why."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from catalogue.validation.alentours import MAX_SOEURS, sisters
from tests.factories import ActionFactory, SessionFactory, SiteFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def action():
    """One session of sixty days, in a hundred days."""
    action = ActionFactory(attente=True)
    session(action, 100, 160, site=SiteFactory(organisme=action.organisme))
    return action


def session(action, debut, fin, site=None):
    today = timezone.localdate()
    site = site or SiteFactory(organisme=action.organisme)
    dates = {"date_debut": today + timedelta(days=debut), "date_fin": today + timedelta(days=fin)}
    return SessionFactory(action=action, organisme=action.organisme, site_lieu=site, **dates)


def sister(action, *periodes, site=None, meme_site=False, **fields):
    """Another action on the formation of `action`, with a session per (start, end)."""
    if meme_site:
        fields["site_dispensateur"] = action.site_dispensateur
    other = ActionFactory(formation=action.formation, **fields)
    for debut, fin in periodes:
        session(other, debut, fin, site)
    return other


def told(action):
    return [(row["pk"], row["est_double"], row["remarque"]) for row in sisters(action)]


def test_the_page_shows_duplicates_first(client, action):
    client.force_login(UserFactory(agent=True))
    double = sister(action, (100, 160), meme_site=True)
    ailleurs = sister(action, (300, 360))
    sister(action, (100, 160), archivee=True)
    ActionFactory(complete=True)

    dossier = reverse("validation:dossier", args=[action.pk])
    soup = BeautifulSoup(client.get(dossier).content, "html.parser")

    rows = soup.find(id="soeurs").parent.select("tbody tr")
    assert [row.a["href"] for row in rows] == [
        reverse("validation:dossier", args=[pk]) for pk in (double.pk, ailleurs.pk)
    ]
    assert ["Doublon possible" in row.get_text() for row in rows] == [True, False]
    assert "Même site dispensateur, mêmes dates, autre lieu" in rows[0].get_text(" ", strip=True)


def test_alone_it_says_nothing(client, action):
    client.force_login(UserFactory(agent=True))

    dossier = reverse("validation:dossier", args=[action.pk])
    assert BeautifulSoup(client.get(dossier).content, "html.parser").find(id="soeurs") is None


def test_what_sessions_share_is_said_in_order_of_likeness(action):
    lieu = action.sessions.get().site_lieu
    croise = sister(action, (150, 200))
    croise_ici = sister(action, (150, 200), site=lieu)
    memes = sister(action, (100, 160), meme_site=True)
    memes_ici = sister(action, (100, 160), site=lieu, meme_site=True)

    assert told(action) == [
        (memes_ici.pk, True, "Même site dispensateur, mêmes dates, même lieu"),
        (memes.pk, True, "Même site dispensateur, mêmes dates, autre lieu"),
        (croise_ici.pk, True, "Dates qui se croisent, même lieu"),
        (croise.pk, False, "Dates qui se croisent, autre lieu"),
    ]


def test_sessions_before_and_after_cross_nothing(action):
    """From the first to the last of its sessions the sister covers the dates: none of them does."""
    autour = sister(action, (30, 90), (330, 390), meme_site=True)

    assert told(action) == [(autour.pk, False, "Même site dispensateur")]


def test_an_old_duplicate_comes_before_the_latest_that_are_not(action):
    double = sister(action, (100, 160), meme_site=True)
    for _ in range(MAX_SOEURS):
        sister(action)

    rows = told(action)

    assert len(rows) == MAX_SOEURS
    assert rows[0] == (double.pk, True, "Même site dispensateur, mêmes dates, autre lieu")


def test_without_dates_nor_places_nothing_is_said(action):
    action.sessions.update(date_debut=None, date_fin=None, site_lieu=None)
    action.site_dispensateur = None
    action.save()
    other = sister(action, (100, 160), site_dispensateur=None)

    assert told(action) == [(other.pk, False, "")]


@pytest.mark.parametrize("number", [1, 3])
def test_sisters_cost_one_query(action, django_assert_num_queries, number):
    for _ in range(number):
        sister(action, (100, 160), (200, 260))

    with django_assert_num_queries(1):
        assert len(sisters(action)) == number
