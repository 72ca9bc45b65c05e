"""The whole sheet F-A-S-D on one screen, without Certifinfo code: the forms of the steps, together."""

from collections.abc import Sequence

from crispy_forms.layout import Div, Layout
from django import forms

from catalogue.communes import find_commune
from catalogue.completude import Constat
from catalogue.hors_certifinfo import TEXTES, Offre, fingerprint
from catalogue.models import Action, Dispositif, Formation, Organisme, Session, Site
from catalogue.tunnel.forms import ActionForm, DispositifForm, SessionForm
from sofi.forms import SideBySide, SofiFormMixin, Textarea, quoted
from sofi.typographie import NBSP

EXISTANT, NOUVEAU = "existant", "nouveau"


class TextesLibresForm(SofiFormMixin, forms.ModelForm):
    """F without code: what Certif Info would have said."""

    compteurs = ("intitule_libre",)

    class Meta:
        model = Formation
        fields = list(TEXTES)
        labels = {
            "intitule_libre": "Intitulé de la formation",
            "objectif_libre": "Objectif",
            "programme_libre": "Programme",
        }
        help_texts = {
            "intitule_libre": "Tel que le public doit le lire, sans sigle ni capitales.",
            "objectif_libre": "Ce que la personne saura faire à l’issue de la formation.",
            "programme_libre": "Les grandes parties du contenu, une par ligne.",
        }
        widgets = {
            "objectif_libre": Textarea(attrs={"rows": 4}),
            "programme_libre": Textarea(attrs={"rows": 8}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["intitule_libre"].required = True
        self.fields["objectif_libre"].required = True


class TextesEnregistresForm(TextesLibresForm):
    """The same texts, once stored; `empreinte` is `fingerprint` of those the form was shown with."""

    empreinte = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["empreinte"] = fingerprint(self.instance)

    def get_layout(self) -> Layout:
        return Layout("empreinte", *TEXTES)


class LieuForm(SofiFormMixin, forms.ModelForm):
    """The place of the session: one that the organisme has, or a new one typed here."""

    lieu = forms.ChoiceField(
        label="Lieu de la formation",
        choices=[
            (EXISTANT, "Un site de l’organisme, choisi plus bas dans « Site lieu »"),
            (NOUVEAU, "Un nouveau lieu, à créer avec son adresse"),
        ],
        widget=forms.RadioSelect,
    )

    compteurs = ("ligne1", "ligne2", "ligne3", "ligne4")
    #: What a new place cannot do without.
    NECESSAIRES = ("nom", "ligne1", "code_postal")

    class Meta:
        model = Site
        fields = ["nom", "ligne1", "ligne2", "ligne3", "ligne4", "code_postal", "ville"]
        labels = {f"ligne{rang}": f"Adresse, ligne {rang}" for rang in range(1, 5)}
        help_texts = {
            "nom": "Tel que le public doit le lire.",
            "ligne1": "Numéro et voie.",
            "ligne2": "Bâtiment, étage, résidence…",
            "ligne3": "Zone d’activité, lieu-dit…",
            "ligne4": "Boîte postale…",
            "code_postal": "5 chiffres.",
            "ville": "Laissée vide, elle vient du code postal.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for champ in self.Meta.fields:
            self.fields[champ].required = False

    @property
    def est_nouveau(self) -> bool:
        """Whether a valid form asks for a new place."""
        return self.cleaned_data["lieu"] == NOUVEAU

    def get_layout(self) -> Layout:
        return Layout(
            "lieu",
            # The address is in the way while a site is chosen (static/css/formulaires.css).
            Div(
                "nom",
                SideBySide("ligne1", "ligne2"),
                SideBySide("ligne3", "ligne4"),
                SideBySide("code_postal", "ville"),
                css_class="selon-reponse",
            ),
        )

    def _post_clean(self):
        """Check the row only when it is to be created."""
        if self.cleaned_data.get("lieu") == NOUVEAU:
            super()._post_clean()

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("lieu") != NOUVEAU:
            for champ in set(self.errors) & set(self.Meta.fields):
                del self.errors[champ]  # an address that nobody asked to create
            return cleaned
        for champ in self.NECESSAIRES:
            if champ in cleaned and not cleaned[champ]:
                self.add_error(champ, f"Renseignez {quoted(self.fields[champ].label)} pour créer ce lieu.")
        if cleaned.get("code_postal") and "ville" in cleaned:
            self._find_commune(cleaned)
        return cleaned

    def _find_commune(self, cleaned: dict) -> None:
        """Set the town and the commune, or name those of the postal code."""
        adresse = find_commune(cleaned["code_postal"], cleaned["ville"])
        cleaned["ville"], self.instance.commune = adresse.ville, adresse.commune
        if adresse.choix:
            noms = ", ".join(commune.nom for commune in adresse.choix)
            self.add_error("ville", f"Écrivez l’une des communes du code postal{NBSP}: {noms}.")
        elif adresse.erreur:
            self.add_error(adresse.champ, adresse.erreur)


class OffreForm:
    """The five forms of the screen as one; `initial` gives the values of each, by its name.

    In the page they are read together: `error_summary` and `errors` are those of all of them.
    """

    def __init__(self, data, organisme: Organisme, initial: dict[str, dict] | None = None):
        def options(nom: str, row) -> dict:
            return {"prefix": nom, "instance": row, "initial": (initial or {}).get(nom, {})}

        self.formation = TextesLibresForm(data, **options("formation", Formation(organisme=organisme)))
        self.lieu = LieuForm(data, **options("lieu", Site(organisme=organisme)))
        self.action = ActionForm(data, **options("action", Action(organisme=organisme)))
        self.session = SessionForm(data, **options("session", Session(organisme=organisme)))
        dispositif = Dispositif(organisme=organisme)
        self.dispositif = DispositifForm(data, tous_types=True, **options("dispositif", dispositif))
        #: What comes before the list of errors.
        self.intro = ""
        self.formes = [self.formation, self.lieu, self.action, self.session, self.dispositif]
        for form in self.formes:
            form.est_partie = True

    def is_valid(self) -> bool:
        """Whether all that was typed is coherent; every form is checked, none hides another's errors."""
        valides = [form.is_valid() for form in self.formes]
        return all(valides)

    @property
    def errors(self) -> list:
        return [form.errors for form in self.formes if form.errors]

    @property
    def error_summary(self) -> list:
        return [ligne for form in self.formes for ligne in form.error_summary]

    @property
    def jeton(self):
        """The token of the screen: that of its action."""
        return self.action.cleaned_data["jeton"]

    def build_offre(self) -> Offre:
        """The unsaved rows of a valid screen, each with the token it was typed with."""
        self.session.instance.jeton = self.session.cleaned_data["jeton"]
        self.dispositif.instance.jeton = self.dispositif.cleaned_data["jeton"]
        return Offre(
            formation=self.formation.instance,
            action=self.action.instance,
            session=self.session.instance,
            dispositif=self.dispositif.instance,
            lieu=self.lieu.instance if self.lieu.est_nouveau else None,
        )

    def refuse(self, message: str, constats: Sequence[Constat] = ()) -> None:
        """Show why nothing was saved, and each of `constats` at its field, when it is on the screen."""
        if constats:
            self.intro = message
        else:
            self.formation.add_error(None, message)
        for constat in constats:
            form = getattr(self, constat.etape, None)
            if form is not None and constat.champ in form.fields:
                form.add_error(constat.champ, constat.message)
            else:
                self.formation.add_error(None, constat.message)
