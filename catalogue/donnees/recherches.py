"""A search as a calendar (iCalendar) or as a feed of news (RSS): the same address as its page."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Rss201rev2Feed
from icalendar import Calendar, Event, Timezone, TimezoneStandard

from catalogue.adresses import session_url
from catalogue.donnees.texte import one_line
from catalogue.models import Diffusion
from catalogue.recherche.filtres import OffreFilter
from catalogue.recherche.suites import rows_of
from sofi.acces import read_only
from sofi.courriels import lien
from sofi.ouverture import open_to_all
from sofi.paging import arms, first_of
from sofi.typographie import apostrophes

MAX_EVENEMENTS, MAX_NOUVELLES = 500, 50
#: SEQUENCE counts the seconds from here: each publication of a session has a greater one.
ORIGINE = datetime(2020, 1, 1, tzinfo=UTC)
CADRE = "Offre de formation"


@login_not_required
@open_to_all
@read_only
def calendrier(request: HttpRequest) -> HttpResponse:
    """The sessions of a search as events: those to come, nearest first, then those under way."""
    return _answer(request, _nearest, _calendar, "text/calendar; charset=utf-8")


@login_not_required
@open_to_all
@read_only
def nouveautes(request: HttpRequest) -> HttpResponse:
    """What went online last in a search."""
    return _answer(request, _latest, _feed, "application/rss+xml; charset=utf-8")


def _answer(request: HttpRequest, choose: Callable, write: Callable, genre: str) -> HttpResponse:
    """The file that `write` makes of the sessions that `choose` takes in the search; 400 when it is wrong."""
    filtre = OffreFilter(request.GET)
    if not filtre.form.is_valid():
        fautes = [message for messages in filtre.form.errors.values() for message in messages]
        return HttpResponse("\n".join(fautes), status=400, content_type="text/plain; charset=utf-8")
    rows = choose(rows_of(filtre))
    etat = repr([(row.numero, row.modifiee_le) for row in rows])
    etag = f'"{hashlib.sha256(etat.encode()).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag)
    if response is None:
        response = HttpResponse(write(rows, filtre), content_type=genre)
    response.headers["ETag"] = etag
    return response


def _nearest(fiches: QuerySet) -> list[Diffusion]:
    """Up to 500 sessions, and one more to tell that there are others. Two queries at most."""
    by_date = arms(fiches.select_related("diffusion"), "date_debut", pivot=timezone.localdate())
    return [row.diffusion for row in first_of(by_date, MAX_EVENEMENTS + 1)]


def _latest(fiches: QuerySet) -> list[Diffusion]:
    """The 50 sessions that went online last. One query, on the index of their dates."""
    rows = Diffusion.objects.filter(recherche__in=fiches).order_by("-publiee_le", "-numero")
    return list(rows[:MAX_NOUVELLES])


def _calendar(rows: Sequence[Diffusion], filtre: OffreFilter) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", f"-//SOFI//{settings.CARIF.nom_court}//FR")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _title(filtre))
    # No METHOD: with one, RFC 5546 wants an ORGANIZER, and RFC 5545 the same word in Content-Type.
    if not rows:
        calendar.add_component(_utc())
    if len(rows) > MAX_EVENEMENTS:
        precision = f"Les {MAX_EVENEMENTS} premières sessions\u00a0: précisez la recherche."
        calendar.add("x-wr-caldesc", precision)
    domaine = urlsplit(settings.SOFI_URL).hostname
    for row in rows[:MAX_EVENEMENTS]:
        event = Event()
        event.add("uid", f"{row.numero}@{domaine}")
        event.add("dtstamp", row.modifiee_le.astimezone(UTC))
        event.add("last-modified", row.modifiee_le.astimezone(UTC))
        event.add("sequence", max(0, int((row.modifiee_le - ORIGINE).total_seconds())))
        event.add("dtstart", row.date_debut)
        event.add("dtend", row.date_fin + timedelta(days=1))  # the day after the last one
        event.add("summary", one_line(apostrophes(row.intitule)))
        event.add("location", _place(row))
        event.add("url", session_url(row.numero))
        event.add("description", _sentence(row))
        event.add("transp", "TRANSPARENT")  # nobody is busy for six months
        calendar.add_component(event)
    return calendar.to_ical()


def _utc() -> Timezone:
    """What a calendar without event holds, as RFC 5545 wants one component at least: it shows nothing."""
    utc, standard = Timezone(), TimezoneStandard()
    utc.add("tzid", "Etc/UTC")
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001 - local, as the RFC wants it
    standard.add("tzoffsetfrom", timedelta(0))
    standard.add("tzoffsetto", timedelta(0))
    utc.add_component(standard)
    return utc


def _feed(rows: Sequence[Diffusion], filtre: OffreFilter) -> str:
    feed = Rss201rev2Feed(
        title=_title(filtre),
        link=f"{lien('diffusion:recherche')}{f'?{filtre.data.urlencode()}' if filtre.data else ''}",
        description=f"Ce qui vient d’être mis en ligne par {settings.CARIF.nom}.",
        language="fr",
    )
    for row in rows:
        feed.add_item(
            title=one_line(f"{apostrophes(row.intitule)} – {row.ville}"),
            link=session_url(row.numero),
            description=_sentence(row),
            unique_id=row.numero,
            unique_id_is_permalink=False,
            pubdate=row.publiee_le,
        )
    return feed.writeString("utf-8")


def _title(filtre: OffreFilter) -> str:
    """« Offre de formation : boulanger, 44 »."""
    valeurs = ", ".join(str(chip["valeur"]) for chip in filtre.chips())
    return one_line(f"{CADRE}\u00a0: {valeurs}" if valeurs else f"{CADRE} – {settings.CARIF.nom_court}")


def _place(row: Diffusion) -> str:
    lieu = row.contenu["session"]["site_lieu"]
    lignes = [lieu["nom"], *lieu["lignes"], f"{lieu['code_postal']} {lieu['ville']}"]
    return one_line(", ".join(filter(None, lignes)))


def _sentence(row: Diffusion) -> str:
    organisme = row.contenu["organisme"]
    nom = organisme["nom_usage"] or organisme["raison_sociale"]
    return one_line(
        f"{nom}. Du {row.date_debut:%d/%m/%Y} au {row.date_fin:%d/%m/%Y}, à {row.ville}. Numéro {row.numero}."
    )
