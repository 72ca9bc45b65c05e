"""A key to be printed: kept encrypted in the browser's session, for its giver alone and for a short while."""

from datetime import timedelta

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import CleActivation
from sofi.chiffrement import Illisible, chiffrer, dechiffrer

EN_SESSION = "lettre_de_cle"
#: Long enough to find the printer.
DUREE = timedelta(minutes=15)


def keep(session, cle: CleActivation, texte: str) -> None:
    """Keep the text of `cle` until its letter is printed; the letter kept before it is forgotten."""
    jusqu_a = (timezone.now() + DUREE).isoformat()
    session[EN_SESSION] = {"cle": cle.pk, "texte": chiffrer(texte).decode(), "jusqu_a": jusqu_a}


def kept(session, cle: CleActivation) -> str:
    """The text of `cle`, in groups; '' when its letter can no longer be shown."""
    gardee = session.get(EN_SESSION) or {}
    if gardee.get("cle") != cle.pk or parse_datetime(gardee["jusqu_a"]) < timezone.now():
        return ""
    try:
        return dechiffrer(gardee["texte"].encode())
    except Illisible:
        return ""


def forget(session) -> None:
    """The letter is printed."""
    session.pop(EN_SESSION, None)
