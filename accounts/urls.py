from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("connexion/", views.login, name="login"),
    path("deconnexion/", views.logout, name="logout"),
    path(
        "mot-de-passe/",
        views.a_venir,
        {"demarche": "mot_de_passe", "titre": "Réinitialiser votre mot de passe"},
        name="password_reset",
    ),
    path(
        "cle-activation/",
        views.a_venir,
        {"demarche": "activation", "titre": "Créer votre compte avec une clé d’activation"},
        name="cle_activation",
    ),
    path(
        "cle-activation/demande/",
        views.a_venir,
        {"demarche": "demande", "titre": "Demander une clé d’activation"},
        name="cle_demande",
    ),
]
