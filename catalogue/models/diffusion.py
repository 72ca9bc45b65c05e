"""What is online: a frozen read model, one row per published session.

Public pages, feeds and exports read this table and nothing else. It is written by
`catalogue.instantane` when the Carif-Oref validates, and never by an edit.
"""

from django.db import models
from django.db.models import F, Q

from .offre import Action, Formation
from .organisme import Organisme
from .scope import ScopedQuerySet
from .session import Session


class DiffusionQuerySet(ScopedQuerySet):
    def actives(self, on):
        """Rows whose session has not ended on the date `on`."""
        return self.filter(date_fin__gte=on)


class Diffusion(models.Model):
    """The published content of one session, frozen at the last validation of its action."""

    numero = models.CharField("numéro public", max_length=20, primary_key=True)
    session = models.OneToOneField(Session, on_delete=models.SET_NULL, null=True, related_name="diffusion")
    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="diffusions")
    #: The action's. Without a foreign key: writing it would wait for whoever holds the formation to replace
    #: its code, who waits for the action (`catalogue.remplacement` locks the formations first).
    formation = models.ForeignKey(
        Formation, on_delete=models.PROTECT, db_constraint=False, related_name="diffusions"
    )
    organisme = models.ForeignKey(
        Organisme, on_delete=models.PROTECT, db_index=False, related_name="diffusions"
    )
    intitule = models.CharField("intitulé", max_length=800)
    certification_code = models.CharField("code Certifinfo", max_length=10, blank=True)
    niveau = models.SmallIntegerField(null=True)
    departement = models.CharField("département", max_length=3)
    ville = models.CharField(max_length=50)
    date_debut = models.DateField("date début")
    date_fin = models.DateField("date fin")
    #: The whole FASD sheet as it was validated; shape in `catalogue.instantane.build_contenu`.
    contenu = models.JSONField()
    #: `Action.revision` that was validated.
    revision = models.PositiveIntegerField()
    publiee_le = models.DateTimeField("en ligne depuis le")
    modifiee_le = models.DateTimeField("mise à jour le")
    #: When it first left in a feed to the partners (`export_lheo`).
    transmise_le = models.DateTimeField("dans le flux depuis le", null=True)

    objects = DiffusionQuerySet.as_manager()

    class Meta:
        verbose_name = "session diffusée"
        verbose_name_plural = "sessions diffusées"
        ordering = ["date_debut", "numero"]
        indexes = [
            # The public lists walk these in their order until a page is full; `date_fin` lets them pass what
            # has ended without reading it. The counter « publiques actives » and the API read them alone.
            models.Index(
                *("organisme", "date_debut", "numero", "date_fin"),
                include=["session", "modifiee_le"],
                name="diffusion_organisme",
            ),
            # « Sessions publiques actives » of an organisme: counting reads nothing else.
            models.Index(
                *("organisme", "date_fin"),
                name="diffusion_organisme_fin",
                condition=Q(session__isnull=False),
            ),
            models.Index(
                *("certification_code", "date_debut", "numero", "date_fin"),
                include=["organisme", "modifiee_le"],
                name="diffusion_certification",
            ),
            models.Index("date_debut", "numero", name="diffusion_date_debut"),
            models.Index("modifiee_le", "numero", name="diffusion_modifiee"),
            models.Index("publiee_le", "numero", name="diffusion_publiee"),
            models.Index("numero", name="diffusion_a_transmettre", condition=Q(transmise_le=None)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(date_fin__gte=F("date_debut")), name="diffusion_dates_ordonnees"
            )
        ]

    def __str__(self) -> str:
        return f"{self.numero} – {self.intitule}"
