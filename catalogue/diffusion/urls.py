"""Addresses of the public offer."""

from django.urls import path

from catalogue.diffusion import views_recherche

app_name = "diffusion"
urlpatterns = [
    path("offre/", views_recherche.recherche, name="recherche"),
]
