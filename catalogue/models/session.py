"""Sessions of an action and the dispositifs they run under (manual steps 4 and 5)."""

from collections.abc import Iterator
from datetime import date
from itertools import islice

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.formats import number_format

from catalogue.enums import ModalitesEnseignement, PeriodeFormation, Public, Rythme

from .ligne import Ligne
from .offre import MAX_ENTIER, Action, entier
from .organisme import Organisme, Site
from .reference import TypeDispositif
from .scope import CountedQuerySet, ScopedQuerySet

#: The sessions validated that have an end and are not archived, and all the others: an index for each.
EN_COURS = Q(numero__isnull=False, est_archivee=False, date_fin__isnull=False)
AUTRES = Q(numero__isnull=True) | Q(est_archivee=True) | Q(date_fin__isnull=True)


class SessionQuerySet(CountedQuerySet):
    """Activity of a session is derived from dates at the moment of the question, never stored."""

    sans_nombre = frozenset({"publiques_actives"})

    @staticmethod
    def conditions(on: date) -> dict[str, Q]:
        """The four counters of the manual, on the date `on`, and the two states that it does not count.

        Each session is in one of « en préparation », « actives » and « inactives ».

        Only sessions the Carif-Oref has validated at least once, hence numbered, are active or not; those
        « publiques » are online and not ended as shown online, whatever is being typed meanwhile.
        """
        validee = Q(numero__isnull=False)
        active = validee & Q(est_archivee=False, date_fin__gte=on)
        return {
            # Neither active nor ended: never validated, or validated and without its end any more.
            "en_preparation": Q(numero__isnull=True) | Q(est_archivee=False, date_fin__isnull=True),
            "actives": active,
            "expirantes": active & Q(date_fin__lt=one_month_after(on)),
            "sans_suite": active & Q(date_fin__lt=one_month_after(on)) & ~is_followed(one_month_after(on)),
            "inactives": validee & (Q(date_fin__lt=on) | Q(est_archivee=True)),
            "publiques_actives": Q(diffusion__date_fin__gte=on),
        }

    def counted(self, on: date) -> Iterator[QuerySet]:
        """Each part of the sessions is counted in the index that holds it and nothing else: the largest
        organisme has fifteen thousand, and one pass over them with a test for each state took thrice as long.
        """
        en_cours = self.filter(EN_COURS)
        expirantes = en_cours.filter(date_fin__gte=on, date_fin__lt=one_month_after(on))
        for rows in (
            en_cours.filter(date_fin__gte=on),
            expirantes,
            expirantes.exclude(is_followed(one_month_after(on))),
        ):
            yield rows.one_row({"nombre": Count("organisme")})
        yield en_cours.filter(date_fin__lt=on).one_row({"nombre": Count("organisme")})
        preparation, archivee = (
            self.conditions(on)["en_preparation"],
            Q(numero__isnull=False, est_archivee=True),
        )
        yield self.filter(AUTRES).one_row(
            {
                "en_preparation": Count("organisme", filter=preparation),
                "archivees": Count("organisme", filter=archivee),
                "autres": Count("organisme"),
            }
        )

    def named(self, nombres: Iterator[int]) -> dict[str, int]:
        actives, expirantes, sans_suite, terminees, en_preparation, archivees, autres = islice(nombres, 7)
        return {
            "en_preparation": en_preparation,
            "actives": actives,
            "expirantes": expirantes,
            "sans_suite": sans_suite,
            "inactives": terminees + archivees,
            "": actives + terminees + autres,
        }

    def count_by_state(self, on: date | None = None) -> dict[str, int]:
        on = on or timezone.localdate()
        return super().count_by_state(on) | self.counted_apart(on).get()

    def counted_apart_for(self, user, on: date) -> QuerySet:
        """« Publiques actives » counted where it is known: joining the two tables took fifty times longer."""
        en_ligne = self.model._meta.get_field("diffusion").related_model.objects.visible_to(user)
        return en_ligne.filter(session__isnull=False, date_fin__gte=on).one_row(
            {"publiques_actives": Count("organisme")}
        )

    def actives(self, on: date | None = None):
        return self.in_state("actives", on)

    def expirantes(self, on: date | None = None):
        return self.in_state("expirantes", on)

    def inactives(self, on: date | None = None):
        return self.in_state("inactives", on)

    def publiques_actives(self, on: date | None = None):
        return self.in_state("publiques_actives", on)


