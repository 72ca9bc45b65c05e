"""The life of a place: the Carif-Oref's list and decisions, and what an organisme closes or reopens."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from catalogue import workflow_site
from catalogue.etablissements import exports
from catalogue.etablissements.forms import SiteDecisionForm
from catalogue.models import Site
from catalogue.permissions import role_on
from catalogue.workflow import TransitionRefusee
from catalogue.workflow_site import SITE_TRANSITIONS, SiteTransition
from sofi import export
from sofi.acces import carif_required
from sofi.paging import page_by_key
from sofi.typographie import il_y_a

FAIT = {
    "approve": "Le site « {} » est validé : il est actif.",
    "refuse": "Le site « {} » est refusé : l’organisme lira le motif.",
    "close": "Le site « {} » est fermé : il n’est plus proposé à la saisie.",
    "reopen": "Le site « {} » est rouvert : le Carif-Oref le vérifiera de nouveau.",
}
#: What each decision does, said before it is taken.
CONSEILS = {
    "approve": "Le site devient actif : les actions qui l’utilisent peuvent paraître en ligne.",
    "refuse": "Le site est fermé, et le motif est envoyé aux gestionnaires de l’organisme.",
    "close": "Le site n’est plus proposé à la saisie. Il reste sur les fiches qui l’utilisent.",
    "reopen": "Le site redevient « en attente de validation » : il peut de nouveau être choisi.",
}


@dataclass(frozen=True)
class Decision:
    """One decision that may be taken now: its row of the table, its form, and what it does."""

    transition: SiteTransition
    form: SiteDecisionForm
    conseil: str


@carif_required
@require_safe
def a_valider(request: HttpRequest) -> HttpResponse:
    """The places waiting for a check, oldest first, paged by key."""
    sites = Site.objects.visible_to(request.user).a_valider().select_related("organisme")
    if export.asked(request):
        return export.export(request, "sites-a-valider", exports.sites(), sites.order_by("soumis_le", "pk"))
    page = page_by_key(sites, request.GET, key="soumis_le")
    today = timezone.localdate()
    lignes = [(site, il_y_a((today - timezone.localdate(site.soumis_le)).days)) for site in page.rows]
    context = {"lignes": lignes, "page": page, "telechargements": export.links(request)}
    return render(request, "etablissements/sites_a_valider.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def decision(request: HttpRequest, pk: int, nom: str) -> HttpResponse:
    """Say what a decision on a place does and ask for its reason, or carry it out."""
    if nom not in SITE_TRANSITIONS:
        raise Http404
    sites = Site.objects.editable_by(request.user).select_related("organisme", "commune")
    site = get_object_or_404(sites, pk=pk)
    transition = SITE_TRANSITIONS[nom]
    if role_on(request.user, site) not in transition.roles:
        raise Http404
    if request.method != "POST":
        form = SiteDecisionForm(transition, initial={"version": site.version})
        return _ask(request, site, form)
    form = SiteDecisionForm(transition, request.POST)
    if not form.is_valid():
        return _ask(request, site, form)
    return _decide(request, site, form)


def _decide(request: HttpRequest, site: Site, form: SiteDecisionForm) -> HttpResponse:
    """Carry out a valid decision; refused, show it again with what was typed."""
    nom = form.transition.name
    try:
        workflow_site.apply_to_site(site.pk, nom, by=request.user, **form.cleaned_data)
    except TransitionRefusee as refus:
        if refus.code == "deja_fait":
            messages.info(request, str(refus))
            return redirect("etablissements:site", pk=site.pk)
        form.add_error(None, str(refus))
        site.refresh_from_db()
        form.data = form.data.copy()
        form.data["version"] = site.version
        return _ask(request, site, form, status=409)
    messages.success(request, FAIT[nom].format(site.nom))
    if request.user.est_carif and nom in ("approve", "refuse"):
        return redirect("etablissements:sites_a_valider")
    return redirect("etablissements:site", pk=site.pk)


def _ask(request: HttpRequest, site: Site, form: SiteDecisionForm, status: int = 200) -> HttpResponse:
    """The page of one decision."""
    context = {
        "site": site,
        "transition": form.transition,
        "form": form,
        "conseil": CONSEILS[form.transition.name],
        "est_possible": site.statut in form.transition.sources,
    }
    return render(request, "etablissements/decision.html", context, status=status)


def forms_for(site: Site, user) -> list[Decision]:
    """The decisions `user` may take now, each with its form."""
    return [
        Decision(t, SiteDecisionForm(t, initial={"version": site.version}), CONSEILS[t.name])
        for t in workflow_site.available_on_site(site, role_on(user, site))
    ]
