from django.urls import path

from catalogue.aide import views

app_name = "aide"
urlpatterns = [
    path("aide/", views.accueil, name="accueil"),
    path("aide/<slug:slug>/", views.theme, name="theme"),
]
