"""What the filters of every list share: a plain form, and the filters in force to take away."""

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


class SofiFilterSet(django_filters.FilterSet):
    """A set of filters that are all in the address. Its `Meta` extends ours, for the form."""

    class Meta:
        form = FiltreForm

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
