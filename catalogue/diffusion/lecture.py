"""What is read of what is online: a session, the sessions of an action, the actions of a certification."""

from datetime import date

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

from catalogue.models import Diffusion


def with_parts(rows: QuerySet) -> QuerySet:
    """`rows` without their whole sheet, with what a list says: `organisme_`, `session_`, `dispositifs_`."""
    return rows.defer("contenu").annotate(
        organisme_=KeyTransform("organisme", "contenu"),
        session_=KeyTransform("session", "contenu"),
        dispositifs_=KeyTransform("dispositifs", "contenu"),
    )


def next_sessions(rows: QuerySet, jour: date) -> QuerySet:
    """Of the active `rows`, one by action: the next session to begin, else the last to have begun.

    `nb_sessions` counts the active sessions of its action. Each row probes the index of its action: as a
    sub-select of one row, which PostgreSQL cannot turn into reading the whole offer, as it may an EXISTS.
    """
    autres = Diffusion.objects.actives(jour).filter(action=OuterRef("action"))
    commencee = Q(date_debut__lt=jour)
    premiere = autres.order_by(
        Case(When(commencee, then=1), default=0),
        Case(When(commencee, then=None), default=F("date_debut")),
        F("date_debut").desc(),
        "numero",
    )
    # Behind COALESCE, PostgreSQL does not think it rare: it walks the list until the page is full.
    est_premiere = Coalesce(Exact(F("pk"), Subquery(premiere.values("pk")[:1])), Value(False))
    nombre = autres.order_by().values("action").annotate(n=Count("pk")).values("n")
    return with_parts(rows.actives(jour)).filter(est_premiere).annotate(nb_sessions=Subquery(nombre))


def other_sessions(action_pk: int, jour: date, sauf: str = "", limite: int = 20) -> list[Diffusion]:
    """The active sessions of an action but `sauf`, the first to begin on top, `limite` at most."""
    rows = Diffusion.objects.filter(action=action_pk).actives(jour).exclude(numero=sauf)
    return list(with_parts(rows).order_by(F("date_debut"), F("numero"))[:limite])
