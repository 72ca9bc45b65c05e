from django.urls import path

from accounts import espaces, views, views_compte
from accounts.activation import views as activation
from accounts.equipe import views as equipe
from accounts.facteur import views as facteur

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
    # the team
    path("equipe/", equipe.equipe, name="equipe"),
    path("equipe/inviter/", equipe.inviter, name="equipe_inviter"),
    path("equipe/quitter/", equipe.quitter, name="equipe_quitter"),
    path("equipe/<int:pk>/", equipe.membre, name="equipe_membre"),
    path("equipe/<int:pk>/retirer/", equipe.retirer, name="equipe_retirer"),
    path("equipe/invitations/<int:pk>/annuler/", equipe.invitation_annuler, name="invitation_annuler"),
    path("equipe/invitations/<int:pk>/renvoyer/", equipe.invitation_renvoyer, name="invitation_renvoyer"),
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
    # second factor
    path("connexion/code/", facteur.verification, name="verification"),
    path(
        "connexion/code-de-secours/",
        facteur.verification,
        {"avec_secours": True},
        name="verification_secours",
    ),
    path("compte/second-facteur/", facteur.etat, name="second_facteur"),
    path("compte/second-facteur/commencer/", facteur.commencer, name="facteur_commencer"),
    path("compte/second-facteur/installer/", facteur.installer, name="facteur_installer"),
    path("compte/second-facteur/codes/", facteur.codes, name="facteur_codes"),
    path("compte/second-facteur/codes/fichier/", facteur.codes_fichier, name="facteur_codes_fichier"),
    path("compte/second-facteur/prouver/<slug:acte>/", facteur.confirmer, name="facteur_confirmer"),
]
