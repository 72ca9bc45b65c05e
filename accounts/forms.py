"""Forms by which people come in."""

from datetime import timedelta
from math import ceil

from django import forms
from django.conf import settings

from sofi.forms import NBSP, SofiFormMixin

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
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
