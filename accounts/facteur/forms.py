"""What is typed at the second factor."""

import re

from django import forms

from accounts.cles.ecriture import normaliser
from accounts.facteur.secours import LONGUEUR
from sofi.forms import NBSP, NNBSP, SofiFormMixin


class CodeForm(SofiFormMixin, forms.Form):
    """The six digits of the application; spaces are forgiven."""

    code = forms.CharField(
        label="Code de vérification",
        max_length=20,
        help_text="Les 6 chiffres que votre application affiche pour SOFI.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def clean_code(self) -> str:
        code = re.sub(r"\s", "", self.cleaned_data["code"])
        if not re.fullmatch("[0-9]{6}", code):
            raise forms.ValidationError(
                f"«{NBSP}Code de vérification{NBSP}» compte 6 chiffres{NBSP}: "
                "tapez ceux que votre application affiche."
            )
        return code


class SecoursForm(SofiFormMixin, forms.Form):
    """One of the ten recovery codes."""

    code = forms.CharField(
        label="Code de secours",
        max_length=40,
        help_text=f"12 lettres ou chiffres, par exemple 3K7Q-M2XW-9RTP{NNBSP}; les tirets sont facultatifs.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if len(normaliser(code)) != LONGUEUR:
            raise forms.ValidationError(
                f"«{NBSP}Code de secours{NBSP}» compte {LONGUEUR} lettres ou chiffres{NBSP}: "
                "recopiez-le en entier depuis votre liste."
            )
        return code


class MotDePasseForm(SofiFormMixin, forms.Form):
    """Who sets a first factor up in a session already open proves that it is theirs."""

    mot_de_passe = forms.CharField(
        label="Mot de passe",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PreuveForm(MotDePasseForm):
    """Who asks to change the second factor proves both: the password, and a code of either kind."""

    code = forms.CharField(
        label="Code de vérification, ou code de secours",
        max_length=40,
        help_text="Le code de votre application ou, sans votre téléphone, un code de votre liste.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )
