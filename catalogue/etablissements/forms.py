"""The sheet of an organisme, a place and a contact as forms, and the decision on a place."""

from crispy_forms.layout import Layout
from django import forms
from django.conf import settings

from catalogue.enums import StatutSite
from catalogue.etablissements.champs import (
    AdresseForm,
    CodeField,
    CodePostalField,
    FicheForm,
    Section,
    TelephoneField,
)
from catalogue.models import Contact, Organisme, Site
from catalogue.workflow_site import SiteTransition
from sofi.forms import SideBySide, SofiFormMixin, Textarea, lenient_formfield, quoted

CODES = {
    "siret": CodeField,
    "nda": CodeField,
    "uai": CodeField,
    "code_postal": CodePostalField,
    "telephone": TelephoneField,
}
#: Kept for the Carif-Oref once filled: they identify the organisme.
IDENTITE = ("raison_sociale", "siret", "nda")
AIDE_ADRESSE = {
    "ligne1": "Numéro et voie.",
    "ligne2": "Bâtiment, étage, résidence…",
    "ligne3": "Zone d’activité, lieu-dit…",
    "ligne4": "Boîte postale…",
    "code_postal": "5 chiffres.",
    "ville": "Laissée vide, elle vient du code postal.",
}
LABELS_ADRESSE = {f"ligne{rang}": f"Adresse, ligne {rang}" for rang in range(1, 5)}


class OrganismeForm(AdresseForm):
    """The sheet of an organisme. `tout`: the Carif-Oref, who types its identity too."""

    adresse_facultative = True

    class Meta:
        model = Organisme
        fields = [
            "raison_sociale",
            "nom_usage",
            "siret",
            "nda",
            "uai",
            "est_qualiopi",
            "qualiopi_debut",
            "qualiopi_fin",
            "ligne1",
            "ligne2",
            "ligne3",
            "ligne4",
            "code_postal",
            "ville",
            "telephone",
            "courriel",
            "site_web",
        ]
        formfield_callback = lenient_formfield
        field_classes = CODES
        labels = LABELS_ADRESSE | {
            "nda": "Numéro de déclaration d’activité (NDA)",
            "est_qualiopi": "L’organisme est certifié Qualiopi",
            "qualiopi_debut": "Début du certificat",
            "qualiopi_fin": "Fin du certificat",
        }
        help_texts = AIDE_ADRESSE | {
            "nom_usage": "Le nom que le public connaît, s’il est différent.",
            "siret": "14 chiffres, ceux du siège.",
            "nda": "11 caractères, donnés par la Dreets.",
            "uai": "7 chiffres et 1 lettre, pour l’apprentissage.",
            "telephone": "Celui que le public appelle.",
            "courriel": "De préférence une adresse de service.",
            "site_web": "Par exemple www.exemple.fr.",
        }
        error_messages = {
            "site_web": {
                "invalid": "« Site web » doit être une adresse web complète, "
                "par exemple https://www.exemple.fr."
            }
        }

    def __init__(self, *args, tout: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not tout:
            for champ in IDENTITE:
                if getattr(self.instance, champ):
                    del self.fields[champ]

    def get_layout(self) -> Layout:
        codes = [champ for champ in ("siret", "nda", "uai") if champ in self.fields]
        raison = [champ for champ in ("raison_sociale",) if champ in self.fields]
        return Layout(
            "version",
            "jeton",
            Section("Identité", *raison, "nom_usage", SideBySide(*codes), aide="mots"),
            Section(
                "Qualiopi", "est_qualiopi", SideBySide("qualiopi_debut", "qualiopi_fin"), aide="qualiopi"
            ),
            self.section_adresse("Adresse du siège"),
            Section("Coordonnées", SideBySide("telephone", "courriel"), "site_web", aide="coordonnees"),
        )

    def clean_site_web(self):
        """Accept « www.exemple.fr » as people write it."""
        url = self.cleaned_data["site_web"]
        return f"https://{url}" if url and "://" not in url and "@" not in url else url

    def clean_siret(self):
        siret = self.cleaned_data["siret"]
        if siret and Organisme.objects.filter(siret=siret).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(
                "Un organisme est déjà enregistré avec ce SIRET : cherchez-le dans l’annuaire."
            )
        return siret

    def clean(self):
        cleaned = super().clean()
        self._check_qualiopi(cleaned)
        region = settings.CARIF.code_region
        nda = cleaned.get("nda")
        if nda and not nda.startswith(region) and "nda" in self.changed_data:
            self.avertissements.append(
                f"Ce numéro de déclaration d’activité ne commence pas par {region} : il a été donné dans une "
                "autre région. C’est normal si le siège y est."
            )
        return cleaned

    def _check_qualiopi(self, cleaned: dict) -> None:
        """A certificate has two dates, in order; no certificate, no dates."""
        dates = ("qualiopi_debut", "qualiopi_fin")
        debut, fin = (cleaned.get(champ) for champ in dates)
        if not cleaned.get("est_qualiopi"):
            if debut or fin:
                label = quoted(self.fields["est_qualiopi"].label)
                self.add_error("est_qualiopi", f"Cochez {label}, ou effacez les dates du certificat.")
            return
        for champ in dates:
            if champ in cleaned and not cleaned[champ]:
                label = quoted(self.fields[champ].label)
                self.add_error(champ, f"Renseignez {label} : elle est écrite sur le certificat Qualiopi.")
        if debut and fin and fin <= debut:
            self.add_error(
                "qualiopi_fin", "« Fin du certificat » doit suivre le début : corrigez l’une des dates."
            )


class SiteForm(AdresseForm):
    """A place: name, identifiers, address, how to reach it, accessibility."""

    compteurs = (*AdresseForm.compteurs, "accessibilite")

    class Meta:
        model = Site
        fields = [
            "nom",
            "siret",
            "uai",
            "ligne1",
            "ligne2",
            "ligne3",
            "ligne4",
            "code_postal",
            "ville",
            "telephone",
            "courriel",
            "acces_pmr",
            "accessibilite",
        ]
        formfield_callback = lenient_formfield
        field_classes = CODES
        labels = LABELS_ADRESSE | {
            "acces_pmr": "Accès des personnes à mobilité réduite",
            "accessibilite": "Précisions sur l’accessibilité",
        }
        help_texts = AIDE_ADRESSE | {
            "nom": "Tel que le public doit le lire.",
            "siret": "14 chiffres, si ce lieu est un établissement à vous.",
            "uai": "7 chiffres et 1 lettre, pour l’apprentissage.",
            "telephone": "Celui que le public appelle.",
            "courriel": "De préférence une adresse de service.",
            "accessibilite": "Ascenseur, boucle magnétique, place de stationnement…",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        choix = self.fields["acces_pmr"].choices
        self.fields["acces_pmr"].choices = [("", "Non renseigné"), *choix[1:]]

    def get_layout(self) -> Layout:
        return Layout(
            "version",
            "jeton",
            Section("Le site", "nom", SideBySide("siret", "uai"), aide="mots"),
            self.section_adresse("Adresse"),
            Section("Coordonnées", SideBySide("telephone", "courriel"), aide="coordonnees"),
            Section("Accessibilité", "acces_pmr", "accessibilite", aide="accessibilite"),
        )

    def clean(self):
        cleaned = super().clean()
        siret, siren = cleaned.get("siret"), self.instance.organisme.siret[:9]
        if siret and not siret.startswith(siren) and "siret" in self.changed_data:
            self.avertissements.append(
                f"Le SIRET du site ne commence pas par le SIREN de l’organisme ({siren}) : vérifiez qu’il "
                "s’agit bien de l’un de vos établissements."
            )
        return cleaned


class ContactSiteField(forms.ModelChoiceField):
    """One of the organisme's places, or the whole organisme."""

    def label_from_instance(self, site: Site) -> str:
        return f"{site} (fermé)" if site.statut == StatutSite.FERME else str(site)


class ContactForm(FicheForm):
    """Whom to call, for what: a person or a desk."""

    class Meta:
        model = Contact
        fields = ["type", "site", "prenom", "nom", "fonction", "telephone", "courriel"]
        formfield_callback = lenient_formfield
        field_classes = CODES | {"site": ContactSiteField}
        labels = {"site": "Pour quel site"}
        help_texts = {
            "type": "Ce pour quoi on appelle ce contact.",
            "nom": "Vide pour un service, par exemple un accueil.",
            "fonction": "Par exemple « responsable pédagogique ».",
            "telephone": "Au moins un téléphone ou un e-mail.",
            "courriel": "De préférence une adresse de service.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = [("", "Choisissez dans la liste"), *self.fields["type"].choices[1:]]
        self.fields["site"].queryset = Site.objects.filter(organisme=self.instance.organisme_id)
        self.fields["site"].empty_label = "Tout l’organisme"

    def get_layout(self) -> Layout:
        return Layout(
            "version",
            "jeton",
            Section(
                "Le contact",
                SideBySide("type", "site"),
                SideBySide("prenom", "nom"),
                "fonction",
                SideBySide("telephone", "courriel"),
                aide="contacts",
            ),
        )

    def clean(self):
        cleaned = super().clean()
        if {"telephone", "courriel"} <= cleaned.keys() and not (cleaned["telephone"] or cleaned["courriel"]):
            self.add_error(
                "telephone", "Renseignez « Téléphone » ou « E-mail » : il faut au moins l’un des deux."
            )
        return cleaned


class SiteDecisionForm(SofiFormMixin, forms.Form):
    """A decision on a place as it was read; `texte` is the reason, where one is compulsory."""

    version = forms.IntegerField(
        min_value=1,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value"),
            "Cette page n’est plus à jour : relisez le site avant de décider.",
        ),
    )
    texte = forms.CharField(max_length=1000, widget=Textarea(attrs={"rows": 4}))

    def __init__(self, transition: SiteTransition, *args, **kwargs):
        self.transition = transition
        super().__init__(*args, auto_id=f"id_{transition.name}_%s", **kwargs)
        if not transition.texte:
            del self.fields["texte"]

    def _prepare(self, name, field):
        if name == "texte":
            field.label = self.transition.texte
            field.error_messages["required"] = (
                f"{quoted(self.transition.texte)} : écrivez quelques mots, ils seront lus de part et d’autre."
            )
        super()._prepare(name, field)
