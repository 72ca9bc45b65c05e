"""« Depuis » a moment to come nothing has changed: the answer would look like that of a quiet day."""

from datetime import datetime, timedelta

from django.utils import timezone

from sofi.typographie import NBSP

#: By how much the clock of who asks may be ahead of ours.
AVANCE = timedelta(minutes=5)


def refusal(depuis: datetime) -> str:
    """Why changes cannot be told since `depuis`, as a sentence; empty when it is not to come."""
    now = timezone.now()
    if depuis <= now + AVANCE:
        return ""
    ici = timezone.localtime(now).isoformat(timespec="seconds")
    return (
        f"Ce moment est à venir (ici, il est {ici}){NBSP}: rien n’a pu changer depuis. "
        "Donnez celui de votre dernière lecture."
    )
