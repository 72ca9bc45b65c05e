"""Addresses of organisations, places, contacts and of the directory."""

from django.urls import path

from catalogue.etablissements import annuaire, decisions, fiches, views

app_name = "etablissements"
urlpatterns = [
    path("annuaire/", annuaire.organismes, name="annuaire"),
    path("annuaire/sites/", annuaire.sites, name="annuaire_sites"),
    path("notre-organisme/", fiches.notre_organisme, name="notre_organisme"),
    path("organismes/creer/", views.organisme_create, name="organisme_create"),
    path("organismes/<int:pk>/", fiches.organisme, name="organisme"),
    path("organismes/<int:pk>/modifier/", views.organisme_edit, name="organisme_edit"),
    path("organismes/<int:pk>/sites/creer/", views.site_create, name="site_create"),
    path("organismes/<int:pk>/contacts/creer/", views.contact_create, name="contact_create"),
    path("sites/<int:pk>/", fiches.site, name="site"),
    path("sites/<int:pk>/modifier/", views.site_edit, name="site_edit"),
    path("sites/<int:pk>/supprimer/", views.site_delete, name="site_delete"),
    path("sites/<int:pk>/decision/<slug:nom>/", decisions.decision, name="site_decision"),
    path("contacts/<int:pk>/modifier/", views.contact_edit, name="contact_edit"),
    path("contacts/<int:pk>/supprimer/", views.contact_delete, name="contact_delete"),
    path("atelier/sites/", decisions.a_valider, name="sites_a_valider"),
]
