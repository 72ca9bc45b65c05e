"""Stable codes of the offer and the words that go with them.

A value stored in the database is always a code; the wording is a label, and the wording of a state
depends on who reads it (`StatutAction.label_for`). Codes that come from LHÉO 2.3 keep LHÉO's own
values (tables `dict-…`), so that the exchange format needs no translation.
"""

from enum import Enum

from django.db import models


class Audience(Enum):
    """Who reads a state: the training organisation or the Carif-Oref."""

    OF = "of"
    CARIF = "carif"


class RoleOrganisme(models.TextChoices):
    """What a person may do for a training organisation."""

    GESTIONNAIRE = "gestionnaire", "Gestionnaire"
    SAISIE = "saisie", "Saisie"
    LECTURE = "lecture", "Lecture"


#: The roles that let a person type.
ROLES_SAISIE = (RoleOrganisme.GESTIONNAIRE, RoleOrganisme.SAISIE)


class StatutAction(models.TextChoices):
    """State of an action, the unit of validation. Assigned by `catalogue.workflow` only."""

    EN_SAISIE = "en_saisie", "En cours de saisie"
    EN_ATTENTE_VALIDATION = "en_attente_validation", "En attente de validation"
    EN_ATTENTE_REPONSE = "en_attente_reponse", "En attente de réponse"
    VALIDEE = "validee", "Validée"
    REFUSEE = "refusee", "Refusée"
    ARCHIVEE = "archivee", "Archivée"

    def label_for(self, audience: Audience) -> str:
        """The state in the words of its reader: « À valider » for an agent is « En attente » for an OF."""
        if audience is Audience.CARIF:
            return _LABELS_CARIF.get(self, self.label)
        return _LABELS_OF.get(self, self.label)


_LABELS_CARIF = {
    StatutAction.EN_ATTENTE_VALIDATION: "À valider",
    StatutAction.EN_ATTENTE_REPONSE: "Question posée à l’organisme",
}
_LABELS_OF = {
    StatutAction.EN_ATTENTE_VALIDATION: "En attente de validation par le Carif-Oref",
    StatutAction.EN_ATTENTE_REPONSE: "Le Carif-Oref attend votre réponse",
}

#: States in which the contents of an action may be typed (manual steps 3 to 6).
STATUTS_MODIFIABLES = (StatutAction.EN_SAISIE, StatutAction.EN_ATTENTE_REPONSE)


class StatutSite(models.TextChoices):
    """State of a place: the Carif-Oref checks each one once."""

    A_VALIDER = "a_valider", "En attente de validation"
    ACTIF = "actif", "Actif"
    FERME = "ferme", "Fermé"


class EtatQualiopi(models.TextChoices):
    """Where the Qualiopi certificate of an organisme stands on a date. Derived, never stored."""

    AUCUN = "aucun", "Non certifié"
    A_VENIR = "a_venir", "Certificat à venir"
    VALIDE = "valide", "Certificat valide"
    EXPIRE_BIENTOT = "expire_bientot", "Certificat valide, expire bientôt"
    EXPIRE = "expire", "Certificat expiré"


class AccesPMR(models.TextChoices):
    """Whether people with reduced mobility can come in; LHÉO `acces-handicapes` takes it as text."""

    OUI = "oui", "Accessible"
    PARTIEL = "partiel", "Accessible en partie"
    NON = "non", "Non accessible"


class TypeContact(models.TextChoices):
    """LHÉO `type-contact`, table `dict-type-contact`; those a trainee asks for come first."""

    ACCUEIL = "4", "Accueil"
    HANDICAP = "1", "Référent handicap"
    PEDAGOGIQUE = "3", "Référent pédagogique"
    DIRECTION = "5", "Direction"
    QUALITE = "6", "Référent qualité"
    APPRENTISSAGE = "14", "Référent apprentissage"
    ENTREPRISE = "7", "Référent entreprise"
    COMMERCIAL = "8", "Référent commercial"
    FINANCIER = "9", "Gestionnaire financier"
    COMMUNICATION = "11", "Communication"
    FOAD = "12", "Référent FOAD (formation ouverte et à distance)"
    VAE = "13", "Référent VAE"
    MOBILITE = "2", "Référent mobilité internationale"
    DDFPT = "10", "Direction déléguée aux formations professionnelles et techniques (DDFPT)"
    AUTRE = "0", "Autre"


class ObjetEtablissement(models.TextChoices):
    """What a line of the establishments' journal is about."""

    ORGANISME = "organisme", "Organisme"
    SITE = "site", "Site"
    CONTACT = "contact", "Contact"


