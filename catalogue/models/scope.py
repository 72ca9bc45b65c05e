"""How a queryset is narrowed to what a person may see or type."""

from django.db.models import Q, QuerySet

from catalogue.enums import RoleOrganisme


class ScopedQuerySet(QuerySet):
    """Base of the querysets of everything that belongs to an organisme.

    A view obtains an object of a tenant through `visible_to` or `editable_by` and through nothing
    else, so that somebody else's object is a 404, the same as a missing one.
    """

    #: Lookup path from the model to its organisme.
    organisme_path = "organisme"

    def visible_to(self, user) -> "ScopedQuerySet":
        """Rows `user` may read: all for the Carif-Oref, those of their organisations for others."""
        if user.est_carif:
            return self.all()
        return self.filter(self._in_organismes_of(user))

    def editable_by(self, user) -> "ScopedQuerySet":
        """Rows `user` may type in, by role. The state of the action is the caller's second question."""
        if user.est_carif:
            return self.all()
        return self.filter(self._in_organismes_of(user, [RoleOrganisme.GESTIONNAIRE, RoleOrganisme.SAISIE]))

    def _in_organismes_of(self, user, roles=None) -> Q:
        """Condition « the row's organisme is one of the person's », by sub-query: no duplicate rows."""
        rattachements = user.rattachements.all()
        if roles:
            rattachements = rattachements.filter(role__in=roles)
        return Q(**{f"{self.organisme_path}__in": rattachements.values("organisme")})
