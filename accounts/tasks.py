"""The upkeep of the accounts, done by the worker (README § Mail and jobs)."""

from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.models import Limite


@app.periodic(cron="7 * * * *")
@app.task(name="entretien.purger_limites", queue="entretien")
def purger_limites(timestamp: int) -> None:
    """Forget the counts of tries whose period is over: whoever tries addresses at random fills no table."""
    Limite.objects.filter(finit_le__lt=timezone.now()).delete()
