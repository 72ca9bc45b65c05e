"""The form that asks for a batch: what goes with the decision, and the actions as they were read."""

from uuid import uuid4

from django import forms

from catalogue import attribution, textes
from catalogue.enums import DecisionLot, UsageTexte
from sofi.forms import SofiFormMixin

#: What each decision does, said before it is asked for.
CONSEILS = {
    DecisionLot.APPROVE: (
        "Chaque action est vérifiée au moment où elle est validée\u00a0: celles à qui il manque quelque "
        "chose ne sont pas validées, et le compte rendu dit pourquoi. Les autres paraissent en ligne."
    ),
    DecisionLot.REFUSE: (
        "Chaque organisme lira ce motif, et pourra modifier son action puis la renvoyer. Les mots entre "
        "accolades, comme {organisme} ou {intitule}, sont remplacés pour chaque action."
    ),
    DecisionLot.ASSIGN: "Ces dossiers passent à la personne choisie, même si un collègue les examinait.",
}
BOUTONS = {
    DecisionLot.APPROVE: "Valider",
    DecisionLot.REFUSE: "Refuser",
    DecisionLot.ASSIGN: "Attribuer",
}


class LotForm(SofiFormMixin, forms.Form):
    """A batch to ask for; `jeton` names the page it is asked from."""

    jeton = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid"), "Cette page n’est plus à jour\u00a0: recommencez depuis la file."
        ),
    )

    def __init__(self, *args, **kwargs):
        kwargs["initial"] = {"jeton": uuid4()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)

    def parametres(self) -> dict:
        """What goes with the decision, as `catalogue.lots` keeps it."""
        return {}

    def renew(self) -> None:
        """Make of this bound form, shown again, the page of another batch."""
        self.data = self.data.copy()
        self.data["jeton"] = str(uuid4())


class RefusForm(LotForm):
    texte = forms.CharField(
        label="Motif du refus",
        help_text="Ce qui ne va pas, et ce qui permettrait d’accepter ces actions.",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": "Écrivez le motif du refus\u00a0: les organismes ont besoin de le comprendre."
        },
    )

    def clean_texte(self):
        texte = self.cleaned_data["texte"]
        if inconnus := textes.unknown(texte):
            mots = ", ".join(f"{{{mot}}}" for mot in inconnus)
            raise forms.ValidationError(f"Rien ne remplace {mots}\u00a0: corrigez ou retirez ces accolades.")
        return texte

    def parametres(self) -> dict:
        return {"texte": self.cleaned_data["texte"]}


class AttributionForm(LotForm):
    examinateur = forms.ModelChoiceField(
        label="Attribuer à", queryset=None, empty_label="Choisissez un collègue"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["examinateur"].queryset = attribution.team()

    def parametres(self) -> dict:
        return {"examinateur": self.cleaned_data["examinateur"].pk}


FORMS: dict[str, type[LotForm]] = {
    DecisionLot.APPROVE: LotForm,
    DecisionLot.REFUSE: RefusForm,
    DecisionLot.ASSIGN: AttributionForm,
}


def prepared_texts(decision: str) -> list:
    """The prepared texts a refusal may start from."""
    return textes.offered(UsageTexte.REFUS) if decision == DecisionLot.REFUSE else []


def read_selection(valeurs: list[str]) -> list[tuple[int, int]]:
    """The (key, revision) of the actions ticked, « 12-3 » each; what is forged is left out."""
    lignes = {}
    for valeur in valeurs:
        pk, _, revision = valeur.partition("-")
        if all(part.isascii() and part.isdecimal() and len(part) < 10 for part in (pk, revision)):
            lignes[int(pk)] = int(revision)
    return list(lignes.items())
