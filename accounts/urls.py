from django.urls import path

from accounts import administration, espaces, views, views_compte, views_mot_de_passe
from accounts.activation import views as activation
from accounts.adresse import views as adresse
from accounts.consultation import views as consultation
from accounts.demandes import atelier
from accounts.demandes import views as demandes
from accounts.donnees import views as donnees
from accounts.equipe import views as equipe
from accounts.facteur import views as facteur
from accounts.mes_avis import views as mes_avis
from accounts.personnel import views as personnel
from accounts.remise import views as remise

app_name = "accounts"
urlpatterns = [
    path("connexion/", views.login, name="login"),
    path("deconnexion/", views.logout, name="logout"),
    # a forgotten password
    path("mot-de-passe/", views_mot_de_passe.demander, name="password_reset"),
    path("mot-de-passe/envoye/", views_mot_de_passe.envoye, name="password_reset_envoye"),
    path("mot-de-passe/nouveau/", views_mot_de_passe.choisir, name="password_reset_nouveau"),
    path("mot-de-passe/<str:uid>/<str:secret>/", views_mot_de_passe.ouvrir_lien, name="password_reset_lien"),
    # my account
    path("compte/", views_compte.compte, name="compte"),
    path("compte/mot-de-passe/", views_mot_de_passe.changer, name="mot_de_passe"),
    path("compte/saisie-gardee/", views_compte.saisie_gardee, name="saisie_gardee"),
    path("compte/sessions/", views_compte.sessions, name="sessions"),
    path("compte/sessions/fermer/", views_compte.sessions_fermer, name="sessions_fermer"),
    path("compte/avis/", mes_avis.avis, name="avis"),
    # my address, my personal data
    path("compte/adresse/", adresse.adresse, name="adresse"),
    path("compte/adresse/abandonner/", adresse.annuler, name="adresse_annuler"),
    path("compte/adresse/confirmer/<str:jeton>/", adresse.confirmer, name="adresse_confirmer"),
    path("compte/donnees/", donnees.donnees, name="donnees"),
    path("compte/donnees/copie/", donnees.copie, name="donnees_copie"),
    path("compte/donnees/supprimer/", donnees.supprimer, name="donnees_supprimer"),
    path("atelier/administration/", administration.administration, name="administration"),
    # the security journal
    path("atelier/journal/", consultation.journal, name="journal"),
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
    # Activation keys
    path("cle-activation/", activation.activation, name="cle_activation"),
    path("cle-activation/demande/", demandes.demander, name="cle_demande"),
    path("cle-activation/demande/recue/", demandes.recue, name="cle_demande_recue"),
    path("atelier/demandes-de-cle/", atelier.demande_list, name="demande_list"),
    path("atelier/demandes-de-cle/<int:pk>/", atelier.demande, name="demande"),
    path("atelier/demandes-de-cle/<int:pk>/accepter/", atelier.demande_accepter, name="demande_accepter"),
    path("atelier/demandes-de-cle/<int:pk>/refuser/", atelier.demande_refuser, name="demande_refuser"),
    path("atelier/organismes/<int:pk>/cles/", remise.organisme_cles, name="organisme_cles"),
    path("atelier/cles/<int:pk>/renvoyer/", remise.cle_renvoyer, name="cle_renvoyer"),
    path("atelier/cles/<int:pk>/annuler/", remise.cle_revoquer, name="cle_revoquer"),
    path("atelier/cles/<int:pk>/lettre/", remise.cle_lettre, name="cle_lettre"),
    # the staff's accounts
    path("atelier/personnel/", personnel.personnel, name="personnel"),
    path("atelier/personnel/inviter/", personnel.inviter, name="personnel_inviter"),
    path("atelier/personnel/chercher/", personnel.chercher, name="personnel_chercher"),
    path("atelier/personnel/<int:pk>/", personnel.membre, name="personnel_membre"),
    path("atelier/personnel/<int:pk>/desactiver/", personnel.desactiver, name="personnel_desactiver"),
    path("atelier/personnel/<int:pk>/reactiver/", personnel.reactiver, name="personnel_reactiver"),
    path("atelier/personnes/<int:pk>/second-facteur/", personnel.facteur, name="personnel_facteur"),
    path(
        "atelier/personnel/invitations/<int:pk>/annuler/",
        personnel.invitation_annuler,
        name="personnel_invitation_annuler",
    ),
    path(
        "atelier/personnel/invitations/<int:pk>/renvoyer/",
        personnel.invitation_renvoyer,
        name="personnel_invitation_renvoyer",
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
    path("compte/second-facteur/installer/", facteur.installer, name="facteur_installer"),
    path("compte/second-facteur/codes/", facteur.codes, name="facteur_codes"),
    path("compte/second-facteur/codes/fichier/", facteur.codes_fichier, name="facteur_codes_fichier"),
    path("compte/second-facteur/prouver/<slug:acte>/", facteur.confirmer, name="facteur_confirmer"),
]
