"""The kinds of filters of the public offer: a date as people type it, a box to tick, codes."""

import re

import django_filters
from django import forms

from catalogue.numeros import ORGANISME, cle_of, numero_organisme
from sofi.forms import LenientDateField, quoted
from sofi.typographie import NBSP

OUI = "oui"
#: What a ticked box says: ours, and that of a form which gives it no value.
COCHEE = (OUI, "on")


class DateFilter(django_filters.DateFilter):
    """A date as people type it."""

    field_class = LenientDateField


class CaseInput(forms.CheckboxInput):
    """A box to tick that keeps what the address says."""

    def value_from_datadict(self, data, files, name):
        return data.get(name)


class CaseField(forms.BooleanField):
    """« oui » or nothing: « non » would be taken for its contrary."""

    def to_python(self, value):
        if value in (None, "", *COCHEE):
            return value in COCHEE
        raise forms.ValidationError(f"{quoted(self.label)} se dit «{NBSP}{OUI}{NBSP}», ou ne se dit pas.")


class CaseFilter(django_filters.Filter):
    """A box to tick: « oui » or nothing."""

    field_class = CaseField

    def __init__(self, **kwargs):
        super().__init__(widget=CaseInput(attrs={"value": OUI}, check_test=COCHEE.__contains__), **kwargs)


class OrganismeField(forms.CharField):
    """The public number of an organisme: « 52_OF12 », however its letters are typed."""

    def clean(self, value):
        value = super().clean(value).upper()
        if value and cle_of(value, ORGANISME) is None:
            raise forms.ValidationError(
                f"Donnez le numéro public d’un organisme, de la forme {numero_organisme(12)}."
            )
        return value


class OrganismeFilter(django_filters.Filter):
    """One organisme."""

    field_class = OrganismeField


class CodesField(forms.MultipleChoiceField):
    """Any codes made of digits: what is not online finds nothing, and is no mistake."""

    def validate(self, value):
        if not all(re.fullmatch(r"[0-9]{1,10}", code) for code in value):
            raise forms.ValidationError("Un code Certifinfo est un nombre, par exemple 114763.")


class CodesFilter(django_filters.MultipleChoiceFilter):
    """Several codes."""

    field_class = CodesField
