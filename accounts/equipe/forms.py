"""Forms of the team: a colleague to invite, a role to give."""

from crispy_forms.layout import Layout
from django import forms

from accounts.forms import PersonneForm
from catalogue.enums import RoleOrganisme
from sofi.forms import NBSP, SideBySide, SofiFormMixin

#: What each role lets a person do, in a sentence.
ROLES = {
    RoleOrganisme.GESTIONNAIRE: f"saisit et envoie, et gère l’équipe{NBSP}: invitations, rôles, départs",
    RoleOrganisme.SAISIE: "saisit les formations, les sites et les contacts, et les envoie au Carif-Oref",
    RoleOrganisme.LECTURE: "consulte tout et ne modifie rien",
}
CHOIX = [(role.value, f"{role.label} – {phrase}") for role, phrase in ROLES.items()]


class RoleForm(SofiFormMixin, forms.Form):
    """The role of a member of the team."""

    role = forms.ChoiceField(label="Rôle", choices=CHOIX, widget=forms.RadioSelect)


class InvitationForm(PersonneForm):
    """A colleague to invite: they receive an activation key."""

    role = forms.ChoiceField(
        label="Rôle", choices=CHOIX, widget=forms.RadioSelect, initial=RoleOrganisme.SAISIE.value
    )

    #: The organisme the page was made for: another tab may have changed it since.
    organisme = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, organisme, **kwargs):
        super().__init__(*args, **kwargs)
        self.courant = organisme
        self.initial["organisme"] = organisme.pk

    def clean_organisme(self) -> str:
        if self.cleaned_data["organisme"] != str(self.courant.pk):
            # Shown again with the present one: sending it is then a decision.
            self.data = self.data.copy()
            self.data["organisme"] = str(self.courant.pk)
            raise forms.ValidationError(
                f"Vous travaillez maintenant pour {self.courant.nom}{NBSP}: "
                "vérifiez que c’est bien son équipe, puis envoyez l’invitation."
            )
        return self.cleaned_data["organisme"]

    @property
    def colleague(self) -> dict[str, str]:
        """Who is invited, and for which role."""
        return {name: self.cleaned_data[name] for name in ("prenom", "nom", "email", "role")}

    def get_layout(self) -> Layout:
        return Layout("organisme", SideBySide("prenom", "nom"), "email", "role")