def one_month_after(day: date) -> date:
    """The same day of the next month, or that month's last day (31 January → 28 February)."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def is_followed(limite: date) -> Exists:
    """Whether the formation of a session that ends before `limite` goes on: one ends later, be it a draft."""
    suites = Session.objects.filter(
        action__formation=OuterRef("action__formation"), est_archivee=False, date_fin__gte=limite
    )
    return Exists(suites)


class Session(Ligne):
    """S: the action at one place and in one period (manual step 4)."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="sessions")
    organisme = models.ForeignKey(
        Organisme, on_delete=models.PROTECT, db_index=False, related_name="sessions"
    )
    site_lieu = models.ForeignKey(
        Site,
        on_delete=models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name="site lieu",
    )
    date_debut = models.DateField("date début", null=True, blank=True)
    date_fin = models.DateField("date fin", null=True, blank=True)
    rythmes = ArrayField(models.CharField(max_length=20, choices=Rythme), default=list, blank=True)
    periodes = ArrayField(
        models.CharField(max_length=20, choices=PeriodeFormation),
        default=list,
        blank=True,
        verbose_name="périodes de formation",
    )
    modalites_enseignement = models.CharField(
        "modalités d’enseignement", max_length=1, choices=ModalitesEnseignement, blank=True
    )
    capacite = entier("capacité d’accueil de la session")
    places_disponibles = entier("places disponibles")
    #: Public number, given at the first validation and never reused (`Réf : …` for counsellors).
    numero = models.CharField(  # noqa: DJ001 - unique, so « none yet » is NULL
        "numéro public", max_length=20, unique=True, null=True, editable=False
    )
    #: Follows the action's archiving (workflow only), so that counters read one index.
    est_archivee = models.BooleanField(default=False, editable=False)
    #: The end date that was announced by mail 30 days before; a new end date is announced again.
    fin_annoncee = models.DateField(null=True, editable=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = "session"
        ordering = ["date_debut", "pk"]
        indexes = [
            models.Index("organisme", "date_fin", name="session_organisme_fin"),
            # The last ones of an organisme, of a place: by the key alone, old ones come after all the others.
            models.Index("organisme", "id", name="session_organisme"),
            models.Index("site_lieu", "id", name="session_site"),
            # What `counted` reads, and nothing else.
            models.Index("organisme", "date_fin", name="session_en_cours", condition=EN_COURS),
            models.Index(
                "organisme",
                include=["numero", "est_archivee", "date_fin"],
                name="session_autres",
                condition=AUTRES,
            ),
            # The region's active sessions, the first to end on top: the staff's lists.
            models.Index(
                "date_fin",
                "id",
                name="session_fin_active",
                condition=Q(numero__isnull=False, est_archivee=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint("id", "organisme", name="session_id_organisme"),
            models.CheckConstraint(
                condition=Q(date_fin__isnull=True)
                | Q(date_debut__isnull=True)
                | Q(date_fin__gte=F("date_debut")),
                name="session_dates_ordonnees",
                violation_error_message="La date de fin ne peut pas précéder la date de début.",
            ),
            models.CheckConstraint(
                condition=Q(places_disponibles__isnull=True)
                | Q(capacite__isnull=True)
                | Q(places_disponibles__lte=F("capacite")),
                name="session_places_dans_capacite",
                violation_error_message=(
                    "Les places disponibles ne peuvent pas dépasser la capacité d’accueil."
                ),
            ),
            models.CheckConstraint(
                condition=Q(capacite__isnull=True) | Q(capacite__lte=MAX_ENTIER),
                name="session_capacite_bornee",
            ),
            models.CheckConstraint(
                condition=Q(places_disponibles__isnull=True) | Q(places_disponibles__lte=MAX_ENTIER),
                name="session_places_bornees",
            ),
            models.CheckConstraint(
                condition=Q(rythmes__contained_by=Rythme.values), name="session_rythmes_connus"
            ),
            models.CheckConstraint(
                condition=Q(periodes__contained_by=PeriodeFormation.values), name="session_periodes_connues"
            ),
            models.CheckConstraint(
                condition=Q(modalites_enseignement__in=["", *ModalitesEnseignement.values]),
                name="session_modalites_enseignement_connues",
            ),
        ]

    def __str__(self) -> str:
        return f"Session {self.numero or self.pk}"

    @property
    def description(self) -> str:
        """In a few words, for whoever types it: « Session 12 – du 04/01/2027 au 29/01/2027, Nantes »."""
        debut, fin = (f"{jour:%d/%m/%Y}" if jour else "" for jour in (self.date_debut, self.date_fin))
        dates = f"du {debut}{f' au {fin}' if fin else ''}" if debut else "dates à préciser"
        return f"Session {self.pk} – {dates}{f', {self.site_lieu.ville}' if self.site_lieu_id else ''}"

    @property
    def rythmes_libelles(self) -> list[str]:
        return [Rythme(code).label for code in self.rythmes]

    @property
    def periodes_libelles(self) -> list[str]:
        return [PeriodeFormation(code).label for code in self.periodes]


class DispositifQuerySet(ScopedQuerySet):
    pass


class Dispositif(Ligne):
    """D: a scheme or funding the session runs under (manual step 5)."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="dispositifs")
    organisme = models.ForeignKey(Organisme, on_delete=models.PROTECT, related_name="dispositifs")
    type = models.ForeignKey(
        TypeDispositif,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="dispositifs",
        verbose_name="dispositif",
    )
    publics = ArrayField(models.CharField(max_length=5, choices=Public), default=list, blank=True)
    codes_externes = models.CharField("codes externes", max_length=100, blank=True)
    nb_places = entier("nombre de places du dispositif")
    cout_stagiaire = models.DecimalField(
        "coût stagiaire", max_digits=9, decimal_places=2, null=True, blank=True
    )
    prise_en_charge = models.BooleanField("prise en charge des frais pédagogiques", null=True, blank=True)
    est_actif = models.BooleanField("état", default=True)

    objects = DispositifQuerySet.as_manager()

    class Meta:
        verbose_name = "dispositif"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(publics__contained_by=Public.values), name="dispositif_publics_connus"
            ),
            models.CheckConstraint(
                condition=Q(nb_places__isnull=True) | Q(nb_places__lte=MAX_ENTIER),
                name="dispositif_nb_places_borne",
            ),
            models.CheckConstraint(
                condition=Q(cout_stagiaire__isnull=True) | Q(cout_stagiaire__gte=0),
                name="dispositif_cout_positif",
                violation_error_message="Le coût stagiaire ne peut pas être négatif.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.type) if self.type_id else "Dispositif à choisir"

    @property
    def publics_libelles(self) -> list[str]:
        return [Public(code).label for code in self.publics]

    @property
    def etat_libelle(self) -> str:
        """Column « État » of the récapitulatif."""
        return "Actif" if self.est_actif else "Inactif"

    @property
    def cout_libelle(self) -> str:
        """The price as it is read, « 1 234,50 € »; empty when unknown."""
        if self.cout_stagiaire is None:
            return ""
        return f"{number_format(self.cout_stagiaire, 2, use_l10n=True, force_grouping=True)}\u00a0€"
