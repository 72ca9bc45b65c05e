"""The files themselves: those the worker writes, and those made when they are asked for.

The latter are written aside before anything is sent: a slow reader holds no connection to the database, and
a failure is an error, never half a document.
"""

import hashlib
import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import wraps
from math import ceil
from tempfile import SpooledTemporaryFile
from typing import BinaryIO

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Max, Q, Value
from django.db.models.functions import MD5
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.http import http_date
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition

from catalogue.enums import ProfilFlux
from catalogue.lheo import document, passages, retraits
from catalogue.lheo.fichier import NOMS, read_manifest
from catalogue.models import FragmentLheo, Organisme, Retrait
from catalogue.numeros import ORGANISME, cle_of
from sofi import avenir, limites
from sofi.acces import read_only
from sofi.origine import origine_of
from sofi.typographie import NBSP, quantite

#: How far back changes and deletions are told; beyond, the whole feed is the shorter way.
JOURS_MAX = 90
#: A document of more bytes than this waits on the disk.
EN_MEMOIRE = 1 << 20
#: Documents made on demand, for one network: a partner who reads every organisme asks for the whole feed.
MAXIMUM, PERIODE = 120, timedelta(minutes=10)


def partage(view: Callable) -> Callable:
    """A public file: any site may read it, and caches keep it as long as they ask each time."""

    @login_not_required
    @read_only
    @wraps(view)
    def shared(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "public, no-cache"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    return shared


@partage
def complet(request: HttpRequest) -> HttpResponseBase:
    """The whole feed."""
    return _stored(request, ProfilFlux.COMPLET)


@partage
def france_travail(request: HttpRequest) -> HttpResponseBase:
    """The feed of France Travail."""
    return _stored(request, ProfilFlux.FRANCE_TRAVAIL)


def _stored(request: HttpRequest, profil: str) -> HttpResponseBase:
    """A file of the worker's. Its tag is its SHA-256; the file that is open is sent to its end, whatever
    takes its place meanwhile."""
    chemin = settings.FLUX_DIR / NOMS[profil]
    try:
        fichier = chemin.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    infos, manifeste = os.fstat(fichier.fileno()), read_manifest(chemin)
    # Between the two renamings, the manifest speaks of the other file.
    etag = f'"{manifeste.sha256}"' if manifeste and manifeste.describes(infos) else None
    modifie = datetime.fromtimestamp(int(infos.st_mtime), tz=timezone.get_current_timezone())

    @condition(etag_func=lambda request: etag, last_modified_func=lambda request: modifie)
    def send(request: HttpRequest) -> HttpResponseBase:
        return FileResponse(
            fichier, as_attachment=True, filename=chemin.name, content_type="application/gzip"
        )

    response = send(request)
    if not isinstance(response, FileResponse):
        fichier.close()
    return response


@dataclass(frozen=True)
class Etat:
    """What a document made on demand holds, as a tag, and when it last changed as far as is known at `lu`."""

    etag: str
    modifie: datetime | None
    lu: datetime

    @property
    def definitif(self) -> datetime | None:
        """The second after the last change, once nothing dated before it can be written any more.

        Until then a reader is given the second of the change itself, and is not believed by it: more may
        have changed since, or may still be dated within it (`document.MARGE`).
        """
        apres = self.modifie and self.modifie.replace(microsecond=0) + timedelta(seconds=1)
        return apres if apres and apres + document.MARGE <= self.lu else None


def rationne(view: Callable) -> Callable:
    """A document made on demand: so many for a network in a period, whoever asks."""

    @wraps(view)
    def rationed(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        reseau = limites.reseau_of(origine_of(request))
        if limites.essayer("flux", reseau, MAXIMUM, PERIODE):
            return view(request, *args, **kwargs)
        secondes = max(1, ceil(limites.attente("flux", reseau).total_seconds()))
        texte = (
            f"{MAXIMUM} demandes en {PERIODE.seconds // 60}{NBSP}minutes{NBSP}: "
            f"attendez encore {quantite(secondes, 's')}.\n"
        )
        headers = {"Retry-After": str(secondes)}
        return HttpResponse(texte, status=429, headers=headers, content_type="text/plain; charset=utf-8")

    return rationed


@partage
@rationne
@gzip_page
def organisme(request: HttpRequest, numero: str) -> HttpResponseBase:
    """The sessions of one organisme, by its public number."""
    pk = cle_of(numero, ORGANISME)
    if pk is None or not Organisme.objects.filter(pk=pk).exists():
        raise Http404
    choix = document.Choix(organisme=pk)
    return _made(request, choix, f"{numero}.xml", _state_of(choix, timezone.now()))


@partage
@rationne
@gzip_page
def modifications(request: HttpRequest) -> HttpResponseBase:
    """The sessions written since `?depuis=`, as of the file in place; 204 when there is none."""
    now = timezone.now()
    try:
        depuis = _since(request, now)
    except ValueError as error:
        return _refused(str(error))
    fenetre = passages.window(depuis, now)
    if fenetre is None:
        return HttpResponse(status=204)
    choix = document.Choix(depuis=fenetre.depuis, jusqu_a=fenetre.jusqu_a)
    return _made(request, choix, "modifications.xml", _state_of(choix, now))


@partage
@rationne
@gzip_page
def suppressions(request: HttpRequest) -> HttpResponseBase:
    """The sessions that left since `?depuis=`."""
    now = timezone.now()
    try:
        depuis = _since(request, now)
    except ValueError as error:
        return _refused(str(error))
    with ExitStack() as pile:
        sortie = pile.enter_context(_aside())
        etat = _write_departures(sortie, depuis, now)
        response = _unless_known(
            request, etat, lambda: _sent(sortie, "suppressions.csv", "text/csv; charset=utf-8")
        )
        if response.streaming:
            pile.pop_all()
    return response


def _write_departures(sortie: BinaryIO, depuis: datetime, now: datetime) -> Etat:
    """Write the list of what left. Its tag is its SHA-256."""
    # What was written since may have taken a line away. Read before: the list may be newer than it says.
    recents = FragmentLheo.objects.filter(ecrit_le__gte=depuis - document.MARGE)
    moments = (recents.aggregate(le=Max("ecrit_le"))["le"], _last_run())
    modifie = max(filter(None, moments), default=None)
    empreinte = hashlib.sha256()

    def write(ligne: str) -> None:
        octets = f"{ligne}\n".encode()
        empreinte.update(octets)
        sortie.write(octets)

    write(retraits.ENTETE)
    for numero, le, motif in retraits.departures(depuis, now):
        write(retraits.line(numero, le, motif))
        modifie = max(modifie or le, le)
    return Etat(f'"{empreinte.hexdigest()}"', modifie, now)


def _last_run() -> datetime | None:
    """When a run of the feeds wrote last: those who follow the offer are told more then."""
    passage = passages.written_runs().first()
    return passage and passage.fini_le


def _aside() -> SpooledTemporaryFile:
    """Where a document is written before it is sent; the response closes it."""
    return SpooledTemporaryFile(EN_MEMOIRE)


def _state_of(choix: document.Choix, now: datetime) -> Etat:
    """What is in it; what was written, withdrawn and ended last, and the last run if it goes no further."""
    jour = timezone.localdate(now)
    fragments, retires = FragmentLheo.objects.all(), Retrait.objects.all()
    if choix.organisme is not None:
        fragments = fragments.filter(organisme_id=choix.organisme)
        retires = retires.filter(organisme_id=choix.organisme)
    if choix.depuis is not None:
        fragments = fragments.filter(ecrit_le__gte=choix.depuis - document.MARGE)
        retires = retires.filter(le__gte=choix.depuis - document.MARGE)
    justes, passe_le = Q(fautes=[], date_fin__gte=jour), None
    if choix.jusqu_a is not None:
        # What was written later is in it no more, or not yet: that changes it as well.
        justes, passe_le = justes & Q(ecrit_le__lte=choix.jusqu_a), _last_run()
    lus = fragments.aggregate(
        contenu=MD5(StringAgg("empreinte", "", filter=justes, order_by="pk", default=Value(""))),
        ecrit_le=Max("ecrit_le"),
        fin=Max("date_fin", filter=Q(date_fin__lt=jour)),
    )
    retire_le = retires.aggregate(le=Max("le"))["le"]
    fini_le = lus["fin"] and timezone.make_aware(datetime.combine(lus["fin"] + timedelta(days=1), time.min))
    moments = filter(None, (lus["ecrit_le"], retire_le, fini_le, passe_le))
    # Of its sessions, as they are: the moment the document bears says when it was read, not what it holds.
    return Etat(f'"{lus["contenu"]}"', max(moments, default=None), now)


def _made(request: HttpRequest, choix: document.Choix, nom: str, etat: Etat) -> HttpResponseBase:
    """A document written now, unless the reader has it already."""

    def write() -> HttpResponseBase:
        with ExitStack() as pile:
            sortie = pile.enter_context(_aside())
            if not document.write(sortie, choix, timezone.now()):
                # The schema has no document without a session.
                return HttpResponse(status=204)
            pile.pop_all()
        return _sent(sortie, nom, "application/xml")

    return _unless_known(request, etat, write)


def _unless_known(
    request: HttpRequest, etat: Etat, build: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """What `build` gives, with what tells it from another; 304 to who has it already."""

    @condition(etag_func=lambda request: etat.etag, last_modified_func=lambda request: etat.definitif)
    def send(request: HttpRequest) -> HttpResponseBase:
        return build()

    response = send(request)
    if etat.modifie:
        response.headers.setdefault("Last-Modified", http_date(etat.modifie.timestamp()))
    return response


def _sent(sortie: SpooledTemporaryFile, nom: str, content_type: str) -> FileResponse:
    sortie.seek(0)
    return FileResponse(sortie, as_attachment=True, filename=nom, content_type=content_type)


def examples(now: datetime) -> tuple[str, str]:
    """A day and an instant as `?depuis=` takes them: of a week ago, so that who tries them is answered."""
    matin = datetime.combine(timezone.localdate(now) - timedelta(days=7), time(8))
    return f"{matin:%Y-%m-%d}", timezone.make_aware(matin).isoformat()


def _since(request: HttpRequest, now: datetime) -> datetime:
    """The moment asked for; raises ValueError, in French, when it cannot be answered."""
    texte, (jour, instant) = request.GET.get("depuis", "").strip(), examples(now)
    if not texte:
        raise ValueError(
            f"Ajoutez depuis quand{NBSP}: ?depuis={jour}, ou ?depuis={instant} "
            "(le moment de votre dernière lecture)."
        )
    # « + » in an address is a space.
    depuis = _moment(texte.replace(" ", "+"))
    if depuis is None:
        raise ValueError(f"«{NBSP}{texte[:40]}{NBSP}» n’est ni une date ({jour}) ni un instant ({instant}).")
    if raison := avenir.refusal(depuis):
        raise ValueError(raison)
    if depuis < now - timedelta(days=JOURS_MAX):
        raise ValueError(
            f"Nous remontons à {JOURS_MAX}{NBSP}jours au plus. Reprenez le flux complet, "
            f"{NOMS[ProfilFlux.COMPLET]}{NBSP}: ce qui n’y est pas n’est plus en ligne."
        )
    return depuis


def _moment(texte: str) -> datetime | None:
    """A day (its first instant) or an instant, local unless it says otherwise."""
    try:
        if jour := parse_date(texte):
            return timezone.make_aware(datetime.combine(jour, time.min))
        instant = parse_datetime(texte)
        return instant if instant is None or timezone.is_aware(instant) else timezone.make_aware(instant)
    except (ValueError, OverflowError):
        return None


def _refused(raison: str) -> HttpResponse:
    return HttpResponse(f"{raison}\n", status=400, content_type="text/plain; charset=utf-8")
