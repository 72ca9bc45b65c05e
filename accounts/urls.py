from django.urls import path

from accounts import espaces, views, views_compte
from accounts.activation import views as activation

app_name = "accounts"
urlpatterns = [
    path("connexion/", views.login, name="login"),
    path("deconnexion/", views.logout, name="logout"),
    # my account
    path("compte/saisie-gardee/", views_compte.saisie_gardee, name="saisie_gardee"),
    path("compte/sessions/", views_compte.sessions, name="sessions"),
    path("compte/sessions/fermer/", views_compte.sessions_fermer, name="sessions_fermer"),
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
