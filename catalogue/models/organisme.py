"""Training organisations and their places."""

from datetime import date

from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from catalogue.enums import StatutSite
from catalogue.identifiants import validate_nda, validate_siret, validate_uai

from .fields import sort_column
from .scope import CountedQuerySet, ScopedQuerySet

url_web = URLValidator(
    schemes=["http", "https"],
    message="Saisissez une adresse web complète, qui commence par https:// ou http://.",
)


class OrganismeQuerySet(ScopedQuerySet):
    organisme_path = "pk"


class Organisme(models.Model):
    """A training organisation, holder of a SIRET and of an NDA (manual, « Au préalable »)."""

    raison_sociale = models.CharField("raison sociale", max_length=250)
    nom_usage = models.CharField("nom d’usage", max_length=250, blank=True)
    siret = models.CharField("SIRET", max_length=14, validators=[validate_siret])
    nda = models.CharField(
        "numéro de déclaration d’activité", max_length=11, blank=True, validators=[validate_nda]
    )
    telephone = models.CharField("téléphone", max_length=25, blank=True)
    courriel = models.EmailField("e-mail", max_length=160, blank=True)
    site_web = models.CharField("site web", max_length=400, blank=True, validators=[url_web])
    cree_le = models.DateTimeField("créé le", default=timezone.now, editable=False)
    tri = sort_column("raison_sociale")

    objects = OrganismeQuerySet.as_manager()

    class Meta:
        verbose_name = "organisme"
        ordering = ["tri", "pk"]
        constraints = [
            models.UniqueConstraint(
                "siret",
                name="organisme_siret_unique",
                violation_error_message="Un organisme est déjà enregistré avec ce SIRET.",
            ),
            models.CheckConstraint(condition=Q(siret__regex=r"^\d{14}$"), name="organisme_siret_format"),
            models.CheckConstraint(
                condition=Q(nda="") | Q(nda__regex=r"^\d{4}[0-9P]\d{6}$"), name="organisme_nda_format"
            ),
            models.CheckConstraint(condition=~Q(raison_sociale=""), name="organisme_raison_sociale_remplie"),
        ]

    def __str__(self) -> str:
        return self.nom

    @property
    def nom(self) -> str:
        """The name people know: nom d'usage, else raison sociale."""
        return self.nom_usage or self.raison_sociale


class SiteQuerySet(CountedQuerySet):
    @staticmethod
    def conditions(on: date) -> dict[str, Q]:
        """The two counters of the manual, and closed places. `on` changes nothing."""
        return {
            "a_valider": Q(statut=StatutSite.A_VALIDER),
            "actifs": Q(statut=StatutSite.ACTIF),
            "fermes": Q(statut=StatutSite.FERME),
        }

    def a_valider(self):
        return self.in_state("a_valider")

    def actifs(self):
        return self.in_state("actifs")


class Site(models.Model):
    """A place of an organisme: « site dispensateur » of an action, « site lieu » of a session.

    The address has LHÉO's shape: one to four lines of 50 characters.
    """

    organisme = models.ForeignKey(Organisme, on_delete=models.PROTECT, db_index=False, related_name="sites")
    nom = models.CharField("nom du site", max_length=250)
    siret = models.CharField("SIRET du site", max_length=14, blank=True, validators=[validate_siret])
    uai = models.CharField("code UAI", max_length=8, blank=True, validators=[validate_uai])
    ligne1 = models.CharField("adresse, ligne 1", max_length=50)
    ligne2 = models.CharField("adresse, ligne 2", max_length=50, blank=True)
    ligne3 = models.CharField("adresse, ligne 3", max_length=50, blank=True)
    ligne4 = models.CharField("adresse, ligne 4", max_length=50, blank=True)
    code_postal = models.CharField(
        "code postal",
        max_length=5,
        validators=[RegexValidator(r"^\d{5}$", "Un code postal a 5 chiffres, par exemple 44200.")],
    )
    ville = models.CharField("ville", max_length=50)
    commune = models.ForeignKey(
        "catalogue.Commune", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    departement = models.CharField("département", max_length=3, editable=False)
    telephone = models.CharField("téléphone", max_length=25, blank=True)
    courriel = models.EmailField("e-mail", max_length=160, blank=True)
    statut = models.CharField(max_length=20, choices=StatutSite, default=StatutSite.A_VALIDER)
    cree_le = models.DateTimeField("créé le", default=timezone.now, editable=False)

    objects = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = "site"
        ordering = ["nom", "pk"]
        indexes = [
            models.Index("organisme", include=["statut"], name="site_organisme_statut"),
            models.Index("id", name="site_a_valider", condition=Q(statut="a_valider")),
        ]
        constraints = [
            # The target of the composite foreign keys that keep an action or a session on its own
            # organisme's places (migration 0002).
            models.UniqueConstraint("id", "organisme", name="site_id_organisme"),
            models.CheckConstraint(condition=Q(statut__in=StatutSite.values), name="site_statut_connu"),
            models.CheckConstraint(
                condition=Q(code_postal__regex=r"^\d{5}$"), name="site_code_postal_format"
            ),
            models.CheckConstraint(
                condition=Q(siret="") | Q(siret__regex=r"^\d{14}$"), name="site_siret_format"
            ),
            models.CheckConstraint(
                condition=Q(uai="") | Q(uai__regex=r"^\d{7}[A-Z]$"), name="site_uai_format"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nom} – {self.ville}"

    def save(self, *args, **kwargs):
        self.departement = departement_of(self.code_postal, self.commune_id or "")
        super().save(*args, **kwargs)

    @property
    def lignes(self) -> list[str]:
        """The filled lines of the address, in order."""
        return [ligne for ligne in (self.ligne1, self.ligne2, self.ligne3, self.ligne4) if ligne]


def departement_of(code_postal: str, insee: str = "") -> str:
    """Département of an address: from the INSEE code when known (some postal codes straddle two)."""
    code = insee or code_postal
    if not insee and code.startswith("20"):
        return "2A" if code < "20200" else "2B"
    return code[:3] if code.startswith(("97", "98")) else code[:2]
