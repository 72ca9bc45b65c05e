"""Addresses of the « Demandes AIF hors Certifinfo ». Turning one into an offer is a screen of the tunnel."""

from django.urls import path

from catalogue.aif import decisions, views

app_name = "aif"
urlpatterns = [
    path("aif/", views.demande_list, name="demande_list"),
    path("aif/creer/", views.demande_create, name="demande_create"),
    path("aif/<int:pk>/", views.demande, name="demande"),
    path("aif/<int:pk>/modifier/", views.demande_edit, name="demande_edit"),
    path("aif/<int:pk>/annuler/", decisions.annuler, name="annuler"),
    path("aif/<int:pk>/prendre/", decisions.prendre, name="prendre"),
    path("aif/<int:pk>/refuser/", decisions.refuser, name="refuser"),
]
