"""The offer itself: Formation → Action → Session → Dispositif (FASD).

The row is the wizard: each step of the tunnel saves one of these rows, however poor. Columns that
completeness asks for are therefore nullable or blank; constraints only forbid the incoherent.
"""

from datetime import date

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Prefetch, Q
from django.utils import timezone

from catalogue.enums import (
    Camp,
    ModalitesES,
    NiveauEntree,
    StatutAction,
    TypeParcours,
)

from .ligne import Ligne
from .organisme import Organisme, Site, url_web
from .reference import Certification
from .scope import CountedQuerySet, ScopedQuerySet

#: LHÉO whole numbers (hours, places) run from 0 to 99 999.
MAX_ENTIER = 99_999


def entier(label: str, **options) -> models.PositiveIntegerField:
    """An optional whole number within LHÉO's bounds; the constraint goes with it in each Meta."""
    return models.PositiveIntegerField(
        label, null=True, blank=True, validators=[MaxValueValidator(MAX_ENTIER)], **options
    )


class FormationQuerySet(ScopedQuerySet):
    pass


class Formation(models.Model):
    """F: one organisme × one certification, read-only; or one without code, typed by the Carif-Oref."""

    organisme = models.ForeignKey(
        Organisme, on_delete=models.PROTECT, db_index=False, related_name="formations"
    )
    certification = models.ForeignKey(
        Certification, on_delete=models.PROTECT, null=True, blank=True, related_name="formations"
    )
    intitule_libre = models.CharField("intitulé (hors Certifinfo)", max_length=255, blank=True)
    objectif_libre = models.TextField("objectif (hors Certifinfo)", max_length=3000, blank=True)
    programme_libre = models.TextField("programme (hors Certifinfo)", max_length=3000, blank=True)
    cree_le = models.DateTimeField("créée le", default=timezone.now, editable=False)

    objects = FormationQuerySet.as_manager()

    class Meta:
        verbose_name = "formation"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                "organisme",
                "certification",
                name="formation_organisme_certification",
                violation_error_message="Vous avez déjà une formation pour cette certification.",
            ),
            models.UniqueConstraint("id", "organisme", name="formation_id_organisme"),
            models.CheckConstraint(
                condition=(Q(certification__isnull=False) & Q(intitule_libre=""))
                | (Q(certification__isnull=True) & ~Q(intitule_libre="")),
                name="formation_certification_ou_intitule",
                violation_error_message=("Une formation a soit un code Certifinfo, soit un intitulé libre."),
            ),
        ]

    def __str__(self) -> str:
        return self.intitule

    @property
    def intitule(self) -> str:
        return self.certification.intitule if self.certification_id else self.intitule_libre

    @property
    def objectif(self) -> str:
        return self.certification.objectif if self.certification_id else self.objectif_libre

    @property
    def programme(self) -> str:
        return self.certification.programme if self.certification_id else self.programme_libre


class ActionQuerySet(CountedQuerySet):
    @staticmethod
    def conditions(on: date) -> dict[str, Q]:
        """The four counters of the manual, and the states it does not count. `on` changes nothing."""
        return {
            "en_saisie": Q(statut=StatutAction.EN_SAISIE),
            "en_attente_validation": Q(statut=StatutAction.EN_ATTENTE_VALIDATION),
            "en_attente_reponse": Q(statut=StatutAction.EN_ATTENTE_REPONSE),
            "code_remplace": Q(certification_remplacee_le__isnull=False) & ~Q(statut=StatutAction.ARCHIVEE),
            "validees": Q(statut=StatutAction.VALIDEE),
            "refusees": Q(statut=StatutAction.REFUSEE),
            "archivees": Q(statut=StatutAction.ARCHIVEE),
            # The drafts, in two: those the Carif-Oref has never had, and those it had, changed since.
            "jamais_envoyees": Q(statut=StatutAction.EN_SAISIE, soumise_le__isnull=True),
            "a_renvoyer": Q(statut=StatutAction.EN_SAISIE, soumise_le__isnull=False),
            # Whose answer the thread waits for; on the index of those that wait.
            "reponse_of": Q(reponse_due=Camp.OF),
            "reponse_carif": Q(reponse_due=Camp.CARIF),
        }

    def en_saisie(self):
        return self.in_state("en_saisie")

    def en_attente_validation(self):
        return self.in_state("en_attente_validation")

    def en_attente_reponse(self):
        return self.in_state("en_attente_reponse")

    def offered_as(self, code: str):
        """Those which had the Certifinfo code `code` just before their own, and have been online."""
        return self.filter(certification_precedente=code, validee_le__isnull=False)

    def with_tree(self):
        """The action with everything a récapitulatif or a dossier shows, in three queries."""
        session = self.model._meta.get_field("sessions").related_model
        dispositif = session._meta.get_field("dispositifs").related_model
        dispositifs = Prefetch("dispositifs", dispositif.objects.select_related("type"))
        sessions = session.objects.select_related("site_lieu").prefetch_related(dispositifs)
        return self.select_related(
            "organisme", "site_dispensateur", "formation__certification__type_diplome"
        ).prefetch_related(Prefetch("sessions", sessions))


