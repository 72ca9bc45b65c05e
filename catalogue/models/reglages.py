"""What administrators of the Carif-Oref set without a deployment: delays, holidays, prepared texts."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from catalogue.enums import UsageTexte


def _jours(label: str, default: int, maximum: int, **options) -> models.PositiveSmallIntegerField:
    validators = [MinValueValidator(1), MaxValueValidator(maximum)]
    return models.PositiveSmallIntegerField(label, default=default, validators=validators, **options)


class Delais(models.Model):
    """The delays of the workshop: one row, made after migrations (catalogue/apps.py)."""

    cible = _jours("délai visé pour répondre à un envoi (jours ouvrés)", 2, 60)
    urgence = _jours("une action est urgente quand une session commence dans moins de (jours)", 14, 365)
    premiere_relance = _jours("première relance d’une question sans réponse (jours)", 5, 60)
    seconde_relance = _jours("seconde et dernière relance (jours)", 15, 120)
    fin_session = _jours("annonce de la fin d’une session (jours avant)", 30, 120)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "délais"
        verbose_name_plural = "délais"
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="delais_une_seule_ligne"),
            models.CheckConstraint(
                condition=Q(seconde_relance__gt=models.F("premiere_relance")),
                name="delais_relances_ordonnees",
                violation_error_message="La seconde relance vient après la première.",
            ),
            models.CheckConstraint(
                condition=Q(cible__range=(1, 60), urgence__range=(1, 365), fin_session__range=(1, 120)),
                name="delais_bornes",
            ),
        ]

    def __str__(self) -> str:
        return "Délais"

    @classmethod
    def current(cls) -> "Delais":
        """The delays in force. One query."""
        return cls.objects.get()


class JourFerme(models.Model):
    """A day the Carif-Oref does not work: a public holiday, a bridge, a closing. Week-ends are not listed."""

    jour = models.DateField("jour", unique=True)
    libelle = models.CharField("libellé", max_length=60)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "jour fermé"
        verbose_name_plural = "jours fermés"
        ordering = ["jour"]

    def __str__(self) -> str:
        return self.libelle


class TexteType(models.Model):
    """A prepared text a decision may start from; words like `{organisme}` are filled in."""

    usage = models.CharField("sert à", max_length=10, choices=UsageTexte)
    libelle = models.CharField("nom dans la liste", max_length=100)
    texte = models.TextField("texte", max_length=3000)
    ordre = models.PositiveSmallIntegerField("ordre", default=0)
    est_actif = models.BooleanField("proposé", default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "texte préparé"
        verbose_name_plural = "textes préparés"
        ordering = ["usage", "ordre", "pk"]
        constraints = [
            models.UniqueConstraint(
                "usage",
                "libelle",
                name="texte_type_nom_unique",
                violation_error_message="Un texte préparé porte déjà ce nom.",
            ),
            models.CheckConstraint(condition=Q(usage__in=UsageTexte.values), name="texte_type_usage_connu"),
            models.CheckConstraint(condition=~Q(texte="") & ~Q(libelle=""), name="texte_type_rempli"),
        ]

    def __str__(self) -> str:
        return self.libelle


class EvenementReglage(models.Model):
    """One line of the settings' journal: each version of each setting. Append-only (migration 0010)."""

    #: Model and key of what was changed: "typedispositif", "aif".
    objet = models.CharField(max_length=20)
    objet_pk = models.CharField(max_length=40)
    libelle = models.CharField(max_length=310)
    version = models.PositiveIntegerField()
    #: {field: [before, after]}; every field at creation, with null before; at deletion, null after.
    changements = models.JSONField()
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    le = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "modification d’un réglage"
        ordering = ["-pk"]
        indexes = [models.Index("objet", "objet_pk", name="evenement_reglage_objet")]

    def __str__(self) -> str:
        return f"{self.libelle} (version {self.version})"
