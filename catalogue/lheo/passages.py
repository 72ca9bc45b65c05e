"""As of which run those who follow the offer are told what changed in it and what left it.

Of the file in place: while a feed is held, they are told nothing more than it says.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from catalogue.enums import ProfilFlux, StatutExport
from catalogue.lheo.document import MARGE
from catalogue.models import ExportFlux

#: How long a change may take to be read by others: partners are told of it within a quarter of an hour.
EN_COURS = timedelta(minutes=1)


@dataclass(frozen=True)
class Fenetre:
    """What to tell: dated from `depuis` (less `MARGE`) to `jusqu_a`, as of `le`."""

    depuis: datetime
    jusqu_a: datetime
    le: datetime


def window(depuis: datetime, now: datetime) -> Fenetre | None:
    """What to tell now to who read at `depuis`; None when it is nothing.

    Up to the last run that wrote the whole feed; everything while none did.
    """
    if depuis - MARGE > now:
        return None
    passages = written_runs()
    dernier = passages.first()
    if dernier is None:
        return Fenetre(depuis, now + MARGE, now)
    # Who read at `depuis` was told what the run before then let go, and nothing since.
    lu = passages.filter(fini_le__lte=depuis - MARGE).first()
    if lu == dernier:
        return None
    # What a transaction dated just before may not have been seen by the run: the next one tells it.
    return Fenetre(lu.commence_le if lu else depuis, dernier.commence_le - EN_COURS, dernier.commence_le)


def written_runs() -> QuerySet[ExportFlux]:
    """The runs by which the file in place became what it was meant to be, the last one first."""
    return ExportFlux.objects.filter(
        profil=ProfilFlux.COMPLET, statut__in=[StatutExport.ECRIT, StatutExport.VIDE]
    )
