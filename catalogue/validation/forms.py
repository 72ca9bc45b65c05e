"""The forms of a decision: one per transition the dossier offers."""

from django import forms

from catalogue.models import Action, Dispositif, Session
from sofi.forms import SofiFormMixin

CHAMPS_ACTION = (
    "site_dispensateur",
    "complement_intitule",
    "complement_descriptif",
    "url",
    "niveau_entree",
    "type_parcours",
    "modalites_pedagogiques",
    "modalites_es",
    "duree_centre",
    "duree_entreprise",
    "duree_hebdo",
    "commentaire_duree",
    "commentaire_prerequis",
)
CHAMPS_SESSION = (
    "site_lieu",
    "date_debut",
    "date_fin",
    "rythmes",
    "periodes",
    "modalites_enseignement",
    "capacite",
    "places_disponibles",
)
CHAMPS_DISPOSITIF = (
    "type",
    "publics",
    "codes_externes",
    "nb_places",
    "cout_stagiaire",
    "prise_en_charge",
    "est_actif",
)


def _choices(model, champs) -> list[tuple[str, str]]:
    """`champs` of `model` as « session.date_debut » and their labels."""
    labels = [(champ, str(model._meta.get_field(champ).verbose_name)) for champ in champs]
    return [(f"{model._meta.model_name}.{champ}", label[0].upper() + label[1:]) for champ, label in labels]


#: Every field a question may concern, by step of the tunnel.
CHAMPS_CONCERNES = [
    ("Action", _choices(Action, CHAMPS_ACTION)),
    ("Session", _choices(Session, CHAMPS_SESSION)),
    ("Dispositif", _choices(Dispositif, CHAMPS_DISPOSITIF)),
]
LIBELLES_CHAMPS = {
    code: f"{etape}\u00a0: {label.lower()}" for etape, choix in CHAMPS_CONCERNES for code, label in choix
}


class DecisionForm(SofiFormMixin, forms.Form):
    """A decision on the action as it was read: `revision` is written by the page itself."""

    nom = ""
    bouton = "btn-secondary"
    conseil = ""

    revision = forms.IntegerField(
        min_value=1,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value"),
            "Cette page n’est plus à jour\xa0: relisez le dossier avant de décider.",
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id=f"id_{self.nom}_%s", **kwargs)

    @property
    def a_un_texte(self) -> bool:
        return "texte" in self.fields


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
    conseil = (
        "L’action retourne à l’organisme, qui corrige et répond\u00a0; elle revient ensuite dans la file."
    )

    texte = _texte(
        "Votre question",
        "L’organisme lira ce texte tel quel.",
        "Écrivez votre question\u00a0: l’organisme doit savoir quoi corriger.",
    )
    champs = forms.MultipleChoiceField(
        label="Champs concernés",
        help_text="Facultatif\u00a0: ces champs seront signalés à l’organisme.",
        choices=CHAMPS_CONCERNES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    deux_colonnes = ("champs",)


class RefuseForm(DecisionForm):
    nom = "refuse"
    bouton = "btn-outline-danger"
    conseil = "L’organisme lira le motif, et pourra modifier l’action puis la renvoyer."

    texte = _texte(
        "Motif du refus",
        "Ce qui ne va pas, et ce qui permettrait d’accepter l’action.",
        "Écrivez le motif du refus\u00a0: l’organisme a besoin de le comprendre.",
    )


class ArchiveForm(DecisionForm):
    nom = "archive"
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


#: The transitions the dossier carries out; sending is done from the récapitulatif.
DECISIONS = {
    form.nom: form for form in (ApproveForm, QuestionForm, RefuseForm, ReopenForm, ArchiveForm, RestoreForm)
}
