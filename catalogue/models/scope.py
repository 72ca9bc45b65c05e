"""How a queryset is narrowed to what a person may see or type."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import reduce
from operator import or_

from django.db import connection
from django.db.models import Count, Q, QuerySet, Value
from django.utils import timezone

from catalogue.enums import ROLES_SAISIE, RoleOrganisme

from .decompte import side_by_side


class ScopedQuerySet(QuerySet):
    """Base of the querysets of everything that belongs to an organisme.

    A view obtains an object of a tenant through `visible_to` or `editable_by` and through nothing
    else, so that somebody else's object is a 404, the same as a missing one.
    """

    #: Lookup path from the model to its organisme.
    organisme_path = "organisme"

    def visible_to(self, user) -> "ScopedQuerySet":
        """Rows `user` may read: all for the Carif-Oref, those of the organisme they work for otherwise.

        Outside of a request (`user.espace` is None), those of all their organisations.
        """
        return self._narrow(user)

    def editable_by(self, user) -> "ScopedQuerySet":
        """Rows `user` may type in, by role. The state of the action is the caller's second question."""
        return self._narrow(user, ROLES_SAISIE)

    def managed_by(self, user) -> "ScopedQuerySet":
        """Rows of the organisations whose team `user` manages: its members, its invitations."""
        return self._narrow(user, (RoleOrganisme.GESTIONNAIRE,))

    def _narrow(self, user, roles=None) -> "ScopedQuerySet":
        """Rows of the organisme `user` works for in this request; else, by sub-query, of all of theirs."""
        if user.est_carif:
            return self.all()
        if user.espace is not None:
            may = not roles or user.role_espace in roles
            return self.filter(**{self.organisme_path: user.espace}) if may else self.none()
        rattachements = user.rattachements.all()
        if roles:
            rattachements = rattachements.filter(role__in=roles)
        return self.filter(**{f"{self.organisme_path}__in": rattachements.values("organisme")})

    def one_row(self, columns: dict) -> QuerySet:
        """The aggregates `columns` as a queryset: a constant is what its rows are grouped by."""
        return self.order_by().values(un=Value(1)).annotate(**columns).values(*columns)


class CountedQuerySet(ScopedQuerySet):
    """Rows that the dashboard counts by state: a list filters by the very condition its counter counts."""

    #: States that the counters' index does not know: `counted_apart` counts them, and whoever names some
    #: says by `counted_apart_for` how those of one person are.
    sans_nombre: frozenset[str] = frozenset()

    @staticmethod
    def conditions(on: date) -> dict[str, Q]:
        """The states a row may be in on the date `on`, by name."""
        raise NotImplementedError

    def in_state(self, name: str, on: date | None = None) -> "CountedQuerySet":
        """The rows in the state `name` (today by default); all of them for ''."""
        return self.filter(self.conditions(on or timezone.localdate())[name]) if name else self.all()

    def count_by_state(self, on: date | None = None) -> dict[str, int]:
        """How many rows are in each state but those of `sans_nombre`, and under '' in all, in one query."""
        with connection.cursor() as cursor:
            nombres = cursor.execute(*side_by_side(self.counted(on or timezone.localdate()))).fetchone()
        return self.named(iter(nombres))

    def states_counted(self) -> list[str]:
        """The states that `named` tells; '' is all of them."""
        return [name for name in self.conditions(date.min) if name not in self.sans_nombre] + [""]

    def counted(self, on: date, **others) -> Iterator[QuerySet]:
        """Querysets of one row: the aggregates `others`, then what `named` tells the states on `on` from.

        The column counted is never null and leads the covering index: PostgreSQL reads that alone.
        """
        conditions = self.conditions(on)
        columns = {
            name or "tous": Count("organisme", filter=conditions[name] if name else None)
            for name in self.states_counted()
        }
        yield self.one_row(others | columns)

    def named(self, nombres: Iterator[int]) -> dict[str, int]:
        """How many rows are in each state, from the next of the numbers that `counted` has read."""
        return {name: next(nombres) for name in self.states_counted()}

    def counted_apart(self, on: date, names: Iterable[str] | None = None) -> QuerySet:
        """One row: how many rows are on `on` in each state of `sans_nombre` (or of `names`), by name.

        It reads the rows in one of them and no other.
        """
        conditions = self.conditions(on)
        wanted = {name: conditions[name] for name in sorted(self.sans_nombre if names is None else names)}
        columns = {name: Count("pk", filter=condition) for name, condition in wanted.items()}
        return self.filter(reduce(or_, wanted.values())).one_row(columns)
