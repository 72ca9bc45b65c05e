from django.urls import path

from catalogue.tableau_de_bord import views

app_name = "tableau_de_bord"
urlpatterns = [
    path("", views.accueil, name="accueil"),
    path("actions/", views.action_list, name="action_list"),
    path("sessions/", views.session_list, name="session_list"),
    path("sites/", views.site_list, name="site_list"),
]
