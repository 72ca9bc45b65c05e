"""The password typed again, before what cannot be undone."""

from datetime import timedelta

from django import forms

from sofi import limites
from sofi.forms import NBSP, NNBSP, SofiFormMixin

#: Tries allowed to a person, in a period.
ESSAIS = 5
PERIODE = timedelta(minutes=15)


class PreuveForm(SofiFormMixin, forms.Form):
    """A form that asks `user`, signed in, for their password; a try is counted before it is checked."""

    mot_de_passe = forms.CharField(
        label="Votre mot de passe actuel",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self) -> dict:
        """Check the password last, once all the rest is right."""
        cleaned = super().clean()
        if not self.errors:
            self._check(cleaned["mot_de_passe"])
        return cleaned

    def _check(self, mot_de_passe: str) -> None:
        if not limites.essayer("preuve", str(self.user.pk), ESSAIS, PERIODE):
            self.add_error(
                None,
                f"Trop d’essais{NBSP}: attendez 15{NBSP}minutes, puis recommencez. Mot de passe oublié"
                f"{NNBSP}? Réinitialisez-le depuis la page de connexion.",
            )
        elif self.user.check_password(mot_de_passe):
            limites.oublier("preuve", str(self.user.pk))
        else:
            self.add_error(
                "mot_de_passe",
                f"Ce n’est pas votre mot de passe actuel{NBSP}: "
                "retapez-le, en respectant majuscules et minuscules.",
            )
