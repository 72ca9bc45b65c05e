"""The key that an agent gives on their own initiative."""

from crispy_forms.layout import Layout
from django import forms

from accounts.forms import PersonneForm
from accounts.models import User
from catalogue.enums import RoleOrganisme
from sofi.forms import SideBySide

ROLES = [
    (RoleOrganisme.GESTIONNAIRE, "Gestionnaire\u00a0: saisit l’offre et gère l’équipe"),
    (RoleOrganisme.SAISIE, "Saisie\u00a0: saisit l’offre"),
    (RoleOrganisme.LECTURE, "Lecture\u00a0: consulte l’offre"),
]


class CleForm(PersonneForm):
    """To whom, for which role, and how the key leaves."""

    role = forms.ChoiceField(label="Rôle", choices=ROLES, initial=RoleOrganisme.GESTIONNAIRE)
    par_lettre = forms.BooleanField(
        label="Remettre la clé par lettre plutôt que par e-mail",
        required=False,
        help_text="La lettre s’affiche aussitôt, à imprimer. La clé ne pourra plus être relue ensuite.",
    )
    #: The newest key of the organisme when the form was shown: a double click is recognised.
    derniere = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**63 - 1)

    def get_layout(self) -> Layout:
        return Layout(SideBySide("prenom", "nom"), SideBySide("email", "role"), "par_lettre", "derniere")

    def clean_email(self) -> str:
        email = self.cleaned_data["email"]
        if User.objects.filter(email=email, is_active=False).exists():
            raise forms.ValidationError(
                "Le compte de cette adresse est désactivé\u00a0: faites-le d’abord réactiver.",
                code="compte_ferme",
            )
        return email
