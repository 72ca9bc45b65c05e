"""The order given to the worker: one job of procrastinate for the next attempt of a message."""

from datetime import timedelta
from uuid import UUID

from procrastinate.contrib.django import app

TACHE = "courriels.envoyer"


def programmer(uuid: UUID, dans: timedelta | None = None) -> int:
    """Enqueue, in the current transaction, an attempt at once or in `dans`; return the job's number."""
    delai = {"seconds": int(dans.total_seconds())} if dans else None
    return app.configure_task(TACHE, schedule_in=delai).defer(uuid=str(uuid))
