"""The open data: its page, its files, their schema."""

import hashlib
import os
import re
from datetime import datetime, timedelta
from math import ceil
from typing import BinaryIO

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, HttpRequest, HttpResponseBase, HttpResponseNotFound, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date

from catalogue.donnees import fichiers
from catalogue.donnees.colonnes import COLONNES, table_schema
from sofi.acces import read_only
from sofi.ouverture import open_to_all
from sofi.typographie import NBSP

#: « gzip;q=0 » refuses it.
GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))", re.IGNORECASE)
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
#: What each file is for, as the page says it.
USAGES = {
    "csv": ("CSV", "Pour un programme\u00a0: UTF-8, virgules, dates ISO."),
    "xlsx": ("XLSX", "Pour un tableur\u00a0: les dates et les nombres en sont."),
    "parquet": ("Parquet", "Pour l’analyse\u00a0: colonnes typées, compressé."),
}


@login_not_required
@read_only
def accueil(request: HttpRequest) -> HttpResponseBase:
    """What the open data holds, column by column, and how to read it."""
    manifeste = fichiers.read_manifest(fichiers.dossier())
    nom, url = settings.LICENCE
    context = {
        "manifeste": manifeste,
        "ecrit_le": datetime.fromisoformat(manifeste["ecrit_le"]) if manifeste else None,
        "delai": _delay(fichiers.longest_wait(manifeste)) if manifeste else None,
        "fichiers": [
            {
                "nom": libelle,
                "texte": texte,
                "url": reverse(f"donnees:{forme}"),
                "octets": manifeste["octets"][forme] if manifeste else None,
            }
            for forme, (libelle, texte) in USAGES.items()
        ],
        "colonnes": COLONNES,
        "licence": {"nom": nom, "url": url},
        "base": settings.SOFI_URL,
    }
    return render(request, "donnees/accueil.html", context)


def _delay(attente: timedelta) -> str:
    """« dans le quart d’heure », « dans l’heure », « dans les 2 h »."""
    if attente < timedelta(minutes=20):
        return "dans le quart d’heure"
    heures = ceil(attente / timedelta(hours=1))
    return "dans l’heure" if heures == 1 else f"dans les {heures}{NBSP}h"


@login_not_required
@open_to_all
@read_only
def schema(request: HttpRequest) -> HttpResponseBase:
    """The Table Schema of the CSV file."""
    response = JsonResponse(
        table_schema(settings.CARIF.nom, settings.LICENCE),
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )
    response.headers["ETag"] = etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    return get_conditional_response(request, etag, response=response)


@login_not_required
@open_to_all
@read_only
def fichier(request: HttpRequest, forme: str) -> HttpResponseBase:
    """One of the files, as last written; 404 before the first time."""
    est_csv = forme == fichiers.CSV
    contenu = _opened(fichiers.COMPRESSE) if est_csv and _takes_gzip(request) else None
    codage = "gzip" if contenu else ""
    contenu = contenu or _opened(forme)
    if contenu is None:
        texte = "Ce fichier n’est pas encore écrit\u00a0: il le sera dans le quart d’heure."
        return HttpResponseNotFound(texte, content_type="text/plain; charset=utf-8")
    # Of the file that is open: another may take its name meanwhile.
    etat = os.fstat(contenu.fileno())
    etag, modifie_le = f'"{etat.st_mtime_ns:x}-{etat.st_size:x}{codage}"', int(etat.st_mtime)
    response = get_conditional_response(request, etag, modifie_le)
    if response is None:
        response = FileResponse(
            contenu, content_type=TYPES[forme], as_attachment=True, filename=fichiers.nom_of(forme)
        )
        if codage:
            response.headers["Content-Encoding"] = codage
    else:
        contenu.close()
    response.headers["ETag"], response.headers["Last-Modified"] = etag, http_date(modifie_le)
    if est_csv:
        patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _opened(forme: str) -> BinaryIO | None:
    """The file of this form, open; None before it was first written."""
    try:
        return (fichiers.dossier() / fichiers.nom_of(forme)).open("rb")
    except FileNotFoundError:
        return None


def _takes_gzip(request: HttpRequest) -> bool:
    return GZIP.search(request.headers.get("Accept-Encoding", "")) is not None
