"""What the Carif-Oref types about a certification."""

from crispy_forms.layout import Layout
from django import forms

from catalogue.models import Certification
from sofi.forms import SofiFormMixin, Textarea


class TextesForm(SofiFormMixin, forms.ModelForm):
    """Objectif and programme of a certification: Certif Info's open file holds neither.

    `empreinte` is `fingerprint` of the texts the form was shown with.
    """

    empreinte = forms.CharField(widget=forms.HiddenInput)

    class Meta:
        model = Certification
        fields = ["objectif", "programme"]
        widgets = {"objectif": Textarea(attrs={"rows": 5}), "programme": Textarea(attrs={"rows": 12})}
        help_texts = {
            "objectif": "Ce que la personne saura faire à l’issue de la formation.",
            "programme": "Les grandes parties du contenu, une par ligne.",
        }

    def get_layout(self) -> Layout:
        return Layout("empreinte", "objectif", "programme")