class Action(Ligne):
    """A: how the organisme dispensateur delivers the formation (manual step 3). The unit of validation."""

    formation = models.ForeignKey(Formation, on_delete=models.PROTECT, related_name="actions")
    #: Copy of the formation's, kept equal by a composite foreign key: counters read one index.
    organisme = models.ForeignKey(Organisme, on_delete=models.PROTECT, db_index=False, related_name="actions")
    site_dispensateur = models.ForeignKey(
        Site,
        on_delete=models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="actions_dispensees",
        verbose_name="site dispensateur",
    )
    complement_intitule = models.CharField("complément intitulé", max_length=255, blank=True)
    complement_descriptif = models.TextField("complément descriptif", max_length=3000, blank=True)
    url = models.CharField("URL vers le site de l’OF", max_length=400, blank=True, validators=[url_web])
    niveau_entree = models.CharField("niveau d’entrée", max_length=2, choices=NiveauEntree, blank=True)
    type_parcours = models.CharField("type de parcours", max_length=1, choices=TypeParcours, blank=True)
    modalites_pedagogiques = models.CharField("modalités pédagogiques", max_length=200, blank=True)
    modalites_es = models.CharField("ESP ou dates fixes", max_length=1, choices=ModalitesES, blank=True)
    duree_centre = entier("durée en centre")
    duree_entreprise = entier("durée en entreprise")
    duree_hebdo = models.DecimalField("durée hebdo", max_digits=5, decimal_places=2, null=True, blank=True)
    commentaire_duree = models.CharField("commentaire durée", max_length=500, blank=True)
    commentaire_prerequis = models.TextField("commentaire prérequis", max_length=3000, blank=True)

    statut = models.CharField(
        max_length=30, choices=StatutAction, default=StatutAction.EN_SAISIE, editable=False
    )
    #: Rises with every save in the tree and every transition: what a decision was taken on.
    revision = models.PositiveIntegerField(default=1, editable=False)
    soumise_le = models.DateTimeField("envoyée le", null=True, editable=False)
    decidee_le = models.DateTimeField("décidée le", null=True, editable=False)
    #: Date of the last validation; stays while a reopened action is typed again.
    validee_le = models.DateTimeField("validée le", null=True, editable=False)
    #: First start of a session on or after the sending day, or that day when all have begun: the urgency.
    premier_debut = models.DateField("premier début", null=True, editable=False)
    #: Who of the Carif-Oref took charge of it, and since when (`catalogue.attribution`).
    examinateur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    prise_le = models.DateTimeField("prise en charge le", null=True, editable=False)
    #: Who owes an answer to the last message of the thread; '' when nobody does.
    reponse_due = models.CharField(max_length=5, choices=Camp, blank=True, editable=False)
    certification_precedente = models.CharField(
        "ancien code Certifinfo", max_length=10, blank=True, editable=False
    )
    certification_remplacee_le = models.DateTimeField("code remplacé le", null=True, editable=False)

    objects = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = "action"
        ordering = ["-modifie_le", "-pk"]
        indexes = [
            # All that `conditions` asks, and the age of the oldest draft: counting reads nothing else.
            models.Index(
                *("organisme", "statut"),
                include=["certification_remplacee_le", "soumise_le", "reponse_due", "cree_le"],
                name="action_organisme_statut",
            ),
            # As `session_site`.
            models.Index("site_dispensateur", "id", name="action_site"),
            models.Index("soumise_le", "id", name="action_file", condition=Q(statut="en_attente_validation")),
            models.Index(
                "statut",
                name="action_statut_rare",
                condition=~Q(statut__in=["validee", "archivee"]),
            ),
            models.Index(
                "premier_debut", "id", name="action_file_debut", condition=Q(statut="en_attente_validation")
            ),
            models.Index("reponse_due", "organisme", name="action_reponse_due", condition=~Q(reponse_due="")),
            models.Index(
                "certification_precedente",
                name="action_code_precedent",
                condition=~Q(certification_precedente=""),
            ),
        ]
        constraints = [
            models.UniqueConstraint("id", "organisme", name="action_id_organisme"),
            models.CheckConstraint(condition=Q(statut__in=StatutAction.values), name="action_statut_connu"),
            models.CheckConstraint(
                condition=Q(soumise_le__isnull=False) | Q(statut__in=["en_saisie", "archivee"]),
                name="action_soumise_datee",
                violation_error_message="Une action envoyée porte sa date d’envoi.",
            ),
            models.CheckConstraint(
                condition=~Q(statut="validee") | Q(validee_le__isnull=False), name="action_validee_datee"
            ),
            models.CheckConstraint(
                condition=~Q(statut__in=["validee", "refusee"]) | Q(decidee_le__isnull=False),
                name="action_decidee_datee",
            ),
            models.CheckConstraint(
                condition=Q(certification_remplacee_le__isnull=True) | ~Q(certification_precedente=""),
                name="action_remplacement_nomme",
            ),
            models.CheckConstraint(
                condition=~Q(statut="en_attente_validation") | Q(premier_debut__isnull=False),
                name="action_en_attente_premier_debut",
            ),
            models.CheckConstraint(
                condition=Q(examinateur__isnull=True, prise_le__isnull=True)
                | Q(examinateur__isnull=False, prise_le__isnull=False),
                name="action_prise_datee",
            ),
            models.CheckConstraint(
                condition=Q(reponse_due__in=["", *Camp.values]), name="action_reponse_due_connue"
            ),
            models.CheckConstraint(
                condition=Q(niveau_entree__in=["", *NiveauEntree.values]), name="action_niveau_entree_connu"
            ),
            models.CheckConstraint(
                condition=Q(type_parcours__in=["", *TypeParcours.values]), name="action_type_parcours_connu"
            ),
            models.CheckConstraint(
                condition=Q(modalites_es__in=["", *ModalitesES.values]), name="action_modalites_es_connues"
            ),
            models.CheckConstraint(
                condition=Q(url="") | Q(url__iregex=r"^https?://"), name="action_url_http"
            ),
            models.CheckConstraint(
                condition=Q(duree_centre__isnull=True) | Q(duree_centre__lte=MAX_ENTIER),
                name="action_duree_centre_bornee",
            ),
            models.CheckConstraint(
                condition=Q(duree_entreprise__isnull=True) | Q(duree_entreprise__lte=MAX_ENTIER),
                name="action_duree_entreprise_bornee",
            ),
            models.CheckConstraint(
                condition=Q(duree_hebdo__isnull=True) | Q(duree_hebdo__gt=0, duree_hebdo__lte=168),
                name="action_duree_hebdo_possible",
                violation_error_message="La durée hebdomadaire va de plus de 0 à 168 heures.",
            ),
        ]

    def __str__(self) -> str:
        return f"Action {self.pk} – {self.intitule}"

    @property
    def intitule(self) -> str:
        """Title of the formation with the action's complement, as the public will read it."""
        return " – ".join(filter(None, [self.formation.intitule, self.complement_intitule]))

    @property
    def duree_totale(self) -> int | None:
        """Hours in the centre and in a company; ``None`` when neither is known."""
        if self.duree_centre is None and self.duree_entreprise is None:
            return None
        return (self.duree_centre or 0) + (self.duree_entreprise or 0)

    def first_start(self, jour: date) -> date:
        """What makes the queue's urgency: the first start from `jour` on, or `jour` when all have begun."""
        a_venir = self.sessions.filter(date_debut__gte=jour).order_by("date_debut")
        return a_venir.values_list("date_debut", flat=True).first() or jour
