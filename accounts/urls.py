from django.urls import path

from accounts import espaces, views

app_name = "accounts"
urlpatterns = [
    path("connexion/", views.login, name="login"),
    path("deconnexion/", views.logout, name="logout"),
    # whom one works for
    path("espaces/", espaces.espaces, name="espaces"),
    path("espaces/quitter/", espaces.espace_quitter, name="espace_quitter"),
    path("organismes/<int:pk>/espace/", espaces.espace_entrer, name="espace_entrer"),
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
