"""The Carif-Oref's workshop: what the staff keep for themselves around an action. No OF ever sees it."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from catalogue.enums import DecisionLot, ResultatLot

from .offre import Action
from .suivi import Evenement


def _membre(**options) -> models.ForeignKey:
    """A member of the staff."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, **({"on_delete": models.PROTECT, "related_name": "+"} | options)
    )


class NoteInterne(models.Model):
    """A note the staff leave each other on an action."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="notes")
    auteur = _membre()
    texte = models.TextField("note", max_length=3000)
    jeton = models.UUIDField(default=uuid4, unique=True, editable=False)
    cree_le = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "note interne"
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=~Q(texte=""), name="note_remplie")]

    def __str__(self) -> str:
        return self.texte[:80]


class Consultation(models.Model):
    """Who has an action's dossier open: the moment it was last seen, refreshed by the page."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="consultations")
    user = _membre(on_delete=models.CASCADE)
    vue_le = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "consultation"
        constraints = [models.UniqueConstraint("action", "user", name="consultation_unique")]

    def __str__(self) -> str:
        return f"{self.user} lit l’action {self.action_id}"


class FiltreEnregistre(models.Model):
    """A view of the queue a member of the staff keeps, and may share with colleagues."""

    user = _membre(on_delete=models.CASCADE)
    nom = models.CharField("nom", max_length=60)
    #: The query string, without its first « ? ».
    requete = models.CharField(max_length=1000, blank=True)
    est_partage = models.BooleanField("partagé avec l’équipe", default=False)

    class Meta:
        verbose_name = "filtre enregistré"
        ordering = ["nom", "pk"]
        constraints = [
            models.UniqueConstraint(
                "user",
                "nom",
                name="filtre_nom_unique",
                violation_error_message="Vous avez déjà un filtre de ce nom.",
            ),
            models.CheckConstraint(condition=~Q(nom=""), name="filtre_nomme"),
        ]

    def __str__(self) -> str:
        return self.nom


class Derogation(models.Model):
    """A warning of `catalogue.completude` the staff let pass, with the reason.

    It holds for that very sentence: when what was typed changes, the sentence does, and the warning is back.
    """

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="derogations")
    #: The finding: its code, its row, its sentence.
    code = models.CharField(max_length=60)
    etape = models.CharField(max_length=20)
    objet_pk = models.BigIntegerField()
    message = models.TextField()
    motif = models.CharField(max_length=500)
    par = _membre()
    le = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "avertissement écarté"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("action", "code", "etape", "objet_pk", name="derogation_unique"),
            models.CheckConstraint(condition=~Q(motif=""), name="derogation_motivee"),
        ]

    def __str__(self) -> str:
        return f"{self.code} : {self.motif}"


class DecisionAnnulable(models.Model):
    """What to put back when the last decision on an action is undone; kept until the end of its day."""

    action = models.OneToOneField(Action, on_delete=models.CASCADE, related_name="annulable")
    evenement = models.OneToOneField(Evenement, on_delete=models.CASCADE, related_name="+")
    #: {"decidee_le", "validee_le": ISO or null, "diffusions": rows that were online, or null if untouched}.
    avant = models.JSONField()
    le = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = "décision annulable"

    def __str__(self) -> str:
        return f"Décision {self.evenement_id} sur l’action {self.action_id}"


class Lot(models.Model):
    """One decision on many actions, carried out one by one by the worker."""

    MAXIMUM = 500

    jeton = models.UUIDField(default=uuid4, unique=True, editable=False)
    auteur = _membre()
    decision = models.CharField(max_length=10, choices=DecisionLot)
    #: What goes with the decision: {"texte": …}, {"examinateur": pk}, {"ancien": …, "nouveau": …}.
    parametres = models.JSONField(default=dict)
    cree_le = models.DateTimeField(default=timezone.now)
    termine_le = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "lot"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(decision__in=DecisionLot.values), name="lot_decision_connue")
        ]

    def __str__(self) -> str:
        return f"Lot {self.pk} : {self.get_decision_display()}"


class LotLigne(models.Model):
    """One action of a batch, and what became of it."""

    lot = models.ForeignKey(Lot, on_delete=models.CASCADE, related_name="lignes")
    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="+")
    #: `Action.revision` that was on screen when the batch was asked for.
    revision = models.PositiveIntegerField()
    resultat = models.CharField(max_length=10, choices=ResultatLot, default=ResultatLot.A_FAIRE)
    message = models.CharField(max_length=500, blank=True)
    fait_le = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "action d’un lot"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("lot", "action", name="lot_action_unique"),
            models.CheckConstraint(
                condition=Q(resultat="a_faire", fait_le__isnull=True)
                | (Q(resultat__in=["fait", "refuse"]) & Q(fait_le__isnull=False)),
                name="lot_ligne_datee",
            ),
            models.CheckConstraint(
                condition=~Q(resultat="refuse") | ~Q(message=""), name="lot_refus_explique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action_id} : {self.get_resultat_display()}"


class Mesure(models.Model):
    """One figure of the pilot board, computed by the worker: no page counts a whole table."""

    #: Name of the measure and, where it is cut (by month, by state…), of its part.
    code = models.CharField(max_length=40)
    cle = models.CharField(max_length=60, blank=True)
    valeur = models.DecimalField(max_digits=14, decimal_places=2)
    calculee_le = models.DateTimeField()

    class Meta:
        verbose_name = "mesure"
        ordering = ["code", "cle"]
        constraints = [models.UniqueConstraint(F("code"), F("cle"), name="mesure_unique")]

    def __str__(self) -> str:
        return f"{self.code} {self.cle} : {self.valeur}"
