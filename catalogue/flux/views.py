"""« Nos flux »: what each file is, for partners and for the public."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from catalogue.enums import ProfilFlux
from catalogue.flux.fichiers import JOURS_MAX, examples
from catalogue.lheo import profils
from catalogue.lheo.dispositifs import FORMACODE
from catalogue.lheo.fichier import NOMS, read_manifest
from sofi.acces import read_only

QUOI_FRANCE_TRAVAIL = (
    "Les mêmes, sans l’apprentissage, la formation initiale ni les organismes au SIRET faux ou manquant, "
    f"et jusqu’à {profils.JOURS_APRES_LA_FIN}\u00a0jours après la fin."
)
#: What each stored file holds, and the name of its address.
FICHIERS = {
    ProfilFlux.COMPLET: (
        "complet",
        "Toutes les sessions en ligne qui ne sont pas terminées.",
    ),
    ProfilFlux.FRANCE_TRAVAIL: (
        "france_travail",
        QUOI_FRANCE_TRAVAIL,
    ),
}


@login_not_required
@read_only
def accueil(request: HttpRequest) -> HttpResponse:
    """Every file, with its address, moment, size and fingerprint. No query."""
    fichiers = [
        {
            "nom": NOMS[profil],
            "quoi": quoi,
            "url": reverse(f"flux:{url_name}"),
            "manifeste": read_manifest(settings.FLUX_DIR / NOMS[profil]),
        }
        for profil, (url_name, quoi) in FICHIERS.items()
    ]
    jour, instant = examples(timezone.now())
    context = {
        "jour": jour,
        "instant": instant,
        "fichiers": fichiers,
        "site": settings.SOFI_URL,
        "jours_max": JOURS_MAX,
        "formacode": FORMACODE,
    }
    return render(request, "flux/accueil.html", context)
