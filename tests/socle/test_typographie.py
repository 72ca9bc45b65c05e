"""Dates and quantities as French prints them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template

from sofi.typographie import date_longue, il_y_a, quantite


@pytest.mark.parametrize(
    ("jour", "texte"),
    [
        (date(2027, 1, 1), "1er\u00a0janvier 2027"),
        (date(2027, 12, 31), "31\u00a0décembre 2027"),
        (date(2028, 2, 29), "29\u00a0février 2028"),
        (None, ""),
    ],
)
def test_a_date_is_written_in_full(jour, texte):
    assert date_longue(jour) == texte


def test_an_instant_is_of_the_day_it_is_here():
    page = Template("{% load typographie %}{{ instant|jour }}")

    assert page.render(Context({"instant": datetime(2026, 12, 31, 23, 30, tzinfo=UTC)})) == (
        "1er\u00a0janvier 2027"
    )
    assert page.render(Context({"instant": None})) == ""


def test_a_number_stays_with_its_unit():
    assert quantite(1200, "h") == "1\u202f200\u00a0h"
    assert quantite(Decimal("17.5"), "h") == "17,5\u00a0h"
    assert quantite(None, "h") == ""


def test_an_age_in_days():
    assert [il_y_a(n) for n in (0, 1, 3)] == ["depuis aujourd’hui", "depuis hier", "depuis 3\u00a0jours"]
