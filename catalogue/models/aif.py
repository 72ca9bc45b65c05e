"""« Demande AIF hors Certifinfo »: the manual's list as rows, numbered and followed on both sides."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from catalogue.enums import StatutAIF, TypeEvenementAIF

from .ligne import Ligne
from .offre import MAX_ENTIER, Action, entier
from .organisme import Organisme, url_web
from .scope import ScopedQuerySet


class DemandeAIFQuerySet(ScopedQuerySet):
    def a_traiter(self):
        """Those that wait for the Carif-Oref."""
        return self.filter(statut__in=[StatutAIF.ENVOYEE, StatutAIF.PRISE])


class DemandeAIF(Ligne):
    """A request, by an OF, that the Carif-Oref type an offer without Certifinfo code (manual, last part)."""

    #: « AIF-2026-00012 », given at creation and never reused.
    numero = models.CharField("numéro", max_length=20, unique=True, editable=False)
    organisme = models.ForeignKey(Organisme, on_delete=models.PROTECT, related_name="demandes_aif")
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    statut = models.CharField(max_length=12, choices=StatutAIF, default=StatutAIF.ENVOYEE, editable=False)
    intitule = models.CharField("intitulé de la formation", max_length=255)
    objectif = models.TextField("objectif", max_length=3000)
    programme = models.TextField("programme", max_length=3000, blank=True)
    #: « Organisme de formation dispensateur ».
    siret = models.CharField("SIRET du dispensateur", max_length=14)
    nom_usage = models.CharField("nom d’usage du dispensateur", max_length=250)
    date_debut = models.DateField("date de début")
    date_fin = models.DateField("date de fin")
    duree_centre = models.PositiveIntegerField("durée en centre (heures)")
    duree_hebdo = models.DecimalField("durée hebdo (heures)", max_digits=5, decimal_places=2)
    url = models.CharField("URL vers le site de l’OF", max_length=400, blank=True, validators=[url_web])
    #: « Lieu de la formation ».
    lieu_organisme = models.CharField("organisme du lieu", max_length=250)
    lieu_lignes = ArrayField(
        models.CharField(max_length=50), default=list, size=4, verbose_name="adresse du lieu"
    )
    lieu_code_postal = models.CharField("code postal", max_length=5)
    lieu_ville = models.CharField("ville", max_length=50)
    places_session = models.PositiveIntegerField("nombre de places de la session")
    places_aif = entier("nombre de places AIF")
    precisions = models.TextField("précisions pour le Carif-Oref", max_length=3000, blank=True)

    examinateur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    #: The offer it became; the offer keeps no other link.
    action = models.OneToOneField(
        Action, on_delete=models.PROTECT, null=True, related_name="demande_aif", editable=False
    )
    motif = models.TextField("motif du refus", max_length=3000, blank=True, editable=False)
    decidee_le = models.DateTimeField(null=True, editable=False)

    objects = DemandeAIFQuerySet.as_manager()

    class Meta:
        verbose_name = "demande AIF hors Certifinfo"
        verbose_name_plural = "demandes AIF hors Certifinfo"
        ordering = ["-pk"]
        indexes = [
            models.Index("cree_le", "id", name="aif_a_traiter", condition=Q(statut__in=["envoyee", "prise"])),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(date_fin__gte=F("date_debut")),
                name="aif_dates_ordonnees",
                violation_error_message="La date de fin ne peut pas précéder la date de début.",
            ),
            models.CheckConstraint(condition=Q(siret__regex=r"^\d{14}$"), name="aif_siret_format"),
            models.CheckConstraint(
                condition=Q(lieu_code_postal__regex=r"^\d{5}$"), name="aif_code_postal_format"
            ),
            models.CheckConstraint(
                condition=~Q(statut="refusee") | ~Q(motif=""),
                name="aif_refus_motive",
                violation_error_message="Un refus demande un motif.",
            ),
            models.CheckConstraint(
                condition=Q(statut="transformee", action__isnull=False)
                | (~Q(statut="transformee") & Q(action__isnull=True)),
                name="aif_transformee_en_action",
            ),
            models.CheckConstraint(
                condition=Q(statut__in=["transformee", "refusee", "annulee"], decidee_le__isnull=False)
                | Q(statut__in=["envoyee", "prise"], decidee_le__isnull=True),
                name="aif_decision_datee",
            ),
            models.CheckConstraint(
                condition=~Q(statut="prise") | Q(examinateur__isnull=False), name="aif_prise_par_quelqu_un"
            ),
            models.CheckConstraint(
                condition=Q(duree_centre__range=(1, MAX_ENTIER)), name="aif_duree_centre_bornee"
            ),
            models.CheckConstraint(
                condition=Q(duree_hebdo__gt=0, duree_hebdo__lte=168), name="aif_duree_hebdo_possible"
            ),
            models.CheckConstraint(
                condition=Q(places_session__range=(1, MAX_ENTIER)), name="aif_places_session_bornees"
            ),
            models.CheckConstraint(
                condition=Q(places_aif__isnull=True) | Q(places_aif__lte=F("places_session")),
                name="aif_places_dans_session",
                violation_error_message="Les places AIF ne peuvent pas dépasser celles de la session.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.numero} – {self.intitule}"

    @property
    def lieu_adresse(self) -> str:
        """The whole address of the place, a line each."""
        return "\n".join([*self.lieu_lignes, f"{self.lieu_code_postal} {self.lieu_ville}"])


class EvenementAIF(models.Model):
    """One line of the journal of a request; written with the change, never changed (a trigger refuses)."""

    demande = models.ForeignKey(DemandeAIF, on_delete=models.PROTECT, related_name="evenements")
    type = models.CharField(max_length=20, choices=TypeEvenementAIF)
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    #: Whether the author is of the Carif-Oref's staff.
    par_carif = models.BooleanField()
    #: Whether they acted in the organisme's space, for it: « X (Carif-Oref) pour Y ».
    pour_organisme = models.BooleanField(default=False)
    texte = models.TextField(max_length=3000, blank=True)
    #: What changed, e.g. {"champs": ["date_debut"]}.
    details = models.JSONField(default=dict, blank=True)
    le = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "événement de demande AIF"
        verbose_name_plural = "événements de demande AIF"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(type__in=TypeEvenementAIF.values), name="evenement_aif_type_connu"
            ),
            models.CheckConstraint(
                condition=~Q(type="refuse") | ~Q(texte=""),
                name="evenement_aif_motive",
                violation_error_message="Un refus demande un motif.",
            ),
            models.CheckConstraint(
                condition=Q(pour_organisme=False) | Q(par_carif=True), name="evenement_aif_pour_organisme"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} ({self.le:%d/%m/%Y %H:%M})"

    @property
    def qui(self) -> str:
        """Who did it, as both sides read it. Needs `auteur`, and the organisme for an act in its name."""
        if self.pour_organisme:
            return f"{self.auteur} (Carif-Oref) pour {self.demande.organisme}"
        return f"{self.auteur} (Carif-Oref)" if self.par_carif else str(self.auteur)
