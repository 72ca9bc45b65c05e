"""Forms by which people come in, and by which they change their password."""

from datetime import timedelta
from math import ceil

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password

from accounts.mots_de_passe import CONSEIL
from sofi.forms import NBSP, AdresseField, SofiFormMixin

REFUS = (
    f"E-mail ou mot de passe incorrect{NBSP}: vérifiez-les, en respectant majuscules et minuscules "
    "du mot de passe, ou réinitialisez votre mot de passe."
)


def refus_apres(attente: timedelta) -> str:
    """Say to whoever tried too often how long to wait (`attente`), and what to do meanwhile."""
    minutes = max(1, ceil(attente.total_seconds() / 60))
    return (
        "Trop d’essais de connexion. Par sécurité, aucun mot de passe n’est vérifié pour l’instant"
        f"{NBSP}: attendez {minutes}{NBSP}minute{'s' if minutes > 1 else ''} avant de recommencer, "
        "réinitialisez votre mot de passe, ou appelez le Carif-Oref "
        f"au {settings.CARIF.telephone.replace(' ', NBSP)}."
    )


class ConnexionForm(SofiFormMixin, forms.Form):
    """« Connexion SOFI » (manual step 1)."""

    username = forms.CharField(
        label="E-mail",
        max_length=160,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label="Mot de passe",
        max_length=128,  # as all passwords are: millions of characters would cost seconds before the hash
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class DemandeMotDePasseForm(SofiFormMixin, forms.Form):
    """Where to send the link that lets choose a new password."""

    email = AdresseField(
        label="E-mail de votre compte",
        max_length=160,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )


class NouveauMotDePasseForm(SofiFormMixin, forms.Form):
    """A new password for `user`, typed twice: nobody sees what they type."""

    nouveau = forms.CharField(
        label="Nouveau mot de passe",
        strip=False,
        help_text=f"16{NBSP}caractères au moins, {CONSEIL}. Vous pouvez le coller.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    confirmation = forms.CharField(
        label="Le même, une seconde fois",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, user, *args, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_nouveau(self) -> str:
        validate_password(self.cleaned_data["nouveau"], self.user)
        return self.cleaned_data["nouveau"]

    def clean_confirmation(self) -> str:
        nouveau, confirmation = self.cleaned_data.get("nouveau"), self.cleaned_data["confirmation"]
        if nouveau and nouveau != confirmation:
            raise forms.ValidationError(
                f"Les deux mots de passe ne sont pas les mêmes{NBSP}: retapez-les l’un et l’autre.",
                code="differents",
            )
        return confirmation


class ChangementForm(NouveauMotDePasseForm):
    """The present password, then the new one."""

    FAUX = (
        f"Ce n’est pas votre mot de passe actuel{NBSP}: retapez-le, "
        "ou réinitialisez-le si vous l’avez oublié."
    )

    actuel = forms.CharField(
        label="Mot de passe actuel",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ["actuel", "nouveau", "confirmation"]


class PersonneForm(SofiFormMixin, forms.Form):
    """To whom a key is given."""

    prenom = forms.CharField(label="Prénom", max_length=50)
    nom = forms.CharField(label="Nom", max_length=50)
    email = AdresseField(
        label="E-mail",
        max_length=160,
        help_text="Son adresse à elle ou à lui, pas une adresse partagée\u00a0: chacun a son compte.",
        widget=forms.EmailInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
