"""The answer to what a visitor reported."""

from django import forms

from catalogue.enums import StatutSignalement
from catalogue.signalement import REPONSES
from sofi.forms import NBSP, SofiFormMixin

PERIMEE = f"Cette page n’est plus à jour{NBSP}: relisez le signalement avant de répondre."


class ReponseForm(SofiFormMixin, forms.Form):
    """« Corrigé » or « Sans suite », and the words the visitor reads. `version`: of the report as read."""

    version = forms.IntegerField(
        min_value=1,
        max_value=2_000_000_000,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), PERIMEE),
    )
    statut = forms.ChoiceField(
        label="Votre conclusion",
        choices=[(statut.value, StatutSignalement(statut).label) for statut in REPONSES],
        widget=forms.RadioSelect,
    )
    reponse = forms.CharField(
        label="Votre réponse", max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
    )

    def __init__(self, *args, a_une_adresse: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reponse"].help_text = (
            "Envoyée au visiteur, dont l’adresse est ensuite effacée, et gardée ici."
            if a_une_adresse
            else "Gardée ici pour vos collègues\u00a0: le visiteur n’a pas laissé d’adresse."
        )
