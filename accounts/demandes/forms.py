"""Forms of the requests for a key: the visitor's, and the Carif-Oref's two answers."""

import uuid

from crispy_forms.layout import Fieldset, Layout
from django import forms

from catalogue.identifiants import clean_code, clean_telephone, validate_nda, validate_siret
from sofi.forms import NBSP, AdresseField, SideBySide, SofiFormMixin

TROP = (
    f"Il y a eu trop de demandes depuis votre connexion internet ou pour cette adresse e-mail{NBSP}: "
    "recommencez dans une heure, ou appelez le Carif-Oref."
)


class DemandeForm(SofiFormMixin, forms.Form):
    """« Je n’ai pas de clé d’activation et souhaite en faire la demande »."""

    raison_sociale = forms.CharField(
        label="Raison sociale",
        max_length=250,
        help_text="Le nom officiel de l’organisme, comme sur ses papiers.",
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    siret = forms.CharField(
        label="SIRET",
        max_length=30,
        help_text="14 chiffres, avec ou sans espaces, par exemple 130 005 481 00010.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    nda = forms.CharField(
        label="Numéro de déclaration d’activité (NDA)",
        max_length=30,
        help_text="11 caractères, délivrés par les services de l’État, par exemple 52 44 01234 44.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    prenom = forms.CharField(
        label="Prénom", max_length=50, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    nom = forms.CharField(
        label="Nom", max_length=50, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    email = AdresseField(
        label="Adresse e-mail",
        max_length=160,
        help_text="De préférence à votre nom. La clé y sera envoyée, et elle sera votre identifiant.",
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autocapitalize": "none"}),
    )
    telephone = forms.CharField(
        label="Téléphone",
        max_length=25,
        help_text="Pour vous joindre si un point de la demande est à éclaircir.",
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    message = forms.CharField(
        label="Message",
        max_length=2000,
        required=False,
        help_text="Ce que le Carif-Oref doit savoir, par exemple un siège situé dans une autre région.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    jeton = forms.UUIDField(widget=forms.HiddenInput)

    def get_layout(self) -> Layout:
        return Layout(
            Fieldset("Votre organisme", "raison_sociale", SideBySide("siret", "nda")),
            Fieldset(
                "Vous, qui gérerez le compte",
                SideBySide("prenom", "nom"),
                SideBySide("email", "telephone"),
                "message",
            ),
            "jeton",
        )

    def clean_siret(self) -> str:
        return _cleaned(self.cleaned_data["siret"], validate_siret)

    def clean_nda(self) -> str:
        return _cleaned(self.cleaned_data["nda"], validate_nda)

    def clean_telephone(self) -> str:
        return clean_telephone(self.cleaned_data["telephone"])


def _cleaned(value: str, validate) -> str:
    code = clean_code(value)
    validate(code)
    return code


def new_token() -> uuid.UUID:
    """The one-time token of a form about to be shown."""
    return uuid.uuid4()


class AccepterForm(SofiFormMixin, forms.Form):
    """Accept a request: how the key leaves."""

    par_lettre = forms.BooleanField(
        label="Remettre la clé par lettre plutôt que par e-mail",
        required=False,
        help_text="La lettre s’affiche aussitôt, à imprimer. La clé ne pourra plus être relue ensuite.",
    )


class RefuserForm(SofiFormMixin, forms.Form):
    """Refuse a request: the reason is compulsory, and is in the mail."""

    motif = forms.CharField(
        label="Motif du refus",
        max_length=2000,
        help_text="La personne le lira tel quel dans l’e-mail, avec vos coordonnées pour répondre.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
