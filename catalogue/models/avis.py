"""How people are told: what each of them chose, and what waits for the morning's digest."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from catalogue.enums import ModeAvis, TypeAvis

from .offre import Action
from .organisme import Organisme


class PreferenceAvis(models.Model):
    """How a person wants to be told of one kind of event; without a row, at once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    type = models.CharField(max_length=20, choices=TypeAvis)
    mode = models.CharField(max_length=10, choices=ModeAvis)

    class Meta:
        verbose_name = "préférence d’avis"
        constraints = [
            models.UniqueConstraint("user", "type", name="preference_avis_unique"),
            models.CheckConstraint(condition=Q(type__in=TypeAvis.values), name="preference_type_connu"),
            models.CheckConstraint(condition=Q(mode__in=ModeAvis.values), name="preference_mode_connu"),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} : {self.get_mode_display()}"


class AvisEnAttente(models.Model):
    """A notice that waits for its person's next morning digest; deleted once in the outbox."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    type = models.CharField(max_length=20, choices=TypeAvis)
    action = models.ForeignKey(Action, on_delete=models.CASCADE, null=True, related_name="+")
    #: The organisme it is about, when it is of no single action: who has left it does not read it.
    organisme = models.ForeignKey(Organisme, on_delete=models.CASCADE, null=True, related_name="+")
    #: One line for the digest, and the whole address of the page it speaks of.
    texte = models.CharField(max_length=700)
    url = models.CharField(max_length=500)
    cree_le = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "avis en attente"
        verbose_name_plural = "avis en attente"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(type__in=TypeAvis.values), name="avis_type_connu"),
        ]

    def __str__(self) -> str:
        return self.texte[:80]
