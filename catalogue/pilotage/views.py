"""« Pilotage »: the figures of the region, for all the staff."""

from operator import itemgetter

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from catalogue.pilotage import mesures, tableau
from sofi import export
from sofi.acces import carif_required

#: The board as a file: one line a number.
COLONNES = [
    (titre, itemgetter(rang)) for rang, titre in enumerate(("Chapitre", "Ligne", "Colonne", "Nombre"))
]


@carif_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The whole board, as it was last computed. One query beyond the person's."""
    lues = tableau.Mesures.load()
    if export.asked(request):
        rows = tableau.flatten(lues) if lues.calculees_le else []
        return export.export(request, "pilotage", COLONNES, rows)
    context = {"calculees_le": lues.calculees_le, "telechargements": export.links(request)}
    if lues.calculees_le:
        context |= {
            "surveiller": tableau.build_surveiller(lues, request.user),
            "delais": tableau.build_delais(lues),
            "entrees": tableau.build_entrees(lues),
            "etats": tableau.build_etats(lues),
            "completude": tableau.build_completude(lues),
        }
    return render(request, "pilotage/tableau.html", context)


@carif_required
@require_POST
def recompute(request: HttpRequest) -> HttpResponse:
    """Ask the worker for fresh figures; a second click finds the first one's request."""
    if mesures.order():
        messages.success(request, "Le calcul est demandé\u00a0: rechargez cette page dans quelques secondes.")
    else:
        messages.info(
            request, "Un calcul est déjà demandé\u00a0: rechargez cette page dans quelques secondes."
        )
    return redirect("pilotage:tableau")
