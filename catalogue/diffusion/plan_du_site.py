"""What robots may read: `/robots.txt`, and `/plan-du-site.xml` with the addresses of what is active.

The plan is an index of pages, each the addresses of one slice of keys: no page reads beyond its slice, and
the index reads no offer at all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Length
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Certification, Diffusion, Organisme
from catalogue.numeros import numero_action, numero_organisme
from sofi.courriels import lien

from .cache import public_page

#: Keys in a page.
TAILLE = 10_000
XML = "application/xml; charset=utf-8"
ENTETE = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


@dataclass(frozen=True)
class Adresse:
    """An address of the plan, and when what it shows last changed (None: not told)."""

    url: str
    modifiee_le: date | None = None


@login_not_required
@public_page
def robots(request: HttpRequest) -> HttpResponse:
    """The public offer and the help are to be read; the rest is behind a sign-in."""
    lignes = [
        "User-agent: *",
        f"Disallow: {reverse('diffusion:signaler', args=['*'])}",
        f"Disallow: {reverse('accounts:login')}",
        f"Sitemap: {lien('diffusion:plan_du_site')}",
    ]
    return HttpResponse("\n".join(lignes) + "\n", content_type="text/plain; charset=utf-8")


@login_not_required
@public_page
def index(request: HttpRequest) -> HttpResponse:
    """The pages of the plan."""
    pages = [
        lien("diffusion:plan_du_site_page", sorte=sorte, rang=rang)
        for sorte, (dernier, _) in SORTES.items()
        for rang in range(dernier() // TAILLE + 1)
    ]
    lignes = "".join(f"<sitemap><loc>{escape(page)}</loc></sitemap>\n" for page in pages)
    return _xml(f"<sitemapindex {NAMESPACE}>\n{lignes}</sitemapindex>\n")


@login_not_required
@public_page
def page(request: HttpRequest, sorte: str, rang: int) -> HttpResponse:
    """The active addresses of one kind whose keys are in the slice `rang`."""
    if sorte not in SORTES or rang * TAILLE > SORTES[sorte][0]():
        raise Http404
    adresses = SORTES[sorte][1](rang * TAILLE, timezone.localdate())
    lignes = "".join(
        f"<url><loc>{escape(adresse.url)}</loc>"
        + (f"<lastmod>{adresse.modifiee_le.isoformat()}</lastmod>" if adresse.modifiee_le else "")
        + "</url>\n"
        for adresse in adresses
    )
    return _xml(f"<urlset {NAMESPACE}>\n{lignes}</urlset>\n")


def _xml(corps: str) -> HttpResponse:
    response = HttpResponse(ENTETE + corps, content_type=XML)
    response.headers["Content-Disposition"] = "inline"
    return response


def _last_session() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM catalogue_session_numero")
        return cursor.fetchone()[0]


def _sessions(debut: int, jour: date) -> Iterator[Adresse]:
    premier, dernier = (_numero(rang) for rang in (debut, debut + TAILLE - 1))
    rows = (
        Diffusion.objects.actives(jour)
        .filter(numero__gte=premier, numero__lte=dernier)
        # « 52_1000000 » is between « 52_100000 » and « 52_109999 » as a text.
        .annotate(longueur=Length("numero"))
        .filter(longueur__range=(len(premier), len(dernier)))
        .order_by("numero")
        .values_list("numero", "modifiee_le")
    )
    for numero, modifiee_le in rows.iterator():
        yield Adresse(lien("diffusion:session", numero=numero), timezone.localdate(modifiee_le))


def _numero(rang: int) -> str:
    return f"{settings.CARIF.code_lheo}_{rang:06d}"


def _last_action() -> int:
    return Diffusion.objects.aggregate(m=Max("action_id"))["m"] or 0


def _actions(debut: int, jour: date) -> Iterator[Adresse]:
    rows = Diffusion.objects.actives(jour).filter(action_id__gte=debut, action_id__lt=debut + TAILLE)
    par_action = rows.order_by("action_id").values_list("action_id").annotate(m=Max("modifiee_le"))
    for pk, modifiee_le in par_action.iterator():
        yield Adresse(lien("diffusion:action", numero=numero_action(pk)), timezone.localdate(modifiee_le))


def _last_organisme() -> int:
    return Organisme.objects.aggregate(m=Max("pk"))["m"] or 0


def _organismes(debut: int, jour: date) -> Iterator[Adresse]:
    fin = _last_end(Diffusion.objects.filter(organisme=OuterRef("pk")))
    rows = Organisme.objects.annotate(fin=fin).filter(pk__gte=debut, pk__lt=debut + TAILLE, fin__gte=jour)
    for pk in rows.order_by("pk").values_list("pk", flat=True).iterator():
        yield Adresse(lien("diffusion:organisme", numero=numero_organisme(pk)))


def _last_formation() -> int:
    """How many certifications there are: their codes are no dense numbers, hence slices by rank."""
    return max(Certification.objects.count() - 1, 0)


def _formations(debut: int, jour: date) -> Iterator[Adresse]:
    codes = Certification.objects.order_by("code").values("code")[debut : debut + TAILLE]
    fin = _last_end(Diffusion.objects.filter(certification_code=OuterRef("code")))
    rows = Certification.objects.annotate(fin=fin).filter(code__in=codes, fin__gte=jour)
    for code in rows.order_by("code").values_list("code", flat=True).iterator():
        yield Adresse(lien("diffusion:formation", code=code))


def _last_end(rows: QuerySet) -> Subquery:
    """The last day of `rows`: one probe of an index, where EXISTS might read the whole offer."""
    return Subquery(rows.order_by("-date_fin").values("date_fin")[:1])


#: Each kind of address: its last key, and what is active in a slice.
SORTES = {
    "formations": (_last_formation, _formations),
    "organismes": (_last_organisme, _organismes),
    "actions": (_last_action, _actions),
    "sessions": (_last_session, _sessions),
}
