from django.urls import path

from sofi.legal import views

app_name = "legal"
urlpatterns = [
    path("mentions-legales/", views.mentions, name="mentions"),
    path("donnees-personnelles/", views.donnees, name="donnees"),
    path("accessibilite/", views.accessibilite, name="accessibilite"),
    path("ecoconception/", views.ecoconception, name="ecoconception"),
    path("plan-du-site/", views.plan, name="plan"),
    path(".well-known/security.txt", views.securite, name="securite"),
]
