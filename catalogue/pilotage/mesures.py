"""The figures of the board, computed by the worker and kept in `Mesure`: the page reads one table.

Each family of figures is one pass of SQL over what it counts. A measure is (code, key): `actions` by state,
`delai_mediane` by month… `find` them in `catalogue.pilotage.tableau`.
"""

from contextlib import suppress
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from catalogue.calendrier import Calendrier
from catalogue.certifications.a_remplacer import codes_to_replace
from catalogue.enums import StatutExport
from catalogue.lheo import comptes
from catalogue.models import (
    Action,
    Delais,
    Demande,
    DemandeAIF,
    Evenement,
    ExportFlux,
    Mesure,
    Organisme,
    Session,
    Site,
)
from catalogue.pilotage.criteres import actions, missing_in_action, missing_in_organisme, put_aside
from catalogue.pilotage.mois import bounds, last_months
from catalogue.pilotage.mouvements import ENTREES
from sofi.models import Courriel

TACHE = "pilotage.calculer"
#: One computation at a time, in the whole database.
VERROU = 2017_04
#: Key of the figure that is not cut into parts.
TOUT = "tous"

Valeurs = dict[tuple[str, str], float]

#: Median and 90th centile of the working days to answer, by month, and over all of them (key null).
SQL_DELAIS = """
    SELECT to_char(le AT TIME ZONE %s, 'YYYY-MM') AS mois, count(*),
        percentile_disc(0.5) WITHIN GROUP (ORDER BY delai_ouvre),
        percentile_disc(0.9) WITHIN GROUP (ORDER BY delai_ouvre)
    FROM catalogue_evenement
    WHERE type IN ('approve', 'refuse', 'request_changes') AND delai_ouvre IS NOT NULL
        AND le >= %s AND le < %s
    GROUP BY GROUPING SETS ((1), ())
"""


def order() -> bool:
    """Ask the worker to compute the figures now; whether it was not asked already."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        app.configure_task(TACHE, queueing_lock=TACHE).defer(timestamp=0)
        return True
    return False


@transaction.atomic
def compute(now: datetime) -> bool:
    """Replace all the figures by those of the moment `now`; False, doing nothing, while another does it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [VERROU])
        if not cursor.fetchone()[0]:
            return False
    jour = timezone.localdate(now)
    mois = last_months(jour)
    valeurs = _etats(jour) | _organismes(jour, mois) | _completude(jour) | _delais(mois) | _entrees(mois)
    valeurs |= _attentes(now, jour) | _flux(jour)
    Mesure.objects.all().delete()
    Mesure.objects.bulk_create(
        Mesure(code=code, cle=cle, valeur=valeur, calculee_le=now) for (code, cle), valeur in valeurs.items()
    )
    return True


def _etats(jour: date) -> Valeurs:
    """Actions, sessions and places by state: the conditions of the dashboard's counters."""
    return {
        (code, etat or TOUT): nombre
        for code, model in (("actions", Action), ("sessions", Session), ("sites", Site))
        for etat, nombre in model.objects.count_by_state(jour).items()
    }


def _organismes(jour: date, mois: list[str]) -> Valeurs:
    """How many organisations there are, what they lack, and how many came each month."""
    manques = missing_in_organisme(jour)
    nombres = Organisme.objects.aggregate(
        **{TOUT: Count("pk")},
        **{f"sans_{code}": Count("pk", filter=condition) for code, condition in manques.items()},
    )
    arrivees = (
        Organisme.objects.filter(cree_le__gte=bounds(mois[0])[0], cree_le__lt=bounds(mois[-1])[1])
        .order_by()
        .values_list(TruncMonth("cree_le"))
        .annotate(Count("pk"))
    )
    valeurs = {("organismes", cle): nombre for cle, nombre in nombres.items()}
    return valeurs | {("inscrits", f"{debut:%Y-%m}"): nombre for debut, nombre in arrivees}


def _completude(jour: date) -> Valeurs:
    """How many validated actions there are, and how many lack each thing."""
    manques = missing_in_action(jour)
    nombres = actions().aggregate(
        **{TOUT: Count("pk")},
        **{f"sans_{code}": Count("pk", filter=condition) for code, condition in manques.items()},
    )
    return {("completude", cle): nombre for cle, nombre in nombres.items()}


def _delais(mois: list[str]) -> Valeurs:
    """How fast the Carif-Oref answers, by month and over the year."""
    valeurs = {}
    with connection.cursor() as cursor:
        zone = timezone.get_default_timezone_name()
        cursor.execute(SQL_DELAIS, [zone, bounds(mois[0])[0], bounds(mois[-1])[1]])
        for cle, nombre, mediane, centile in cursor.fetchall():
            valeurs["decisions", cle or TOUT] = nombre
            if nombre:
                valeurs["delai_mediane", cle or TOUT] = mediane
                valeurs["delai_p90", cle or TOUT] = centile
    return valeurs


def _entrees(mois: list[str]) -> Valeurs:
    """What organisations send and make, by month."""
    debut, fin = bounds(mois[0])[0], bounds(mois[-1])[1]
    comptes = {mouvement.code: Count("pk", filter=mouvement.condition) for mouvement in ENTREES}
    types = Q(type__in=["submit", "creation"])
    rows = (
        Evenement.objects.filter(types, le__gte=debut, le__lt=fin)
        .order_by()
        .values(mois=TruncMonth("le"))
        .annotate(**{f"nb_{code}": compte for code, compte in comptes.items()})
    )
    return {(code, f"{row['mois']:%Y-%m}"): row[f"nb_{code}"] for row in rows for code in comptes}


def _flux(jour: date) -> Valeurs:
    """What the feeds should hold, for those who look after them."""
    return {(comptes.MESURE, cle): nombre for cle, nombre in comptes.count(jour).items()}


def _attentes(now: datetime, jour: date) -> Valeurs:
    """What waits for somebody: late ones, questions, codes, requests, messages, what did not leave."""
    delais = Delais.current()
    lendemain = Calendrier.load().latest_late(jour, delais.cible) + timedelta(days=1)
    en_retard = Action.objects.en_attente_validation().filter(
        soumise_le__lt=timezone.make_aware(datetime.combine(lendemain, datetime.min.time()))
    )
    questions = Demande.objects.ouvertes()
    return {
        ("delais", "cible"): delais.cible,
        ("delais", "premiere"): delais.premiere_relance,
        ("delais", "seconde"): delais.seconde_relance,
        ("attentes", "retard"): en_retard.count(),
        ("attentes", "premiere"): questions.filter(
            posee_le__lt=now - timedelta(days=delais.premiere_relance)
        ).count(),
        ("attentes", "seconde"): questions.filter(
            posee_le__lt=now - timedelta(days=delais.seconde_relance)
        ).count(),
        ("attentes", "ecartees"): put_aside(jour).count(),
        ("attentes", "flux"): sum(
            export.statut in (StatutExport.RETENU, StatutExport.ECHEC)
            for export in ExportFlux.objects.derniers()
        ),
        ("attentes", "codes"): codes_to_replace(jour.year).count(),
        ("attentes", "aif"): DemandeAIF.objects.a_traiter().count(),
        ("attentes", "messages"): Action.objects.in_state("reponse_carif", jour).count(),
        ("attentes", "courriels"): Courriel.objects.filter(abandonne_le__isnull=False).count(),
    }
