"""Paging by key, forwards and back, over a list that changes."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from catalogue.models import Action
from sofi.paging import page_by_key
from tests.factories import ActionFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def actions():
    """Five actions sent on three days, two pairs of them at the very same moment; oldest first."""
    made = [
        (day, ActionFactory(attente=True, soumise_le=NOW - timedelta(days=day))) for day in (1, 3, 2, 1, 3)
    ]
    return [action for day, action in sorted(made, key=lambda item: (-item[0], item[1].pk))]


def page(query="", **options):
    return page_by_key(Action.objects.all(), QueryDict(query.lstrip("?")), key="soumise_le", **options)


def pks(rows):
    return [row.pk for row in rows]


@pytest.mark.parametrize("descending", [False, True])
def test_each_row_is_met_once_forwards_and_back(actions, descending):
    expected = pks(reversed(actions) if descending else actions)

    first = page("niveau=3", size=2, descending=descending)
    second = page(first.next_url, size=2, descending=descending)
    third = page(second.next_url, size=2, descending=descending)

    assert pks([*first.rows, *second.rows, *third.rows]) == expected
    assert first.previous_url == ""
    assert third.next_url == ""
    assert pks(page(third.previous_url, size=2, descending=descending).rows) == pks(second.rows)
    back = page(second.previous_url, size=2, descending=descending)
    assert (pks(back.rows), back.previous_url) == (pks(first.rows), "")
    assert "niveau=3" in second.next_url


def test_a_row_that_left_the_list_hides_no_other(actions):
    first = page(size=2)
    first.rows[1].delete()

    assert pks(page(first.next_url, size=2).rows) == pks(actions[2:4])


def test_after_the_last_row_one_can_go_back_to_the_beginning(actions):
    last = page(page(size=2).next_url, size=2).next_url
    Action.objects.filter(pk=actions[4].pk).delete()

    empty = page(last, size=2)

    assert empty.rows == []
    assert pks(page(empty.previous_url, size=2).rows) == pks(actions[:2])


@pytest.mark.parametrize(
    "key",
    [
        "x",
        "~",
        "hier~1",
        "2026-01-01T00:00:00~1",
        "2026-01-01~1",
        "2026-01-01T00:00:00Z~x",
        "~~~",
        "2026-13-45~1",
        "%00~1",
        "2026-01-01T00:00:00Z~99999999999999999999",
    ],
)
@pytest.mark.parametrize("side", ["apres", "avant"])
def test_a_forged_key_never_breaks(actions, side, key):
    assert isinstance(page(f"{side}={key}", size=2).rows, list)
