"""Whom to call at an organisation, and the journal of its sheet, places and contacts."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from catalogue.enums import ObjetEtablissement, TypeContact, TypeEvenementEtablissement
from catalogue.identifiants import TELEPHONE

from .ligne import Ligne
from .organisme import Organisme, Site
from .scope import ScopedQuerySet


class ContactQuerySet(ScopedQuerySet):
    pass


class Contact(Ligne):
    """A person or a desk of an organisation, or of one of its places (LHÉO `contact`, `type-contact`).

    For the organisation itself and for the Carif-Oref: the directory never shows it.
    """

    organisme = models.ForeignKey(Organisme, on_delete=models.PROTECT, related_name="contacts")
    #: One of the organisation's places (composite key of migration 0007); the whole organisation without.
    site = models.ForeignKey(Site, on_delete=models.CASCADE, null=True, blank=True, related_name="contacts")
    type = models.CharField("rôle", max_length=2, choices=TypeContact)
    prenom = models.CharField("prénom", max_length=50, blank=True)
    nom = models.CharField("nom", max_length=50, blank=True)
    fonction = models.CharField("fonction", max_length=100, blank=True)
    telephone = models.CharField("téléphone", max_length=25, blank=True)
    courriel = models.EmailField("e-mail", max_length=160, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = "contact"
        ordering = ["site", "nom", "prenom", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(type__in=TypeContact.values), name="contact_type_connu"),
            models.CheckConstraint(
                condition=~Q(telephone="") | ~Q(courriel=""),
                name="contact_joignable",
                violation_error_message="Donnez au moins un téléphone ou un e-mail.",
            ),
            models.CheckConstraint(
                condition=Q(telephone="") | Q(telephone__regex=TELEPHONE), name="contact_telephone_format"
            ),
        ]

    def __str__(self) -> str:
        return self.nom_complet or self.get_type_display()

    @property
    def nom_complet(self) -> str:
        """« Camille Durand »; '' for a desk without a name."""
        return f"{self.prenom} {self.nom}".strip()


class EvenementEtablissementQuerySet(ScopedQuerySet):
    pass


class EvenementEtablissement(models.Model):
    """One line of the journal of an organisation's sheet, places and contacts; written with the change.

    The table is append-only: a trigger refuses UPDATE and DELETE.
    """

    organisme = models.ForeignKey(
        Organisme, on_delete=models.PROTECT, db_index=False, related_name="evenements"
    )
    objet = models.CharField(max_length=10, choices=ObjetEtablissement)
    #: No foreign key: the journal outlives a place or a contact deleted.
    objet_pk = models.BigIntegerField()
    libelle = models.CharField(max_length=310)
    type = models.CharField(max_length=20, choices=TypeEvenementEtablissement)
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    #: Whether the author is of the Carif-Oref's staff.
    par_carif = models.BooleanField()
    #: Whether they acted in the organisation's space, for it: « X (Carif-Oref) pour Y ».
    pour_organisme = models.BooleanField(default=False)
    texte = models.TextField(max_length=1000, blank=True)
    #: What changed, e.g. {"champs": ["telephone"]}.
    details = models.JSONField(default=dict, blank=True)
    le = models.DateTimeField(default=timezone.now)

    objects = EvenementEtablissementQuerySet.as_manager()

    class Meta:
        verbose_name = "événement d’établissement"
        verbose_name_plural = "événements d’établissement"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["organisme", "-id"], name="evenement_etab_organisme"),
            models.Index(fields=["objet", "objet_pk", "-id"], name="evenement_etab_objet"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(objet__in=ObjetEtablissement.values), name="evenement_etab_objet_connu"
            ),
            models.CheckConstraint(
                condition=Q(type__in=TypeEvenementEtablissement.values), name="evenement_etab_type_connu"
            ),
            models.CheckConstraint(
                condition=~Q(type__in=["refuse", "close"]) | ~Q(texte=""),
                name="evenement_etab_motive",
                violation_error_message="Cette décision demande un motif.",
            ),
            models.CheckConstraint(
                condition=Q(pour_organisme=False) | Q(par_carif=True), name="evenement_etab_pour_organisme"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} – {self.libelle} ({self.le:%d/%m/%Y %H:%M})"

    @property
    def qui(self) -> str:
        """Who did it, as both sides read it. Needs `auteur`, and `organisme` for an act in its name."""
        if self.pour_organisme:
            return f"{self.auteur} (Carif-Oref) pour {self.organisme}"
        return f"{self.auteur} (Carif-Oref)" if self.par_carif else str(self.auteur)
