"""Addresses of the Carif-Oref's workshop."""

from django.urls import path

from catalogue.validation import views, views_file, views_lots, views_question, vues

app_name = "validation"
urlpatterns = [
    path("atelier/", views_file.file, name="file"),
    path("atelier/filtres/", vues.filtres, name="filtres"),
    path("atelier/filtres/<int:pk>/supprimer/", vues.filtre_supprimer, name="filtre_supprimer"),
    path("atelier/lots/", views_lots.lot_list, name="lot_list"),
    path("atelier/lots/preparer/", views_lots.lot_preparer, name="lot_preparer"),
    path("atelier/lots/creer/", views_lots.lot_creer, name="lot_creer"),
    path("atelier/lots/<int:pk>/", views_lots.lot, name="lot"),
    path("atelier/actions/<int:pk>/attribution/", views_file.attribuer, name="attribuer"),
    path("atelier/actions/<int:pk>/presence/", views_file.regarder, name="regarder"),
    path("atelier/actions/<int:pk>/", views.dossier, name="dossier"),
    path("atelier/actions/<int:pk>/avertissements/", views.avertissement, name="avertissement"),
    path("atelier/actions/<int:pk>/notes/", views.note, name="note"),
    path("atelier/actions/<int:pk>/question/", views_question.question, name="question"),
    path("atelier/actions/<int:pk>/<slug:nom>/", views.decision, name="decision"),
    path(
        "atelier/actions/<int:pk>/sites/<int:site_pk>/valider/",
        views.site_valider,
        name="site_valider",
    ),
]
