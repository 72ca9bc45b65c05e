"""Fields of identifiers, telephones and addresses: what people type, in the shape that is stored."""

import re

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.db import models
from django.forms.models import construct_instance
from django.urls import reverse

from catalogue.communes import find_commune
from catalogue.etablissements import saisie
from catalogue.identifiants import clean_code, clean_telephone
from catalogue.models.adresse import CHAMPS_ADRESSE
from sofi.forms import SideBySide, SofiFormMixin, quoted


class CodeField(forms.CharField):
    """A SIRET, NDA or UAI: spaces, dots and dashes are forgiven, and so is their length while typing."""

    def to_python(self, value):
        return clean_code(super().to_python(value))

    def widget_attrs(self, widget):
        return super().widget_attrs(widget) | {"spellcheck": "false"}


class TelephoneField(forms.CharField):
    """A telephone number, arranged by `identifiants.clean_telephone`."""

    widget = forms.TextInput(attrs={"type": "tel"})

    def to_python(self, value):
        return clean_telephone(super().to_python(value))


class CodePostalField(forms.CharField):
    """A postal code; spaces are forgiven."""

    def to_python(self, value):
        return re.sub(r"\s", "", super().to_python(value))

    def widget_attrs(self, widget):
        return super().widget_attrs(widget) | {"inputmode": "numeric"}


class CommuneField(forms.ChoiceField):
    """The communes of a postal code. What is chosen is checked by `find_commune`, not against a list."""

    widget = forms.RadioSelect

    def validate(self, value):
        """Accept anything: a list made for another postal code is simply not followed."""


class Section(Fieldset):
    """A part of a form under its title, beside the way to what « Aide en ligne » says of it."""

    def __init__(self, legend: str, *fields, aide: str):
        super().__init__(legend, *fields)
        self.aide = aide

    @property
    def aide_url(self) -> str:
        return f"{reverse('aide:theme', args=['etablissements'])}#{self.aide}"


class FicheForm(SofiFormMixin, forms.ModelForm):
    """What the forms of an organisme, a place and a contact share: version, token, saving.

    `version` is that of the row when the page was served; `jeton` names the form that creates a row.
    `avertissements` are the sentences to say after the save, which they do not stop.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    jeton = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial |= {"version": self.instance.version, "jeton": self.instance.jeton}
        self.avertissements: list[str] = []

    @property
    def champs(self) -> list[str]:
        """The columns that a save writes."""
        return [name for name in self._meta.fields if name in self.fields]

    def _post_clean(self):
        """Fill the row and check its fields, without ModelForm's query per constraint and per key.

        Each constraint has its sentence in `clean`; the keys come from their own lists; the database stays
        the last guard.
        """
        opts = self._meta
        self.instance = construct_instance(self, self.instance, opts.fields, opts.exclude)
        keys = {f.name for f in self.instance._meta.concrete_fields if isinstance(f, models.ForeignKey)}
        try:
            self.instance.clean_fields(exclude=self._get_validation_exclusions() | keys)
        except forms.ValidationError as error:
            self._update_errors(error)

    def save_fiche(self, by):
        """Save the valid row in the name of `by` and return it. Raises `saisie.SaisieRefusee`."""
        if self.instance.pk is None:
            return saisie.create(self.instance, self.cleaned_data["jeton"], champs=self.champs, by=by)
        return saisie.update(self.instance, self.champs, self.cleaned_data["version"] or 0, by=by)


class AdresseForm(FicheForm):
    """A form with an address: the commune is found, or asked, from the postal code and the town."""

    commune_choisie = CommuneField(
        label="Commune", help_text="Celles qui ont ce code postal.", required=False, choices=[]
    )

    #: Whether the address may be left empty.
    adresse_facultative = False
    deux_colonnes = ("commune_choisie",)
    compteurs = ("ligne1", "ligne2", "ligne3", "ligne4")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.communes_proposees: list[tuple[str, str]] = []
        self.fields["ville"].required = False

    @property
    def champs(self) -> list[str]:
        return [*super().champs, "commune"]

    def section_adresse(self, titre: str) -> Section:
        """The part of the layout with the address; the communes only when there is a choice to make."""
        choix = ["commune_choisie"] if self.communes_proposees else []
        return Section(
            titre,
            SideBySide("ligne1", "ligne2"),
            SideBySide("ligne3", "ligne4"),
            SideBySide("code_postal", "ville"),
            *choix,
            aide="adresse",
        )

    def clean_code_postal(self):
        code = self.cleaned_data["code_postal"]
        if code and not re.fullmatch(r"[0-9]{5}", code):
            raise forms.ValidationError(
                "« Code postal » compte 5 chiffres, par exemple 44200 : corrigez la saisie."
            )
        return code

    def clean(self):
        cleaned = super().clean()
        if self.adresse_facultative and not any(cleaned.get(champ) for champ in CHAMPS_ADRESSE):
            self.instance.commune = None
            return cleaned
        if self.adresse_facultative:
            for champ in ("ligne1", "code_postal"):
                if champ in cleaned and not cleaned[champ]:
                    label = self.fields[champ].label
                    self.add_error(champ, f"Renseignez {quoted(label)}, ou effacez toute l’adresse.")
        if cleaned.get("code_postal") and "ville" in cleaned:
            self._find_commune(cleaned)
        return cleaned

    def _find_commune(self, cleaned: dict) -> None:
        """Set the town and the commune, or ask."""
        choisie = cleaned.get("commune_choisie", "")
        adresse = find_commune(cleaned["code_postal"], cleaned["ville"], choisie)
        cleaned["ville"], self.instance.commune = adresse.ville, adresse.commune
        if adresse.choix:
            self.communes_proposees = [(commune.insee, commune.nom) for commune in adresse.choix]
            self.fields["commune_choisie"].choices = self.communes_proposees
        if adresse.erreur:
            self.add_error(adresse.champ, adresse.erreur)
        if adresse.avertissement:
            self.avertissements.append(adresse.avertissement)

    def get_layout(self) -> Layout:
        raise NotImplementedError
