"""A search as a calendar and as a feed: what it finds, in files that any program reads."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from catalogue.donnees import recherches
from catalogue.models import Diffusion, FicheRecherche
from catalogue.recherche import suites
from tests.api.outils import end, online
from tests.factories import FormationFactory
from tests.hostile.familles import VALEURS

pytestmark = pytest.mark.django_db
NOMS = ("calendrier", "rss")


def url(nom: str, **params) -> str:
    return reverse(f"donnees:{nom}", query=params or None)


def events(response) -> list:
    return Calendar.from_ical(response.content).walk("VEVENT")


def items(response) -> list:
    return ElementTree.fromstring(response.content).findall("channel/item")  # noqa: S314 - ours


def test_a_session_is_an_event_of_whole_days(client):
    (row,) = online()
    response = client.get(url("calendrier"))
    (event,) = events(response)

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert event["UID"].startswith(f"{row.numero}@")
    # It would ask for an ORGANIZER in each event (RFC 5546), and for its name in Content-Type (RFC 5545).
    assert "METHOD" not in Calendar.from_ical(response.content)
    assert event["DTSTART"].dt == row.date_debut
    assert event["DTEND"].dt == row.date_fin + timedelta(days=1)
    assert event["SUMMARY"] == row.intitule
    assert "44000 Nantes" in event["LOCATION"]
    assert row.numero in event["URL"]
    assert event["LAST-MODIFIED"].dt == row.modifiee_le.replace(microsecond=0)


def test_an_event_published_again_keeps_its_name_and_rises(client):
    online()
    (before,) = events(client.get(url("calendrier")))
    Diffusion.objects.update(modifiee_le=timezone.now() + timedelta(seconds=5))
    (after,) = events(client.get(url("calendrier")))

    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]


def test_a_calendar_without_event_is_still_one(client):
    """RFC 5545 wants a component."""
    calendar = Calendar.from_ical(client.get(url("calendrier", q="boulanger")).content)

    (component,) = calendar.subcomponents
    assert component.name == "VTIMEZONE"
    assert [part.name for part in component.subcomponents] == ["STANDARD"]
    assert "boulanger" in calendar["X-WR-CALNAME"]
    assert "\r\nTZOFFSETTO:+0000\r\n" in calendar.to_ical().decode()


def test_the_nearest_come_first_and_so_many_at_most(client, monkeypatch):
    monkeypatch.setattr(recherches, "MAX_EVENEMENTS", 3)
    rows, jour = online(sessions=4), timezone.localdate()
    for row, dans in zip(rows, (30, -10, 2, 5), strict=True):
        debut, fin = jour + timedelta(days=dans), jour + timedelta(days=60)
        for model in (Diffusion, FicheRecherche):
            model.objects.filter(pk=row.numero).update(date_debut=debut, date_fin=fin)

    uids = [event["UID"].split("@")[0] for event in events(client.get(url("calendrier")))]
    assert uids == [rows[2].numero, rows[3].numero, rows[0].numero]


@pytest.mark.parametrize(("sessions", "dit"), [(3, False), (4, True)])
def test_others_are_told_of_when_there_are_some(client, monkeypatch, sessions, dit):
    monkeypatch.setattr(recherches, "MAX_EVENEMENTS", 3)
    online(sessions=sessions)
    calendar = Calendar.from_ical(client.get(url("calendrier")).content)
    assert ("X-WR-CALDESC" in calendar) == dit


def test_the_news_are_what_went_online_last(client, monkeypatch):
    monkeypatch.setattr(recherches, "MAX_NOUVELLES", 2)
    rows = [online()[0] for _ in range(3)]
    response = client.get(url("rss"))

    assert response["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert [item.findtext("guid") for item in items(response)] == [rows[2].numero, rows[1].numero]
    assert items(response)[0].findtext("title") == f"{rows[2].intitule} – Nantes"


@pytest.mark.parametrize("nom", NOMS)
def test_they_hold_what_the_search_finds(client, nom):
    (row,), (finie,) = online(), online()
    end(finie, timezone.localdate() - timedelta(days=1))
    mot = row.intitule.split()[-1]

    assert row.numero in client.get(url(nom, q=mot)).content.decode()
    assert row.numero not in client.get(url(nom, q="plombier")).content.decode()
    assert finie.numero not in client.get(url(nom)).content.decode()


@pytest.mark.parametrize("nom", NOMS)
def test_what_did_not_change_is_not_sent_again(client, nom):
    online()
    first = client.get(url(nom))
    assert client.get(url(nom), headers={"if-none-match": first["ETag"]}).status_code == 304
    online()
    assert client.get(url(nom), headers={"if-none-match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("nom", NOMS)
def test_any_text_goes_in_and_no_control_character_comes_out(client, nom):
    (row,) = online()
    texte = "\x01\x0b\x1f\ufffe<b>&amp; « É » 👩‍🏫; \r\nBEGIN:VEVENT\r\n\u2028fin"
    row.contenu["session"]["site_lieu"]["nom"] = row.contenu["organisme"]["nom_usage"] = texte
    Diffusion.objects.update(intitule=texte, contenu=row.contenu)

    response = client.get(url(nom))

    texte = response.content.decode()
    assert not [c for c in texte if ord(c) < 32 and c not in "\r\n\t"]
    lus = events(response) if nom == "calendrier" else items(response)
    assert len(lus) == 1
    assert "« É » 👩‍🏫" in (lus[0]["SUMMARY"] if nom == "calendrier" else lus[0].findtext("title"))


@pytest.mark.parametrize("nom", NOMS)
def test_a_wrong_search_says_why(client, nom):
    response = client.get(url(nom, niveau="12"))
    assert response.status_code == 400
    assert "Niveau de sortie" in response.content.decode()


@pytest.mark.parametrize("nom", NOMS)
def test_hostile_searches_are_never_our_fault(client, nom):
    noms = ("q", "lieu", "rayon", "departement", "debut_min", "niveau", "dispositif", "formacode", "tri", "x")
    statuts = {
        (champ, cas): client.get(reverse(f"donnees:{nom}"), {champ: valeur}).status_code
        for champ in noms
        for cas, valeur in VALEURS.items()
    }
    assert {cell: statut for cell, statut in statuts.items() if statut not in (200, 400)} == {}


@pytest.mark.parametrize("nom", NOMS)
@pytest.mark.parametrize("number", [1, 3])
def test_they_cost_the_same_whatever_they_hold(client, django_assert_num_queries, nom, number):
    online(sessions=number)
    with django_assert_num_queries(2 if nom == "calendrier" else 1):
        client.get(url(nom))


def test_the_search_page_gives_their_addresses():
    params = QueryDict("q=boulanger&niveau=3&niveau=4&apres=date~0~2027-01-01~52_000001&tri=date&lieu=")

    assert suites.links(params) == {
        "recherche": "/offre/?q=boulanger&niveau=3&niveau=4",
        "courriel": "/offre/suivre/?q=boulanger&niveau=3&niveau=4",
        "calendrier": "/offre/calendrier.ics?q=boulanger&niveau=3&niveau=4",
        "rss": "/offre/nouveautes.rss?q=boulanger&niveau=3&niveau=4",
    }
    assert suites.links(QueryDict()) == {
        "recherche": "/offre/",
        "courriel": "/offre/suivre/",
        "calendrier": "/offre/calendrier.ics",
        "rss": "/offre/nouveautes.rss",
    }


@pytest.mark.parametrize("nom", NOMS)
def test_titles_have_the_apostrophe_of_print(client, nom):
    online(formation=FormationFactory(certification__intitule="Diplôme d'État d'aide-soignant"))
    assert "Diplôme d’État d’aide-soignant" in client.get(url(nom)).content.decode()
