from django.urls import path

from sofi.courriels import views

app_name = "demonstration"
urlpatterns = [
    path("demonstration/courriels/", views.boite_demo, name="boite"),
    path("demonstration/courriels/<uuid:uuid>/", views.message_demo, name="message"),
]
