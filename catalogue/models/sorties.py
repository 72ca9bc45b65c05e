"""What follows from `Diffusion`, kept for those who read a lot of it: one row per published session.

`catalogue.instantane` writes them in the same transaction as `Diffusion`, so that search, feeds and exports
never disagree with it.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import MD5
from django.utils import timezone

from catalogue.enums import MotifRetrait, ProfilFlux, StatutExport

from .diffusion import Diffusion
from .offre import Action
from .organisme import Organisme


class FicheRecherche(models.Model):
    """What public search looks at: a narrow row, so that a million of them are read fast."""

    diffusion = models.OneToOneField(
        Diffusion, on_delete=models.CASCADE, primary_key=True, db_column="numero", related_name="recherche"
    )
    action_id = models.BigIntegerField()
    organisme_id = models.BigIntegerField()
    date_debut = models.DateField()
    date_fin = models.DateField()
    departement = models.CharField(max_length=3)
    #: INSEE code of the place; '' when its commune is not known.
    commune = models.CharField(max_length=5, blank=True)
    #: 3 to 8; 0 for « sans niveau spécifique ».
    niveau = models.SmallIntegerField(default=0)
    #: LHÉO `modalites-enseignement`.
    modalite = models.CharField(max_length=1)
    est_esp = models.BooleanField()
    est_cpf = models.BooleanField()
    #: Whether places are left; a session that does not say is not « complète ».
    a_des_places = models.BooleanField()
    #: Codes of its types of dispositif.
    types = ArrayField(models.CharField(max_length=40), default=list)
    #: Stems of the title (A), of the organisme and of the town (B), and a token for each filter.
    document = SearchVectorField()

    class Meta:
        verbose_name = "fiche de recherche"
        indexes = [
            GinIndex("document", name="recherche_document", fastupdate=False),
            # Read alone, without the table, by who looks for words in the order of dates.
            models.Index(
                "date_debut",
                "diffusion",
                name="recherche_debut",
                include=["date_fin", "departement", "niveau", "modalite", "commune", "document"],
            ),
            models.Index("departement", "date_debut", "diffusion", name="recherche_departement"),
            models.Index("commune", "date_debut", "diffusion", name="recherche_commune"),
            models.Index("niveau", "date_debut", "diffusion", name="recherche_niveau"),
            models.Index("date_fin", name="recherche_fin"),
            models.Index("action_id", name="recherche_action"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(date_fin__gte=F("date_debut")), name="recherche_dates_ordonnees"
            ),
            models.CheckConstraint(condition=Q(niveau__range=(0, 8)), name="recherche_niveau_connu"),
        ]

    def __str__(self) -> str:
        return self.diffusion_id


class MotRecherche(models.Model):
    """A word of what is or was online, as people write it: what a typing error is corrected by."""

    mot = models.CharField(max_length=60, primary_key=True)
    #: In how many sessions, as last counted (`recherche.compter_mots`).
    nombre = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = "mot de la recherche"
        indexes = [GinIndex(OpClass("mot", "gin_trgm_ops"), name="mot_trgm")]

    def __str__(self) -> str:
        return self.mot


class FragmentLheo(models.Model):
    """The LHÉO `formation` of a session, written once, when it goes online."""

    diffusion = models.OneToOneField(
        Diffusion, on_delete=models.CASCADE, primary_key=True, db_column="numero", related_name="fragment"
    )
    organisme_id = models.BigIntegerField()
    date_fin = models.DateField()
    modifiee_le = models.DateTimeField()
    #: The element, without namespace: the root of the feed declares it. '' when nothing could be written.
    xml = models.TextField(blank=True)
    #: By which two feeds are compared, without their texts.
    empreinte = models.GeneratedField(
        expression=MD5("xml"), output_field=models.CharField(max_length=32), db_persist=True
    )
    #: When what leaves changed: a sheet published again, or written anew, as it was keeps its moment.
    ecrit_le = models.DateTimeField(default=timezone.now)
    #: What breaks the schema: the sheet is put aside until it is mended.
    fautes = ArrayField(models.TextField(), default=list)
    #: Why the France Travail profile leaves it out, whatever the day (`catalogue.lheo.profils`).
    exclusions = ArrayField(models.CharField(max_length=20), default=list)

    class Meta:
        verbose_name = "fragment LHÉO"
        indexes = [
            models.Index("organisme_id", name="fragment_organisme"),
            models.Index("ecrit_le", "diffusion", name="fragment_ecrit"),
            models.Index("diffusion", name="fragment_ecarte", condition=~Q(fautes=[])),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(xml="") | ~Q(fautes=[]), name="fragment_vide_a_une_raison")
        ]

    def __str__(self) -> str:
        return self.diffusion_id


class RetraitQuerySet(models.QuerySet):
    def of_certification(self, code: str) -> "RetraitQuerySet":
        """What had the Certifinfo code `code` when it left; of older traces, what has it now."""
        actions = Action.objects.filter(formation__certification=code).values("pk")
        par_code = self.order_by().filter(certification_code=code)
        par_action = self.order_by().filter(intitule="", action_id__in=actions)
        # Each by its index: with OR between them, all traces would be read.
        return self.filter(pk__in=par_code.values("pk").union(par_action.values("pk")))


class Retrait(models.Model):
    """A session that was online and left before the end it had: 410 pages, lists of deletions."""

    numero = models.CharField("numéro public", max_length=20, primary_key=True)
    action_id = models.BigIntegerField()
    organisme = models.ForeignKey(Organisme, on_delete=models.PROTECT, related_name="+")
    #: What it said last, for its page to say what it was; empty in the traces of before they were kept.
    intitule = models.CharField("intitulé", max_length=800, blank=True)
    certification_code = models.CharField("code Certifinfo", max_length=10, blank=True)
    motif = models.CharField(max_length=12, choices=MotifRetrait)
    le = models.DateTimeField("retirée le")

    objects = RetraitQuerySet.as_manager()

    class Meta:
        verbose_name = "retrait"
        ordering = ["le", "numero"]
        indexes = [
            models.Index("le", "numero", name="retrait_le"),
            models.Index("action_id", name="retrait_action"),
            models.Index("certification_code", name="retrait_certification"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(motif__in=MotifRetrait.values), name="retrait_motif_connu")
        ]

    def __str__(self) -> str:
        return self.numero


class ExportFluxQuerySet(models.QuerySet):
    def derniers(self) -> "ExportFluxQuerySet":
        """The last run of each feed."""
        return self.order_by("profil", "-pk").distinct("profil")


class ExportFlux(models.Model):
    """One run of a feed: what left, what was put aside, and whether the file before was kept."""

    profil = models.CharField(max_length=20, choices=ProfilFlux)
    statut = models.CharField(max_length=10, choices=StatutExport)
    commence_le = models.DateTimeField()
    fini_le = models.DateTimeField()
    sessions = models.PositiveIntegerField(default=0)
    nouvelles = models.PositiveIntegerField(default=0)
    ecartees = models.PositiveIntegerField(default=0)
    #: Of the sessions of the file before: gone, and changed.
    parties = models.PositiveIntegerField(default=0)
    changees = models.PositiveIntegerField(default=0)
    octets = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    #: Why the file was held, or what failed.
    raison = models.TextField(blank=True)
    #: Of a file that was held: who lets it go, and when; the next run then writes it, if it loses no more.
    laisse_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    laisse_le = models.DateTimeField(null=True)

    objects = ExportFluxQuerySet.as_manager()

    class Meta:
        verbose_name = "export du flux"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(profil__in=ProfilFlux.values), name="export_profil_connu"),
            models.CheckConstraint(condition=Q(statut__in=StatutExport.values), name="export_statut_connu"),
            models.CheckConstraint(
                condition=~Q(statut__in=["retenu", "echec"]) | ~Q(raison=""), name="export_motive"
            ),
            models.CheckConstraint(
                condition=Q(laisse_le=None) | Q(statut="retenu"), name="export_laisse_s_il_est_retenu"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_profil_display()}, {self.commence_le:%d/%m/%Y %H:%M}"
