"""Choosing the code that replaces another, and the actions that take it."""

import re
from uuid import uuid4

from crispy_forms.layout import Layout
from django import forms
from django.utils import timezone

from catalogue.certifications.situation import annees
from catalogue.identifiants import clean_code
from catalogue.models import Action, Certification
from catalogue.remplacement import Apercu, RemplacementRefuse, eligible
from sofi.forms import NBSP, SofiFormMixin

#: The choice that opens the field « Autre code Certifinfo ».
AUTRE = "autre"


class ChoixForm(SofiFormMixin, forms.Form):
    """The new code: one of the successors Certif Info names, or another that is typed.

    Valid, `certification` is the one chosen, with its type of diploma.
    """

    nouveau = forms.ChoiceField(label="Nouveau code Certifinfo", widget=forms.RadioSelect)
    autre = forms.CharField(
        label="Autre code Certifinfo",
        required=False,
        max_length=20,
        help_text="Lu seulement si vous choisissez « Un autre code Certifinfo » ci-dessus. "
        "Par exemple 114763.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, data, ancienne: Certification, successeurs: list[Certification]):
        self.ancienne, self.successeurs, self.certification = ancienne, successeurs, None
        if "nouveau" not in data and "autre" not in data:
            # A single successor is proposed; several are offered to choose from.
            data = {"nouveau": successeurs[0].pk} if len(successeurs) == 1 else None
        super().__init__(data)
        if successeurs:
            proposes = [(certification.pk, _label(certification)) for certification in successeurs]
            self.fields["nouveau"].choices = [*proposes, (AUTRE, "Un autre code Certifinfo")]
        else:
            del self.fields["nouveau"]
            self.fields["autre"].help_text = "Certif Info n’en propose aucun. Par exemple 114763."

    def clean(self):
        data = super().clean()
        champ = "autre" if data.get("nouveau", AUTRE) == AUTRE else "nouveau"
        code = clean_code(data.get(champ, ""))
        if self.errors:
            return data
        if not code:
            self.add_error("autre", "Renseignez «\u00a0Autre code Certifinfo\u00a0»\u00a0: que des chiffres.")
        elif code == self.ancienne.pk:
            self.add_error(champ, f"C’est le code à remplacer{NBSP}: choisissez-en un autre.")
        else:
            try:
                self.certification = eligible(code, timezone.localdate())
            except RemplacementRefuse as refus:
                self.add_error(champ, str(refus))
        return data

    def get_layout(self) -> Layout:
        return Layout(*self.fields)


def _label(certification: Certification) -> str:
    """« 114763 CAP boucher et traiteur – Niveau 3 (CAP, BEP), sessions depuis 2026 »."""
    faits = [certification.niveau_libelle]
    if quand := annees(certification):
        faits.append(f"sessions {quand}")
    return f"{certification.code} {certification.intitule} – {', '.join(faits)}"


class LotForm(SofiFormMixin, forms.Form):
    """The actions that take the new code, ticked in the list; `jeton` names the page."""

    jeton = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data, apercu: Apercu):
        self.apercu = apercu
        super().__init__(data, initial={"jeton": uuid4()})

    @property
    def cochees(self) -> list[tuple[int, int]]:
        """(key, revision that was read) of each action ticked."""
        valeurs = self.data.getlist("actions") if self.is_bound else []
        paires = [re.fullmatch(r"(\d{1,18})-(\d{1,9})", valeur, re.ASCII) for valeur in valeurs]
        return [(int(paire[1]), int(paire[2])) for paire in paires if paire]

    @property
    def lignes(self) -> list[tuple[int, int]]:
        """Those ticked that are in the list."""
        connues = {action.pk for action in self.apercu.actions}
        return [(pk, revision) for pk, revision in self.cochees if pk in connues]

    def renew(self) -> None:
        """Make of this bound form, shown again, the page of another batch."""
        self.data = self.data.copy()
        self.data["jeton"] = str(uuid4())

    def is_ticked(self, action: Action) -> bool:
        """Whether the box of `action` is ticked: all are, before the form is sent."""
        return not self.is_bound or action.pk in dict(self.lignes)

    def clean(self):
        if not self.lignes:
            raise forms.ValidationError("Cochez au moins une action dont le code est à remplacer.")
        return super().clean()


class RevisionForm(SofiFormMixin, forms.Form):
    """The revision of the one action that takes the new code, as it was read."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
