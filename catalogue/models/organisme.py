"""Training organisations and their places."""

from datetime import date, timedelta

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Concat
from django.utils import timezone

from catalogue.enums import AccesPMR, EtatQualiopi, StatutSite
from catalogue.identifiants import TELEPHONE, validate_nda, validate_siret, validate_uai

from .adresse import Adresse, code_postal_valide
from .fields import sort_column
from .ligne import Ligne
from .scope import CountedQuerySet, ScopedQuerySet

url_web = URLValidator(
    schemes=["http", "https"],
    message="Saisissez une adresse web complète, qui commence par https:// ou http://.",
)
#: A certificate that ends within this many days is said to expire soon.
JOURS_QUALIOPI = 60


def _numero(name: str) -> models.CheckConstraint:
    """A telephone number is empty or as `identifiants.clean_telephone` writes it."""
    return models.CheckConstraint(
        condition=Q(telephone="") | Q(telephone__regex=TELEPHONE), name=f"{name}_telephone_format"
    )


class OrganismeQuerySet(ScopedQuerySet):
    organisme_path = "pk"

    def annuaire(self) -> "OrganismeQuerySet":
        """The public side of the directory: who has a place that the Carif-Oref has checked.

        Only for pages that show nothing private: no contact, no journal, no place in another state.
        """
        return self.filter(Exists(Site.objects.annuaire().filter(organisme=OuterRef("pk"))))

    def readable_by(self, user) -> "OrganismeQuerySet":
        """Those whose sheet `user` may open: their own in full, the directory's by its public side."""
        if user.est_carif:
            return self.all()
        publics = Exists(Site.objects.annuaire().filter(organisme=OuterRef("pk")))
        return self.filter(publics | Q(pk__in=Organisme.objects.visible_to(user).values("pk")))

    def qualiopi_valide(self, on: date) -> "OrganismeQuerySet":
        """Those whose Qualiopi certificate runs on the date `on`."""
        return self.filter(est_qualiopi=True, qualiopi_debut__lte=on, qualiopi_fin__gte=on)


class Organisme(Ligne, Adresse):
    """A training organisation, holder of a SIRET and of an NDA (manual, « Au préalable »)."""

    raison_sociale = models.CharField("raison sociale", max_length=250)
    nom_usage = models.CharField("nom d’usage", max_length=250, blank=True)
    siret = models.CharField("SIRET", max_length=14, validators=[validate_siret])
    nda = models.CharField(
        "numéro de déclaration d’activité", max_length=11, blank=True, validators=[validate_nda]
    )
    uai = models.CharField("code UAI", max_length=8, blank=True, validators=[validate_uai])
    est_qualiopi = models.BooleanField("certifié Qualiopi", default=False)
    qualiopi_debut = models.DateField("début du certificat Qualiopi", null=True, blank=True)
    qualiopi_fin = models.DateField("fin du certificat Qualiopi", null=True, blank=True)
    telephone = models.CharField("téléphone", max_length=25, blank=True)
    courriel = models.EmailField("e-mail", max_length=160, blank=True)
    site_web = models.CharField("site web", max_length=400, blank=True, validators=[url_web])
    tri = sort_column("raison_sociale")
    #: Both names, where the directory looks for words.
    recherche = sort_column(Concat("raison_sociale", Value(" "), "nom_usage"))

    objects = OrganismeQuerySet.as_manager()

    class Meta:
        verbose_name = "organisme"
        ordering = ["tri", "pk"]
        indexes = [
            models.Index("tri", "id", name="organisme_tri"),
            GinIndex(OpClass("recherche", "gin_trgm_ops"), name="organisme_recherche"),
            models.Index(OpClass("siret", "varchar_pattern_ops"), name="organisme_siret_debut"),
        ]
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
            models.CheckConstraint(
                condition=Q(uai="") | Q(uai__regex=r"^\d{7}[A-Z]$"), name="organisme_uai_format"
            ),
            # A certificate has a beginning and an end; without one there are no dates.
            models.CheckConstraint(
                condition=Q(est_qualiopi=False, qualiopi_debut=None, qualiopi_fin=None)
                | Q(
                    est_qualiopi=True,
                    qualiopi_debut__isnull=False,
                    qualiopi_fin__isnull=False,
                    qualiopi_fin__gt=F("qualiopi_debut"),
                ),
                name="organisme_qualiopi_dates",
            ),
            # All of an address, or nothing of it.
            models.CheckConstraint(
                condition=Q(ligne1="", ligne2="", ligne3="", ligne4="", code_postal="", ville="")
                | (~Q(ligne1="") & ~Q(ville="") & Q(code_postal__regex=r"^[0-9]{5}$")),
                name="organisme_adresse_entiere",
            ),
            _numero("organisme"),
            models.CheckConstraint(
                condition=Q(site_web="") | Q(site_web__regex=r"^https?://"), name="organisme_site_web_http"
            ),
        ]

    def __str__(self) -> str:
        return self.nom

    @property
    def nom(self) -> str:
        """The name people know: nom d'usage, else raison sociale."""
        return self.nom_usage or self.raison_sociale

    def qualiopi_etat(self, on: date) -> EtatQualiopi:
        """Where the Qualiopi certificate stands on the date `on`."""
        if not self.est_qualiopi:
            return EtatQualiopi.AUCUN
        if on < self.qualiopi_debut:
            return EtatQualiopi.A_VENIR
        if on > self.qualiopi_fin:
            return EtatQualiopi.EXPIRE
        if on > self.qualiopi_fin - timedelta(days=JOURS_QUALIOPI):
            return EtatQualiopi.EXPIRE_BIENTOT
        return EtatQualiopi.VALIDE


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

    def annuaire(self) -> "SiteQuerySet":
        """The public side of the directory: places that the Carif-Oref has checked and that are open."""
        return self.actifs()

    def readable_by(self, user) -> "SiteQuerySet":
        """Those whose sheet `user` may open: their own in any state, the directory's by its public side."""
        if user.est_carif:
            return self.all()
        return self.filter(
            Q(statut=StatutSite.ACTIF) | Q(pk__in=Site.objects.visible_to(user).order_by().values("pk"))
        )


