from django.urls import path

from catalogue.reglages import jours, views

app_name = "reglages"
urlpatterns = [
    path("reglages/dispositifs/", views.dispositifs, name="dispositifs"),
    path("reglages/dispositifs/ajouter/", views.dispositif_create, name="dispositif_create"),
    path("reglages/dispositifs/<slug:code>/modifier/", views.dispositif_edit, name="dispositif_edit"),
    path("reglages/textes/", views.textes_prepares, name="textes"),
    path("reglages/textes/ajouter/", views.texte_create, name="texte_create"),
    path("reglages/textes/<int:pk>/modifier/", views.texte_edit, name="texte_edit"),
    path("reglages/jours/", jours.jours, name="jours"),
    path("reglages/jours/feries/", jours.jours_feries, name="jours_feries"),
    path("reglages/jours/<int:pk>/supprimer/", jours.jour_supprimer, name="jour_supprimer"),
    path("reglages/delais/", views.delais, name="delais"),
    path("reglages/historique/", views.historique, name="historique"),
]
