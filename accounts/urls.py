from django.urls import path

from accounts import espaces, views
from accounts.activation import views as activation

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
    # Activation keys
    path("cle-activation/", activation.activation, name="cle_activation"),
    path(
        "cle-activation/demande/",
        views.a_venir,
        {"demarche": "demande", "titre": "Demander une clé d’activation"},
        name="cle_demande",
    ),
]
