"""What the filters of every list share: a plain form, and the filters in force to take away."""

from copy import copy

import django_filters
from django import forms

from sofi.forms import SofiFormMixin
from sofi.paging import AFTER, BEFORE


class Choix(tuple):
    """Choices that never change: the filters of each request share them, Django would copy each one."""

    __slots__ = ()

    def __deepcopy__(self, memo) -> "Choix":
        return self


class FiltreForm(SofiFormMixin, forms.Form):
    """The form of the filters; every field is optional."""


class Filtres(dict):
    """The filters that a class declares. Each request has its own, with their options; what these hold is
    shared: copying all that took as long as a query."""

    def __deepcopy__(self, memo) -> dict:
        copies = {name: copy(one) for name, one in self.items()}
        for name, one in copies.items():
            one.extra = dict(one.extra)
            one.method = self[name].method  # of this filter, and no longer of the one it copies
        return copies


class SofiFilterSet(django_filters.FilterSet):
    """A set of filters that are all in the address. Its `Meta` extends ours, for the form."""

    class Meta:
        form = FiltreForm

    @classmethod
    def get_filters(cls) -> Filtres:
        return Filtres(super().get_filters())

    def chips(self) -> list[dict]:
        """The filters in force, each with the address of the list without it (components/filtres_actifs)."""
        chips = []
        for name, value in getattr(self.form, "cleaned_data", {}).items():
            if not value:
                continue
            field = self.form.fields[name]
            shown = dict(getattr(field, "choices", ())).get(value, value)
            rest = self.data.copy()
            for key in (name, AFTER, BEFORE):
                rest.pop(key, None)
            chips.append({"libelle": field.label, "valeur": shown, "url_retrait": f"?{rest.urlencode()}"})
        return chips
