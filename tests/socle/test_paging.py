"""Paging by key, forwards and back, over a list that changes."""

from datetime import timedelta
from itertools import pairwise

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


@pytest.mark.parametrize("days", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_what_is_to_come_is_met_soonest_first_then_what_has_begun_latest_first(actions, days, size):
    pivot = NOW - timedelta(days=days)
    to_come = [action for action in actions if action.soumise_le >= pivot]
    begun = [action for action in actions if action.soumise_le < pivot]

    pages, url = [], ""
    while not pages or url:
        pages.append(page(url, size=size, pivot=pivot))
        url = pages[-1].next_url

    assert [pk for one in pages for pk in pks(one.rows)] == pks([*to_come, *reversed(begun)])
    for earlier, later in pairwise(pages):
        assert pks(page(later.previous_url, size=size, pivot=pivot).rows) == pks(earlier.rows)


def test_a_page_costs_one_query_for_each_side_of_the_pivot(actions, django_assert_num_queries):
    with django_assert_num_queries(1):
        page(size=1, pivot=NOW - timedelta(days=2))
    with django_assert_num_queries(2):
        page(size=4, pivot=NOW - timedelta(days=2))


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
@pytest.mark.parametrize("options", [{}, {"pivot": NOW}])
def test_a_forged_key_never_breaks(actions, side, key, options):
    assert isinstance(page(f"{side}={key}", size=2, **options).rows, list)