class TypeEvenementEtablissement(models.TextChoices):
    """What the establishments' journal records. Decisions on a site carry the name of the decision."""

    CREATION = "creation", "Création"
    MODIFICATION = "modification", "Modification"
    SUPPRESSION = "suppression", "Suppression"
    APPROVE = "approve", "Validation du site"
    REFUSE = "refuse", "Refus du site"
    CLOSE = "close", "Fermeture du site"
    REOPEN = "reopen", "Réouverture du site"
    RECHECK = "recheck", "Site à valider de nouveau"


class EtatCertification(models.IntegerChoices):
    """Column `Etat` of the Certif Info open file."""

    PUBLIEE = 0, "Certification publiée"
    NON_CERTIFIANTE = 4, "Formation préparatoire ou non certifiante"
    HABILITATION = 11, "Habilitation"


class NiveauEuropeen(models.IntegerChoices):
    """Level of the French national qualifications framework, as Certif Info gives it (3 to 8)."""

    N3 = 3, "Niveau 3 (CAP, BEP)"
    N4 = 4, "Niveau 4 (bac)"
    N5 = 5, "Niveau 5 (bac + 2)"
    N6 = 6, "Niveau 6 (bac + 3 et 4)"
    N7 = 7, "Niveau 7 (bac + 5)"
    N8 = 8, "Niveau 8 (doctorat)"


SANS_NIVEAU = "Sans niveau spécifique"


def label_niveau(niveau: int | None) -> str:
    """Wording of a Certif Info level; ``None`` is « Sans niveau spécifique »."""
    return NiveauEuropeen(niveau).label if niveau else SANS_NIVEAU


class NiveauEntree(models.TextChoices):
    """Level asked at entry: LHÉO `code-niveau-entree`, table `dict-niveaux` (new nomenclature only)."""

    NON_COMMUNIQUE = "0", "Information non communiquée"
    SANS_NIVEAU = "1", "Sans niveau spécifique"
    NIVEAU_1 = "11", "Niveau 1 : maîtrise des savoirs de base"
    NIVEAU_2 = "12", "Niveau 2 : activités simples et résolution de problèmes courants"
    NIVEAU_3 = "13", "Niveau 3 : CAP, BEP"
    NIVEAU_4 = "14", "Niveau 4 : baccalauréat, brevet professionnel"
    NIVEAU_5 = "15", "Niveau 5 : BTS, DUT (bac + 2)"
    NIVEAU_6 = "16", "Niveau 6 : licence, BUT, maîtrise (bac + 3 et 4)"
    NIVEAU_7 = "17", "Niveau 7 : master, titre d’ingénieur (bac + 5)"
    NIVEAU_8 = "18", "Niveau 8 : doctorat"


class TypeParcours(models.TextChoices):
    """LHÉO `parcours-de-formation`, table `dict-type-parcours`."""

    GROUPE = "1", "En groupe (non personnalisable)"
    INDIVIDUALISE = "2", "Individualisé"
    MODULARISE = "3", "Modularisé"
    MIXTE = "4", "Mixte"


class ModalitesES(models.TextChoices):
    """LHÉO `modalites-entrees-sorties`, table `dict-modalites-es` (« ESP ou dates fixes », manual step 3)."""

    DATES_FIXES = "0", "Entrées/sorties à dates fixes"
    PERMANENTES = "1", "Entrées/sorties permanentes (ESP)"


class ModalitesEnseignement(models.TextChoices):
    """LHÉO `modalites-enseignement`, table `dict-modalites-enseignement`."""

    PRESENTIEL = "0", "Formation entièrement présentielle"
    MIXTE = "1", "Formation mixte (présentiel et distance)"
    DISTANCE = "2", "Formation entièrement à distance"


class Rythme(models.TextChoices):
    """« Rythmes » of a session (manual step 4). LHÉO has free text there; the list is ours."""

    TEMPS_PLEIN = "temps_plein", "Temps plein"
    TEMPS_PARTIEL = "temps_partiel", "Temps partiel"
    ALTERNANCE = "alternance", "En alternance"
    DISCONTINU = "discontinu", "Discontinu (par modules ou regroupements)"
    A_LA_CARTE = "a_la_carte", "À la carte"


class PeriodeFormation(models.TextChoices):
    """« Périodes de formation » of a session (manual step 4). The list is ours."""

    JOURNEE = "journee", "En journée"
    SOIR = "soir", "En soirée"
    WEEK_END = "week_end", "Le week-end"
    VACANCES = "vacances", "Pendant les vacances scolaires"
    HORS_VACANCES = "hors_vacances", "Hors vacances scolaires"


