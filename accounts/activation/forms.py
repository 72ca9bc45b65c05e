"""« J’ai reçu une clé d’activation et je veux créer mon compte » (manual, step 1)."""

from django import forms

from accounts import cles
from sofi.forms import NBSP, NNBSP, AdresseField, SofiFormMixin

REFUS = (
    f"Cette clé, cette adresse e-mail et ce mot de passe ne vont pas ensemble{NBSP}: "
    "suivez les conseils ci-dessous, puis recommencez."
)
TROP = (
    "Il y a eu trop d’essais depuis votre connexion internet ou pour cette adresse e-mail"
    f"{NBSP}: attendez 15{NBSP}minutes avant de recommencer, ou appelez le Carif-Oref."
)


class ActivationForm(SofiFormMixin, forms.Form):
    """The key, the e-mail it was given to, and a password. The names are those of the key."""

    cle = forms.CharField(
        label="Clé d’activation",
        max_length=100,
        help_text=(
            "26 lettres et chiffres, dans l’e-mail ou la lettre que vous avez reçus. "
            "Majuscules ou minuscules, avec ou sans tirets, comme vous voulez."
        ),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    email = AdresseField(
        label="Votre adresse e-mail",
        max_length=160,
        help_text="Celle qui a reçu la clé, ou qu’indique la lettre. Ce sera votre identifiant.",
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    mot_de_passe = forms.CharField(
        label="Mot de passe",
        max_length=128,
        strip=False,
        help_text=(
            f"Nouveau compte{NBSP}: choisissez-le, 16{NBSP}caractères au moins, par exemple une phrase de "
            f"plusieurs mots sans rapport entre eux. Vous avez déjà un compte SOFI à cette adresse{NNBSP}? "
            "Tapez le mot de passe de ce compte."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def use(self, origine, session) -> cles.Acces | None:
        """Use the key of a valid form in `session`; None, and an error on the form, when it cannot be."""
        try:
            return cles.utiliser(**self.cleaned_data, origine=origine, session=session)
        except cles.CleRefusee:
            self.add_error(None, forms.ValidationError(REFUS, code="refus"))
        except cles.TropDEssais:
            self.add_error(None, forms.ValidationError(TROP, code="trop"))
        except forms.ValidationError as refus:  # the key is good, the new password is not
            self.add_error("mot_de_passe", refus)
        return None
