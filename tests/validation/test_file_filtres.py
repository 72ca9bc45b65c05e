"""The queue narrowed: by what, said how, page after page."""

from datetime import date, datetime

import pytest
from bs4 import BeautifulSoup
from django.http import QueryDict
from django.utils import timezone

from catalogue import attribution
from catalogue.models import Formacode
from catalogue.validation.cadence import load_cadence
from catalogue.validation.file import queue_for
from catalogue.validation.filters import FileFilter
from tests.factories import OrganismeFactory, UserFactory
from tests.validation.outils_file import FILE, page, titles, waiting

pytestmark = pytest.mark.django_db


def test_who_examines_narrows_the_queue(client, agent):
    awa, parti = UserFactory(agent=True), UserFactory(agent=True)
    for titre, who in (("CAP 1", agent), ("CAP 2", awa), ("CAP 3", parti), ("CAP 4", None)):
        action = waiting(titre=titre)
        if who:
            attribution.claim(action.pk, by=who)
    parti.is_active = False
    parti.save()

    for valeur, expected in (
        ("moi", ["CAP 1"]),
        (awa.pk, ["CAP 2"]),
        ("parti", ["CAP 3"]),
        ("personne", ["CAP 4"]),
    ):
        assert titles(page(client, f"?attribution={valeur}")) == expected


def test_an_address_that_names_a_person_is_read_by_that_person_and_once_their_account_is_closed(
    client, agent
):
    """A view of « Awa’s dossiers » is shared with the team: Awa opens it too, and it outlives her account."""
    parti = UserFactory(agent=True, prenom="Luc", nom="Petit")
    for titre, who in (("CAP 1", agent), ("CAP 2", parti), ("CAP 3", None)):
        action = waiting(titre=titre)
        if who:
            attribution.claim(action.pk, by=who)
    parti.is_active = False
    parti.save()

    assert titles(page(client, f"?attribution={agent.pk}")) == ["CAP 1"]
    of_the_closed = page(client, f"?attribution={parti.pk}")
    assert titles(of_the_closed) == ["CAP 2"]
    assert "Luc Petit (compte fermé)" in of_the_closed.select_one("option[selected]").get_text()


@pytest.mark.parametrize("valeur", ["0", "99999999", "1" * 30, "²", "-1"])
def test_an_address_that_names_nobody_says_so(client, agent, valeur):
    waiting()
    of = UserFactory(organisme=OrganismeFactory())

    for inconnu in (valeur, of.pk):
        error = page(client, f"?attribution={inconnu}").select_one(".resume-erreurs")
        assert "«\u00a0Examinée par\u00a0» n’est plus proposée" in error.get_text()


@pytest.fixture
def varied(agent):
    """Three waiting actions that differ in everything one may filter on."""
    Formacode.objects.create(code="21599", libelle="Boucherie")
    Formacode.objects.create(code="42032", libelle="Coiffure")
    greta = OrganismeFactory(raison_sociale="Greta Loire Atlantique", siret="13000548100010")
    ecole = OrganismeFactory(raison_sociale="École de la coiffure", nom_usage="Académie du cheveu")
    boucher = waiting(1, "CAP boucher", greta, niveau=3, formacodes=["21599"])
    bts = waiting(14, "BTS coiffure", ecole, niveau=5, formacodes=["42032", "21599"])
    prepa = waiting(40, "Prépa concours", ecole, niveau=None, formacodes=[])
    for action, code_postal in ((boucher, "44000"), (bts, "72000"), (prepa, "85000")):
        site = action.site_dispensateur
        site.code_postal = code_postal
        site.save()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("organisme=greta", {"CAP boucher"}),
        ("organisme=ecole+coiffure", {"BTS coiffure", "Prépa concours"}),
        ("organisme=cheveu", {"BTS coiffure", "Prépa concours"}),
        ("organisme=130+005+481", {"CAP boucher"}),
        ("organisme=100%25", set()),
        ("niveau=3", {"CAP boucher"}),
        ("niveau=0", {"Prépa concours"}),
        ("formacode=42032", {"BTS coiffure"}),
        ("formacode=420", {"BTS coiffure"}),
        ("formacode=420321", set()),
        ("formacode=boucherie", {"CAP boucher", "BTS coiffure"}),
        ("formacode=inconnu", set()),
        ("departement=85", {"Prépa concours"}),
        ("depuis=5", {"BTS coiffure", "Prépa concours"}),
        ("depuis=15&niveau=0&departement=85", {"Prépa concours"}),
        ("depuis=15&niveau=3", set()),
    ],
)
def test_filters_narrow_the_queue(client, varied, query, expected):
    assert set(titles(page(client, f"?{query}"))) == expected


@pytest.mark.parametrize(("jour", "kept"), [(25, True), (26, False), (27, False), (29, False)])
def test_more_than_two_days_are_working_days_as_in_the_column(agent, jour, kept):
    """On Monday 30 November 2026: three working days since Wednesday, two since Thursday."""
    cadence = load_cadence(date(2026, 11, 30))
    action = waiting()
    action.soumise_le = datetime(2026, 11, jour, 17, 0, tzinfo=timezone.get_current_timezone())
    action.save()

    found = FileFilter(QueryDict("depuis=2"), queue_for(agent), user=agent, cadence=cadence)

    assert found.qs.exists() is kept
    assert (cadence.attente(date(2026, 11, jour)) > 2) is kept


def test_each_filter_has_a_chip_that_removes_it_alone(client, varied):
    soup = page(client, "?niveau=5&departement=72&apres=x")
    chips = {chip.get_text(" ", strip=True): chip["href"] for chip in soup.select(".jeton")}

    assert chips == {
        "Retirer le filtre Niveau de sortie\u00a0: Niveau 5 (bac + 2)": "?departement=72",
        "Retirer le filtre Département du site\u00a0: 72": "?niveau=5",
    }
    assert soup.find("a", string="Effacer tous les filtres")["href"] == FILE


@pytest.mark.parametrize("query", ["niveau=99", "departement=75", "depuis=x", "organisme=%00", "niveau=%00"])
def test_a_forged_filter_is_told_and_breaks_nothing(client, varied, query):
    response = client.get(f"{FILE}?{query}")

    assert response.status_code == 200
    assert len(titles(BeautifulSoup(response.content, "html.parser"))) == 3


def test_pages_follow_each_other_with_their_filters(client, agent, monkeypatch):
    monkeypatch.setattr("catalogue.validation.views_file.PAR_PAGE", 2)
    for days in (5, 4, 3, 2, 1):
        waiting(days, f"CAP {days}", niveau=3)
    waiting(6, "BTS", niveau=5)

    first = page(client, "?niveau=3")
    second = page(client, first.select_one("[rel=next]")["href"])
    third = page(client, second.select_one("[rel=next]")["href"])

    assert [titles(soup) for soup in (first, second, third)] == [
        ["CAP 5", "CAP 4"],
        ["CAP 3", "CAP 2"],
        ["CAP 1"],
    ]
    assert not first.select("[rel=prev]")
    assert not third.select("[rel=next]")
    assert titles(page(client, third.select_one("[rel=prev]")["href"])) == ["CAP 3", "CAP 2"]
