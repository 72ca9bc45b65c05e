"""The security journal: who came in, who was refused, which keys and roles were given."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class TypeEvenementSecurite(models.TextChoices):
    """What is worth a line of the security journal."""

    CONNEXION = "connexion", "Connexion"
    CONNEXION_REFUSEE = "connexion_refusee", "Connexion refusée"
    CONNEXION_BLOQUEE = "connexion_bloquee", "Connexion bloquée : trop d’essais"
    DECONNEXION = "deconnexion", "Déconnexion"
    SESSION_TERMINEE = "session_terminee", "Session fermée à distance"
    MOT_DE_PASSE_DEMANDE = "mot_de_passe_demande", "Réinitialisation de mot de passe demandée"
    MOT_DE_PASSE_CHANGE = "mot_de_passe_change", "Mot de passe changé"
    ADRESSE_DEMANDEE = "adresse_demandee", "Changement d’adresse e-mail demandé"
    ADRESSE_CHANGEE = "adresse_changee", "Adresse e-mail changée"
    CLE_DEMANDEE = "cle_demandee", "Clé d’activation demandée"
    CLE_DEMANDE_REFUSEE = "cle_demande_refusee", "Demande de clé refusée"
    CLE_EMISE = "cle_emise", "Clé d’activation émise"
    CLE_UTILISEE = "cle_utilisee", "Clé d’activation utilisée"
    CLE_REFUSEE = "cle_refusee", "Clé d’activation refusée"
    CLE_REVOQUEE = "cle_revoquee", "Clé d’activation révoquée"
    ROLE_DONNE = "role_donne", "Rôle donné"
    ROLE_RETIRE = "role_retire", "Accès retiré"
    COMPTE_FERME = "compte_ferme", "Compte désactivé"
    COMPTE_ROUVERT = "compte_rouvert", "Compte réactivé"
    COMPTE_ANONYMISE = "compte_anonymise", "Compte supprimé (anonymisé)"
    DONNEES_EXPORTEES = "donnees_exportees", "Données personnelles exportées"
    SECOND_FACTEUR_ACTIVE = "second_facteur_active", "Second facteur activé"
    SECOND_FACTEUR_REFUSE = "second_facteur_refuse", "Code du second facteur refusé"
    SECOND_FACTEUR_RETIRE = "second_facteur_retire", "Second facteur retiré"
    CODES_SECOURS_CREES = "codes_secours_crees", "Codes de secours créés"
    CODE_SECOURS_UTILISE = "code_secours_utilise", "Code de secours utilisé"
    ESPACE_OUVERT = "espace_ouvert", "Entrée dans l’espace d’un organisme"
    ESPACE_QUITTE = "espace_quitte", "Sortie de l’espace d’un organisme"


class EvenementSecurite(models.Model):
    """One line of the security journal, written in the transaction of what it tells.

    Append-only: a trigger refuses UPDATE, and DELETE during the twelve months lines are kept.
    """

    type = models.CharField(max_length=30, choices=TypeEvenementSecurite)
    #: Whom it is about, when they have an account.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    #: Who did it, when somebody was signed in.
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    organisme = models.ForeignKey(
        "catalogue.Organisme", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    ip = models.GenericIPAddressField(null=True)
    navigateur = models.CharField(max_length=200, blank=True)
    #: Never a secret, nor an address that belongs to no account.
    details = models.JSONField(default=dict, blank=True)
    le = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "événement de sécurité"
        ordering = ["-le", "-pk"]
        indexes = [
            models.Index("le", "id", name="evenementsecurite_le"),
            models.Index("user", "le", name="evenementsecurite_user_le"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(type__in=TypeEvenementSecurite.values), name="evenementsecurite_type_connu"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} ({self.le:%d/%m/%Y %H:%M})"
