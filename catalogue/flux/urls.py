from django.urls import path

from catalogue.enums import ProfilFlux
from catalogue.flux import fichiers, suivi, views
from catalogue.lheo.fichier import NOMS

app_name = "flux"
urlpatterns = [
    path("flux/", views.accueil, name="accueil"),
    path(f"flux/{NOMS[ProfilFlux.COMPLET]}", fichiers.complet, name="complet"),
    path(f"flux/{NOMS[ProfilFlux.FRANCE_TRAVAIL]}", fichiers.france_travail, name="france_travail"),
    path("flux/organismes/<str:numero>.xml", fichiers.organisme, name="organisme"),
    path("flux/modifications.xml", fichiers.modifications, name="modifications"),
    path("flux/suppressions.csv", fichiers.suppressions, name="suppressions"),
    path("flux/suivi/", suivi.suivi, name="suivi"),
    path("flux/suivi/<int:pk>/laisser-partir/", suivi.laisser_partir, name="laisser_partir"),
]
