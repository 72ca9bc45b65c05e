"""What the public and the partners leave with us: errors they report, searches they follow, keys they use."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from catalogue.enums import ObjetSignalement, StatutSignalement, StatutSuivi

from .offre import Action
from .organisme import Organisme
from .scope import ScopedQuerySet


class SignalementQuerySet(ScopedQuerySet):
    organisme_path = "organisme"

    def ouverts(self):
        return self.filter(statut=StatutSignalement.OUVERT)


class Signalement(models.Model):
    """« Signaler une erreur »: what a visitor says of a public sheet; the organisme or the staff answers."""

    #: Public number of the session that was read.
    numero = models.CharField("numéro de session", max_length=20)
    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="signalements")
    organisme = models.ForeignKey(Organisme, on_delete=models.PROTECT, related_name="signalements")
    objet = models.CharField("ce qui ne va pas", max_length=12, choices=ObjetSignalement)
    texte = models.TextField("précisions", max_length=2000)
    #: Whom to answer; a visitor may leave none. Erased once answered, or after a year.
    courriel = models.EmailField("votre e-mail", max_length=160, blank=True)
    jeton = models.UUIDField(unique=True, default=uuid4, editable=False)
    cree_le = models.DateTimeField(default=timezone.now, editable=False)
    statut = models.CharField(max_length=10, choices=StatutSignalement, default=StatutSignalement.OUVERT)
    reponse = models.TextField("réponse", max_length=2000, blank=True)
    traite_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    traite_le = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = SignalementQuerySet.as_manager()

    class Meta:
        verbose_name = "signalement"
        ordering = ["-pk"]
        indexes = [
            models.Index("cree_le", "id", name="signalement_ouvert", condition=Q(statut="ouvert")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(objet__in=ObjetSignalement.values), name="signalement_objet_connu"
            ),
            models.CheckConstraint(
                condition=Q(statut__in=StatutSignalement.values), name="signalement_statut_connu"
            ),
            models.CheckConstraint(condition=~Q(texte=""), name="signalement_texte_rempli"),
            models.CheckConstraint(
                condition=Q(statut="ouvert", reponse="", traite_par=None, traite_le=None)
                | (
                    ~Q(statut="ouvert")
                    & ~Q(reponse="")
                    & Q(traite_par__isnull=False, traite_le__isnull=False)
                ),
                name="signalement_traite_repondu",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_objet_display()} ({self.numero})"


class RechercheSuivieQuerySet(models.QuerySet):
    def suivies(self):
        """Those whose news are mailed."""
        return self.filter(statut=StatutSuivi.SUIVIE)


class RechercheSuivie(models.Model):
    """A search whose new sessions leave by e-mail to an address that asked for it, and confirmed it.

    No account: whoever reads the mail of the address holds the links. Deleted as soon as it ends.
    """

    LONGUEUR_REQUETE = 2000

    courriel = models.EmailField("adresse e-mail", max_length=160)
    #: Its canonical query string (`catalogue.recherches_suivies.requete`); '' is the whole offer.
    requete = models.CharField("recherche", max_length=LONGUEUR_REQUETE, blank=True)
    statut = models.CharField(max_length=12, choices=StatutSuivi, default=StatutSuivi.A_CONFIRMER)
    #: SHA-256 of what the link to confirm holds; '' once it may serve no more.
    empreinte = models.CharField(max_length=64, blank=True, editable=False)
    cree_le = models.DateTimeField(default=timezone.now, editable=False)
    #: When a request was last answered by a mail.
    ecrit_le = models.DateTimeField("dernier e-mail de confirmation", null=True, editable=False)
    confirmee_le = models.DateTimeField("confirmée le", null=True, editable=False)
    #: When `statut` ends by itself.
    finit_le = models.DateTimeField("finit le", editable=False)
    #: What went online up to then has been told, or was there to be seen.
    vue_jusqu_a = models.DateTimeField("nouveautés envoyées jusqu’à", null=True, editable=False)

    objects = RechercheSuivieQuerySet.as_manager()

    class Meta:
        verbose_name = "recherche suivie"
        verbose_name_plural = "recherches suivies"
        indexes = [
            models.Index("id", "vue_jusqu_a", name="recherche_suivie", condition=Q(statut="suivie")),
            models.Index("finit_le", name="recherche_suivie_finit"),
        ]
        constraints = [
            models.UniqueConstraint("courriel", "requete", name="recherche_suivie_unique"),
            models.UniqueConstraint(
                "empreinte", name="recherche_suivie_empreinte_unique", condition=~Q(empreinte="")
            ),
            models.CheckConstraint(
                condition=Q(empreinte__regex=r"^([0-9a-f]{64})?$"), name="recherche_suivie_empreinte"
            ),
            models.CheckConstraint(
                condition=Q(statut__in=StatutSuivi.values), name="recherche_suivie_statut_connu"
            ),
            models.CheckConstraint(
                condition=Q(courriel=Lower("courriel")) & ~Q(courriel=""), name="recherche_suivie_adresse"
            ),
            models.CheckConstraint(
                condition=Q(statut="a_confirmer") | Q(confirmee_le__isnull=False, vue_jusqu_a__isnull=False),
                name="recherche_suivie_confirmee",
            ),
            models.CheckConstraint(
                condition=Q(finit_le__gt=F("cree_le")), name="recherche_suivie_finit_apres"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.courriel} : {self.requete}"


class CleApi(models.Model):
    """A partner's key for the read API: more requests than a passer-by. Only its SHA-256 is kept."""

    nom = models.CharField("partenaire", max_length=120)
    courriel = models.EmailField("e-mail du contact", max_length=160)
    empreinte = models.CharField(max_length=64, unique=True, editable=False)
    #: The first characters, by which it is recognised in the list.
    debut = models.CharField(max_length=8, editable=False)
    quota_horaire = models.PositiveIntegerField("requêtes par heure", default=10_000)
    cree_le = models.DateTimeField(default=timezone.now, editable=False)
    cree_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    revoquee_le = models.DateTimeField("révoquée le", null=True, editable=False)
    #: Day of the last use: enough to know which keys still serve.
    utilisee_le = models.DateField("dernier usage", null=True, editable=False)

    class Meta:
        verbose_name = "clé d’API"
        ordering = ["nom", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(nom=""), name="cle_api_nommee"),
            models.CheckConstraint(condition=Q(empreinte__regex=r"^[0-9a-f]{64}$"), name="cle_api_empreinte"),
            models.CheckConstraint(
                condition=Q(quota_horaire__gte=1, quota_horaire__lte=1_000_000), name="cle_api_quota"
            ),
        ]

    def __str__(self) -> str:
        return self.nom
