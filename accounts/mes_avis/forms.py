"""The choices of « Mes avis »: a row of buttons for each kind of event that may concern the person."""

from django import forms
from django.db import transaction

from catalogue.enums import ModeAvis, TypeAvis
from catalogue.models import Delais, PreferenceAvis
from sofi.forms import SofiFormMixin
from sofi.typographie import quantite

#: What is told to an organisme's people, then to the Carif-Oref's staff; in the order of the page.
ORGANISME = (
    TypeAvis.QUESTION,
    TypeAvis.MESSAGE,
    TypeAvis.VALIDATION,
    TypeAvis.REFUS,
    TypeAvis.ACCUSE,
    TypeAvis.CODE_REMPLACE,
    TypeAvis.FIN_SESSION,
    TypeAvis.SITE,
    TypeAvis.AIF,
    TypeAvis.SIGNALEMENT,
)
PERSONNEL = (TypeAvis.RESUME_EQUIPE, TypeAvis.REPONSE)
PRECISIONS = {
    TypeAvis.QUESTION: "Deux rappels au plus, si la question reste sans réponse.",
    TypeAvis.VALIDATION: "Avec les numéros des sessions et le moment où elles paraissent.",
    TypeAvis.SITE: "Pour les gestionnaires de l’organisme.",
    TypeAvis.REPONSE: "Pour les dossiers que vous avez pris en charge.",
    TypeAvis.RESUME_EQUIPE: "Ce qui attend, les jours où le Carif-Oref travaille.",
}
#: The digest itself is daily, or is not.
MODES = {TypeAvis.RESUME_EQUIPE: (ModeAvis.QUOTIDIEN, ModeAvis.JAMAIS)}


def types_for(user) -> tuple[TypeAvis, ...]:
    """The kinds of events that may be told to `user`."""
    organisme = ORGANISME if user.rattachements.exists() or not user.est_personnel else ()
    return (PERSONNEL if user.est_personnel else ()) + organisme


class AvisForm(SofiFormMixin, forms.Form):
    """How `user` wants to be told of each kind of event. Three queries."""

    def __init__(self, *args, user, **kwargs):
        self.user, self.types = user, types_for(user)
        choisis = dict(PreferenceAvis.objects.filter(user=user).values_list("type", "mode"))
        super().__init__(*args, **kwargs)
        for type_avis in self.types:
            modes = MODES.get(type_avis, tuple(ModeAvis))
            champ = forms.ChoiceField(
                label=self._label(type_avis),
                help_text=PRECISIONS.get(type_avis, ""),
                choices=[(mode.value, mode.label) for mode in modes],
                initial=choisis.get(type_avis, modes[0]),
                widget=forms.RadioSelect,
            )
            self.fields[type_avis.value] = champ
            self._prepare(type_avis.value, champ)

    @staticmethod
    def _label(type_avis: TypeAvis) -> str:
        """Its name; that of the end of a session follows the delay administrators set."""
        if type_avis is not TypeAvis.FIN_SESSION:
            return type_avis.label
        jours = quantite(Delais.current().fin_session, "jours")
        return f"Session qui se termine dans {jours}".removesuffix("s" if jours.startswith("1\u00a0") else "")

    def lignes(self) -> list[dict]:
        """The table of the page: each event, with a cell for each way to be told or `None`."""
        return [
            {"champ": champ, "cases": [self._case(champ, mode) for mode in ModeAvis]}
            for champ in (self[type_avis.value] for type_avis in self.types)
        ]

    def _case(self, champ, mode: ModeAvis) -> dict | None:
        if mode.value not in dict(champ.field.choices):
            return None
        return {"mode": mode, "id": f"{champ.auto_id}_{mode.value}", "cochee": champ.value() == mode.value}

    def save(self) -> None:
        """Keep the choices. The same form twice, or in two tabs, makes one choice: the last."""
        with transaction.atomic():
            PreferenceAvis.objects.bulk_create(
                [
                    PreferenceAvis(user=self.user, type=type_avis, mode=self.cleaned_data[type_avis.value])
                    for type_avis in self.types
                ],
                update_conflicts=True,
                unique_fields=["user", "type"],
                update_fields=["mode"],
            )
