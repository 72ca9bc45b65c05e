"""The decisions the dossier offers: one form per transition."""

from catalogue.validation import forms
from catalogue.validation.forms_question import QuestionForm

#: The transitions the dossier carries out; sending is done from the récapitulatif.
DECISIONS = {
    form.nom: form
    for form in (
        forms.ApproveForm,
        QuestionForm,
        forms.CancelQuestionForm,
        forms.RefuseForm,
        forms.UndoForm,
        forms.ReopenForm,
        forms.ArchiveForm,
        forms.RestoreForm,
    )
}
