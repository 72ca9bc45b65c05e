"""The description of the API: for programs (OpenAPI), and for people (`/api/`)."""

import hashlib
from functools import cache

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer

from catalogue import numeros
from catalogue.api import lecture, lexique, parametres
from catalogue.api.description import schema
from sofi.acces import read_only
from sofi.ouverture import open_to_all

MEDIA = {"json": "application/json", "yaml": "application/yaml"}
RENDERERS = {"json": OpenApiJsonRenderer, "yaml": OpenApiYamlRenderer}


@cache
def _written(forme: str) -> bytes:
    """The schema as a file; built once."""
    return RENDERERS[forme]().render(schema(), renderer_context={})


@cache
def _etag(forme: str) -> str:
    return f'"{hashlib.sha256(_written(forme)).hexdigest()[:32]}"'


def _schema_view(forme: str):
    """A view of the schema in JSON or YAML."""

    @login_not_required
    @open_to_all
    @read_only
    @gzip_page
    @condition(etag_func=lambda request: _etag(forme))
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(_written(forme), content_type=MEDIA[forme])

    return view


schema_json, schema_yaml = _schema_view("json"), _schema_view("yaml")


@login_not_required
@read_only
def page(request: HttpRequest) -> HttpResponse:
    """What the API gives and how to read it, written from its schema."""
    nom, url = settings.LICENCE
    context = {
        "ressources": lexique.ressources(),
        "erreurs": lexique.erreurs(),
        "quota": settings.API_QUOTA_ANONYME,
        "licence": {"nom": nom, "url": url},
        "base": settings.SOFI_URL,
        "exemple": _example(),
    }
    return render(request, "api/documentation.html", context)


def _example() -> dict[str, str]:
    """A moment, and the numbers of a session and of what it leads to: they can be tried. One query.

    The numbers are made up when nothing is online.
    """
    cles = ("numero", "action_id", "organisme_id", "formation_id", "certification_code")
    rows = lecture.en_ligne().exclude(certification_code="").order_by("-numero").values_list(*cles)
    inventees = (f"{settings.CARIF.code_lheo}_000123", 34, 12, 56, "84629")
    session, action, organisme, formation, certification = rows.first() or inventees
    return {
        "instant": parametres.EXEMPLE,
        "session": session,
        "action": numeros.numero_action(action),
        "organisme": numeros.numero_organisme(organisme),
        "formation": numeros.numero_formation(formation),
        "certification": certification,
    }
