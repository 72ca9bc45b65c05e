"""The forms of a decision: one per transition the dossier offers, but the question's (`forms_question`)."""

from django import forms

from catalogue.enums import UsageTexte
from catalogue.models import Action
from sofi.forms import SofiFormMixin


class DecisionForm(SofiFormMixin, forms.Form):
    """A decision on the action as it was read: `revision` is written by the page itself."""

    nom = ""
    bouton = "btn-secondary"
    conseil = ""
    #: Which prepared texts it may start from.
    usage: UsageTexte | None = None

    revision = forms.IntegerField(
        min_value=1,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value"),
            "Cette page n’est plus à jour\xa0: relisez le dossier avant de décider.",
        ),
    )

    def __init__(self, *args, action: Action, **kwargs):
        """`action` is the fetched tree of the action to decide on."""
        super().__init__(*args, auto_id=f"id_{self.nom}_%s", **kwargs)
        self.action = action

    @property
    def a_un_texte(self) -> bool:
        return "texte" in self.fields

    @property
    def arguments(self) -> dict:
        """What a valid form gives to `catalogue.workflow.apply`."""
        return self.cleaned_data

    @property
    def ecrit(self) -> str:
        """What was typed, in words: shown when the decision is no longer possible."""
        return self.data.get("texte", "")


def texte_field(label: str, help_text: str, required: str) -> forms.CharField:
    """The text of a decision; `required` is said when it is missing."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": required},
    )


class ApproveForm(DecisionForm):
    nom = "approve"
    bouton = "btn-primary"
    conseil = (
        "Les sessions reçoivent leur numéro et paraissent en ligne\u00a0: sous 24\u00a0h sur le site "
        "régional, sous 48\u00a0h chez les conseillers de France Travail."
    )


class RefuseForm(DecisionForm):
    nom = "refuse"
    usage = UsageTexte.REFUS
    bouton = "btn-outline-danger"
    conseil = "L’organisme lira le motif, et pourra modifier l’action puis la renvoyer."

    texte = texte_field(
        "Motif du refus",
        "Ce qui ne va pas, et ce qui permettrait d’accepter l’action.",
        "Écrivez le motif du refus\u00a0: l’organisme a besoin de le comprendre.",
    )


class ArchiveForm(DecisionForm):
    nom = "archive"
    usage = UsageTexte.ARCHIVAGE
    bouton = "btn-outline-danger"
    conseil = "Les sessions de l’action quittent le site à l’instant. L’action peut être restaurée."

    texte = texte_field(
        "Motif de l’archivage",
        "Visible dans l’historique par l’organisme.",
        "Écrivez le motif de l’archivage\u00a0: il reste dans l’historique.",
    )


class RestoreForm(DecisionForm):
    nom = "restore"
    conseil = "L’action redevient «\u00a0en cours de saisie\u00a0», sans rien remettre en ligne."


class ReopenForm(DecisionForm):
    nom = "reopen"
    conseil = (
        "L’action redevient «\u00a0en cours de saisie\u00a0». Ce qui est en ligne y reste, sans changement, "
        "jusqu’à la prochaine validation."
    )


class CancelQuestionForm(DecisionForm):
    nom = "cancel_question"
    conseil = (
        "La question est retirée et l’action revient dans la file, à la place qu’elle avait\u00a0: "
        "l’organisme n’a plus à répondre."
    )


class UndoForm(DecisionForm):
    nom = "undo"
    conseil = (
        "Possible aujourd’hui seulement\u00a0: l’action revient dans la file, et ce qui était en ligne avant "
        "la décision y est de nouveau."
    )


class NoteForm(SofiFormMixin, forms.Form):
    """A note the staff keep for themselves."""

    texte = texte_field(
        "Nouvelle note",
        "Lue par vos collègues du Carif-Oref, jamais par l’organisme.",
        "Écrivez la note avant de l’enregistrer.",
    )
    jeton = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="id_note_%s", **kwargs)
        self.fields["texte"].widget.attrs["rows"] = 3
