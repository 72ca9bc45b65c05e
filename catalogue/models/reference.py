"""National and regional reference data, filled by the import commands: never typed by an OF."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property

from catalogue.enums import EtatCertification, label_niveau

from .fields import CleNom, sort_column


class Formacode(models.Model):
    """A descriptor of Centre Inffo's thesaurus (V13 as long as Certif Info uses it)."""

    code = models.CharField(max_length=5, primary_key=True)
    libelle = models.CharField("libellé", max_length=250)

    class Meta:
        verbose_name = "Formacode"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.libelle}"


class TypeDiplome(models.Model):
    """A type of diploma of Certif Info: second floor of the tree niveau → type → certification."""

    code = models.CharField(max_length=3, primary_key=True)
    libelle = models.CharField("libellé", max_length=250)

    class Meta:
        verbose_name = "type de diplôme"
        ordering = ["libelle"]

    def __str__(self) -> str:
        return self.libelle


class Certification(models.Model):
    """An entry of Certif Info. Read-only for organisations.

    Everything comes from the open file, except `objectif` and `programme`, which that file does not
    hold: the Carif-Oref types them and imports never touch them.
    """

    code = models.CharField("code Certifinfo", max_length=10, primary_key=True)
    intitule = models.CharField("intitulé", max_length=500)
    type_diplome = models.ForeignKey(TypeDiplome, on_delete=models.PROTECT, related_name="certifications")
    niveau = models.SmallIntegerField("niveau de sortie", null=True)
    etat = models.SmallIntegerField("état", choices=EtatCertification)
    #: Formacodes, principal first.
    formacodes = ArrayField(models.CharField(max_length=5), default=list)
    romes = ArrayField(models.CharField(max_length=5), default=list)
    nsfs = ArrayField(models.CharField(max_length=3), default=list)
    #: Digits only; the sheet is `RNCP<code_rncp>` in `FicheRepertoire`.
    code_rncp = models.CharField("code RNCP", max_length=10, blank=True)
    codes_rs = ArrayField(models.CharField(max_length=10), default=list, verbose_name="codes RS")
    code_scolarite = models.CharField("code scolarité", max_length=10, blank=True)
    #: As published: names are separated by commas and may hold commas, so they are not split.
    certificateurs = models.TextField(blank=True)
    valideurs = models.TextField(blank=True)
    annee_premiere_session = models.SmallIntegerField("première session", null=True)
    annee_derniere_session = models.SmallIntegerField("dernière session", null=True)
    maj_le = models.DateField("mise à jour par Certif Info le", null=True)
    #: When the code was first missing from the published file; empty again if it comes back.
    retiree_le = models.DateField("absente du fichier depuis le", null=True)
    objectif = models.TextField("objectif", max_length=3000, blank=True)
    programme = models.TextField("programme", max_length=3000, blank=True)
    tri = sort_column("intitule")
    #: What its title is called by, which the import works out (`certifications.sigles`): « aepe ».
    sigles = ArrayField(
        models.CharField(max_length=6), default=list, editable=False, verbose_name="initiales"
    )

    class Meta:
        verbose_name = "certification"
        ordering = ["tri", "code"]
        indexes = [
            GinIndex(OpClass("tri", name="gin_trgm_ops"), name="certification_tri_trgm"),
            GinIndex("formacodes", name="certification_formacodes"),
            models.Index("code_rncp", name="certification_code_rncp"),
            GinIndex("codes_rs", name="certification_codes_rs"),
            GinIndex("sigles", name="certification_sigles"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^\d{1,10}$"), name="certification_code_format"),
            models.CheckConstraint(
                condition=Q(niveau__isnull=True) | Q(niveau__range=(3, 8)), name="certification_niveau_connu"
            ),
            models.CheckConstraint(
                condition=Q(etat__in=EtatCertification.values), name="certification_etat_connu"
            ),
        ]

    def __str__(self) -> str:
        return self.intitule

    @property
    def niveau_libelle(self) -> str:
        return label_niveau(self.niveau)

    @property
    def est_habilitation(self) -> bool:
        """Whether the manual's advice on entrées/sorties permanentes applies (step 3)."""
        return self.etat == EtatCertification.HABILITATION

    @property
    def numeros_fiches(self) -> list[str]:
        """Numbers of its RNCP and RS sheets, as France compétences writes them."""
        rncp = [f"RNCP{self.code_rncp}"] if self.code_rncp else []
        return rncp + [f"RS{code}" for code in self.codes_rs]

    @cached_property
    def fiches(self) -> list["FicheRepertoire"]:
        """Those of its sheets that were imported, the last to end first. One query, none without numbers."""
        rows = FicheRepertoire.objects.filter(pk__in=self.numeros_fiches)
        return list(rows.order_by("-fin_enregistrement", "pk"))


class Remplacement(models.Model):
    """« L'ancien code est remplacé par cette certification »: many to many, chains included.

    The old code is text: most old codes are archived and no longer in the open file.
    """

    ancien_code = models.CharField("ancien code", max_length=10, db_index=True)
    ancien_intitule = models.CharField("ancien intitulé", max_length=500, blank=True)
    ancien_code_rncp = models.CharField("ancien code RNCP", max_length=10, blank=True)
    ancien_etat = models.CharField("état de l’ancien code", max_length=100, blank=True)
    nouvelle = models.ForeignKey(Certification, on_delete=models.CASCADE, related_name="remplace")

    class Meta:
        verbose_name = "remplacement de code"
        constraints = [models.UniqueConstraint("ancien_code", "nouvelle", name="remplacement_unique")]

    def __str__(self) -> str:
        return f"{self.ancien_code} → {self.nouvelle_id}"


class FicheRepertoire(models.Model):
    """A sheet of the RNCP or of the répertoire spécifique (France compétences)."""

    numero = models.CharField("numéro", max_length=12, primary_key=True)
    intitule = models.TextField("intitulé", blank=True)
    niveau = models.SmallIntegerField(null=True)
    est_active = models.BooleanField("active", null=True)
    fin_enregistrement = models.DateField("fin d’enregistrement", null=True)

    class Meta:
        verbose_name = "fiche RNCP ou RS"
        ordering = ["numero"]
        constraints = [
            models.CheckConstraint(condition=Q(numero__regex=r"^(RNCP|RS)\d+$"), name="fiche_numero_format")
        ]

    def __str__(self) -> str:
        return self.numero

    def est_active_le(self, jour) -> bool:
        """Whether the sheet is active and its registration still runs on `jour` (a date)."""
        return bool(self.est_active) and (self.fin_enregistrement is None or self.fin_enregistrement >= jour)


class RemplacementFiche(models.Model):
    """« L'ancienne fiche est remplacée par la nouvelle » in the RNCP or RS."""

    ancienne = models.CharField(max_length=12, db_index=True)
    nouvelle = models.CharField(max_length=12, db_index=True)

    class Meta:
        verbose_name = "remplacement de fiche"
        constraints = [models.UniqueConstraint("ancienne", "nouvelle", name="remplacement_fiche_unique")]

    def __str__(self) -> str:
        return f"{self.ancienne} → {self.nouvelle}"


class Commune(models.Model):
    """A commune by its INSEE code; a delegated or associated one names its present commune."""

    insee = models.CharField("code INSEE", max_length=5, primary_key=True)
    nom = models.CharField(max_length=100)
    codes_postaux = ArrayField(models.CharField(max_length=5), default=list)
    departement = models.CharField("département", max_length=3)
    #: WGS 84, in degrees; of its town hall or centre, as far as it is known.
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    actuelle = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="anciennes")
    tri = sort_column("nom")

    class Meta:
        verbose_name = "commune"
        ordering = ["tri", "insee"]
        indexes = [
            GinIndex("codes_postaux", name="commune_codes_postaux"),
            models.Index("tri", name="commune_tri"),
            models.Index("latitude", "longitude", name="commune_position"),
            # The name as people type it, whatever its hyphens (`catalogue.recherche.lieux`).
            models.Index(CleNom("tri"), name="commune_cle"),
            GinIndex(OpClass("tri", name="gin_trgm_ops"), name="commune_tri_trgm"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="commune_position_entiere",
            )
        ]

    def __str__(self) -> str:
        return self.nom


