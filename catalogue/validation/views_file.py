"""The queue, and what agents do around a dossier without deciding: take charge, be seen."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from catalogue import attribution, lots
from catalogue.enums import DecisionLot
from catalogue.models import Action
from catalogue.validation import presence, vues
from catalogue.validation.cadence import load_cadence
from catalogue.validation.exports import columns
from catalogue.validation.file import clean_query, queue_for, with_query
from catalogue.validation.filters import FileFilter
from catalogue.validation.forms_lots import FORMS
from catalogue.validation.lignes import counters, line_of, with_line
from sofi import export
from sofi.acces import carif_required
from sofi.paging import page_by_key

PAR_PAGE = 20
#: In the address, shows the form of the filters when none is in force.
FILTRER = "filtrer"


@carif_required
@require_safe
def file(request):
    """The waiting actions, oldest first or by their nearest start (home of the Carif-Oref)."""
    cadence = load_cadence()
    queue, cle = with_line(queue_for(request.user), request.user), "soumise_le"
    filtre = None
    # The form of the filters is a third of the page's cost: it waits to be asked for.
    if request.GET.keys() & {FILTRER, *FileFilter.base_filters}:
        filtre = FileFilter(request.GET, queue, user=request.user, cadence=cadence)
        queue, cle = filtre.qs, filtre.cle
    if export.asked(request):
        return export.export(request, "file", columns(cadence, request.user), queue.order_by(cle, "pk"))
    page = page_by_key(queue, request.GET, key=cle, size=PAR_PAGE)
    requete = clean_query(request.GET.urlencode())
    context = {
        "lignes": [line_of(row, cadence, request.user, requete) for row in page.rows],
        "page": page,
        "form": filtre.form if filtre else None,
        "filtres": filtre.chips() if filtre else [],
        "tri": cle,
        "requete": requete,
        "compteurs": counters(cadence),
        "vues": vues.links(request.user, requete),
        "cible": cadence.cible,
        "telechargements": export.links(request),
        "decisions_lot": [
            (nom, DecisionLot(nom).label) for nom in FORMS if nom in lots.offered_to(request.user)
        ],
    }
    return render(request, "validation/file.html", context)


@carif_required
@require_POST
def attribuer(request, pk):
    """Take charge of a dossier (`acte` = prendre), give it back (rendre) or hand it over (attribuer, `a`)."""
    action = get_object_or_404(Action.objects.visible_to(request.user), pk=pk)
    try:
        messages.success(request, _attribute(request, action))
    except attribution.AttributionRefusee as refus:
        messages.error(request, str(refus))
    retour = with_query(
        reverse("validation:dossier", args=[pk]), clean_query(request.POST.get("filtres", ""))
    )
    return redirect(retour)


def _attribute(request, action) -> str:
    """Do what the form asks, and return what to say of it; `AttributionRefusee` when it may not be."""
    match request.POST.get("acte"):
        case "prendre":
            attribution.claim(action.pk, by=request.user)
            return "Vous examinez ce dossier\u00a0: vos collègues le voient dans la file."
        case "rendre":
            attribution.release(action.pk, by=request.user)
            return "Le dossier est remis dans la file\u00a0: un collègue peut le prendre."
    choix = request.POST.get("a", "")
    to = int(choix) if choix.isascii() and choix.isdecimal() and len(choix) < 10 else 0
    return f"Le dossier est attribué à {attribution.assign(action.pk, to=to, by=request.user).examinateur}."


@carif_required
@require_POST
def regarder(request, pk):
    """The page of a dossier says that it is still read; answer who else reads it, as a fragment."""
    if not Action.objects.visible_to(request.user).filter(pk=pk).exists():
        raise Http404
    return render(request, "validation/_regards.html", {"regards": presence.see(pk, request.user)})
