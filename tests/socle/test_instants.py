"""Date-times read from the database."""

from datetime import UTC, datetime

import pytest
from django.db import DataError, connection

pytestmark = pytest.mark.django_db


def read(instant: str):
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [instant])
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("ecrit", "lu"),
    [
        ("2026-11-28 05:43:49.123456+00", datetime(2026, 11, 28, 5, 43, 49, 123456, UTC)),
        ("2026-11-28 05:43:49.5+00", datetime(2026, 11, 28, 5, 43, 49, 500000, UTC)),
        ("2026-07-01 00:00:00+02", datetime(2026, 6, 30, 22, tzinfo=UTC)),
        ("1789-07-14 12:00:00+00:09:21", datetime(1789, 7, 14, 11, 50, 39, tzinfo=UTC)),
        ("9999-12-31 23:59:59+00", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_an_instant_is_read_to_the_microsecond_in_utc(ecrit, lu):
    assert (read(ecrit), read(ecrit).tzinfo) == (lu, UTC)


@pytest.mark.parametrize("ecrit", ["infinity", "12345-01-01 00:00:00+00", "0044-03-15 12:00:00+00 BC"])
def test_what_python_cannot_hold_is_said(ecrit):
    with pytest.raises(DataError):
        read(ecrit)


def test_reading_another_time_zone_gives_the_same_instant():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'Europe/Paris'")
        cursor.execute("SELECT '2026-07-01 00:00:00+00'::timestamptz")
        assert cursor.fetchone()[0] == datetime(2026, 7, 1, tzinfo=UTC)
