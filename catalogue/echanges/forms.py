"""A message of the thread."""

from uuid import uuid4

from django import forms

from sofi.forms import NBSP, SofiFormMixin


class MessageForm(SofiFormMixin, forms.Form):
    """What to say, and whether an answer is expected. `jeton`: a double click makes one message."""

    jeton = forms.UUIDField(
        widget=forms.HiddenInput,
        initial=uuid4,
        error_messages=dict.fromkeys(
            ("required", "invalid"), f"Cette page n’est plus à jour{NBSP}: envoyez de nouveau votre message."
        ),
    )
    texte = forms.CharField(
        label="Votre message",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Écrivez votre message."},
    )
    attend = forms.BooleanField(label="J’attends une réponse", required=False)

    def __init__(self, *args, destinataire: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["texte"].help_text = f"Lu par {destinataire}, et gardé avec cette action."
        self.fields[
            "attend"
        ].help_text = f"Un repère «{NBSP}En attente de réponse{NBSP}» reste affiché jusqu’à la réponse."