class TypeDispositif(models.Model):
    """A kind of funding or scheme a session may run under (« Financement privé », « AIF », « POEC »…).

    Kept by the Carif-Oref's administrators (`catalogue.reglages`); one in use is closed, never deleted.
    """

    code = models.SlugField(max_length=40, primary_key=True)
    libelle = models.CharField("libellé", max_length=250)
    #: LHÉO `organisme-financeur/code-financeur` (table `dict-financeurs`), in order.
    financeurs = ArrayField(models.CharField(max_length=2), default=list)
    est_reserve_carif = models.BooleanField("réservé au Carif-Oref", default=False)
    #: Public or mutualised money: the organisme must hold a Qualiopi certificate (law of 5 September 2018).
    exige_qualiopi = models.BooleanField("financement public ou mutualisé (Qualiopi exigé)", default=False)
    #: Apprenticeship: the dispensateur and the place need a UAI.
    est_apprentissage = models.BooleanField("apprentissage (code UAI exigé)", default=False)
    #: Under school or student status: France Travail does not take it (`catalogue.lheo.profils`).
    est_formation_initiale = models.BooleanField("formation initiale", default=False)
    est_actif = models.BooleanField("proposé à la saisie", default=True)
    ordre = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "type de dispositif"
        ordering = ["ordre", "libelle"]

    def __str__(self) -> str:
        return self.libelle
