"""The outbox (every mail is a row, written in the transaction that causes it), and what is counted."""

from datetime import datetime
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone


class CourrielQuerySet(models.QuerySet):
    def en_attente(self):
        """Those that have neither left nor been given up."""
        return self.filter(envoye_le=None, abandonne_le=None)

    def en_souffrance(self, depuis: datetime):
        """Those not sent that failed at least once, or wait since before `depuis`; without their bodies."""
        en_retard = ~Q(derniere_erreur="") | Q(cree_le__lt=depuis)
        return self.filter(en_retard, envoye_le=None).defer("corps")


class Courriel(models.Model):
    """A message to one person: waiting, sent (its body is then erased), or given up.

    `job` is the procrastinate job that will make the next attempt: any other job of the same message
    finds that it is not its turn. It is no foreign key, as finished jobs are deleted.
    """

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    destinataire = models.EmailField("destinataire", max_length=254)
    nom = models.CharField("modèle", max_length=60)
    objet = models.CharField("objet", max_length=200)
    corps = models.BinaryField("corps chiffré", null=True)
    cree_le = models.DateTimeField("créé le", default=timezone.now, editable=False)
    prochain_essai_le = models.DateTimeField("prochain essai le", default=timezone.now, null=True)
    envoye_le = models.DateTimeField("envoyé le", null=True)
    abandonne_le = models.DateTimeField("abandonné le", null=True)
    tentatives = models.PositiveSmallIntegerField("tentatives", default=0)
    derniere_erreur = models.CharField("dernière erreur", max_length=200, blank=True)
    job = models.BigIntegerField("tâche", null=True)

    objects = CourrielQuerySet.as_manager()

    class Meta:
        verbose_name = "courriel"
        constraints = [
            models.CheckConstraint(
                condition=Q(destinataire__regex=r"^[^[:space:]<>,;]+@[^[:space:]<>,;]+$"),
                name="courriel_une_adresse",
            ),
            models.CheckConstraint(
                condition=Q(objet__regex=r"^[^[:cntrl:]]+$"), name="courriel_objet_une_ligne"
            ),
            models.CheckConstraint(condition=Q(nom__regex=r"^[a-z0-9_]+$"), name="courriel_nom_simple"),
            models.CheckConstraint(
                condition=Q(envoye_le=None) | Q(abandonne_le=None), name="courriel_envoye_ou_abandonne"
            ),
            # The body may hold an activation key: it does not outlive the sending.
            models.CheckConstraint(
                condition=Q(envoye_le=None, corps__isnull=False)
                | Q(envoye_le__isnull=False, corps=None, tentatives__gte=1, derniere_erreur=""),
                name="courriel_corps_efface_une_fois_parti",
            ),
            models.CheckConstraint(
                condition=Q(abandonne_le=None) | (Q(tentatives__gte=1) & ~Q(derniere_erreur="")),
                name="courriel_abandon_explique",
            ),
            models.CheckConstraint(
                condition=Q(envoye_le=None, abandonne_le=None, prochain_essai_le__isnull=False)
                | (~Q(envoye_le=None, abandonne_le=None) & Q(prochain_essai_le=None)),
                name="courriel_essai_prevu_tant_qu_il_attend",
            ),
        ]
        indexes = [
            models.Index("cree_le", "uuid", name="courriel_pas_parti", condition=Q(envoye_le=None)),
            models.Index("cree_le", name="courriel_anciennete"),
        ]

    def __str__(self) -> str:
        return f"{self.objet} → {self.destinataire}"


class Limite(models.Model):
    """How many times something was tried in a period that has begun: sign-ins of an account, of an address…

    Counted before the work it protects, by one atomic statement (sofi.limites).
    """

    #: What is counted: a purpose and a keyed hash of the account, address or device.
    cle = models.CharField(primary_key=True, max_length=100)
    nombre = models.PositiveIntegerField()
    finit_le = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "limite"

    def __str__(self) -> str:
        return f"{self.cle} : {self.nombre}"
