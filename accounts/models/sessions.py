"""Browsers signed in, limits on what may be tried, and a change of address under way."""

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone


class SessionNavigateur(AbstractBaseSession):
    """A browser's session; its key is stored hashed, so that a copy of the table opens nothing."""

    #: Who signed in; empty for a visitor.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="sessions_navigateur"
    )
    ouverte_le = models.DateTimeField(default=timezone.now)
    #: Last request seen, to the minute.
    vue_le = models.DateTimeField(default=timezone.now)
    ip = models.GenericIPAddressField(null=True)
    navigateur = models.CharField(max_length=200, blank=True)

    class Meta(AbstractBaseSession.Meta):
        verbose_name = "session de navigateur"
        verbose_name_plural = "sessions de navigateur"


class ChangementAdresse(models.Model):
    """A new e-mail address asked for, confirmed by a link at both addresses before it counts."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="changements_adresse"
    )
    nouvelle = models.EmailField("nouvelle adresse e-mail", max_length=160)
    #: SHA-256 of the tokens mailed to the present and to the new address.
    empreinte_ancienne = models.CharField(max_length=64, unique=True)
    empreinte_nouvelle = models.CharField(max_length=64, unique=True)
    confirmee_ancienne_le = models.DateTimeField(null=True)
    confirmee_nouvelle_le = models.DateTimeField(null=True)
    cree_le = models.DateTimeField(default=timezone.now, editable=False)
    expire_le = models.DateTimeField()
    #: Done, given up or replaced: no longer under way.
    close_le = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "changement d’adresse"
        constraints = [
            models.UniqueConstraint(
                "user", condition=Q(close_le__isnull=True), name="changementadresse_un_en_cours"
            ),
            models.CheckConstraint(
                condition=Q(nouvelle=Lower("nouvelle")), name="changementadresse_minuscules"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.nouvelle}"
