"""What every row that people type has: who may write over whom, and written once."""

from uuid import uuid4

from django.db import models
from django.utils import timezone


class Ligne(models.Model):
    """A row typed in a form.

    `version` rises by one with each save of the row: a form that carries an older one is stale.
    `jeton` names the form that made the row: posting that form twice makes one row.
    """

    version = models.PositiveIntegerField(default=1, editable=False)
    jeton = models.UUIDField(default=uuid4, unique=True, editable=False)
    cree_le = models.DateTimeField("créé le", default=timezone.now, editable=False)
    modifie_le = models.DateTimeField("modifié le", default=timezone.now, editable=False)

    class Meta:
        abstract = True
