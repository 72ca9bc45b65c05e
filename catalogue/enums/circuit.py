"""Where things stand and what happens to them: states, events, decisions, and who reads or acts."""

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
