from django.urls import path

from catalogue.signalements import views

app_name = "signalements"
urlpatterns = [
    path("signalements/", views.liste, name="liste"),
    path("signalements/<int:pk>/", views.signalement, name="signalement"),
]
