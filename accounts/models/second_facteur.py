"""The second factor: an application that gives codes, and codes on paper for the day it is lost."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django_otp.models import Device, ThrottlingMixin

#: Wrong codes in a row before any wait, and the longest wait.
ESSAIS_LIBRES = 5
ATTENTE_MAX = timedelta(hours=1)


class Totp(ThrottlingMixin, Device):
    """A person's code generator (RFC 6238), as django-otp's own device but with the seed encrypted."""

    #: The seed, encrypted by `sofi.chiffrement`.
    secret = models.BinaryField()
    #: Time step of the last code accepted: a code works once.
    dernier_pas = models.BigIntegerField(default=-1)
    cree_le = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = "générateur de codes"
        constraints = [models.UniqueConstraint("user", name="totp_un_par_personne")]

    def verify_is_allowed(self):
        """As django-otp's, after a few mistakes that cost nothing, and with a wait that stays bearable.

        Whoever knows the password could otherwise lock its owner out for years.
        """
        if self.throttling_failure_count < ESSAIS_LIBRES:
            return True, None
        permis, details = super().verify_is_allowed()
        if not permis:
            bout = self.throttling_failure_timestamp + ATTENTE_MAX
            details["locked_until"] = min(details["locked_until"], bout)
            permis = timezone.now() >= bout
        return permis, None if permis else details

    def get_throttle_factor(self) -> int:
        """Seconds, doubled at each wrong code: 16 after the fifth, 17 minutes after the eleventh."""
        return 1


class CodeSecours(models.Model):
    """One of the ten recovery codes of a person: works once, stored as a hash only."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="codes_secours")
    #: Which of the ten; it is the beginning of the code as printed, so that one hash is checked and not ten.
    rang = models.PositiveSmallIntegerField()
    #: Django's encoded hash of the code (Argon2).
    empreinte = models.CharField(max_length=200)
    cree_le = models.DateTimeField(default=timezone.now, editable=False)
    utilise_le = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "code de secours"
        ordering = ["rang"]
        constraints = [models.UniqueConstraint("user", "rang", name="codesecours_unique")]

    def __str__(self) -> str:
        return f"Code de secours n° {self.rang} de {self.user}"
