"""What is read of what is online: a session, the sessions of an action, the actions of a certification."""

from datetime import date

from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

from catalogue.models import Diffusion
from sofi.paging import arms, first_of


def with_parts(rows: QuerySet) -> QuerySet:
    """`rows` without their whole sheet, with what a list says: `organisme_`, `session_`, `dispositifs_`,
    `entrees_`."""
    return rows.defer("contenu").annotate(
        organisme_=KeyTransform("organisme", "contenu"),
        session_=KeyTransform("session", "contenu"),
        dispositifs_=KeyTransform("dispositifs", "contenu"),
        entrees_=KeyTransform("modalites_es", KeyTransform("action", "contenu")),
    )


def next_session(rows: QuerySet, jour: date) -> Diffusion | None:
    """Of the active `rows`, the next session to begin, else the last to have begun. One query."""
    return Diffusion.objects.filter(pk=_next_key(rows, jour)).first()


def next_sessions(rows: QuerySet, jour: date) -> QuerySet:
    """Of the active `rows`, one by action: its `next_session`.

    `nb_sessions` counts the active sessions of its action. Each row probes the index of its action: as
    sub-selects of one row, which PostgreSQL cannot turn into reading the whole offer, as it may an EXISTS.
    """
    autres = Diffusion.objects.filter(action=OuterRef("action"))
    # Behind COALESCE, PostgreSQL does not think it rare: it walks the list until the page is full.
    est_premiere = Coalesce(Exact(F("pk"), _next_key(autres, jour)), Value(False))
    nombre = autres.actives(jour).order_by().values("action").annotate(n=Count("pk")).values("n")
    return with_parts(rows.actives(jour)).filter(est_premiere).annotate(nb_sessions=Subquery(nombre))


def other_sessions(action_pk: int, jour: date, sauf: str = "", limite: int = 20) -> list[Diffusion]:
    """The active sessions of an action but `sauf`, as its page lists them, `limite` at most. Two queries."""
    rows = Diffusion.objects.filter(action=action_pk).actives(jour).exclude(numero=sauf)
    return first_of(arms(with_parts(rows), "date_debut", pivot=jour), limite)


def _next_key(rows: QuerySet, jour: date) -> Coalesce:
    by_date = arms(rows.actives(jour), "date_debut", pivot=jour)
    return Coalesce(*(Subquery(arm.values("pk")[:1]) for arm in by_date))
