from django.urls import path

from catalogue.suivis import views

app_name = "suivis"
urlpatterns = [
    path("offre/suivre/", views.demander, name="demander"),
    path("offre/suivre/demande/", views.demandee, name="demandee"),
    path("offre/suivre/confirmer/<str:jeton>/", views.confirmer, name="confirmer"),
    path("offre/suivre/continuer/<str:jeton>/", views.continuer, name="continuer"),
    path("offre/suivre/arreter/<str:jeton>/", views.arreter, name="arreter"),
]
