from django.urls import path

from catalogue.pilotage import listes, views

app_name = "pilotage"
urlpatterns = [
    path("pilotage/", views.board, name="tableau"),
    path("pilotage/calcul/", views.recompute, name="recalculer"),
    path("pilotage/organismes/", listes.organismes, name="organismes"),
    path("pilotage/actions/", listes.actions, name="actions"),
    path("pilotage/questions/", listes.questions, name="questions"),
    path("pilotage/ecartees/", listes.ecartees, name="ecartees"),
    path("pilotage/mouvements/", listes.mouvements_du_mois, name="mouvements"),
]
