"""What an offer says, in codes: the values of the FASD form, LHÉO's own where LHÉO has a table."""

from django.db import models


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
