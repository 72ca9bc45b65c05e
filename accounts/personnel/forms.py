"""Forms of the staff: somebody to invite, a role to give, a second factor to take away."""

from crispy_forms.layout import Layout
from django import forms

from accounts.forms import PersonneForm
from accounts.models import RoleCarif
from sofi.forms import AdresseField, SideBySide, SofiFormMixin

#: What each role lets a person do, in a sentence.
ROLES = {
    RoleCarif.AGENT: "lit toute l’offre, aide les organismes, répond aux demandes de clé, pose des questions",
    RoleCarif.VALIDEUR: "valide et refuse en plus les actions et les sites",
    RoleCarif.ADMINISTRATEUR: "gère en plus les comptes du personnel et lit le journal de sécurité",
}
CHOIX = [(role.value, f"{role.label} – {phrase}") for role, phrase in ROLES.items()]


class RoleForm(SofiFormMixin, forms.Form):
    """The role of a member of the staff."""

    role = forms.ChoiceField(label="Rôle", choices=CHOIX, widget=forms.RadioSelect)


class InvitationForm(PersonneForm):
    """A colleague to invite: they receive an activation key."""

    role = forms.ChoiceField(
        label="Rôle", choices=CHOIX, widget=forms.RadioSelect, initial=RoleCarif.AGENT.value
    )

    def get_layout(self) -> Layout:
        return Layout(SideBySide("prenom", "nom"), "email", "role")


class MotifForm(SofiFormMixin, forms.Form):
    """Why a second factor is taken away."""

    motif = forms.CharField(
        label="Motif",
        max_length=500,
        help_text="La personne le lira dans son e-mail, et il reste dans le journal de sécurité. "
        "Par exemple\u00a0: «\u00a0Téléphone perdu, identité vérifiée par téléphone.\u00a0»",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RechercheForm(SofiFormMixin, forms.Form):
    """Somebody, of an organisation or of the staff, who lost their second factor."""

    email = AdresseField(
        label="E-mail de son compte",
        max_length=160,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
