"""People, and the organisations they type for."""

from collections.abc import Sequence

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from catalogue.enums import ROLES_SAISIE, RoleOrganisme
from catalogue.models.scope import ScopedQuerySet


class RoleCarif(models.TextChoices):
    """What a member of the Carif-Oref's staff may do.

    An agent reads all the offer, types for an organisation in its space, answers key requests and asks
    questions; a valideur decides besides; an administrateur keeps the staff's accounts besides.
    """

    AGENT = "agent", "Agent"
    VALIDEUR = "valideur", "Valideur"
    ADMINISTRATEUR = "administrateur", "Administrateur"


class UserManager(BaseUserManager):
    """Creates people by e-mail address and finds them whatever the case typed."""

    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email=email.strip().lower())


class User(AbstractBaseUser):
    """A person who signs in with an e-mail address (manual step 1)."""

    email = models.EmailField(
        "adresse e-mail",
        max_length=160,
        unique=True,
        error_messages={"unique": "Un compte existe déjà pour cette adresse e-mail."},
    )
    prenom = models.CharField("prénom", max_length=50)
    nom = models.CharField("nom", max_length=50)
    role_carif = models.CharField("rôle au Carif-Oref", max_length=20, choices=RoleCarif, blank=True)
    is_active = models.BooleanField("compte actif", default=True)
    cree_le = models.DateTimeField("créé le", default=timezone.now, editable=False)
    #: When the person had their account deleted: the row stays for the journals, and names nobody.
    anonymise_le = models.DateTimeField(null=True, editable=False)
    organismes = models.ManyToManyField(
        "catalogue.Organisme", through="accounts.Rattachement", related_name="membres"
    )

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["prenom", "nom"]

    objects = UserManager()

    #: Key of the organisme the person works for during this request (accounts.middleware) and their role
    #: there; None and '' outside of a request, and for the staff who work as the Carif-Oref.
    espace: int | None = None
    role_espace: str = ""
    #: What binds the person to their organisations, read once by request.
    ses_rattachements: "Sequence[Rattachement]" = ()

    class Meta:
        verbose_name = "personne"
        verbose_name_plural = "personnes"
        constraints = [
            # Stored in lower case, so that « unique » means it whatever the case typed.
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_minuscules"),
            models.CheckConstraint(
                condition=Q(role_carif__in=["", *RoleCarif.values]), name="user_role_carif_connu"
            ),
            models.CheckConstraint(
                condition=Q(anonymise_le__isnull=True)
                | Q(is_active=False, prenom="", nom="", role_carif="", email__endswith="@anonyme.invalid"),
                name="user_anonyme_sans_nom",
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or ("Ancien utilisateur" if self.anonymise_le else self.email)

    def work_for(self, organisme_pk: int | None, role: str = RoleOrganisme.GESTIONNAIRE) -> None:
        """Act for this organisme, under this role, for as long as this object lives; None for nobody."""
        self.espace, self.role_espace = organisme_pk, role if organisme_pk else ""

    def get_full_name(self) -> str:
        return f"{self.prenom} {self.nom}".strip()

    def get_short_name(self) -> str:
        return self.prenom

    @property
    def est_personnel(self) -> bool:
        """Whether the person belongs to the Carif-Oref's staff, whatever space they are in."""
        return bool(self.role_carif)

    @property
    def est_carif(self) -> bool:
        """Whether the person acts as the Carif-Oref: of its staff, and not in an organisation's space."""
        return self.est_personnel and self.espace is None

    @property
    def est_valideur(self) -> bool:
        """Whether the person acts as the Carif-Oref and may decide (validate, refuse, places)."""
        return self.est_carif and self.role_carif in (RoleCarif.VALIDEUR, RoleCarif.ADMINISTRATEUR)

    @property
    def est_administrateur(self) -> bool:
        return self.est_carif and self.role_carif == RoleCarif.ADMINISTRATEUR


class RattachementQuerySet(ScopedQuerySet):
    def gestionnaires(self):
        """Those who manage their organisme's team, and may sign in."""
        return self.filter(role=RoleOrganisme.GESTIONNAIRE, user__is_active=True)


class Rattachement(models.Model):
    """A person's role in one training organisation."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="rattachements")
    organisme = models.ForeignKey(
        "catalogue.Organisme", on_delete=models.CASCADE, related_name="rattachements"
    )
    role = models.CharField("rôle", max_length=20, choices=RoleOrganisme, default=RoleOrganisme.GESTIONNAIRE)
    cree_le = models.DateTimeField("créé le", default=timezone.now, editable=False)

    objects = RattachementQuerySet.as_manager()

    class Meta:
        verbose_name = "rattachement"
        constraints = [
            models.UniqueConstraint("user", "organisme", name="rattachement_unique"),
            models.CheckConstraint(
                condition=Q(role__in=RoleOrganisme.values), name="rattachement_role_connu"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.organisme} ({self.get_role_display()})"

    @property
    def permet_la_saisie(self) -> bool:
        return self.role in ROLES_SAISIE
