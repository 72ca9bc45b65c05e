"""What the workshop reads of itself, in one query: its delays, its closed days and its counters."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, IntegerField, Q, QuerySet, Subquery
from django.utils import timezone

from catalogue.calendrier import Calendrier
from catalogue.enums import Camp, StatutAction
from catalogue.models import Action, Delais, DemandeAIF, JourFerme, Site


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
        lendemain = self.calendrier.latest_late(self.jour, self.cible) + timedelta(days=1)
        return Q(soumise_le__lt=timezone.make_aware(datetime.combine(lendemain, time.min)))

    @property
    def urgentes(self) -> Q:
        """The actions one of whose sessions starts soon."""
        return Q(premier_debut__lte=self._limite_urgence)

    @property
    def _limite_urgence(self) -> date:
        return self.jour + timedelta(days=self.urgence)


#: The states that are counted, each by itself on the partial index of rare states.
COMPTES = (StatutAction.EN_ATTENTE_VALIDATION, StatutAction.EN_ATTENTE_REPONSE, StatutAction.EN_SAISIE)


def load_cadence(jour: date | None = None) -> Cadence:
    """The delays, closed days and counters, as they are on `jour` (today by default). One query."""
    fermes = JourFerme.objects.order_by().values("jour")
    comptes = {f"nb_{statut}": _count(Action.objects.filter(statut=statut)) for statut in COMPTES}
    comptes["nb_sites"] = _count(Site.objects.a_valider())
    comptes["nb_aif"] = _count(DemandeAIF.objects.a_traiter())
    comptes["nb_messages"] = _count(Action.objects.filter(reponse_due=Camp.CARIF))
    rows = Delais.objects.annotate(fermes=ArraySubquery(fermes), **comptes)
    row = rows.first()
    if row is None:  # a base that has lost its delays: put the defaults back
        Delais.objects.bulk_create([Delais(pk=1)], ignore_conflicts=True)
        row = rows.get()
    nombres = {nom.removeprefix("nb_"): getattr(row, nom) for nom in comptes}
    return Cadence(Calendrier(row.fermes), row.cible, row.urgence, jour or timezone.localdate(), nombres)


def _count(rows: QuerySet) -> Subquery:
    """The number of `rows`, by their index alone: no column is asked for.

    Not Django's `Count`, which would group them and give nothing for none.
    """
    nombre = Func(template="COUNT(*)", output_field=IntegerField())
    return Subquery(rows.order_by().annotate(nombre=nombre).values("nombre"))
