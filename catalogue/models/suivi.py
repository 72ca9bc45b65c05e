"""What happened to an action: its journal, and the Carif-Oref's questions with their answers."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from catalogue.enums import StatutAction, TypeEvenement

from .offre import Action
from .scope import ScopedQuerySet


class EvenementQuerySet(ScopedQuerySet):
    organisme_path = "action__organisme"


class Evenement(models.Model):
    """One line of an action's journal: exactly one per change, written in the change's transaction.

    The table is append-only: a trigger refuses UPDATE and DELETE (migration 0002).
    """

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="evenements")
    type = models.CharField(max_length=30, choices=TypeEvenement)
    statut_avant = models.CharField(max_length=30, choices=StatutAction, blank=True)
    statut_apres = models.CharField(max_length=30, choices=StatutAction)
    revision = models.PositiveIntegerField()
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    #: Whether the author is of the Carif-Oref's staff.
    par_carif = models.BooleanField()
    #: Whether they acted in the organisme's space, for it: « X (Carif-Oref) pour Y ».
    pour_organisme = models.BooleanField(default=False)
    texte = models.TextField(max_length=3000, blank=True)
    #: What was touched, e.g. {"objet": "session", "pk": 12, "champs": ["date_debut"]}.
    details = models.JSONField(default=dict, blank=True)
    le = models.DateTimeField(default=timezone.now)

    objects = EvenementQuerySet.as_manager()

    class Meta:
        verbose_name = "événement"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(type__in=TypeEvenement.values), name="evenement_type_connu"),
            models.CheckConstraint(
                condition=~Q(type__in=["refuse", "request_changes", "answer", "archive"]) | ~Q(texte=""),
                name="evenement_motive",
                violation_error_message="Cette décision demande un texte.",
            ),
            models.CheckConstraint(
                condition=Q(pour_organisme=False) | Q(par_carif=True), name="evenement_pour_organisme"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} ({self.le:%d/%m/%Y %H:%M})"

    @property
    def qui(self) -> str:
        """Who did it, as both sides read it. Needs `auteur`, and the organisme for an act in its name."""
        if self.pour_organisme:
            return f"{self.auteur} (Carif-Oref) pour {self.action.organisme}"
        return f"{self.auteur} (Carif-Oref)" if self.par_carif else str(self.auteur)


class DemandeQuerySet(ScopedQuerySet):
    organisme_path = "action__organisme"

    def ouvertes(self):
        return self.filter(close_le__isnull=True)


class Demande(models.Model):
    """A question of the Carif-Oref about an action, and the OF's answer."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="demandes")
    question = models.TextField(max_length=3000)
    #: Fields concerned, as "action.duree_centre", "session.date_debut"…
    champs = models.JSONField(default=list, blank=True)
    posee_par = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    posee_le = models.DateTimeField(default=timezone.now)
    reponse = models.TextField(max_length=3000, blank=True)
    repondue_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    #: When it was answered, or closed because the action was archived.
    close_le = models.DateTimeField(null=True)

    objects = DemandeQuerySet.as_manager()

    class Meta:
        verbose_name = "question"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                "action",
                condition=Q(close_le__isnull=True),
                name="demande_une_ouverte_par_action",
                violation_error_message="Une question attend déjà la réponse de l’organisme.",
            ),
            models.CheckConstraint(condition=~Q(question=""), name="demande_question_remplie"),
            models.CheckConstraint(
                condition=Q(reponse="") | Q(close_le__isnull=False, repondue_par__isnull=False),
                name="demande_reponse_datee",
            ),
        ]

    def __str__(self) -> str:
        return self.question[:80]
