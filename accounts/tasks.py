"""What the worker does for the accounts: their upkeep, and what no page waits for (README)."""

from django.db import connection
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from accounts import registre
from accounts.donnees import oubli
from accounts.models import DemandeCle
from sofi.models import Limite

#: Of the question to the register: eight attempts, the last some four hours after the first.
REPRISE = RetryStrategy(
    max_attempts=8, wait=60, linear_wait=540, retry_exceptions=[registre.RegistreIndisponible]
)


@app.periodic(cron="7 * * * *")
@app.task(name="entretien.purger_limites", queue="entretien")
def purger_limites(timestamp: int) -> None:
    """Forget the counts of tries whose period is over: whoever tries addresses at random fills no table."""
    Limite.objects.filter(finit_le__lt=timezone.now()).delete()


@app.periodic(cron="17 3 * * *")
@app.task(name="entretien.purger_journal", queue="entretien")
def purger_journal(timestamp: int) -> None:
    """Delete the lines of the security journal older than twelve months, by the only door there is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT accounts_purger_journal()")


@app.periodic(cron="37 2 * * *")
@app.task(name="entretien.oublier_demandes", queue="entretien")
def oublier_demandes(timestamp: int) -> None:
    """Forget who asked for a key, or was given one and never used it, more than a year ago."""
    oubli.forget(timezone.now())


@app.task(name="demandes.verifier", queue="registre", retry=REPRISE)
def verifier_siret(demande: int) -> None:
    """Keep what the register says of the SIRET of a request; tried again while it does not answer."""
    a_verifier = DemandeCle.objects.filter(pk=demande, registre__isnull=True)
    siret = a_verifier.values_list("siret", flat=True).first()
    if siret:
        reponse = registre.interroger(siret).as_json(timezone.now().isoformat())
        DemandeCle.objects.filter(pk=demande).update(registre=reponse)
