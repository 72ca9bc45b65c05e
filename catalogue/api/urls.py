from django.urls import path

from catalogue.api import documentation, ressources, vues, vues_cles

app_name = "api"
urlpatterns = [
    path("api/", documentation.page, name="documentation"),
    path("api/v1/", ressources.Accueil.as_view(), name="accueil"),
    path("api/v1/schema.json", documentation.schema_json, name="schema_json"),
    path("api/v1/schema.yaml", documentation.schema_yaml, name="schema_yaml"),
    path("api/v1/organismes/", ressources.Organismes.as_view(), name="organismes"),
    path("api/v1/organismes/<str:numero>/", ressources.Organisme.as_view(), name="organisme"),
    path("api/v1/formations/", ressources.Formations.as_view(), name="formations"),
    path("api/v1/formations/<str:numero>/", ressources.Formation.as_view(), name="formation"),
    path("api/v1/actions/", ressources.Actions.as_view(), name="actions"),
    path("api/v1/actions/<str:numero>/", ressources.Action.as_view(), name="action"),
    path("api/v1/sessions/", ressources.Sessions.as_view(), name="sessions"),
    path("api/v1/sessions/<str:numero>/", ressources.Session.as_view(), name="session"),
    path("api/v1/certifications/", ressources.Certifications.as_view(), name="certifications"),
    path("api/v1/certifications/<str:numero>/", ressources.Certification.as_view(), name="certification"),
    path("api/v1/retraits/", ressources.Retraits.as_view(), name="retraits"),
    path("api/v1/<path:reste>", vues.Inconnue.as_view(), name="inconnue"),
    # the partners' keys, for administrators
    path("api/cles/", vues_cles.liste, name="cles"),
    path("api/cles/donner/", vues_cles.donner, name="cle_donner"),
    path("api/cles/<int:pk>/revoquer/", vues_cles.revoquer, name="cle_revoquer"),
]
