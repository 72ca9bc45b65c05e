from django.urls import path

from catalogue.tunnel import (
    formation,
    hors_certifinfo,
    liste,
    recapitulatif,
    recapitulatif_pdf,
    transitions,
    views,
)

app_name = "tunnel"
urlpatterns = [
    path("formations/", liste.formation_list, name="formation_list"),
    path("formations/creer/", formation.formation_create, name="formation_create"),
    path("formations/<int:pk>/", formation.formation, name="formation"),
    path("formations/<int:pk>/textes/", hors_certifinfo.formation_textes, name="formation_textes"),
    path("organismes/<int:organisme_pk>/hors-certifinfo/", hors_certifinfo.offre_create, name="offre_create"),
    path("aif/<int:pk>/transformer/", hors_certifinfo.transformer, name="aif_transformer"),
    path("formations/<int:formation_pk>/actions/creer/", views.action_create, name="action_create"),
    path("actions/<int:pk>/modifier/", views.action, name="action"),
    path("actions/<int:action_pk>/sessions/creer/", views.session_create, name="session_create"),
    path("sessions/<int:pk>/modifier/", views.session, name="session"),
    path("sessions/<int:pk>/supprimer/", views.session_delete, name="session_delete"),
    path("sessions/<int:session_pk>/dispositifs/creer/", views.dispositif_create, name="dispositif_create"),
    path("dispositifs/<int:pk>/modifier/", views.dispositif, name="dispositif"),
    path("dispositifs/<int:pk>/supprimer/", views.dispositif_delete, name="dispositif_delete"),
    path("actions/<int:pk>/reprendre/", views.reprendre, name="reprendre"),
    path("actions/<int:pk>/recapitulatif/", recapitulatif.recapitulatif, name="recapitulatif"),
    path("actions/<int:pk>/recapitulatif.pdf", recapitulatif_pdf.recapitulatif_pdf, name="recapitulatif_pdf"),
    path("actions/<int:pk>/<slug:nom>/confirmer/", transitions.confirmer, name="confirmer"),
    path("actions/<int:pk>/<slug:nom>/", transitions.transition, name="transition"),
]
