"""Activation keys, and the requests for one (manual, « Au préalable »)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from catalogue.enums import RoleOrganisme
from catalogue.identifiants import validate_nda, validate_siret
from catalogue.models.scope import ScopedQuerySet

from .users import RoleCarif


class StatutDemande(models.TextChoices):
    """State of a request for a key."""

    DEMANDEE = "demandee", "À traiter"
    ACCEPTEE = "acceptee", "Acceptée"
    REFUSEE = "refusee", "Refusée"


class DemandeCle(models.Model):
    """« Je n'ai pas de clé d'activation et souhaite en faire la demande »."""

    raison_sociale = models.CharField("raison sociale de l’organisme", max_length=250)
    siret = models.CharField("SIRET", max_length=14, validators=[validate_siret])
    nda = models.CharField("numéro de déclaration d’activité", max_length=11, validators=[validate_nda])
    prenom = models.CharField("prénom", max_length=50)
    nom = models.CharField("nom", max_length=50)
    email = models.EmailField("e-mail", max_length=160)
    telephone = models.CharField("téléphone", max_length=25)
    message = models.TextField("message", max_length=2000, blank=True)
    #: What the public register said, {"nom", "adresse", "est_ouvert", "le"}; null: not asked yet.
    registre = models.JSONField(null=True)
    #: One-time token of the form: a double click makes one request.
    jeton = models.UUIDField(unique=True)
    cree_le = models.DateTimeField(default=timezone.now, editable=False)
    statut = models.CharField(max_length=20, choices=StatutDemande, default=StatutDemande.DEMANDEE)
    decidee_le = models.DateTimeField(null=True)
    decidee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    #: Reason of a refusal, written in the mail.
    motif = models.TextField(max_length=2000, blank=True)
    #: The organisme created, or attached, when it was accepted.
    organisme = models.ForeignKey(
        "catalogue.Organisme", on_delete=models.PROTECT, null=True, related_name="demandes_cle"
    )

    class Meta:
        verbose_name = "demande de clé"
        ordering = ["cree_le", "pk"]
        indexes = [models.Index("cree_le", "id", name="demandecle_a_traiter", condition=Q(statut="demandee"))]
        constraints = [
            models.UniqueConstraint(
                "siret", "email", condition=Q(statut="demandee"), name="demandecle_une_ouverte"
            ),
            models.CheckConstraint(
                condition=Q(statut__in=StatutDemande.values), name="demandecle_statut_connu"
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="demandecle_email_minuscules"),
            models.CheckConstraint(condition=Q(siret__regex=r"^\d{14}$"), name="demandecle_siret_format"),
            models.CheckConstraint(
                condition=Q(nda__regex=r"^\d{4}[0-9P]\d{6}$"), name="demandecle_nda_format"
            ),
            models.CheckConstraint(
                condition=Q(statut="demandee", decidee_le__isnull=True, decidee_par__isnull=True)
                | ~Q(statut="demandee") & Q(decidee_le__isnull=False, decidee_par__isnull=False),
                name="demandecle_decision_datee",
            ),
            models.CheckConstraint(
                condition=~Q(statut="refusee") | ~Q(motif=""), name="demandecle_refus_motive"
            ),
            models.CheckConstraint(
                condition=~Q(statut="acceptee") | Q(organisme__isnull=False), name="demandecle_organisme"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.raison_sociale} ({self.prenom} {self.nom})"


class CleActivation(models.Model):
    """A key that gives one person one role, in an organisme or at the Carif-Oref. Used once.

    Only its hash is stored: the key itself is in the mail, or in the letter, and nowhere else.
    """

    #: SHA-256 of the normalised key, in hexadecimal: 130 random bits need no slow hash.
    empreinte = models.CharField(max_length=64, unique=True)
    organisme = models.ForeignKey(
        "catalogue.Organisme", on_delete=models.CASCADE, null=True, related_name="cles", db_index=False
    )
    role = models.CharField("rôle", max_length=20, choices=RoleOrganisme, blank=True)
    role_carif = models.CharField("rôle au Carif-Oref", max_length=20, choices=RoleCarif, blank=True)
    email = models.EmailField("e-mail", max_length=160)
    prenom = models.CharField("prénom", max_length=50)
    nom = models.CharField("nom", max_length=50)
    emise_par = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    emise_le = models.DateTimeField(default=timezone.now)
    expire_le = models.DateTimeField()
    utilisee_le = models.DateTimeField(null=True)
    utilisee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    #: Revoked by somebody, or replaced by a newer key for the same person.
    revoquee_le = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "clé d’activation"
        ordering = ["-emise_le", "-pk"]
        indexes = [models.Index("organisme", "emise_le", name="cleactivation_organisme")]
        constraints = [
            models.UniqueConstraint(
                "organisme",
                "email",
                condition=Q(utilisee_le__isnull=True, revoquee_le__isnull=True, organisme__isnull=False),
                name="cleactivation_une_vivante",
            ),
            models.UniqueConstraint(
                "email",
                condition=Q(utilisee_le__isnull=True, revoquee_le__isnull=True, organisme__isnull=True),
                name="cleactivation_une_vivante_carif",
            ),
            models.CheckConstraint(
                condition=Q(organisme__isnull=False, role__in=RoleOrganisme.values, role_carif="")
                | Q(organisme__isnull=True, role="", role_carif__in=RoleCarif.values),
                name="cleactivation_un_role",
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="cleactivation_email_minuscules"),
            models.CheckConstraint(
                condition=Q(utilisee_le__isnull=True) | Q(revoquee_le__isnull=True),
                name="cleactivation_utilisee_ou_revoquee",
            ),
            models.CheckConstraint(
                condition=Q(empreinte__regex=r"^[0-9a-f]{64}$"), name="cleactivation_empreinte_format"
            ),
        ]

    def __str__(self) -> str:
        return f"Clé de {self.prenom} {self.nom}"

    @property
    def est_expiree(self) -> bool:
        return self.expire_le <= timezone.now()
