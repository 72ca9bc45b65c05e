"""Pages by key: any page of a long list costs the same, and no row is skipped when others leave the list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.timezone import is_naive

AFTER, BEFORE = "apres", "avant"
SEPARATOR = "~"


@dataclass(frozen=True)
class Page:
    """The rows of one page and the addresses (query strings, or '') of its neighbours."""

    rows: list
    previous_url: str
    next_url: str


def page_by_key(
    queryset: QuerySet,
    params: QueryDict,
    *,
    key: str,
    descending: bool = False,
    pivot: date | None = None,
    size: int = 50,
) -> Page:
    """One page of `queryset` in the order of the column `key` (never null) and of the primary key.

    With a `pivot`, in that of `arms`. `params` is the request's query string: its `apres` or `avant` names
    the row to start from, the rest is kept in the neighbours' addresses. A forged or outdated key gives the
    first page. One query, two with a pivot; twice that when a page before is the beginning of the list.
    """
    order = {"descending": descending, "pivot": pivot}
    after = _read(queryset, key, params.get(AFTER))
    before = None if after else _read(queryset, key, params.get(BEFORE))
    if before:
        rows = first_of(arms(queryset, key, before, backward=True, **order), size + 1)
        if len(rows) > size:
            rows = rows[:size][::-1]
            return Page(rows, _url(params, BEFORE, rows[0], key), _url(params, AFTER, rows[-1], key))
        after = None  # fewer rows than a page: the list begins here
    rows = first_of(arms(queryset, key, after, **order), size + 1)
    more = len(rows) > size
    rows = rows[:size]
    previous = _url(params, BEFORE, rows[0], key) if after and rows else _url(params) if after else ""
    return Page(rows, previous, _url(params, AFTER, rows[-1], key) if more else "")


def arms(
    queryset: QuerySet,
    key: str,
    start: tuple | None = None,
    *,
    descending: bool = False,
    pivot: date | None = None,
    backward: bool = False,
) -> list[QuerySet]:
    """`queryset` in its order, from the row `start` = (key, pk) on: lists to read one after the other.

    With a `pivot`, two: what is to come from that day on, soonest first, then what is before, latest first.
    Each is a walk of the index on the key, which one sort for both would not be.
    """
    parts = [(queryset, descending)]
    if pivot is not None:
        to_come, begun = queryset.filter(**{f"{key}__gte": pivot}), queryset.filter(**{f"{key}__lt": pivot})
        parts = [(to_come, False), (begun, True)]
    if backward:
        parts = [(rows, not down) for rows, down in reversed(parts)]
    if start:
        if pivot is not None and (start[0] < pivot) != backward:
            parts = parts[1:]
        rows, down = parts[0]
        parts[0] = (_beyond(rows, key, start, down=down), down)
    signs = [(rows, "-" if down else "") for rows, down in parts]
    return [rows.order_by(f"{sign}{key}", f"{sign}pk") for rows, sign in signs]


def first_of(lists: Iterable[QuerySet], number: int) -> list:
    """The first `number` rows of `lists` read one after the other. A query for each list that is needed."""
    found: list = []
    for rows in lists:
        found += rows[: number - len(found)]
        if len(found) >= number:
            break
    return found


def _beyond(queryset: QuerySet, key: str, start: tuple, *, down: bool) -> QuerySet:
    value, pk = start
    side, strictly = ("lte", "lt") if down else ("gte", "gt")
    # The first condition alone would do; it lets PostgreSQL start in the middle of the index.
    return queryset.filter(**{f"{key}__{side}": value}).filter(
        Q(**{f"{key}__{strictly}": value}) | Q(**{f"pk__{strictly}": pk})
    )


def _read(queryset, key, text) -> tuple | None:
    """The (key, pk) that `text` names, or None when there is none to understand."""
    value, found, pk = (text or "").rpartition(SEPARATOR)
    if not found:
        return None
    meta = queryset.model._meta
    try:
        start = meta.get_field(key).to_python(value), meta.pk.to_python(pk)
    except (ValidationError, ValueError, OverflowError):
        return None
    naive = isinstance(start[0], datetime) and is_naive(start[0])
    return None if None in start or "\0" in text or naive else start


def _url(params: QueryDict, side: str = "", row=None, key: str = "") -> str:
    """The query string of the page on one `side` of `row`; of the first page without them."""
    params = params.copy()
    for name in (AFTER, BEFORE):
        params.pop(name, None)
    if side:
        params[side] = f"{getattr(row, key)}{SEPARATOR}{row.pk}"
    return f"?{params.urlencode()}"
