"""Pages by key: any page of a long list costs the same, and no row is skipped when others leave the list."""

from dataclasses import dataclass
from datetime import datetime

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
    queryset: QuerySet, params: QueryDict, *, key: str, descending: bool = False, size: int = 50
) -> Page:
    """One page of `queryset` in the order of the column `key` (never null) and of the primary key.

    `params` is the request's query string: its `apres` or `avant` names the row to start from, the rest
    is kept in the neighbours' addresses. A forged or outdated key gives the first page. One query;
    two when a page before turns out to be the beginning of the list.
    """
    after = _read(queryset, key, params.get(AFTER))
    before = None if after else _read(queryset, key, params.get(BEFORE))
    if before:
        rows = _slice(queryset, key, before, backward=True, descending=descending, size=size)
        if len(rows) > size:
            rows = rows[:size][::-1]
            return Page(rows, _url(params, BEFORE, rows[0], key), _url(params, AFTER, rows[-1], key))
        after = None  # fewer rows than a page: the list begins here
    rows = _slice(queryset, key, after, backward=False, descending=descending, size=size)
    more = len(rows) > size
    rows = rows[:size]
    previous = _url(params, BEFORE, rows[0], key) if after and rows else _url(params) if after else ""
    return Page(rows, previous, _url(params, AFTER, rows[-1], key) if more else "")


def _slice(queryset, key, start, *, backward, descending, size) -> list:
    """Up to `size` + 1 rows on one side of the row `start` = (key, pk); from the beginning without it."""
    down = backward != descending
    if start:
        value, pk = start
        side, strictly = ("lte", "lt") if down else ("gte", "gt")
        # The first condition alone would do; it lets PostgreSQL start in the middle of the index.
        queryset = queryset.filter(**{f"{key}__{side}": value}).filter(
            Q(**{f"{key}__{strictly}": value}) | Q(**{f"pk__{strictly}": pk})
        )
    sign = "-" if down else ""
    return list(queryset.order_by(f"{sign}{key}", f"{sign}pk")[: size + 1])


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
