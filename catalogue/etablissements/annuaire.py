"""« Annuaire » (manual, the menu): organisations and places, for everybody who is signed in."""

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalogue.enums import StatutSite
from catalogue.etablissements import exports
from catalogue.etablissements.filters import OrganismeFilter, SiteFilter
from catalogue.models import Organisme, Site
from sofi import export
from sofi.paging import page_by_key

#: Places named under each organisme; its sheet has them all.
SITES_MONTRES = 3


@require_safe
def organismes(request: HttpRequest) -> HttpResponse:
    """Organisations in the order of their name: all for the Carif-Oref, the directory's for the others."""
    sites = Site.objects.annuaire()
    montres = sites.only("organisme_id", "nom", "ville", "departement").order_by("tri", "pk")
    rows = Organisme.objects.readable_by(request.user).prefetch_related(
        Prefetch("sites", montres[: SITES_MONTRES + 1], to_attr="sites_montres")
    )
    filtre = OrganismeFilter(request.GET, rows, sites=sites)
    today = timezone.localdate()
    if export.asked(request) and request.user.est_carif:
        rows = filtre.qs.prefetch_related(None).order_by("tri", "pk")
        return export.export(request, "organismes", exports.organismes(today), rows)
    page = page_by_key(filtre.qs, request.GET, key="tri")
    lignes = [
        {
            "organisme": row,
            "qualiopi": row.qualiopi_etat(today),
            "sites": row.sites_montres[:SITES_MONTRES],
            "a_d_autres_sites": len(row.sites_montres) > SITES_MONTRES,
        }
        for row in page.rows
    ]
    return _render(request, "etablissements/annuaire.html", filtre, page, lignes)


@require_safe
def sites(request: HttpRequest) -> HttpResponse:
    """Places in the order of their name: in any state for the Carif-Oref and at home, active elsewhere."""
    readable = Site.objects.readable_by(request.user)
    filtre = SiteFilter(request.GET, readable.select_related("organisme"), sites=readable)
    if export.asked(request) and request.user.est_carif:
        return export.export(request, "sites", exports.sites(), filtre.qs.order_by("tri", "pk"))
    page = page_by_key(filtre.qs, request.GET, key="tri")
    today = timezone.localdate()
    lignes = [
        {
            "site": row,
            "libelle": StatutSite(row.statut).label,
            "qualiopi": row.organisme.qualiopi_etat(today),
        }
        for row in page.rows
    ]
    return _render(request, "etablissements/annuaire_sites.html", filtre, page, lignes)


def _render(request, template, filtre, page, lignes) -> HttpResponse:
    context = {
        "lignes": lignes,
        "page": page,
        "form": filtre.form,
        "filtres": filtre.chips(),
        "est_carif": request.user.est_carif,
        "requete": _without_page(request),
        "telechargements": export.links(request) if request.user.est_carif else [],
    }
    return render(request, template, context)


def _without_page(request: HttpRequest) -> str:
    """The filters of the address, to carry from one list of the directory to the other."""
    params = request.GET.copy()
    for name in ("apres", "avant"):
        params.pop(name, None)
    return params.urlencode()
