from django.urls import path

from sofi.courriels import views

app_name = "courriels"
urlpatterns = [
    path("atelier/courriels/", views.non_partis, name="non_partis"),
    path("atelier/courriels/<uuid:uuid>/renvoyer/", views.renvoyer, name="renvoyer"),
]
