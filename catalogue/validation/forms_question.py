"""The form of a question: its text, and the fields it points at, each with its cause.

An action of many sessions has hundreds of fields: the form holds those of one level at a time (`niveau`), and
those already pointed at, wherever they are. What it holds so depends on what was typed, not on the action.
"""

from collections.abc import Mapping

from django import forms

from catalogue.enums import CauseCorrection, UsageTexte
from catalogue.points import Point
from catalogue.validation.cibles import Cible, niveaux_of
from catalogue.validation.forms import DecisionForm, texte_field

RIEN = [("", "Rien à signaler"), *CauseCorrection.choices]
#: With the fields of a level, far below what Django reads of a form (DATA_UPLOAD_MAX_NUMBER_FIELDS).
MAX_POINTS = 100


class QuestionForm(DecisionForm):
    """A question, of which `niveau` is the key of the level whose fields are all shown; '' shows none."""

    nom = "request_changes"
    usage = UsageTexte.QUESTION
    conseil = (
        "L’action retourne à l’organisme, qui corrige et répond\u00a0; elle revient ensuite dans la file."
    )

    texte = texte_field(
        "Votre question",
        "L’organisme lira ce texte tel quel.",
        "Écrivez votre question\u00a0: l’organisme doit savoir quoi corriger.",
    )

    def __init__(self, *args, niveau: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.groupes = niveaux_of(self.action)
        self.montre = next((groupe for groupe in self.groupes if groupe.cle == niveau), None)
        saisie = self.data if self.is_bound else self.initial
        self.remplies = {
            cible
            for groupe in self.groupes
            for cible in groupe.cibles
            if any(saisie.get(f"{champ}-{cible.cle}") for champ in ("cause", "texte"))
        }
        self.cibles = [
            cible
            for groupe in self.groupes
            for cible in groupe.cibles
            if groupe is self.montre or cible in self.remplies
        ]
        for cible in self.cibles:
            cause = forms.ChoiceField(label=cible.libelle, choices=RIEN, required=False)
            self._add(f"cause-{cible.cle}", cause)
            precision = forms.CharField(label=f"Précision, {cible.libelle}", max_length=500, required=False)
            self._add(f"texte-{cible.cle}", precision)

    def _add(self, name: str, field: forms.Field) -> None:
        self.fields[name] = field
        self._prepare(name, field)

    def niveaux(self) -> list[dict]:
        """The levels to show, in the order of the tunnel, each with its fields to point at."""
        retenues = set(self.cibles)
        return [
            {"titre": groupe.titre, "points": [self._bound(cible) for cible in points]}
            for groupe in self.groupes
            if (points := [cible for cible in groupe.cibles if cible in retenues])
        ]

    def _bound(self, cible: Cible) -> dict:
        return {
            "cause": self[f"cause-{cible.cle}"],
            "texte": self[f"texte-{cible.cle}"],
            "rempli": cible in self.remplies,
        }

    @property
    def ecrit(self) -> str:
        return "\n".join([super().ecrit, *map(self._in_words, self._points(self.data))])

    def _points(self, data: Mapping) -> list[tuple[str, Cible, str, str]]:
        """The fields pointed at in `data`: level, field, cause, precision."""
        return [
            (groupe.titre, cible, data.get(f"cause-{cible.cle}", ""), data.get(f"texte-{cible.cle}", ""))
            for groupe in self.groupes
            for cible in groupe.cibles
            if cible in self.remplies
        ]

    @staticmethod
    def _in_words(point: tuple[str, Cible, str, str]) -> str:
        titre, cible, cause, texte = point
        mot = dict(CauseCorrection.choices).get(cause, "")
        return " – ".join(filter(None, [f"{titre}, {cible.libelle}", mot.lower(), texte]))

    def clean(self):
        cleaned = super().clean()
        for cible in self.cibles:
            if cleaned.get(f"texte-{cible.cle}") and cleaned.get(f"cause-{cible.cle}") == "":
                self.add_error(
                    f"cause-{cible.cle}", f"Choisissez ce qui ne va pas dans «\u00a0{cible.libelle}\u00a0»."
                )
        if len(self.remplies) > MAX_POINTS:
            self.add_error(
                None,
                f"Une question signale {MAX_POINTS} champs au plus\u00a0: retirez-en, ou expliquez dans le "
                "texte ce qui se répète.",
            )
        return cleaned

    @property
    def arguments(self) -> dict:
        data = self.cleaned_data
        points = [
            Point(cible.champ, CauseCorrection(cause), cible.objet_pk, texte)
            for _, cible, cause, texte in self._points(data)
            if cause
        ]
        return {"revision": data["revision"], "texte": data["texte"], "points": points}
