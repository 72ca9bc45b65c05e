"""What the forms of steps A, S and D share: sections, choices, hidden version and token, saving."""

from crispy_forms.layout import Fieldset
from django import forms
from django.db import models
from django.forms.models import construct_instance
from django.utils.html import format_html

from catalogue import saisie
from catalogue.enums import StatutSite
from catalogue.models import Site
from catalogue.workflow import Transition
from sofi.adresses import adresse_of
from sofi.forms import SofiFormMixin

A_CHOISIR = "Choisissez dans la liste"


class SiteChoiceField(forms.ModelChoiceField):
    """A place of the organisme; one the Carif-Oref has not checked yet says so."""

    def label_from_instance(self, site: Site) -> str:
        attente = " (en attente de validation)" if site.statut == StatutSite.A_VALIDER else ""
        ferme = " (fermé)" if site.statut == StatutSite.FERME else ""
        return f"{site.pk} – {site}{attente}{ferme}"


class CasesField(forms.MultipleChoiceField):
    """Boxes to tick; the codes come back in the order of the list, whatever the browser sends."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.CheckboxSelectMultiple, required=False, **kwargs)

    def clean(self, value):
        cochees = set(super().clean(value))
        return [code for code, _ in self.choices if code in cochees]


class Section(Fieldset):
    """A part of a step under its title, beside the way to what « Aide en ligne » says of it.

    `aide` is the anchor, in the theme « fasd », where the paragraphs of its fields begin.
    """

    def __init__(self, legend: str, *fields, aide: str):
        super().__init__(legend, *fields)
        self.aide = aide

    @property
    def aide_url(self) -> str:
        return f"{adresse_of('aide:theme', 'fasd')}#{self.aide}"


class EtapeForm(SofiFormMixin, forms.ModelForm):
    """What the three steps share: the hidden version and token, the labels, the saving.

    `version` is that of the row when the page was served; `jeton` names the form that creates a row.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    jeton = forms.UUIDField(widget=forms.HiddenInput)

    #: Fields that sending needs.
    obligatoires: tuple[str, ...] = ()
    #: What the label of a needed field ends with, when it is not the usual words.
    mentions: dict[str, str] = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # The row as stored: the browser's word is taken for `version` only.
        self.initial |= {"version": self.instance.version, "jeton": self.instance.jeton}
        for name in self.Meta.fields:
            field = self.fields[name]
            self._name_the_blank(field)
            if name in self.obligatoires:
                mention = self.mentions.get(name, "nécessaire pour l’envoi")
                field.label = format_html('{} <span class="mention-envoi">({})</span>', field.label, mention)

    def _name_the_blank(self, field: forms.Field) -> None:
        """« --------- » says nothing: buttons do without it, a list says what to do."""
        if isinstance(field, forms.TypedChoiceField) and field.choices[0][0] == "":
            blank = [] if isinstance(field.widget, forms.RadioSelect) else [("", A_CHOISIR)]
            field.choices = [*blank, *field.choices[1:]]

    def _offer(self, name: str, rows: models.QuerySet) -> None:
        """Let `name` be chosen among `rows`; in a new row, the only one possible is chosen beforehand."""
        field = self.fields[name]
        field.queryset, field.empty_label = rows, A_CHOISIR
        if self.is_bound:
            return
        choices = [(row.pk, field.label_from_instance(row)) for row in rows]
        field.choices = [("", A_CHOISIR), *choices]
        if self.instance.pk is None and len(choices) == 1 and not self.initial.get(name):
            self.initial[name] = choices[0][0]

    def _post_clean(self):
        """Fill the row and check its fields, without ModelForm's query per constraint and per key.

        Each constraint has its sentence in `clean`; the keys come from their own lists; the database
        stays the last guard.
        """
        opts = self._meta
        self.instance = construct_instance(self, self.instance, opts.fields, opts.exclude)
        keys = {f.name for f in self.instance._meta.concrete_fields if isinstance(f, models.ForeignKey)}
        try:
            self.instance.clean_fields(exclude=self._get_validation_exclusions() | keys)
        except forms.ValidationError as error:
            self._update_errors(error)

    def save_step(self, by):
        """Save the valid row in the name of `by` and return it. Raises `saisie.SaisieRefusee`."""
        champs = self.Meta.fields
        if self.instance.pk is None:
            row, _ = saisie.create(self.instance, self.cleaned_data["jeton"], champs=champs, by=by)
            return row
        return saisie.update(self.instance, champs, self.cleaned_data["version"] or 0, by=by)


def site_help(texte: str, organisme_pk: int) -> str:
    """The help of a choice of place: what it is for, and the way to add one that is missing."""
    return format_html(
        '{} <a href="{}" target="_blank">Ajouter un site'
        '<span class="sr-seulement"> (nouvel onglet)</span></a>',
        texte,
        adresse_of("etablissements:site_create", organisme_pk),
    )


def sites_of(organisme_pk: int, actuel: int | None) -> models.QuerySet[Site]:
    """The organisme's places that may be chosen: those not closed, and the one already chosen."""
    ouverts = ~models.Q(statut=StatutSite.FERME) | models.Q(pk=actuel)
    return Site.objects.filter(ouverts, organisme=organisme_pk)


class TransitionForm(SofiFormMixin, forms.Form):
    """What a transition asks: the revision it was decided on and, for some, a compulsory text."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    texte = forms.CharField(max_length=3000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, transition: Transition, *args, **kwargs):
        self.transition = transition
        super().__init__(*args, **kwargs)
        if not transition.texte:
            del self.fields["texte"]

    def _prepare(self, name, field):
        if name == "texte":
            field.label = self.transition.texte
        super()._prepare(name, field)
