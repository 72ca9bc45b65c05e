"""What visitors reported of the public sheets: an organisme's own, and all of them for the Carif-Oref."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from catalogue import signalement as domaine
from catalogue.enums import StatutSignalement
from catalogue.models import Diffusion, Signalement
from catalogue.signalement import SignalementRefuse
from catalogue.signalements.exports import SIGNALEMENTS
from catalogue.signalements.forms import ReponseForm
from sofi import export
from sofi.paging import page_by_key

#: In the address, shows those that were answered.
TRAITES = "traites"
#: The sign beside each state (components/etat.html).
ETATS = {
    StatutSignalement.OUVERT: "a_valider",
    StatutSignalement.CORRIGE: "validee",
    StatutSignalement.SANS_SUITE: "archivee",
}


@require_safe
def liste(request: HttpRequest) -> HttpResponseBase:
    """Those to answer, the oldest first; with `?etat=traites` those that were, the latest first."""
    rows = Signalement.objects.visible_to(request.user).select_related(
        "organisme", "action__formation__certification", "traite_par"
    )
    traites = request.GET.get("etat") == TRAITES
    rows = rows.exclude(statut=StatutSignalement.OUVERT) if traites else rows.ouverts()
    if export.asked(request):
        ordre = ("-cree_le", "-pk") if traites else ("cree_le", "pk")
        return export.export(request, "signalements", SIGNALEMENTS, rows.order_by(*ordre))
    page = page_by_key(rows, request.GET, key="cree_le", descending=traites)
    contexte = {
        "page": page,
        "lignes": [(row, ETATS[row.statut]) for row in page.rows],
        "traites": traites,
        "telechargements": export.links(request),
    }
    return render(request, "signalements/liste.html", contexte)


@require_http_methods(["GET", "HEAD", "POST"])
def signalement(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: what is said of which sheet, and its answer, given by who may type for the organisme."""
    rows = Signalement.objects.visible_to(request.user).select_related(
        "organisme", "action__formation__certification", "traite_par"
    )
    row = get_object_or_404(rows, pk=pk)
    if request.method != "POST":
        return _page(request, row, _form(row) if _may_answer(request, row) else None)
    if not Signalement.objects.editable_by(request.user).filter(pk=pk).exists():
        messages.error(request, "Votre rôle permet de lire ce signalement, pas d’y répondre.")
        return redirect("signalements:signalement", pk)
    form = _form(row, request.POST)
    if not form.is_valid():
        return _page(request, row, form)
    try:
        domaine.answer(pk, by=request.user, **form.cleaned_data)
    except SignalementRefuse:
        return _page(request, rows.get(pk=pk), form, status=409)
    envoyee = "La réponse est envoyée au visiteur." if row.courriel else "La réponse est enregistrée."
    messages.success(request, envoyee)
    return redirect("signalements:liste")


def _form(row: Signalement, data=None) -> ReponseForm:
    return ReponseForm(data, initial={"version": row.version}, a_une_adresse=bool(row.courriel))


def _may_answer(request: HttpRequest, row: Signalement) -> bool:
    if row.statut != StatutSignalement.OUVERT:
        return False
    return Signalement.objects.editable_by(request.user).filter(pk=row.pk).exists()


def _page(
    request: HttpRequest, row: Signalement, form: ReponseForm | None, status: int = 200
) -> HttpResponse:
    """The report's page. Status 409: a colleague answered first, and the text of `form` is shown to keep."""
    contexte = {
        "signalement": row,
        "etat": ETATS[row.statut],
        "form": form,
        "en_ligne": Diffusion.objects.filter(pk=row.numero).exists(),
        "a_repondre": row.statut == StatutSignalement.OUVERT,
        "perdue": form["reponse"].value() if form and row.statut != StatutSignalement.OUVERT else "",
    }
    return render(request, "signalements/signalement.html", contexte, status=status)
