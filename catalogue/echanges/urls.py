from django.urls import path

from catalogue.echanges import views

app_name = "echanges"
urlpatterns = [
    path("actions/<int:pk>/echanges/", views.fil, name="fil"),
    path("actions/<int:pk>/historique/", views.historique, name="historique"),
]
