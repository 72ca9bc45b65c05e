"""The forms of the settings: a version each, and sentences that name the field."""

from django import forms
from django.forms.models import construct_instance
from django.utils.html import format_html

from catalogue import textes
from catalogue.enums import Financeur
from catalogue.models import Delais, JourFerme, TexteType, TypeDispositif
from catalogue.reglages import lecture, saisie
from catalogue.reglages.saisie import Reglage, ReglageRefuse
from sofi.forms import LenientIntegerField, SofiFormMixin, lenient_formfield
from sofi.typographie import NBSP

ANNEES = (2000, 2100)


class ReglageForm(SofiFormMixin, forms.ModelForm):
    """What the forms of settings share: the version of the row when the page was served, and saving."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version
        #: What is changed, as it is stored: the instance then holds what was typed.
        self.objet = "" if self.instance._state.adding else str(self.instance)

    def _post_clean(self):
        """Fill the row and check its fields, not its constraints.

        `saisie` knows a second click from another row of the same name; the others have their sentence in the
        form; the database stays the last guard.
        """
        opts = self._meta
        self.instance = construct_instance(self, self.instance, opts.fields, opts.exclude)
        try:
            self.instance.clean_fields(exclude=self._get_validation_exclusions())
        except forms.ValidationError as error:
            self._update_errors(error)

    @property
    def champs(self) -> list[str]:
        """The columns that a save writes."""
        return [name for name in self._meta.fields if name in self.fields]

    def save_reglage(self, by) -> Reglage:
        """Create or change the row; raises `ReglageRefuse`."""
        if self.instance._state.adding:
            return saisie.create(self.instance, self.champs, by=by)
        return saisie.update(self.instance, self.champs, self.cleaned_data["version"] or 0, by=by)

    def show_stored(self, refus: ReglageRefuse) -> list[dict]:
        """After a stale save: say beside each differing field what is stored, and take its version.

        Sending the form once more is then the explicit « Enregistrer ma version ».
        """
        actuel, ecarts = refus.actuel, []
        for champ in self.champs:
            if getattr(self.instance, champ) == getattr(actuel, champ):
                continue
            bound, stocke = self[champ], lecture.valeur(champ, getattr(actuel, champ))
            bound.help_text = format_html(
                '{}<br><strong class="valeur-enregistree">Valeur enregistrée : {}</strong>',
                bound.help_text,
                stocke,
            )
            ancre = bound.id_for_label or bound.auto_id
            ecarts.append({"libelle": bound.label, "valeur": stocke, "ancre": ancre})
        self.data = self.data.copy()
        self.data["version"] = actuel.version
        return ecarts


class TypeDispositifForm(ReglageForm):
    """A kind of funding; its code is given once and for all."""

    financeurs = forms.MultipleChoiceField(
        label="Financeurs",
        choices=Financeur,
        widget=forms.CheckboxSelectMultiple,
        help_text="Ils partent dans les flux, avec les codes du langage LHÉO.",
    )
    deux_colonnes = ("financeurs",)

    class Meta:
        model = TypeDispositif
        fields = [
            *("code", "libelle", "financeurs", "est_reserve_carif", "exige_qualiopi", "est_apprentissage"),
            *("est_formation_initiale", "ordre", "est_actif"),
        ]
        help_texts = {
            "code": "En minuscules, sans accent ni espace, comme «\u00a0poec\u00a0». Il ne changera plus.",
            "libelle": "Ce que lisent les organismes dans la liste «\u00a0Dispositif\u00a0».",
            "est_reserve_carif": "Les organismes ne le choisissent pas\u00a0: le Carif-Oref le saisit.",
            "exige_qualiopi": "L’envoi est refusé sans certificat Qualiopi valide au début de la session.",
            "est_apprentissage": "Le code UAI du dispensateur et celui du lieu sont alors nécessaires.",
            "est_formation_initiale": (
                "Sous statut scolaire ou étudiant\u00a0: France Travail ne reçoit pas ces sessions."
            ),
            "ordre": "Rang dans la liste\u00a0: les plus petits d’abord.",
            "est_actif": "Décochez pour le fermer\u00a0: il reste sur les fiches qui l’ont déjà.",
        }
        formfield_callback = lenient_formfield

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        stored = not self.instance._state.adding
        if stored:
            del self.fields["code"]
        obsolete = Financeur.OBSOLETE not in self.instance.financeurs
        self.fields["financeurs"].choices = [
            choix for choix in Financeur.choices if not (obsolete and choix[0] == Financeur.OBSOLETE)
        ]

    def clean_financeurs(self):
        """In the order that is stored: the first is the main one; new ones come after."""
        choisis = self.cleaned_data["financeurs"]
        stockes = self.instance.financeurs
        return [code for code in stockes if code in choisis] + [c for c in choisis if c not in stockes]


class TexteTypeForm(ReglageForm):
    """A prepared text; the words between braces are checked."""

    class Meta:
        model = TexteType
        fields = ["usage", "libelle", "texte", "ordre", "est_actif"]
        help_texts = {
            "libelle": "Ce que vos collègues lisent dans la liste des textes.",
            "texte": "Les mots entre accolades, comme {organisme}, sont remplacés à l’usage.",
            "est_formation_initiale": (
                "Sous statut scolaire ou étudiant\u00a0: France Travail ne reçoit pas ces sessions."
            ),
            "ordre": "Rang dans la liste\u00a0: les plus petits d’abord.",
            "est_actif": "Décochez pour le retirer de la liste sans le perdre.",
        }
        formfield_callback = lenient_formfield

    def clean_texte(self):
        texte = self.cleaned_data["texte"]
        if inconnus := textes.unknown(texte):
            mots = ", ".join(f"{{{mot}}}" for mot in inconnus)
            raise forms.ValidationError(
                f"«{NBSP}Texte{NBSP}»{NBSP}: rien ne remplace {mots}. Prenez un mot de la liste."
            )
        return texte


class DelaisForm(ReglageForm):
    """The delays of the workshop."""

    class Meta:
        model = Delais
        fields = ["cible", "urgence", "premiere_relance", "seconde_relance", "fin_session"]
        help_texts = {
            "cible": "Au-delà, l’action est «\u00a0en retard\u00a0»\u00a0; les jours fermés ne comptent pas.",
            "premiere_relance": "Un courriel rappelle la question à l’organisme.",
            "seconde_relance": "Un second courriel, puis plus aucun.",
        }
        formfield_callback = lenient_formfield

    def clean(self):
        cleaned = super().clean()
        premiere, seconde = cleaned.get("premiere_relance"), cleaned.get("seconde_relance")
        if premiere and seconde and seconde <= premiere:
            self.add_error(
                "seconde_relance", "La seconde relance vient après la première\u00a0: donnez plus de jours."
            )
        return cleaned


class JourFermeForm(ReglageForm):
    """A closed day. It is added or taken away, never changed."""

    class Meta:
        model = JourFerme
        fields = ["jour", "libelle"]
        help_texts = {
            "jour": "Les samedis et dimanches sont déjà fermés.",
            "libelle": "«\u00a0Pont de l’Ascension\u00a0», «\u00a0Fermeture de fin d’année\u00a0»…",
        }
        formfield_callback = lenient_formfield

    def clean_jour(self):
        jour = self.cleaned_data["jour"]
        if not ANNEES[0] <= jour.year <= ANNEES[1]:  # its year has no page where to read it or take it away
            raise forms.ValidationError(
                f"«{NBSP}Jour{NBSP}» doit être entre {ANNEES[0]} et {ANNEES[1]}{NBSP}: vérifiez l’année."
            )
        return jour


class AnneeForm(SofiFormMixin, forms.Form):
    """The year whose public holidays are added."""

    annee = LenientIntegerField(label="Année", min_value=ANNEES[0], max_value=ANNEES[1])
