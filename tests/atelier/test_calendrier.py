"""Working days: week-ends, closed days, and the edge between late and in time."""

from datetime import date, timedelta

import pytest

from catalogue.calendrier import Calendrier
from catalogue.models import JourFerme

#: Tuesday 11 November 2025 is a public holiday; the 10th was taken off.
CALENDRIER = Calendrier([date(2025, 11, 10), date(2025, 11, 11)])
VENDREDI = date(2025, 11, 7)


@pytest.mark.parametrize(
    ("nombre", "echeance"),
    [(0, VENDREDI), (1, date(2025, 11, 12)), (2, date(2025, 11, 13)), (4, date(2025, 11, 17))],
)
def test_a_due_date_skips_what_is_closed(nombre, echeance):
    assert CALENDRIER.add(VENDREDI, nombre) == echeance
    assert CALENDRIER.between(VENDREDI, echeance) == nombre


def test_nothing_runs_over_a_closed_week_end():
    assert CALENDRIER.between(VENDREDI, date(2025, 11, 11)) == 0
    assert CALENDRIER.between(date(2025, 11, 12), VENDREDI) == 0


@pytest.mark.parametrize("decalage", range(7))
def test_working_days_are_those_of_a_count_day_by_day(decalage):
    debut = VENDREDI - timedelta(days=10 - decalage)
    for duree in range(-2, 30):
        jours = [debut + timedelta(days=n) for n in range(1, duree + 1)]
        attendu = sum(CALENDRIER.is_open(jour) for jour in jours)
        assert CALENDRIER.between(debut, debut + timedelta(days=duree)) == attendu


@pytest.mark.parametrize("cible", [1, 2, 5])
@pytest.mark.parametrize("decalage", range(14))
def test_late_begins_on_the_working_day_after_the_due_date(cible, decalage):
    jour = VENDREDI + timedelta(days=decalage)
    seuil = CALENDRIER.latest_late(jour, cible)

    assert CALENDRIER.between(seuil, jour) > cible
    assert CALENDRIER.between(seuil + timedelta(days=1), jour) <= cible
    assert CALENDRIER.add(seuil, cible) < jour


@pytest.mark.django_db
def test_closed_days_are_read_once(django_assert_num_queries):
    JourFerme.objects.create(jour=date(2026, 7, 14), libelle="Fête nationale")
    with django_assert_num_queries(1):
        calendrier = Calendrier.load()
        assert not calendrier.is_open(date(2026, 7, 14))
        assert calendrier.is_open(date(2026, 7, 15))