class Financeur(models.TextChoices):
    """Who pays: LHÉO `organisme-financeur/code-financeur`, table `dict-financeurs`."""

    ENTREPRISE = "5", "Entreprise"
    OPCO = "16", "Opco"
    TRANSITIONS_PRO = "17", "Transitions Pro"
    BENEFICIAIRE = "10", "Bénéficiaire de l’action"
    FRANCE_TRAVAIL = "4", "France Travail (dans LHÉO\u00a0: Pôle emploi)"
    REGION = "2", "Conseil régional"
    DEPARTEMENT = "8", "Conseil départemental (dans LHÉO\u00a0: conseil général)"
    COMMUNE = "9", "Commune"
    COLLECTIVITE_AUTRE = "15", "Autre collectivité territoriale"
    ETAT_EMPLOI = "11", "État – ministère chargé de l’emploi"
    ETAT_EDUCATION = "12", "État – ministère de l’éducation nationale"
    ETAT_INTERIEUR = "19", "État – ministère de l’intérieur"
    ETAT_AUTRE = "13", "État – autre"
    FSE = "3", "Fonds social européen (FSE)"
    EUROPE_AUTRE = "14", "Autre fonds européen"
    AGEFIPH = "7", "Agefiph"
    OFII = "20", "Office français de l’immigration et de l’intégration (Ofii)"
    LADOM = "18", "Ladom"
    ACSE = "6", "Acsé (ex-Fasild)"
    AUTRE = "0", "Autre"
    OBSOLETE = "1", "Code obsolète"


class Public(models.TextChoices):
    """« Publics » of a dispositif: Formacode V13 codes, as LHÉO `code-public-vise` wants them."""

    TOUT_PUBLIC = "83056", "Tout public"
    DEMANDEUR_EMPLOI = "80006", "Demandeur d’emploi"
    SALARIE = "82044", "Salarié"


class TypeEvenement(models.TextChoices):
    """What the journal of an action records. Transitions carry the name of the transition."""

    CREATION = "creation", "Création"
    MODIFICATION = "modification", "Modification"
    SUPPRESSION = "suppression", "Suppression"
    SUBMIT = "submit", "Envoi au Carif-Oref"
    WITHDRAW = "withdraw", "Retrait de l’envoi"
    REQUEST_CHANGES = "request_changes", "Question du Carif-Oref"
    ANSWER = "answer", "Réponse de l’organisme"
    APPROVE = "approve", "Validation"
    REFUSE = "refuse", "Refus"
    REOPEN = "reopen", "Reprise pour modification"
    ARCHIVE = "archive", "Archivage"
    RESTORE = "restore", "Restauration"
    APPROVE_SITE = "approve_site", "Validation d’un site"
    REPLACE_CERTIFICATION = "replace_certification", "Remplacement du code Certifinfo"
    ACKNOWLEDGE_CODE = "acknowledge_code", "Nouveau code Certifinfo lu par l’organisme"
    CANCEL_QUESTION = "cancel_question", "Question annulée par le Carif-Oref"
    UNDO = "undo", "Décision annulée par le Carif-Oref"
    MESSAGE = "message", "Message"
    CLAIM = "claim", "Prise en charge"
    RELEASE = "release", "Remise dans la file"
    ASSIGN = "assign", "Attribution à un collègue"
    WAIVE = "waive", "Avertissement écarté"
    UNWAIVE = "unwaive", "Avertissement rétabli"


#: What only the Carif-Oref reads: who works on what, and what it chose to let pass.
EVENEMENTS_INTERNES = (
    TypeEvenement.CLAIM,
    TypeEvenement.RELEASE,
    TypeEvenement.ASSIGN,
    TypeEvenement.WAIVE,
    TypeEvenement.UNWAIVE,
)


class Camp(models.TextChoices):
    """The two sides of a conversation about an action."""

    OF = "of", "L’organisme"
    CARIF = "carif", "Le Carif-Oref"


class CauseCorrection(models.TextChoices):
    """Why the Carif-Oref points at a field."""

    INCORRECT = "incorrect", "Incorrect"
    INCOMPLET = "incomplet", "Incomplet"
    OBSOLETE = "obsolete", "Obsolète"


class UsageTexte(models.TextChoices):
    """What a prepared text is for."""

    QUESTION = "question", "Demande de corrections"
    REFUS = "refus", "Refus"
    ARCHIVAGE = "archivage", "Archivage"
    AIF_REFUS = "aif_refus", "Refus d’une demande AIF"


