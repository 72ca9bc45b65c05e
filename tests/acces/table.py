"""What each address answers, declared: a status by method and role.

A row gives the answer to GET (HEAD is the same) and to an empty POST, either one status for everybody
who is signed in or one per role, and to the other methods. A visitor is sent to the sign-in page unless the
row is public, and staff without their second factor to the page that asks for it, unless the row names them.
"""

from uuid import UUID

from catalogue import numeros
from tests.acces.lignes import (
    Row,
    a_installer,
    administration,
    atelier,
    carif,
    en_ligne,
    equipe,
    gestionnaire_de_a,
    gestionnaires,
    invitation_du_personnel,
    lecteurs_de_a,
    membre_du_personnel,
    numero_en_ligne,
    of_a_et_carif,
    ouverte,
    par_role,
    pk,
    un_filtre,
    un_flux_retenu,
    un_lien_a_confirmer,
    un_lien_de_suivi,
    un_lot,
    un_signalement,
)
from tests.acces.monde import JETON_ADRESSE
from tests.factories import (
    CleApiFactory,
    CourrielFactory,
    JourFermeFactory,
    TexteTypeFactory,
)

TABLE = {
    # courriels: the demo's mailbox is public, what did not leave is for administrators
    "courriels:non_partis": administration(200, 405),
    "courriels:renvoyer": administration(405, 302, lambda monde: {"uuid": CourrielFactory().pk}),
    "codes_demo": Row(200, est_publique=True),
    "demonstration:boite": Row(200, est_publique=True),
    "demonstration:message": Row(404, est_publique=True, kwargs=lambda monde: {"uuid": UUID(int=0)}),
    # sofi
    "alive": Row(200, est_publique=True),
    "ready": Row(200, est_publique=True),
    "legal:mentions": Row(200, est_publique=True),
    "legal:donnees": Row(200, est_publique=True),
    "legal:accessibilite": Row(200, est_publique=True),
    "legal:ecoconception": Row(200, est_publique=True),
    "legal:plan": Row(200, est_publique=True),
    "legal:securite": Row(200, est_publique=True),
    # accounts
    "accounts:login": Row(
        {"anonyme": 200} | par_role(302, 302, 302, 302, 302, 302),
        {"anonyme": 200} | par_role(302, 302, 302, 302, 302, 302),
        est_publique=True,
    ),
    "accounts:logout": a_installer(405, 302),
    "accounts:password_reset": Row(200, 200, est_publique=True),
    "accounts:password_reset_envoye": Row(200, est_publique=True),
    "accounts:password_reset_nouveau": Row(200, 200, est_publique=True),
    "accounts:password_reset_lien": Row(
        302, est_publique=True, kwargs=lambda monde: {"uid": "MQ", "secret": "abc-123"}
    ),
    "accounts:journal": administration(200, 405),
    "accounts:compte": Row(200),
    "accounts:avis": Row(200, 200),
    "accounts:mot_de_passe": Row(200, 200),
    "accounts:cle_activation": Row(200, 200, est_publique=True),
    "accounts:saisie_gardee": Row(302, 302),
    "accounts:sessions": Row(200),
    "accounts:sessions_fermer": Row(405, 302),
    "accounts:cle_demande": Row(200, 200, est_publique=True),
    "accounts:cle_demande_recue": Row(200, est_publique=True),
    # activation keys, at the Carif-Oref's: a form posted empty is shown again
    "accounts:demande_list": atelier(200, 405),
    "accounts:demande": atelier(200, 405, pk("demande")),
    "accounts:demande_accepter": atelier(405, 302, pk("demande")),
    "accounts:demande_refuser": atelier(405, 200, pk("demande")),
    "accounts:organisme_cles": atelier(200, 200, lambda monde: {"pk": monde.site.organisme_id}),
    "accounts:cle_renvoyer": atelier(405, 302, pk("invitation")),
    "accounts:cle_revoquer": atelier(405, 302, pk("invitation")),
    "accounts:cle_lettre": atelier(200, 302, pk("invitation")),
    "accounts:espaces": Row(par_role(200, 200, 200, 404, 404, 404), par_role(404, 404, 404, 404, 404, 404)),
    "accounts:espace_quitter": Row(405, par_role(404, 404, 404, 302, 302, 302)),
    "accounts:espace_entrer": Row(405, carif(302), lambda monde: {"pk": monde.formation.organisme_id}),
    # accounts: the staff, for administrators
    "accounts:personnel": administration(200, 405),
    "accounts:personnel_inviter": administration(200, 200),
    "accounts:personnel_chercher": administration(200, 405),
    "accounts:personnel_membre": administration(200, 200, membre_du_personnel),
    "accounts:personnel_desactiver": administration(200, 302, membre_du_personnel),
    "accounts:personnel_reactiver": administration(405, 302, membre_du_personnel),
    "accounts:personnel_facteur": administration(200, 200, membre_du_personnel),
    "accounts:personnel_invitation_annuler": administration(405, 302, invitation_du_personnel),
    "accounts:personnel_invitation_renvoyer": administration(405, 302, invitation_du_personnel),
    # accounts: the second factor
    "accounts:verification": Row(302, 302, est_publique=True),
    "accounts:verification_secours": Row(302, 302, est_publique=True),
    "accounts:second_facteur": a_installer(200, 200),
    "accounts:facteur_installer": a_installer(302, 302),
    "accounts:facteur_codes": Row("second_facteur", "second_facteur"),
    "accounts:facteur_codes_fichier": Row("second_facteur"),
    "accounts:facteur_confirmer": Row("second_facteur", "second_facteur", lambda monde: {"acte": "changer"}),
    "accounts:administration": administration(200, 405),
    # accounts: address and personal data
    "accounts:adresse": Row(200, 200),
    "accounts:adresse_annuler": Row(405, 302),
    "accounts:adresse_confirmer": Row(200, 200, lambda monde: {"jeton": JETON_ADRESSE}, est_publique=True),
    "accounts:donnees": Row(200),
    "accounts:donnees_copie": Row(405, 200),
    "accounts:donnees_supprimer": Row(200, 200),
    # accounts: the team; to whoever does not manage it, the pages that change it do not exist
    "accounts:equipe": Row(equipe(200), 405, autres=405),
    "accounts:equipe_inviter": Row(gestionnaires(200), gestionnaires(200)),
    "accounts:equipe_quitter": Row(equipe(200), equipe(302)),
    "accounts:equipe_membre": Row(gestionnaire_de_a(200), gestionnaire_de_a(200), pk("membre")),
    "accounts:equipe_retirer": Row(gestionnaire_de_a(200), gestionnaire_de_a(302), pk("membre")),
    "accounts:invitation_annuler": Row(405, gestionnaire_de_a(302), pk("invitation")),
    "accounts:invitation_renvoyer": Row(405, gestionnaire_de_a(302), pk("invitation")),
    # aide
    "aide:accueil": Row(200, est_publique=True),
    "aide:theme": Row(200, est_publique=True, kwargs=lambda monde: {"slug": "fasd"}),
    "diffusion:recherche": Row(200, est_publique=True),
    # tableau_de_bord: the Carif-Oref's home is its workshop
    "tableau_de_bord:accueil": Row(par_role(200, 200, 200, 302, 302, 302)),
    "tableau_de_bord:action_list": Row(200),
    "tableau_de_bord:session_list": Row(200),
    "tableau_de_bord:site_list": Row(200),
    # referentiels: everybody reads the national catalogue, the Carif-Oref types what it lacks
    "referentiels:certification_list": Row(200),
    "referentiels:suggestions": Row(200),
    "referentiels:certification": Row(
        200, par_role(403, 403, 403, 422, 422, 422), lambda monde: {"code": monde.certification.code}
    ),
    # remplacements: the Carif-Oref reads, a valideur replaces, the organisme says it has read
    "remplacements:code_list": atelier(200, 405),
    "remplacements:code": Row(
        carif(200),
        par_role(404, 404, 404, 403, 200, 200),
        lambda monde: {"code": monde.certification.code},
        autres=carif(405),
    ),
    "remplacements:action": Row(
        carif(200), par_role(404, 404, 404, 403, 200, 200), pk("en_attente"), autres=carif(405)
    ),
    "remplacements:lu": Row(405, of_a_et_carif(302), pk("en_attente")),
    # etablissements: everybody reads the directory; an organisme's people and the Carif-Oref type
    "etablissements:annuaire": Row(200),
    "etablissements:annuaire_sites": Row(200),
    "etablissements:notre_organisme": Row(302),
    "etablissements:organisme_create": atelier(200, 200),
    "etablissements:organisme": Row(200, 405, lambda monde: {"pk": monde.site.organisme_id}),
    "etablissements:organisme_edit": Row(
        of_a_et_carif(200), of_a_et_carif(200), lambda monde: {"pk": monde.site.organisme_id}
    ),
    "etablissements:site_create": Row(
        of_a_et_carif(200), of_a_et_carif(200), lambda monde: {"pk": monde.site.organisme_id}
    ),
    "etablissements:contact_create": Row(
        of_a_et_carif(200), of_a_et_carif(200), lambda monde: {"pk": monde.site.organisme_id}
    ),
    "etablissements:site": Row(200, 405, pk("site")),
    "etablissements:site_edit": Row(of_a_et_carif(200), of_a_et_carif(200), pk("site")),
    "etablissements:site_delete": Row(of_a_et_carif(200), of_a_et_carif(302), pk("site")),
    # an agent prepares a decision on a place, a valideur takes it
    "etablissements:site_decision": Row(
        par_role(200, 404, 404, 404, 200, 200),
        par_role(200, 404, 404, 404, 200, 200),
        lambda monde: {"pk": monde.site.pk, "nom": "close"},
    ),
    "etablissements:contact_edit": Row(of_a_et_carif(200), of_a_et_carif(200), pk("contact")),
    "etablissements:contact_delete": Row(of_a_et_carif(200), of_a_et_carif(302), pk("contact")),
    "etablissements:sites_a_valider": atelier(200, 405),
    # reglages: an empty form is shown again
    "reglages:dispositifs": administration(200, 405),
    "reglages:dispositif_create": administration(200, 200),
    "reglages:dispositif_edit": administration(200, 200, lambda monde: {"code": monde.dispositif.type_id}),
    "reglages:textes": administration(200, 405),
    "reglages:texte_create": administration(200, 200),
    "reglages:texte_edit": administration(200, 200, lambda monde: {"pk": TexteTypeFactory().pk}),
    "reglages:jours": administration(200, 200),
    "reglages:jours_feries": administration(405, 200),
    "reglages:jour_supprimer": administration(200, 302, lambda monde: {"pk": JourFermeFactory().pk}),
    "reglages:delais": administration(200, 200),
    "reglages:historique": administration(200, 405),
    # flux: public files; the follow-up is the staff's, letting a file go the valideurs'
    "flux:accueil": Row(200, est_publique=True),
    "flux:complet": Row(404, est_publique=True),
    "flux:france_travail": Row(404, est_publique=True),
    "flux:organisme": Row(
        204,
        est_publique=True,
        kwargs=lambda monde: {"numero": numeros.numero_organisme(monde.organisme.pk)},
        est_partagee=True,
    ),
    "flux:modifications": Row(400, est_publique=True, est_partagee=True),
    "flux:suppressions": Row(400, est_publique=True, est_partagee=True),
    "flux:suivi": atelier(200, 405),
    "flux:laisser_partir": Row(
        carif(405), par_role(404, 404, 404, 404, 302, 302), un_flux_retenu, autres=carif(405)
    ),
    # pilotage
    "pilotage:tableau": atelier(200, 405),
    "pilotage:recalculer": atelier(405, 302),
    "pilotage:organismes": atelier(200, 405),
    "pilotage:actions": atelier(200, 405),
    "pilotage:questions": atelier(200, 405),
    "pilotage:mouvements": atelier(200, 405),
    "pilotage:ecartees": atelier(200, 405),
    # api: everybody reads, whatever the cookies
    "api:documentation": Row(200, est_publique=True),
    "api:accueil": ouverte(),
    "api:schema_json": ouverte(),
    "api:schema_yaml": ouverte(),
    "api:organismes": ouverte(),
    "api:organisme": ouverte(kwargs=numero_en_ligne("organisme")),
    "api:formations": ouverte(),
    "api:formation": ouverte(kwargs=numero_en_ligne("formation")),
    "api:actions": ouverte(),
    "api:action": ouverte(kwargs=numero_en_ligne("action")),
    "api:sessions": ouverte(),
    "api:session": ouverte(kwargs=numero_en_ligne("session")),
    "api:certifications": ouverte(),
    "api:certification": ouverte(kwargs=numero_en_ligne("certification")),
    "api:retraits": ouverte(),
    "api:inconnue": ouverte(404, lambda monde: {"reste": "ailleurs"}),
    "api:cles": administration(200, 405),
    "api:cle_donner": administration(200, 200),
    "api:cle_revoquer": administration(200, 302, lambda monde: {"pk": CleApiFactory().pk}),
    # donnees: the files are written by the worker
    "donnees:accueil": Row(200, est_publique=True),
    "donnees:schema": ouverte(),
    "donnees:csv": ouverte(404),
    "donnees:xlsx": ouverte(404),
    "donnees:parquet": ouverte(404),
    "donnees:calendrier": ouverte(),
    "donnees:rss": ouverte(),
    # tunnel: a step posted without its token is shown again
    "tunnel:formation_list": Row(200),
    "tunnel:formation_create": Row(
        par_role(200, 404, 200, 302, 302, 302), par_role(404, 404, 404, 302, 302, 302)
    ),
    "tunnel:formation": Row(lecteurs_de_a(200), 405, pk("formation")),
    "tunnel:action_create": Row(of_a_et_carif(200), of_a_et_carif(200), pk("formation", "formation_pk")),
    "tunnel:action": Row(of_a_et_carif(200), of_a_et_carif(200), pk("action")),
    "tunnel:session_create": Row(of_a_et_carif(200), of_a_et_carif(200), pk("action", "action_pk")),
    "tunnel:session": Row(of_a_et_carif(200), of_a_et_carif(200), pk("session")),
    "tunnel:session_delete": Row(of_a_et_carif(200), of_a_et_carif(302), pk("session")),
    "tunnel:dispositif_create": Row(of_a_et_carif(200), of_a_et_carif(200), pk("session", "session_pk")),
    "tunnel:dispositif": Row(of_a_et_carif(200), of_a_et_carif(200), pk("dispositif")),
    "tunnel:dispositif_delete": Row(of_a_et_carif(200), of_a_et_carif(302), pk("dispositif")),
    "tunnel:reprendre": Row(of_a_et_carif(302), 405, pk("action")),
    "echanges:historique": Row(lecteurs_de_a(200), 405, pk("action")),
    "echanges:fil": Row(lecteurs_de_a(200), par_role(200, 302, 404, 200, 200, 200), pk("action")),
    "tunnel:recapitulatif": Row(lecteurs_de_a(200), 405, pk("action")),
    "tunnel:confirmer": Row(of_a_et_carif(200), 405, lambda monde: {"pk": monde.action.pk, "nom": "archive"}),
    "tunnel:transition": Row(405, of_a_et_carif(302), lambda monde: {"pk": monde.action.pk, "nom": "submit"}),
    # without Certifinfo code: the Carif-Oref types it
    "tunnel:formation_textes": atelier(200, 200, pk("hors_certifinfo")),
    "tunnel:offre_create": atelier(200, 200, pk("organisme", "organisme_pk")),
    "tunnel:aif_transformer": atelier(200, 200, pk("demande_aif")),
    # aif: an OF's requests; the Carif-Oref goes by the organisme's sheet instead of asking
    "aif:demande_list": Row(200),
    "aif:demande_create": Row(par_role(200, 404, 200, 302, 302, 302), par_role(200, 404, 200, 302, 302, 302)),
    "aif:demande": Row(lecteurs_de_a(200), 405, pk("demande_aif")),
    "aif:demande_edit": Row(
        par_role(200, 404, 404, 302, 302, 302), par_role(200, 404, 404, 302, 302, 302), pk("demande_aif")
    ),
    "aif:annuler": Row(
        par_role(200, 404, 404, 404, 404, 404), par_role(302, 404, 404, 404, 404, 404), pk("demande_aif")
    ),
    "aif:prendre": atelier(405, 302, pk("demande_aif")),
    "aif:refuser": atelier(200, 200, pk("demande_aif")),
    # validation
    "validation:file": atelier(200, 405),
    "validation:filtres": atelier(200, 200),
    # a colleague's is not there to be deleted
    "validation:filtre_supprimer": Row(
        carif(405), par_role(404, 404, 404, 404, 302, 404), un_filtre, autres=carif(405)
    ),
    "validation:lot_list": atelier(200, 405),
    "validation:lot_preparer": atelier(405, 302),
    "validation:lot_creer": atelier(405, 302),
    "validation:lot": atelier(200, 405, un_lot),
    "validation:attribuer": atelier(405, 302, pk("en_attente")),
    "validation:regarder": atelier(405, 200, pk("en_attente")),
    "validation:dossier": atelier(200, 405, pk("en_attente")),
    "validation:avertissement": atelier(405, 200, pk("en_attente")),
    "validation:note": atelier(405, 200, pk("en_attente")),
    "validation:question": atelier(200, 200, pk("en_attente")),
    "validation:decision": atelier(405, 200, lambda monde: {"pk": monde.en_attente.pk, "nom": "refuse"}),
    # diffusion: public, for those who are signed in too
    "diffusion:formation": Row(
        200, est_publique=True, kwargs=lambda monde: {"code": en_ligne(monde).certification_code}
    ),
    "diffusion:action": Row(200, est_publique=True, kwargs=numero_en_ligne("action")),
    "diffusion:organisme": Row(200, est_publique=True, kwargs=numero_en_ligne("organisme")),
    "diffusion:session": Row(200, est_publique=True, kwargs=numero_en_ligne("session")),
    "diffusion:fiche_pdf": Row(200, est_publique=True, kwargs=numero_en_ligne("session")),
    "diffusion:signaler": Row(200, 200, est_publique=True, kwargs=numero_en_ligne("session")),
    "diffusion:signale": Row(200, est_publique=True, kwargs=numero_en_ligne("session")),
    "diffusion:robots": Row(200, est_publique=True),
    "diffusion:plan_du_site": Row(200, est_publique=True),
    "diffusion:plan_du_site_page": Row(
        200, est_publique=True, kwargs=lambda monde: {"sorte": "sessions", "rang": 0}
    ),
    # suivis: a link asks before it does; « arreter » takes the one click of a mail program
    "suivis:demander": Row(200, 200, est_publique=True),
    "suivis:demandee": Row(200, est_publique=True),
    "suivis:confirmer": Row(200, 302, un_lien_a_confirmer, est_publique=True),
    "suivis:continuer": Row(200, 302, un_lien_de_suivi(fermee=True), est_publique=True),
    "suivis:arreter": Row(200, 200, un_lien_de_suivi(), est_publique=True),
    # signalements: an answer posted empty is shown again
    "signalements:liste": Row(200),
    "signalements:signalement": Row(
        lecteurs_de_a(200), par_role(200, 302, 404, 200, 200, 200), un_signalement
    ),
    "tunnel:recapitulatif_pdf": Row(lecteurs_de_a(200), 405, pk("action")),
    "validation:site_valider": atelier(
        405, 302, lambda monde: {"pk": monde.en_attente.pk, "site_pk": monde.site.pk}
    ),
}
