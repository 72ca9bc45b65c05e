"""Public holidays of France, against calendars printed elsewhere."""

from datetime import date

import pytest

from catalogue.feries import easter, holidays

PAQUES = {
    2024: (3, 31),
    2025: (4, 20),
    2026: (4, 5),
    2027: (3, 28),
    2028: (4, 16),
    2029: (4, 1),
    2030: (4, 21),
}


@pytest.mark.parametrize(("annee", "paques"), PAQUES.items())
def test_easter_of_known_years(annee, paques):
    assert easter(annee) == date(annee, *paques)


def test_the_eleven_holidays_of_a_year():
    assert holidays(2027) == [
        (date(2027, 1, 1), "Jour de l’An"),
        (date(2027, 3, 29), "Lundi de Pâques"),
        (date(2027, 5, 1), "Fête du Travail"),
        (date(2027, 5, 6), "Ascension"),
        (date(2027, 5, 8), "Victoire de 1945"),
        (date(2027, 5, 17), "Lundi de Pentecôte"),
        (date(2027, 7, 14), "Fête nationale"),
        (date(2027, 8, 15), "Assomption"),
        (date(2027, 11, 1), "Toussaint"),
        (date(2027, 11, 11), "Armistice de 1918"),
        (date(2027, 12, 25), "Noël"),
    ]


def test_two_holidays_on_one_day_are_both_named():
    assert [nom for jour, nom in holidays(2008) if jour == date(2008, 5, 1)] == [
        "Ascension",
        "Fête du Travail",
    ]


@pytest.mark.parametrize("annee", range(2000, 2101))
def test_easter_is_a_sunday_between_22_march_and_25_april(annee):
    assert easter(annee).weekday() == 6
    assert date(annee, 3, 22) <= easter(annee) <= date(annee, 4, 25)
