"""Forms by which people come in."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm

from sofi.forms import NBSP, SofiFormMixin

REFUS = (
    f"E-mail ou mot de passe incorrect{NBSP}: vérifiez-les, en respectant majuscules et minuscules "
    "du mot de passe, ou réinitialisez votre mot de passe."
)


class ConnexionForm(SofiFormMixin, AuthenticationForm):
    """« Connexion SOFI » (manual step 1): one answer for an unknown e-mail and a wrong password."""

    username = forms.CharField(
        label="E-mail",
        max_length=160,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    error_messages = {"invalid_login": REFUS, "inactive": REFUS}

    def clean_username(self) -> str:
        return self.cleaned_data["username"].strip().lower()
