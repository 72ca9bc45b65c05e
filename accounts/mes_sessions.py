"""« Mes sessions »: the browsers in which a person is signed in, and how to sign out of them from afar."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts import journal
from accounts.models import EvenementSecurite, SessionNavigateur, TypeEvenementSecurite
from accounts.navigateurs import in_words
from accounts.sessions import SessionStore, close_sessions
from sofi.origine import Origine

#: More than anybody has in the day a session lasts.
MAXIMUM = 50
ESSAIS = (
    TypeEvenementSecurite.CONNEXION,
    TypeEvenementSecurite.CONNEXION_REFUSEE,
    TypeEvenementSecurite.CONNEXION_BLOQUEE,
)


@dataclass(frozen=True)
class Navigateur:
    """A browser signed in, as its owner sees it; `reference` names it without telling its key."""

    reference: str
    nom: str
    ip: str | None
    ouverte_le: datetime
    vue_le: datetime
    est_celui_ci: bool


def list_sessions(user, session: SessionStore) -> list[Navigateur]:
    """Return the browsers in which `user` is signed in, the one of `session` first."""
    celle_ci = SessionStore.hashed(session.session_key or "")
    rows = SessionNavigateur.objects.filter(user=user, expire_date__gt=timezone.now())
    lignes = [
        Navigateur(
            _reference(row.pk),
            in_words(row.navigateur),
            row.ip,
            row.ouverte_le,
            row.vue_le,
            row.pk == celle_ci,
        )
        for row in rows.defer("session_data").order_by("-vue_le", "pk")[:MAXIMUM]
    ]
    return sorted(lignes, key=lambda ligne: not ligne.est_celui_ci)


def list_sign_ins(user, nombre: int = 10) -> list[EvenementSecurite]:
    """Return the last tries at signing in as `user`, the latest first."""
    return list(EvenementSecurite.objects.filter(user=user, type__in=ESSAIS)[:nombre])


@transaction.atomic
def close_one(user, reference: str, origine: Origine) -> bool:
    """Sign `user` out of the browser called `reference`; say whether there was one to close."""
    keys = SessionNavigateur.objects.filter(user=user).values_list("pk", flat=True)
    key = next((key for key in keys if _reference(key) == reference), None)
    if key is None or not SessionNavigateur.objects.filter(pk=key).delete()[0]:
        return False
    _record(user, origine, nombre=1)
    return True


@transaction.atomic
def close_others(user, session: SessionStore, origine: Origine) -> int:
    """Sign `user` out of every browser but the one of `session`; return how many were closed."""
    nombre = close_sessions(user, sauf=session)
    if nombre:
        _record(user, origine, nombre=nombre)
    return nombre


def _record(user, origine, **details):
    journal.record(TypeEvenementSecurite.SESSION_TERMINEE, user=user, auteur=user, origine=origine, **details)


def _reference(key: str) -> str:
    return salted_hmac("accounts.mes_sessions", key, algorithm="sha256").hexdigest()[:20]
