"""The request as a form: the manual's list, in its order and words (last part); and its refusal."""

from crispy_forms.bootstrap import AppendedText
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from catalogue.enums import StatutSite
from catalogue.identifiants import clean_code, validate_siret
from catalogue.models import DemandeAIF, Organisme, Site
from sofi.forms import SideBySide, SofiFormMixin, Textarea, lenient_formfield, quoted

LIGNES = ("ligne1", "ligne2", "ligne3", "ligne4")
LIEU = ("lieu_organisme", "ligne1", "lieu_code_postal")
#: A session may not start later than this many days from today (domain rule 4: three years).
JOURS_A_VENIR = 3 * 366


class DemandeForm(SofiFormMixin, forms.ModelForm):
    """What an OF sends; the place is one of its sites, or an address typed here."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    jeton = forms.UUIDField(widget=forms.HiddenInput)
    site = forms.ModelChoiceField(
        label="Un de vos sites",
        help_text="Choisi ici, il remplace l’adresse ci-dessous.",
        queryset=Site.objects.none(),
        empty_label="Un autre lieu, que je décris ci-dessous",
        required=False,
    )
    ligne1 = forms.CharField(label="Adresse, ligne 1", help_text="Numéro et voie.", max_length=50)
    ligne2 = forms.CharField(
        label="Adresse, ligne 2", help_text="Bâtiment, étage, résidence…", max_length=50, required=False
    )
    ligne3 = forms.CharField(
        label="Adresse, ligne 3", help_text="Zone d’activité, lieu-dit…", max_length=50, required=False
    )
    ligne4 = forms.CharField(
        label="Adresse, ligne 4", help_text="Boîte postale…", max_length=50, required=False
    )

    compteurs = ("intitule", *LIGNES)
    #: That of the screen, for the summary of errors.
    field_order = [
        *("intitule", "objectif", "programme", "url", "siret", "nom_usage", "date_debut", "date_fin"),
        *("duree_centre", "duree_hebdo", "site", "lieu_organisme", *LIGNES),
    ]

    class Meta:
        model = DemandeAIF
        fields = [
            "intitule",
            "objectif",
            "programme",
            "siret",
            "nom_usage",
            "date_debut",
            "date_fin",
            "duree_centre",
            "duree_hebdo",
            "url",
            "lieu_organisme",
            "lieu_code_postal",
            "lieu_ville",
            "places_session",
            "places_aif",
            "precisions",
        ]
        formfield_callback = lenient_formfield
        labels = {
            "duree_centre": "Durée en centre",
            "duree_hebdo": "Durée hebdo",
            "lieu_organisme": "Organisme ou nom du lieu",
            "places_session": "Nombre de places de la session",
            "places_aif": "Nombre de places AIF",
        }
        help_texts = {
            "intitule": "Tel que le public doit le lire, sans sigle ni capitales.",
            "objectif": "Ce que la personne saura faire à l’issue de la formation.",
            "programme": "Les grandes parties du contenu, une par ligne.",
            "siret": "14 chiffres, ceux de l’établissement qui organise la formation.",
            "nom_usage": "Le nom que le public connaît.",
            "date_fin": "Égale ou postérieure à la date de début.",
            "duree_centre": "En heures, pour tout le parcours.",
            "duree_hebdo": "En heures, une semaine ordinaire : 35 ou 17,5.",
            "url": "La page de votre site qui décrit cette formation.",
            "lieu_organisme": "Ce que l’on lit sur la porte.",
            "lieu_code_postal": "5 chiffres.",
            "places_aif": "Celles que l’AIF peut financer ; vide si elles le peuvent toutes.",
            "precisions": "Ce qui aiderait à traiter votre demande : prérequis, stage, contact…",
        }
        error_messages = {
            "url": {
                "invalid": "« URL vers le site de l’OF » doit être une adresse web complète, "
                "par exemple https://www.exemple.fr/formation."
            }
        }
        widgets = {
            "objectif": Textarea(attrs={"rows": 4}),
            "programme": Textarea(attrs={"rows": 8}),
            "precisions": Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        row = self.instance
        lignes = dict(zip(LIGNES, row.lieu_lignes, strict=False))
        self.initial = lignes | {"version": row.version, "jeton": row.jeton} | self.initial
        if row.duree_hebdo is not None:
            self.initial["duree_hebdo"] = row.duree_hebdo.normalize()  # « 35 », not « 35,00 »
        for champ in ("siret", "lieu_code_postal"):  # spaces are forgiven, and taken away
            self.fields[champ].max_length = None
            self.fields[champ].validators = []
        sites = Site.objects.filter(~Q(statut=StatutSite.FERME), organisme=row.organisme_id)
        self.fields["site"].queryset = sites
        if self.is_bound and self.data.get("site"):
            for champ in (*LIEU, "lieu_ville"):
                self.fields[champ].required = False

    @property
    def champs(self) -> list[str]:
        """The columns that a save writes."""
        return [*self.Meta.fields, "lieu_lignes"]

    def get_layout(self) -> Layout:
        return Layout(
            "version",
            "jeton",
            Fieldset("La formation", "intitule", "objectif", "programme", "url"),
            Fieldset("L’organisme de formation dispensateur", SideBySide("siret", "nom_usage")),
            Fieldset(
                "Dates et durées",
                SideBySide("date_debut", "date_fin"),
                SideBySide(AppendedText("duree_centre", "h"), AppendedText("duree_hebdo", "h")),
            ),
            Fieldset(
                "Le lieu de la formation",
                "site",
                "lieu_organisme",
                SideBySide("ligne1", "ligne2"),
                SideBySide("ligne3", "ligne4"),
                SideBySide("lieu_code_postal", "lieu_ville"),
            ),
            Fieldset("Les places", SideBySide("places_session", "places_aif")),
            Fieldset("Pour le Carif-Oref", "precisions"),
        )

    def clean_siret(self):
        siret = clean_code(self.cleaned_data["siret"])
        validate_siret(siret)
        return siret

    def clean_url(self):
        """Accept « www.exemple.fr/page » as people write it."""
        url = self.cleaned_data["url"]
        return f"https://{url}" if url and "://" not in url and "@" not in url else url

    def clean_lieu_code_postal(self):
        code = clean_code(self.cleaned_data["lieu_code_postal"])
        if code and not (len(code) == 5 and code.isascii() and code.isdecimal()):
            raise ValidationError(
                "« Code postal » compte 5 chiffres, par exemple 44200 : corrigez la saisie."
            )
        return code

    def clean_duree_centre(self):
        return self._positive("duree_centre", 99_999)

    def clean_duree_hebdo(self):
        return self._positive("duree_hebdo", 168)

    def clean_places_session(self):
        return self._positive("places_session", 99_999)

    def _positive(self, champ: str, maximum: int):
        """A number of more than 0 and of `maximum` at most; the database says so too."""
        valeur = self.cleaned_data[champ]
        if not 0 < valeur <= maximum:
            label = quoted(self.fields[champ].label)
            raise ValidationError(f"{label} va de plus de 0 à {maximum} : corrigez le nombre.")
        return valeur

    def clean_date_fin(self):
        fin = self.cleaned_data["date_fin"]
        if fin < timezone.localdate():
            raise ValidationError("« Date de fin » est passée : indiquez celle d’une session à venir.")
        return fin

    def clean_date_debut(self):
        debut = self.cleaned_data["date_debut"]
        if (debut - timezone.localdate()).days > JOURS_A_VENIR:
            raise ValidationError("« Date de début » est dans plus de trois ans : vérifiez l’année.")
        return debut

    def clean(self):
        cleaned = super().clean()
        debut, fin = cleaned.get("date_debut"), cleaned.get("date_fin")
        if debut and fin and fin < debut:
            self.add_error(
                "date_fin",
                f"« Date de fin » précède le début : choisissez une date à partir du {debut:%d/%m/%Y}.",
            )
        session, aif = cleaned.get("places_session"), cleaned.get("places_aif")
        if session is not None and aif is not None and aif > session:
            self.add_error(
                "places_aif",
                f"« Nombre de places AIF » dépasse les {session} places de la session : "
                "corrigez l’un des deux nombres.",
            )
        self._set_place(cleaned)
        return cleaned

    def _set_place(self, cleaned: dict) -> None:
        """The chosen site is the place; otherwise the lines typed, without the empty ones."""
        site = cleaned.get("site")
        if site is None:
            self.instance.lieu_lignes = [cleaned[ligne] for ligne in LIGNES if cleaned.get(ligne)]
            return
        for champ in {*LIEU, *LIGNES, "lieu_ville"} & set(self.errors):
            del self.errors[champ]  # an address that the site replaces
        cleaned |= {
            "lieu_organisme": site.nom,
            "lieu_code_postal": site.code_postal,
            "lieu_ville": site.ville,
        }
        self.instance.lieu_lignes = site.lignes


def initial_for(organisme: Organisme, ancienne: DemandeAIF | None = None) -> dict:
    """What SOFI knows already of the OF that begins a request: « ask once ».

    `ancienne` is a former request of the organisme, refused or given up, that it does again.
    """
    if ancienne:
        lignes = dict(zip(LIGNES, ancienne.lieu_lignes, strict=False))
        reprise = {champ: getattr(ancienne, champ) for champ in DemandeForm.Meta.fields}
        return reprise | lignes | {"duree_hebdo": ancienne.duree_hebdo.normalize()}
    return {"siret": organisme.siret, "nom_usage": organisme.nom, "url": organisme.site_web}


class RefusForm(SofiFormMixin, forms.Form):
    """Why a request is refused: the OF reads it in the mail."""

    version = forms.IntegerField(
        min_value=1,
        max_value=2_000_000_000,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            "Cette page n’est plus à jour : relisez la demande avant de décider.",
        ),
    )
    motif = forms.CharField(
        label="Motif du refus",
        help_text="L’organisme le lira dans le mail et sur sa demande.",
        max_length=3000,
        widget=Textarea(attrs={"rows": 6}),
    )
