"""The sessions partners must take away: LHÉO has no word for that, so the list is a CSV of its own.

One line a session: `numero;le;motif`, the moment in ISO 8601, and why: `archivee`, `supprimee`, `annulee`
(taken offline), `terminee` (ended), `ecartee` (its sheet breaks the schema until it is mended).

It tells what the file in place no longer holds: while a feed is held, nothing is told that it would lose.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from catalogue.enums import MotifRetrait
from catalogue.lheo import passages
from catalogue.lheo.document import MARGE
from catalogue.models import FicheRecherche, FragmentLheo, Retrait

ENTETE = "numero;le;motif"
ECARTEE = "ecartee"
PAQUET = 2_000
#: Nothing left before: an older moment asks for everything, and need not be a day of our calendar's.
ORIGINE = datetime(1900, 1, 1, tzinfo=UTC)


def lines(depuis: datetime, now: datetime, organisme: int | None = None) -> Iterator[str]:
    """The lines of the list, its title first: `departures` in words."""
    yield ENTETE
    for depart in departures(depuis, now, organisme):
        yield line(*depart)


def line(numero: str, le: datetime, motif: str) -> str:
    return f"{numero};{timezone.localtime(le).isoformat(timespec='seconds')};{motif}"


def departures(
    depuis: datetime, now: datetime, organisme: int | None = None
) -> Iterator[tuple[str, datetime, str]]:
    """Number, moment and why of what left the whole feed between `depuis` and `now`.

    As of the last run that wrote it; of everything while none did. Of one organisme (its key) when it is
    given. Constant memory. A session may be said twice. Any moment will do: nothing left since one to come.
    """
    fenetre = passages.window(max(depuis, ORIGINE), now)
    if fenetre is None:
        return
    depuis, jusqu_a = fenetre.depuis - MARGE, fenetre.jusqu_a
    yield from _withdrawn(depuis, jusqu_a, organisme)
    for numero, date_fin in _ended(depuis, fenetre.le, organisme):
        yield numero, _day_after(date_fin), MotifRetrait.TERMINEE
    for numero, le in _put_aside(depuis, jusqu_a, organisme):
        yield numero, le, ECARTEE


def _of(queryset, organisme: int | None):
    return queryset if organisme is None else queryset.filter(organisme_id=organisme)


def _withdrawn(depuis: datetime, jusqu_a: datetime, organisme: int | None):
    retraits = _of(Retrait.objects.filter(le__range=(depuis, jusqu_a)), organisme).order_by("le", "numero")
    return retraits.values_list("numero", "le", "motif").iterator(chunk_size=PAQUET)


def _ended(depuis: datetime, now: datetime, organisme: int | None):
    """A session is online on its last day: it left the day after, unless its trace says when."""
    hier = timezone.localdate(now) - timedelta(days=1)
    fiches = FicheRecherche.objects.filter(
        ~Exists(Retrait.objects.filter(numero=OuterRef("pk"))),
        date_fin__range=(timezone.localdate(depuis) - timedelta(days=1), hier),
    )
    fiches = _of(fiches, organisme).order_by("date_fin", "diffusion_id")
    return fiches.values_list("diffusion_id", "date_fin").iterator(chunk_size=PAQUET)


def _put_aside(depuis: datetime, jusqu_a: datetime, organisme: int | None):
    fragments = FragmentLheo.objects.exclude(fautes=[]).filter(ecrit_le__range=(depuis, jusqu_a))
    fragments = _of(fragments, organisme).order_by("ecrit_le", "diffusion_id")
    return fragments.values_list("diffusion_id", "ecrit_le").iterator(chunk_size=PAQUET)


def _day_after(jour) -> datetime:
    return timezone.make_aware(datetime.combine(jour + timedelta(days=1), time.min))
