"""What is decided on a request: the OF cancels it; the Carif-Oref takes it, or refuses it with a reason."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from catalogue import demandes_aif, textes
from catalogue.aif.forms import RefusForm
from catalogue.demandes_aif import A_TRAITER, DemandeRefusee, lecture
from catalogue.enums import StatutAIF, UsageTexte
from catalogue.models import DemandeAIF
from sofi.acces import carif_required

saisir = require_http_methods(["GET", "HEAD", "POST"])


@saisir
def annuler(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then give the request up."""
    if request.user.est_carif:
        raise Http404
    row = _get(request, pk)
    if request.method != "POST":
        if row.statut != StatutAIF.ENVOYEE:
            messages.info(request, "Cette demande ne peut plus être annulée.")
            return redirect("aif:demande", pk)
        return render(request, "aif/annuler.html", {"demande": row})
    try:
        demandes_aif.cancel(pk, by=request.user)
    except DemandeRefusee as refus:
        return _refused(request, pk, refus)
    messages.success(request, "Votre demande est annulée.")
    return redirect("aif:demande", pk)


@carif_required
@require_POST
def prendre(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a request in charge; from a colleague when the button says so."""
    _get(request, pk)
    try:
        demandes_aif.take(pk, by=request.user, de=_posted_pk(request))
    except DemandeRefusee as refus:
        return _refused(request, pk, refus)
    messages.success(request, "Vous traitez cette demande.")
    return redirect("aif:demande", pk)


def _posted_pk(request: HttpRequest) -> int | None:
    """The colleague the request is knowingly taken from; None for anything else."""
    try:
        return int(request.POST.get("de", "")[:18])
    except ValueError:
        return None


@carif_required
@saisir
def refuser(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why, from a prepared text or not, and refuse."""
    row = _get(request, pk)
    if request.method != "POST":
        if row.statut not in A_TRAITER:
            messages.info(request, f"Cette demande est déjà « {row.get_statut_display()} ».")
            return redirect("aif:demande", pk)
        choisi, motif = _prepared(request, row)
        form = RefusForm(initial={"version": row.version, "motif": motif})
        return _refusal_page(request, row, form, choisi)
    form = RefusForm(request.POST)
    if not form.is_valid():
        return _refusal_page(request, row, form)
    try:
        demandes_aif.refuse(pk, by=request.user, **form.cleaned_data)
    except DemandeRefusee as refus:
        if refus.code != "perimee":
            return _refused(request, pk, refus, form.cleaned_data["motif"])
        form.add_error(None, str(refus))
        form.data = form.data.copy()
        form.data["version"] = refus.actuelle.version
        return _refusal_page(request, refus.actuelle, form, status=409)
    messages.success(request, "La demande est refusée : l’organisme lira le motif.")
    return redirect("aif:demande_list")


def _prepared(request: HttpRequest, row: DemandeAIF) -> tuple[str, str]:
    """The key of the prepared text asked for with `?texte=`, and its words; two empty ones without."""
    asked = request.GET.get("texte", "")
    texte = next((t for t in textes.offered(UsageTexte.AIF_REFUS) if str(t.pk) == asked), None)
    if texte is None:
        return "", ""
    valeurs = textes.of_carif() | {
        "organisme": row.organisme.nom,
        "intitule": row.intitule,
        "numero_action": row.numero,
        "certifinfo": "hors Certifinfo",
    }
    return asked, textes.fill_with(texte.texte, valeurs)


def _refusal_page(request, row: DemandeAIF, form: RefusForm, choisi: str = "", status: int = 200):
    context = {
        "demande": row,
        "form": form,
        "textes": textes.offered(UsageTexte.AIF_REFUS),
        "choisi": choisi,
        "lignes": lecture.lines(row),
    }
    return render(request, "aif/refuser.html", context, status=status)


def _get(request: HttpRequest, pk: int) -> DemandeAIF:
    """The request, if the person may change it; otherwise 404."""
    demandes = DemandeAIF.objects.editable_by(request.user).select_related("organisme", "examinateur")
    return get_object_or_404(demandes, pk=pk)


def _refused(request: HttpRequest, pk: int, refus: DemandeRefusee, motif: str = "") -> HttpResponse:
    """Tell kindly who was quicker: a colleague, and give back the `motif` written; or one's double click."""
    rendu = f" Vous aviez écrit\u00a0: «\u00a0{motif}\u00a0»" if motif and refus.code != "deja_fait" else ""
    messages.info(request, f"{refus}{rendu}")
    return redirect("aif:demande", pk)
