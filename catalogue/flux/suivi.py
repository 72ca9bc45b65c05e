"""« Suivi des flux »: the last runs, a file that is held, and the sheets put aside; for the staff."""

from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from catalogue.enums import ProfilFlux, StatutExport
from catalogue.lheo import comptes, flux
from catalogue.lheo.fichier import NOMS, read_manifest
from catalogue.models import ExportFlux, FragmentLheo, Mesure
from sofi.acces import carif_required
from sofi.paging import page_by_key

DERNIERS, PAR_PAGE = 20, 50
#: Exclusion of the France Travail profile → its name in the counts.
EXCLUES = {"apprentissage": "apprentissage", "initiale": "formation initiale", "siret": "SIRET"}
#: components/etat.html has no colour for a run: these are its nearest.
ETATS = {
    StatutExport.ECRIT: "validee",
    StatutExport.RETENU: "en_attente_reponse",
    StatutExport.VIDE: "archivee",
    StatutExport.ECHEC: "refusee",
}


@carif_required
@require_safe
def suivi(request: HttpRequest) -> HttpResponse:
    """Four queries beyond the person’s, whatever the number of runs and sheets."""
    lignes, comptees_le = _counts()
    exports = list(ExportFlux.objects.select_related("laisse_par")[:DERNIERS])
    derniers = {}
    for export in exports:
        derniers.setdefault(export.profil, export)
    context = {
        "lignes": [{"export": export, "etat": ETATS[export.statut]} for export in exports],
        "retenus": flux.held(),
        "echecs": [e for e in derniers.values() if e.statut == StatutExport.ECHEC],
        "peut_laisser": request.user.est_valideur,
        "comptes": lignes,
        "comptees_le": comptees_le,
        "page": page_by_key(
            FragmentLheo.objects.exclude(fautes=[])
            .filter(date_fin__gte=timezone.localdate())
            .select_related("diffusion", "diffusion__organisme")
            .defer("xml", "diffusion__contenu"),
            request.GET,
            key="ecrit_le",
            descending=True,
            size=PAR_PAGE,
        ),
    }
    return render(request, "flux/suivi.html", context)


def _counts() -> tuple[list[tuple[str, int]], datetime | None]:
    """Where each session that is online goes, or does not, and what partners read; when the worker last
    counted the former, None if it never did. One query.

    A feed that is held, or not written yet, is not what it should be: the two numbers tell it.
    """
    lus = {
        profil: (f"Dans le flux {mot} que lisent les partenaires", _in_place(profil))
        for profil, mot in ((ProfilFlux.COMPLET, "complet"), (ProfilFlux.FRANCE_TRAVAIL, "France Travail"))
    }
    mesures = Mesure.objects.filter(code=comptes.MESURE).values_list("cle", "valeur", "calculee_le")
    nombres = {cle: int(valeur) for cle, valeur, _ in mesures}
    if not nombres:
        return list(lus.values()), None
    comptees = [
        ("Sessions en ligne, non terminées", nombres.get("en_ligne")),
        ("À mettre dans le flux complet", nombres.get("complet")),
        lus[ProfilFlux.COMPLET],
        ("Mises à l’écart", nombres.get("ecartees")),
        (
            "À mettre dans le flux France Travail, certaines terminées depuis peu",
            nombres.get("france_travail"),
        ),
        lus[ProfilFlux.FRANCE_TRAVAIL],
        *(
            (f"Non transmises à France Travail\u00a0: {mot}", nombres.get(code))
            for code, mot in EXCLUES.items()
        ),
    ]
    # Counted by another version of SOFI, they may lack one: the worker counts again in a moment.
    return [(libelle, nombre) for libelle, nombre in comptees if nombre is not None], mesures[0][2]


def _in_place(profil: str) -> int:
    """How many sessions the file in place holds, as the partners' page says."""
    manifeste = read_manifest(settings.FLUX_DIR / NOMS[profil])
    return manifeste.sessions if manifeste else 0


@carif_required
@require_POST
def laisser_partir(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a held feed go, once; a second click finds it gone."""
    if not request.user.est_valideur:
        raise Http404
    export = get_object_or_404(ExportFlux, pk=pk)
    if flux.let_go(export, request.user, timezone.now()):
        messages.success(
            request,
            f"{ProfilFlux(export.profil).label}\u00a0: le nouveau fichier part dans une minute ou deux.",
        )
    else:
        messages.info(
            request, "Ce fichier n’attend plus\u00a0: un autre passage l’a remplacé, ou il est déjà parti."
        )
    return redirect("flux:suivi")