class DecisionLot(models.TextChoices):
    """What the Carif-Oref may do to many actions at once."""

    APPROVE = "approve", "Valider"
    REFUSE = "refuse", "Refuser"
    ASSIGN = "assign", "Attribuer"
    REPLACE = "replace", "Remplacer le code Certifinfo"


class ResultatLot(models.TextChoices):
    """What became of one action of a batch."""

    A_FAIRE = "a_faire", "À faire"
    FAIT = "fait", "Fait"
    REFUSE = "refuse", "Non fait"


class StatutAIF(models.TextChoices):
    """State of a « Demande AIF hors Certifinfo »."""

    ENVOYEE = "envoyee", "Envoyée"
    PRISE = "prise", "En cours de traitement"
    TRANSFORMEE = "transformee", "Transformée en offre"
    REFUSEE = "refusee", "Refusée"
    ANNULEE = "annulee", "Annulée par l’organisme"


class TypeEvenementAIF(models.TextChoices):
    """What the journal of a « Demande AIF hors Certifinfo » records."""

    CREATION = "creation", "Envoi de la demande"
    MODIFICATION = "modification", "Modification de la demande"
    CANCEL = "cancel", "Annulation par l’organisme"
    TAKE = "take", "Prise en charge par le Carif-Oref"
    TRANSFORM = "transform", "Transformation en offre"
    REFUSE = "refuse", "Refus"


class TypeAvis(models.TextChoices):
    """What a person may be told by mail, and choose how (`ModeAvis`). Security mails are not among them."""

    ACCUSE = "accuse", "Accusé de réception d’un envoi"
    QUESTION = "question", "Question du Carif-Oref, et ses rappels"
    REPONSE = "reponse", "Réponse ou message d’un organisme"
    MESSAGE = "message", "Message du Carif-Oref"
    VALIDATION = "validation", "Action validée ou mise à jour en ligne"
    REFUS = "refus", "Action refusée, décision annulée ou action archivée"
    CODE_REMPLACE = "code_remplace", "Code Certifinfo remplacé"
    SITE = "site", "Décision sur un site"
    FIN_SESSION = "fin_session", "Session qui se termine bientôt"
    AIF = "aif", "Suivi d’une demande AIF hors Certifinfo"
    RESUME_EQUIPE = "resume_equipe", "Résumé du matin de l’atelier"
    SIGNALEMENT = "signalement", "Erreur signalée par un visiteur de l’offre publique"


class ModeAvis(models.TextChoices):
    """How a person wants to be told of something."""

    IMMEDIAT = "immediat", "Tout de suite"
    QUOTIDIEN = "quotidien", "Dans un résumé, chaque matin"
    JAMAIS = "jamais", "Jamais"


class MotifRetrait(models.TextChoices):
    """Why a session is no longer online before the end it had."""

    ARCHIVEE = "archivee", "L’action est archivée"
    SUPPRIMEE = "supprimee", "La session est supprimée"
    ANNULEE = "annulee", "La validation est annulée"
    #: Its sheet stays with what has ended.
    TERMINEE = "terminee", "Sa fin est avancée à un jour passé"


class ProfilFlux(models.TextChoices):
    """Whom a feed is for."""

    COMPLET = "complet", "Flux complet"
    FRANCE_TRAVAIL = "france_travail", "Flux France Travail"


class StatutExport(models.TextChoices):
    """What became of a run of a feed."""

    ECRIT = "ecrit", "Écrit"
    RETENU = "retenu", "Retenu"
    VIDE = "vide", "Rien à diffuser"
    ECHEC = "echec", "Échec"


class ObjetSignalement(models.TextChoices):
    """What a visitor reports on a public sheet."""

    DATES = "dates", "Les dates"
    LIEU = "lieu", "Le lieu"
    PRIX = "prix", "Le prix ou le financement"
    CONTACT = "contact", "Le téléphone, l’e-mail ou le lien"
    PLACES = "places", "Les places\u00a0: la session est complète, ou annulée"
    CONTENU = "contenu", "Le contenu de la formation"
    AUTRE = "autre", "Autre chose"


class StatutSignalement(models.TextChoices):
    """Where a report stands."""

    OUVERT = "ouvert", "À traiter"
    CORRIGE = "corrige", "Corrigé"
    SANS_SUITE = "sans_suite", "Sans suite"


class StatutSuivi(models.TextChoices):
    """Where a search followed by e-mail stands; each lasts until `RechercheSuivie.finit_le`."""

    A_CONFIRMER = "a_confirmer", "À confirmer"
    SUIVIE = "suivie", "Suivie"
    FERMEE = "fermee", "Finie, peut être reprise"
