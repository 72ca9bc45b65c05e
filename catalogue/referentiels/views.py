"""The certifications: searching, suggesting, reading; and, for the Carif-Oref, two texts to type."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from catalogue.certifications.fiche import fiche_of_certification
from catalogue.certifications.recherche import (
    LIMITE_EXPORT,
    LIMITE_SUGGESTIONS,
    Resultats,
    build_search,
    clean_query,
    search_certifications,
)
from catalogue.certifications.remplacements import live_successors
from catalogue.certifications.situation import situation_of
from catalogue.models import Certification
from sofi import export

from .exports import CERTIFICATIONS
from .forms import TextesForm
from .textes import TextesPerimes, fingerprint, save_texts

#: Below this many signs, suggestions would be anything.
MINIMUM_SUGGESTIONS = 2


@require_safe
def certification_list(request: HttpRequest) -> HttpResponseBase:
    """The catalogue of certifications, searched from one box."""
    jour = timezone.localdate()
    if export.asked(request):
        trouvees = build_search(request.GET, jour=jour, limite=LIMITE_EXPORT)["resultats"].trouvees
        return export.export(request, "certifications", CERTIFICATIONS, trouvees)
    context = build_search(request.GET, jour=jour) | {"telechargements": export.links(request)}
    return render(request, "referentiels/certification_list.html", context)


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """A fragment: the best certifications for what is being typed (static/js/sofi.js)."""
    q, resultats = clean_query(request.GET.get("q")), Resultats()
    if len(q) >= MINIMUM_SUGGESTIONS:
        resultats = search_certifications(q, jour=timezone.localdate(), limite=LIMITE_SUGGESTIONS)
    context = {"resultats": resultats, "pour_choisir": not request.user.est_carif}
    return render(request, "referentiels/suggestions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def certification(request: HttpRequest, code: str) -> HttpResponse:
    """The sheet of a certification; the Carif-Oref types its objectif and programme under it."""
    est_carif = request.user.est_carif
    row = get_object_or_404(Certification.objects.select_related("type_diplome"), pk=code)
    if request.method != "POST":
        form = TextesForm(instance=row, initial={"empreinte": fingerprint(row)}) if est_carif else None
        return _render_sheet(request, row, form)
    if not est_carif:
        raise PermissionDenied
    form = TextesForm(request.POST, instance=Certification(pk=code))
    if not form.is_valid():
        return _render_sheet(request, row, form, status=422)
    try:
        changed = save_texts(code, **form.cleaned_data)
    except TextesPerimes as refus:
        form.data = form.data.copy()
        form.data["empreinte"] = fingerprint(refus.actuelle)
        return _render_sheet(request, row, form, perimee=refus.actuelle, status=409)
    messages.success(
        request,
        "L’enregistrement a bien été effectué."
        if changed
        else "Rien à enregistrer : ces textes y sont déjà.",
    )
    return redirect("referentiels:certification", code)


def _render_sheet(request, row, form, *, perimee=None, status=200) -> HttpResponse:
    jour = timezone.localdate()
    successeurs = live_successors(row.code, jour)
    context = {
        "certification": row,
        "fiche": fiche_of_certification(row, jour),
        "situation": situation_of(row, successeurs, jour),
        "successeurs": successeurs,
        "form": form,
        "perimee": perimee,
    }
    return render(request, "referentiels/certification.html", context, status=status)
