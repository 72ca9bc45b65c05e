"""Errors as programs read them: an object (RFC 9457, « problem details ») with French sentences."""

import logging
from http import HTTPStatus

from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler

from sofi.pannes import ATTENTE, is_passing
from sofi.typographie import NBSP

logger = logging.getLogger(__name__)

TYPE = "application/problem+json"
TITRES = {
    400: "Paramètre incorrect",
    401: "Clé refusée",
    404: "Introuvable",
    405: "Méthode refusée",
    410: "N’est plus en ligne",
    429: "Trop de requêtes",
    503: "Indisponible pour l’instant",
}
PHRASES = {
    401: "Cette clé n’existe pas, ou a été révoquée. Sans clé, l’API se lit avec un quota plus petit.",
    404: "Rien ne porte ce numéro dans l’offre en ligne.",
    405: f"L’API se lit seulement{NBSP}: GET, HEAD ou OPTIONS.",
    410: "Cet objet a été en ligne et ne l’est plus.",
}


class ParametresRefuses(exceptions.APIException):
    """Status 400; `fautes` are the sentences by name of parameter."""

    status_code = 400

    def __init__(self, fautes: dict[str, list[str]]):
        super().__init__("Corrigez les paramètres nommés ci-dessous.")
        self.fautes = fautes


class AdresseInconnue(exceptions.APIException):
    """Status 404: no address of the API."""

    status_code = 404
    default_detail = f"L’API n’a pas cette adresse{NBSP}: elles se terminent par «{NBSP}/{NBSP}»."


class PlusEnLigne(exceptions.APIException):
    """Status 410: it was online."""

    status_code = 410
    default_detail = PHRASES[410]


class Indisponible(exceptions.APIException):
    """Status 503: the database is away or busy; `wait` becomes « Retry-After »."""

    status_code = 503
    default_detail = f"La base de données ne répond pas pour l’instant{NBSP}: recommencez dans un moment."
    wait = ATTENTE


def answer_problem(exc: Exception, context: dict) -> Response | None:
    """The response to an error of the API; ``None`` for a fault of ours (setting EXCEPTION_HANDLER)."""
    if is_passing(exc):
        logger.error("API", exc_info=exc)
        exc = Indisponible()
    response = exception_handler(exc, context)
    if response is None:
        return None
    statut = response.status_code
    response.data = {
        "type": "about:blank",
        "title": TITRES.get(statut, HTTPStatus(statut).phrase),
        "status": statut,
        "detail": _detail(exc, statut, context["request"]),
    }
    if isinstance(exc, ParametresRefuses):
        response.data["parametres"] = exc.fautes
    response.content_type = TYPE
    return response


def _detail(exc: Exception, statut: int, request: Request) -> str:
    if isinstance(exc, exceptions.Throttled):
        autrement = "demandez un quota plus grand" if request.auth else "demandez une clé"
        return f"Le quota de l’heure est atteint. Attendez {exc.wait or 1:.0f} secondes, ou {autrement}."
    if isinstance(exc, AdresseInconnue) or statut not in PHRASES:
        return str(getattr(exc, "detail", ""))
    return PHRASES[statut]
