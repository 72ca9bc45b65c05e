"""The site's addresses: each area brings its own."""

from django.conf import settings
from django.urls import include, path

from accounts.facteur import demonstration
from sofi import views

handler400 = "sofi.views.bad_request"
handler500 = "sofi.views.server_error"
urlpatterns = [
    path("", include("sofi.courriels.urls")),
    path("", include("accounts.urls")),
    path("", include("catalogue.aide.urls")),
    path("", include("catalogue.diffusion.urls")),
    path("", include("catalogue.tableau_de_bord.urls")),
    path("", include("catalogue.validation.urls")),
    path("", include("catalogue.referentiels.urls")),
    path("", include("catalogue.remplacements.urls")),
    path("", include("catalogue.echanges.urls")),  # before the tunnel's « actions/<pk>/<slug>/ »
    path("", include("catalogue.tunnel.urls")),
    path("", include("catalogue.aif.urls")),
    path("", include("catalogue.etablissements.urls")),
    path("", include("catalogue.reglages.urls")),
    path("", include("catalogue.pilotage.urls")),
    path("", include("catalogue.flux.urls")),
    path("", include("catalogue.signalements.urls")),
    path("", include("catalogue.api.urls")),
    path("", include("catalogue.donnees.urls")),
    path("", include("catalogue.suivis.urls")),
    path("", include("sofi.legal.urls")),
    path("sante/", views.alive, name="alive"),
    path("sante/pret/", views.ready, name="ready"),
]
if not settings.IS_PRODUCTION:
    urlpatterns.append(path("demonstration/codes/", demonstration.codes, name="codes_demo"))
if settings.COURRIELS_GARDES:
    urlpatterns.append(path("", include("sofi.courriels.urls_demonstration")))
