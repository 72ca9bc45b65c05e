"""How long people who have no account, and cannot delete it, are kept: a year after it has served."""

from datetime import datetime, timedelta

from accounts.models import CleActivation, DemandeCle

DUREE = timedelta(days=365)


def forget(now: datetime) -> int:
    """Delete the requests for a key answered, and the keys expired unused, more than a year ago; how many.

    A key that was used stays with its account, and goes with it.
    """
    demandes = DemandeCle.objects.filter(decidee_le__lt=now - DUREE)
    cles = CleActivation.objects.filter(utilisee_le=None, expire_le__lt=now - DUREE)
    return demandes.delete()[0] + cles.delete()[0]