class Site(Ligne, Adresse):
    """A place of an organisme: « site dispensateur » of an action, « site lieu » of a session."""

    organisme = models.ForeignKey(Organisme, on_delete=models.PROTECT, db_index=False, related_name="sites")
    nom = models.CharField("nom du site", max_length=250)
    siret = models.CharField("SIRET du site", max_length=14, blank=True, validators=[validate_siret])
    uai = models.CharField("code UAI", max_length=8, blank=True, validators=[validate_uai])
    ligne1 = models.CharField("adresse, ligne 1", max_length=50)
    code_postal = models.CharField("code postal", max_length=5, validators=[code_postal_valide])
    ville = models.CharField("ville", max_length=50)
    telephone = models.CharField("téléphone", max_length=25, blank=True)
    courriel = models.EmailField("e-mail", max_length=160, blank=True)
    acces_pmr = models.CharField(
        "accès des personnes à mobilité réduite", max_length=10, choices=AccesPMR, blank=True
    )
    accessibilite = models.CharField("précisions sur l’accessibilité", max_length=250, blank=True)
    statut = models.CharField(max_length=20, choices=StatutSite, default=StatutSite.A_VALIDER)
    #: Since when it waits, or waited last, for the Carif-Oref's check.
    soumis_le = models.DateTimeField("à valider depuis", default=timezone.now, editable=False)
    #: Why and by whom it is in its present state; the journal keeps the former ones.
    motif = models.TextField("motif", max_length=1000, blank=True, editable=False)
    decide_le = models.DateTimeField("décidé le", null=True, editable=False)
    decide_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    tri = sort_column("nom")
    #: Name and town, where the directory looks for words.
    recherche = sort_column(Concat("nom", Value(" "), "ville"))

    objects = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = "site"
        ordering = ["nom", "pk"]
        indexes = [
            models.Index("organisme", include=["statut"], name="site_organisme_statut"),
            models.Index("soumis_le", "id", name="site_a_valider", condition=Q(statut="a_valider")),
            models.Index("tri", "id", name="site_tri"),
            GinIndex(OpClass("recherche", "gin_trgm_ops"), name="site_recherche"),
            models.Index(OpClass("siret", "varchar_pattern_ops"), name="site_siret_debut"),
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
            models.CheckConstraint(
                condition=Q(acces_pmr__in=["", *AccesPMR.values]), name="site_acces_pmr_connu"
            ),
            models.CheckConstraint(condition=~Q(nom=""), name="site_nom_rempli"),
            _numero("site"),
        ]

    def __str__(self) -> str:
        return f"{self.nom} – {self.ville}"
