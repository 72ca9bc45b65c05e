"""What the workshop reads of itself, in one query: its delays, its closed days and its counters."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from catalogue.calendrier import Calendrier
from sofi.typographie import NBSP, date_longue


@dataclass(frozen=True)
class Delai:
    """How long an action has waited and whether it presses, in the words of the queue and of the dossier."""

    attente: str
    envoyee_le: str
    echeance: str
    est_en_retard: bool
    est_urgente: bool


def _jours_ouvres(nombre: int) -> str:
    if not nombre:
        return "moins d’un jour ouvré"
    return f"{nombre}{NBSP}jour{'s' if nombre > 1 else ''} ouvré{'s' if nombre > 1 else ''}"


@dataclass(frozen=True)
class Cadence:
    """When an action is late or urgent, on the day it is asked."""

    calendrier: Calendrier
    cible: int
    urgence: int
    jour: date
    #: Actions by state, « sites » to check and « messages » to answer, over the whole region.
    nombres: dict[str, int]
    #: What was counted for each sending day: the lines of a page share a few of them.
    _comptes: dict[date, tuple[int, date]] = field(default_factory=dict, repr=False)

    def _compte(self, envoi: date) -> tuple[int, date]:
        """Working days waited since `envoi`, and the due date."""
        if envoi not in self._comptes:
            attente = self.calendrier.between(envoi, self.jour)
            self._comptes[envoi] = attente, self.calendrier.add(envoi, self.cible)
        return self._comptes[envoi]

    def delai(self, envoi: date, premier_debut: date | None) -> "Delai":
        """What the pages say of the delay of an action sent on `envoi`, whose first session is known."""
        return Delai(
            attente=_jours_ouvres(self.attente(envoi)),
            envoyee_le=date_longue(envoi),
            echeance=date_longue(self.echeance(envoi)),
            est_en_retard=self.est_en_retard(envoi),
            est_urgente=self.est_urgente(premier_debut),
        )

    def echeance(self, envoi: date) -> date:
        """The day by which an action sent on `envoi` should be answered."""
        return self._compte(envoi)[1]

    def attente(self, envoi: date) -> int:
        """Working days waited since `envoi`."""
        return self._compte(envoi)[0]

    def est_en_retard(self, envoi: date) -> bool:
        return self.attente(envoi) > self.cible

    def est_urgente(self, premier_debut: date | None) -> bool:
        return premier_debut is not None and premier_debut <= self._limite_urgence

    @property
    def en_retard(self) -> Q:
        """The waiting actions sent too long ago, as a condition on their sending."""
        return self.waiting_more_than(self.cible)

    def waiting_more_than(self, jours: int) -> Q:
        """The actions sent more than `jours` working days ago, as a condition on their sending."""
        lendemain = self.calendrier.latest_late(self.jour, jours) + timedelta(days=1)
        return Q(soumise_le__lt=timezone.make_aware(datetime.combine(lendemain, time.min)))

    @property
    def urgentes(self) -> Q:
        """The actions one of whose sessions starts soon."""
        return Q(premier_debut__lte=self._limite_urgence)

    @property
    def _limite_urgence(self) -> date:
        return self.jour + timedelta(days=self.urgence)


#: Everything the workshop's pages read of themselves, each count by the partial index that holds only it.
#: Written out: Django takes longer to write this query than PostgreSQL to answer it.
LECTURE = """
    SELECT cible, urgence,
        (SELECT array_agg(jour) FROM catalogue_jourferme),
        (SELECT count(*) FROM catalogue_action WHERE statut = 'en_attente_validation'),
        (SELECT count(*) FROM catalogue_action WHERE statut = 'en_attente_reponse'),
        (SELECT count(*) FROM catalogue_site WHERE statut = 'a_valider'),
        (SELECT count(*) FROM catalogue_demandeaif WHERE statut IN ('envoyee', 'prise')),
        (SELECT count(*) FROM catalogue_action WHERE reponse_due = 'carif'),
        (SELECT count(*) FROM accounts_demandecle WHERE statut = 'demandee'),
        (SELECT count(*) FROM catalogue_signalement WHERE statut = 'ouvert')
    FROM catalogue_delais
"""
COMPTES = (
    *("en_attente_validation", "en_attente_reponse"),
    *("sites", "aif", "messages", "cles", "signalements"),
)


def load_cadence(jour: date | None = None) -> Cadence:
    """The delays, closed days and counters, as they are on `jour` (today by default). One query."""
    with connection.cursor() as cursor:
        cible, urgence, fermes, *nombres = cursor.execute(LECTURE).fetchone()
    comptes = dict(zip(COMPTES, nombres, strict=True))
    return Cadence(Calendrier(fermes or ()), cible, urgence, jour or timezone.localdate(), comptes)
