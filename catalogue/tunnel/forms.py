"""Steps A, S and D as forms: the manual's fields, in its order and words (steps 3, 4 and 5).

Everything may be left empty: a draft is a row, however poor. Only what is typed must be coherent;
what sending needs is said in the label and checked by `catalogue.completude`.
"""

from datetime import date

from crispy_forms.bootstrap import AppendedText
from crispy_forms.layout import Layout
from django import forms
from django.db.models import Q
from django.utils import timezone

from catalogue.completude import OBLIGATOIRES_ACTION, OBLIGATOIRES_DISPOSITIF, OBLIGATOIRES_SESSION
from catalogue.enums import PeriodeFormation, Public, Rythme
from catalogue.models import Action, Dispositif, Session, TypeDispositif
from catalogue.tunnel.etape_form import CasesField, EtapeForm, Section, SiteChoiceField, site_help, sites_of
from sofi.forms import SideBySide, lenient_formfield

#: A session may not start later than this many years from today (domain rule 4).
ANNEES_A_VENIR = 3
#: Nor last longer than this: « 2072 » typed for 2027 would stay online for half a century.
ANNEES_DE_DUREE = 10


class ActionForm(EtapeForm):
    """Step A (manual step 3)."""

    obligatoires = (*OBLIGATOIRES_ACTION, "duree_centre")
    mentions = {"duree_centre": "nécessaire pour l’envoi, celle-ci ou la suivante"}
    compteurs = ("complement_intitule", "url", "modalites_pedagogiques", "commentaire_duree")

    class Meta:
        model = Action
        fields = [
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
        ]
        formfield_callback = lenient_formfield
        field_classes = {"site_dispensateur": SiteChoiceField}
        labels = {
            "commentaire_prerequis": "Commentaire prérequis",
            "modalites_es": "ESP ou dates fixes",
        }
        help_texts = {
            "site_dispensateur": "Le site qui organise la formation et renseigne le public.",
            "complement_intitule": "Uniquement si l’intitulé de la formation ne suffit pas.",
            "complement_descriptif": "Uniquement si l’objectif et le programme de la fiche Formation "
            "ne suffisent pas.",
            "url": "La page de votre site qui décrit cette formation.",
            "niveau_entree": "Le niveau demandé pour entrer, et non celui que l’on obtient.",
            "type_parcours": "Tous le même programme, ou chacun le sien.",
            "modalites_pedagogiques": "Cours, ateliers, mises en situation, tutorat…",
            "modalites_es": "ESP : on entre et on sort à tout moment.",
            "duree_centre": "En heures, pour tout le parcours.",
            "duree_entreprise": "En heures ; 0 s’il n’y a pas de stage.",
            "duree_hebdo": "En heures, une semaine ordinaire : 35 ou 17,5.",
            "commentaire_duree": "Ce que les nombres ne disent pas.",
            "commentaire_prerequis": "Laissé vide, il signifie « aucun prérequis ».",
        }
        error_messages = {
            "url": {
                "invalid": "« URL vers le site de l’OF » doit être une adresse web complète, "
                "par exemple https://www.exemple.fr/formation."
            }
        }
        widgets = {
            "complement_descriptif": forms.Textarea(attrs={"rows": 5}),
            "commentaire_duree": forms.Textarea(attrs={"rows": 2}),
            "commentaire_prerequis": forms.Textarea(attrs={"rows": 4}),
            "modalites_es": forms.RadioSelect,
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.duree_hebdo is not None:
            self.initial["duree_hebdo"] = self.instance.duree_hebdo.normalize()  # « 35 », not « 35,00 »
        sites = sites_of(self.instance.organisme_id, self.instance.site_dispensateur_id)
        self._offer("site_dispensateur", sites)
        champ = self.fields["site_dispensateur"]
        champ.help_text = site_help(champ.help_text, self.instance.organisme_id)

    def get_layout(self):
        return Layout(
            "version",
            "jeton",
            Section(
                "Descriptif",
                "site_dispensateur",
                "complement_intitule",
                "complement_descriptif",
                "url",
                aide="site_dispensateur",
            ),
            Section(
                "Organisation",
                SideBySide("niveau_entree", "type_parcours"),
                "modalites_pedagogiques",
                "modalites_es",
                aide="niveau_entree",
            ),
            Section(
                "Conditions",
                SideBySide(
                    AppendedText("duree_centre", "h"),
                    AppendedText("duree_entreprise", "h"),
                    AppendedText("duree_hebdo", "h"),
                ),
                "commentaire_duree",
                "commentaire_prerequis",
                aide="duree_centre",
            ),
        )

    def clean_url(self):
        """Accept « www.exemple.fr/page » as people write it."""
        url = self.cleaned_data["url"]
        return f"https://{url}" if url and "://" not in url and "@" not in url else url

    def clean_duree_hebdo(self):
        duree = self.cleaned_data["duree_hebdo"]
        if duree is not None and not 0 < duree <= 168:
            raise forms.ValidationError(
                "« Durée hebdo » va de plus de 0 à 168 heures : corrigez le nombre d’heures par semaine."
            )
        return duree


class SessionForm(EtapeForm):
    """Step S (manual step 4)."""

    obligatoires = tuple(OBLIGATOIRES_SESSION)
    deux_colonnes = ("rythmes", "periodes")

    rythmes = CasesField(label="Rythmes", choices=Rythme.choices, help_text="Tout ce qui est possible.")
    periodes = CasesField(label="Périodes de formation", choices=PeriodeFormation.choices)

    class Meta:
        model = Session
        fields = [
            "site_lieu",
            "date_debut",
            "date_fin",
            "rythmes",
            "periodes",
            "modalites_enseignement",
            "capacite",
            "places_disponibles",
        ]
        formfield_callback = lenient_formfield
        field_classes = {"site_lieu": SiteChoiceField}
        labels = {
            "site_lieu": "Site lieu",
            "date_debut": "Date début",
            "date_fin": "Date fin",
            "modalites_enseignement": "Modalités d’enseignement",
        }
        help_texts = {
            "site_lieu": "L’endroit où viennent les stagiaires.",
            "date_debut": "Le premier jour, même prévisionnel.",
            "date_fin": "Le dernier jour, égal ou postérieur au premier.",
            "modalites_enseignement": "En présence, à distance ou les deux.",
            "capacite": "Le nombre de personnes que la session peut accueillir.",
            "places_disponibles": "Celles qui restent aujourd’hui.",
        }
        widgets = {"modalites_enseignement": forms.RadioSelect}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        sites = sites_of(self.instance.organisme_id, self.instance.site_lieu_id)
        self._offer("site_lieu", sites)
        champ = self.fields["site_lieu"]
        champ.help_text = site_help(champ.help_text, self.instance.organisme_id)

    def get_layout(self):
        return Layout(
            "version",
            "jeton",
            Section("Lieu et dates", "site_lieu", SideBySide("date_debut", "date_fin"), aide="site_lieu"),
            Section("Organisation", "rythmes", "periodes", "modalites_enseignement", aide="rythmes"),
            Section("Places", SideBySide("capacite", "places_disponibles"), aide="capacite"),
        )

    def clean_date_debut(self):
        debut = self.cleaned_data["date_debut"]
        limite = years_after(timezone.localdate(), ANNEES_A_VENIR)
        if debut and debut > limite:
            raise forms.ValidationError(
                f"« Date début » est dans plus de trois ans : vérifiez l’année "
                f"(au plus tard le {limite:%d/%m/%Y})."
            )
        return debut

    def clean(self):
        cleaned = super().clean()
        debut, fin = cleaned.get("date_debut"), cleaned.get("date_fin")
        if debut and fin and fin < debut:
            self.add_error(
                "date_fin",
                f"« Date fin » précède le début : choisissez une date à partir du {debut:%d/%m/%Y}.",
            )
        elif debut and fin and fin > years_after(debut, ANNEES_DE_DUREE):
            self._refuse_length(debut, fin)
        capacite, places = cleaned.get("capacite"), cleaned.get("places_disponibles")
        if capacite is not None and places is not None and places > capacite:
            self.add_error(
                "places_disponibles",
                f"« Places disponibles » dépasse la capacité d’accueil ({capacite}) : "
                "corrigez l’un des deux nombres.",
            )
        return cleaned

    def _refuse_length(self, debut: date, fin: date) -> None:
        """Say that a session is too long at the date whose year is the slip: the one farther from today."""
        jour = timezone.localdate()
        if abs(debut - jour) > abs(fin - jour):
            self.add_error(
                "date_debut", "« Date début » est plus de dix ans avant la fin : vérifiez l’année."
            )
        else:
            self.add_error("date_fin", "« Date fin » est plus de dix ans après le début : vérifiez l’année.")


def years_after(jour: date, annees: int) -> date:
    """The same day `annees` years later (28 February for a 29 that does not exist)."""
    try:
        return jour.replace(year=jour.year + annees)
    except ValueError:
        return jour.replace(year=jour.year + annees, day=28)


class DispositifForm(EtapeForm):
    """Step D (manual step 5). `tous_types`: the Carif-Oref chooses among all, an OF among its own."""

    obligatoires = tuple(OBLIGATOIRES_DISPOSITIF)

    publics = CasesField(label="Publics", choices=Public.choices, help_text="À qui ce financement s’adresse.")
    prise_en_charge = forms.NullBooleanField(
        label="Prise en charge des frais pédagogiques",
        help_text="Oui, si le financeur peut régler ces frais à la place du stagiaire.",
        required=False,
        widget=forms.Select(choices=[("", "Non renseigné"), ("True", "Oui"), ("False", "Non")]),
    )
    est_actif = forms.TypedChoiceField(
        label="État",
        help_text="Inactif : gardé pour mémoire, il n’est plus proposé.",
        choices=[("True", "Actif"), ("False", "Inactif")],
        coerce=lambda valeur: valeur == "True",
        empty_value=True,
        required=False,
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Dispositif
        fields = [
            "type",
            "publics",
            "codes_externes",
            "nb_places",
            "cout_stagiaire",
            "prise_en_charge",
            "est_actif",
        ]
        formfield_callback = lenient_formfield
        labels = {"type": "Dispositif", "nb_places": "Nombre de places du dispositif"}
        help_texts = {
            "type": "« Financement privé » : l’entreprise, un financeur ou le stagiaire paie.",
            "codes_externes": "La référence chez le financeur, s’il y en a une.",
            "nb_places": "Celles que ce financement réserve.",
            "cout_stagiaire": "En euros, toutes taxes comprises ; 0 si c’est gratuit pour lui.",
        }

    def __init__(self, *args, tous_types: bool, **kwargs):
        super().__init__(*args, **kwargs)
        # A type that was closed, or kept for the Carif-Oref, stays on the row that has it.
        ouverts = Q(est_actif=True)
        if not tous_types:
            ouverts &= Q(est_reserve_carif=False) | Q(pk__in=self._types_of_action())
        types = TypeDispositif.objects.filter(ouverts | Q(pk=self.instance.type_id))
        self._offer("type", types)

    def _types_of_action(self):
        """What the Carif-Oref chose for the action: its organisme renews that by itself."""
        if self.instance.session_id is None:
            return []
        dispositifs = Dispositif.objects.filter(session__action=self.instance.session.action_id)
        return dispositifs.order_by().values("type")

    def get_layout(self):
        return Layout(
            "version",
            "jeton",
            Section(
                "Description",
                "type",
                "publics",
                "codes_externes",
                SideBySide("nb_places", AppendedText("cout_stagiaire", "€")),
                "prise_en_charge",
                aide="type",
            ),
            Section("Gestion", "est_actif", aide="est_actif"),
        )

    def clean_cout_stagiaire(self):
        cout = self.cleaned_data["cout_stagiaire"]
        if cout is not None and cout < 0:
            raise forms.ValidationError(
                "« Coût stagiaire » ne peut pas être négatif : retirez le signe moins."
            )
        return cout
