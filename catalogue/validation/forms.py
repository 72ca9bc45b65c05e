"""The forms of a decision: one per transition the dossier offers."""

from django import forms

from catalogue.enums import CauseCorrection, UsageTexte
from catalogue.models import Action
from catalogue.points import Point
from catalogue.validation.cibles import Cible, niveaux_of
from sofi.forms import SofiFormMixin

RIEN = [("", "Rien à signaler"), *CauseCorrection.choices]


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


def _texte(label: str, help_text: str, required: str) -> forms.CharField:
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


class QuestionForm(DecisionForm):
    nom = "request_changes"
    usage = UsageTexte.QUESTION
    conseil = (
        "L’action retourne à l’organisme, qui corrige et répond\u00a0; elle revient ensuite dans la file."
    )

    texte = _texte(
        "Votre question",
        "L’organisme lira ce texte tel quel.",
        "Écrivez votre question\u00a0: l’organisme doit savoir quoi corriger.",
    )

    def __init__(self, *args, action: Action, **kwargs):
        super().__init__(*args, action=action, **kwargs)
        self.groupes = niveaux_of(action)
        for cible in self._cibles():
            self._add(
                f"cause-{cible.cle}", forms.ChoiceField(label=cible.libelle, choices=RIEN, required=False)
            )
            precision = forms.CharField(label=f"Précision, {cible.libelle}", max_length=500, required=False)
            self._add(f"texte-{cible.cle}", precision)

    def _cibles(self) -> list[Cible]:
        return [cible for groupe in self.groupes for cible in groupe.cibles]

    def _add(self, name: str, field: forms.Field) -> None:
        self.fields[name] = field
        self._prepare(name, field)

    def niveaux(self) -> list[dict]:
        """The fields to choose from, by row of the action, each with its cause and its precision."""
        return [
            {
                "titre": groupe.titre,
                "points": (points := [self._bound(cible) for cible in groupe.cibles]),
                "ouvert": any(point["rempli"] for point in points),
            }
            for groupe in self.groupes
        ]

    def _bound(self, cible: Cible) -> dict:
        cause, texte = self[f"cause-{cible.cle}"], self[f"texte-{cible.cle}"]
        rempli = self.is_bound and bool(cause.value() or texte.value())
        return {"cause": cause, "texte": texte, "rempli": rempli}

    def clean(self):
        cleaned = super().clean()
        for cible in self._cibles():
            if cleaned.get(f"texte-{cible.cle}") and cleaned.get(f"cause-{cible.cle}") == "":
                self.add_error(
                    f"cause-{cible.cle}", f"Choisissez ce qui ne va pas dans «\u00a0{cible.libelle}\u00a0»."
                )
        return cleaned

    @property
    def arguments(self) -> dict:
        data = self.cleaned_data
        points = [
            Point(cible.champ, CauseCorrection(cause), cible.objet_pk, data[f"texte-{cible.cle}"])
            for cible in self._cibles()
            if (cause := data[f"cause-{cible.cle}"])
        ]
        return {"revision": data["revision"], "texte": data["texte"], "points": points}


class RefuseForm(DecisionForm):
    nom = "refuse"
    usage = UsageTexte.REFUS
    bouton = "btn-outline-danger"
    conseil = "L’organisme lira le motif, et pourra modifier l’action puis la renvoyer."

    texte = _texte(
        "Motif du refus",
        "Ce qui ne va pas, et ce qui permettrait d’accepter l’action.",
        "Écrivez le motif du refus\u00a0: l’organisme a besoin de le comprendre.",
    )


class ArchiveForm(DecisionForm):
    nom = "archive"
    usage = UsageTexte.ARCHIVAGE
    bouton = "btn-outline-danger"
    conseil = "Les sessions de l’action quittent le site à l’instant. L’action peut être restaurée."

    texte = _texte(
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

    texte = _texte(
        "Nouvelle note",
        "Lue par vos collègues du Carif-Oref, jamais par l’organisme.",
        "Écrivez la note avant de l’enregistrer.",
    )
    jeton = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="id_note_%s", **kwargs)
        self.fields["texte"].widget.attrs["rows"] = 3


#: The transitions the dossier carries out; sending is done from the récapitulatif.
DECISIONS = {
    form.nom: form
    for form in (
        ApproveForm,
        QuestionForm,
        CancelQuestionForm,
        RefuseForm,
        UndoForm,
        ReopenForm,
        ArchiveForm,
        RestoreForm,
    )
}
