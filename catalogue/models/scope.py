"""How a queryset is narrowed to what a person may see or type."""

from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from catalogue.enums import ROLES_SAISIE, RoleOrganisme


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
        """Rows of the person's organisations, by sub-query: no duplicate rows."""
        if user.est_carif:
            return self.all()
        if user.est_personnel:  # a member of the Carif-Oref's staff in an organisation's space
            return self.filter(**{self.organisme_path: user.espace})
        rattachements = user.rattachements.all()
        if roles:
            rattachements = rattachements.filter(role__in=roles)
        if user.espace is not None:
            rattachements = rattachements.filter(organisme=user.espace)
        return self.filter(Q(**{f"{self.organisme_path}__in": rattachements.values("organisme")}))


class CountedQuerySet(ScopedQuerySet):
    """Rows that the dashboard counts by state: a list filters by the very condition its counter counts."""

    #: States left out of the counters, whose index they would outgrow: `count_apart` counts them.
    sans_nombre: frozenset[str] = frozenset()

    @staticmethod
    def conditions(on: date) -> dict[str, Q]:
        """The states a row may be in on the date `on`, by name."""
        raise NotImplementedError

    def in_state(self, name: str, on: date | None = None) -> "CountedQuerySet":
        """The rows in the state `name` (today by default); all of them for ''."""
        return self.filter(self.conditions(on or timezone.localdate())[name]) if name else self.all()

    def count_by_state(self, on: date | None = None) -> dict[str, int]:
        """How many rows are in each state, and under '' in all, in one query.

        The column counted is never null and leads the covering index: PostgreSQL reads that alone.
        """
        conditions = self.conditions(on or timezone.localdate())
        columns = {
            name: Count("organisme", filter=condition)
            for name, condition in conditions.items()
            if name not in self.sans_nombre
        }
        numbers = self.order_by().aggregate(**columns, tous=Count("organisme"))
        return numbers | {"": numbers.pop("tous")}

    def count_apart(self, names: Iterable[str] | None = None) -> dict[str, int]:
        """How many rows are today in each state of `sans_nombre` (or in those of `names`), in one query.

        It reads the rows in one of them and no other; none is asked for where there is no such state.
        """
        conditions = self.conditions(timezone.localdate())
        names = self.sans_nombre if names is None else names
        wanted = {name: conditions[name] for name in names}
        if not wanted:
            return {}
        rows = self.order_by().filter(reduce(or_, wanted.values()))
        return rows.aggregate(**{name: Count("pk", filter=condition) for name, condition in wanted.items()})
