"""What happened to an action: its journal, and the Carif-Oref's questions with their answers."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from catalogue.enums import EVENEMENTS_INTERNES, CauseCorrection, StatutAction, TypeEvenement

from .offre import Action
from .scope import ScopedQuerySet


class EvenementQuerySet(ScopedQuerySet):
    organisme_path = "action__organisme"

    def readable_by(self, user) -> "EvenementQuerySet":
        """The lines `user` may read: the Carif-Oref's internal ones are never seen outside."""
        return self.all() if user.est_carif else self.exclude(type__in=EVENEMENTS_INTERNES)


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
    #: What was touched, e.g. {"objet": "session", "pk": 12, "champs": ["date_debut"],
    #: "valeurs": {"date_debut": ["01/03/2027", "08/03/2027"]}}: before and after, as they were read.
    details = models.JSONField(default=dict, blank=True)
    #: For a decision: working days since the action was last sent (`catalogue.calendrier`); 0: the same day.
    delai_ouvre = models.PositiveSmallIntegerField(null=True)
    le = models.DateTimeField(default=timezone.now)

    objects = EvenementQuerySet.as_manager()

    class Meta:
        verbose_name = "événement"
        ordering = ["-pk"]
        indexes = [
            # The pilot board's delays, and what was done in a month.
            models.Index("type", "le", include=["delai_ouvre"], name="evenement_type_le"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(delai_ouvre__isnull=True) | Q(type__in=["approve", "refuse", "request_changes"]),
                name="evenement_delai_de_decision",
            ),
            models.CheckConstraint(condition=Q(type__in=TypeEvenement.values), name="evenement_type_connu"),
            models.CheckConstraint(
                condition=~Q(type__in=["refuse", "request_changes", "answer", "archive", "message", "waive"])
                | ~Q(texte=""),
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
    posee_par = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    posee_le = models.DateTimeField(default=timezone.now)
    reponse = models.TextField(max_length=3000, blank=True)
    repondue_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    #: When it was answered, cancelled, or closed because the action was archived.
    close_le = models.DateTimeField(null=True)
    #: How many reminders were sent; two at most.
    relances = models.PositiveSmallIntegerField(default=0)

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
            models.CheckConstraint(condition=Q(relances__lte=2), name="demande_deux_relances_au_plus"),
        ]

    def __str__(self) -> str:
        return self.question[:80]


class PointDemandeQuerySet(ScopedQuerySet):
    organisme_path = "demande__action__organisme"


class PointDemande(models.Model):
    """One field a question points at, with the cause; the organisme ticks it « corrigé »."""

    demande = models.ForeignKey(Demande, on_delete=models.CASCADE, related_name="points")
    #: "action.duree_centre", "session.date_debut", "dispositif.publics", "formation.certification"…
    champ = models.CharField(max_length=60)
    #: The row it is about, for a session or a dispositif; 0 for the formation and the action.
    objet_pk = models.BigIntegerField(default=0)
    cause = models.CharField(max_length=10, choices=CauseCorrection)
    texte = models.CharField("précision", max_length=500, blank=True)
    corrige_le = models.DateTimeField("corrigé le", null=True)
    corrige_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = PointDemandeQuerySet.as_manager()

    class Meta:
        verbose_name = "point à corriger"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("demande", "champ", "objet_pk", name="point_unique_par_champ"),
            models.CheckConstraint(condition=~Q(champ=""), name="point_champ_nomme"),
            models.CheckConstraint(condition=Q(cause__in=CauseCorrection.values), name="point_cause_connue"),
            models.CheckConstraint(
                condition=Q(corrige_le__isnull=True, corrige_par__isnull=True)
                | Q(corrige_le__isnull=False, corrige_par__isnull=False),
                name="point_correction_datee",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.champ} : {self.get_cause_display()}"


class LectureFil(models.Model):
    """How far a person has read an action's thread: the last line they have seen."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="lectures")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    evenement = models.ForeignKey(Evenement, on_delete=models.CASCADE, related_name="+", db_index=False)
    lu_le = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "lecture d’un fil"
        constraints = [models.UniqueConstraint("action", "user", name="lecture_unique")]

    def __str__(self) -> str:
        return f"{self.user} a lu l’action {self.action_id}"
