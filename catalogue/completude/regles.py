"""The rules of quality as data: what the help and the documentation print, and the tests go through."""

from dataclasses import dataclass

from catalogue.completude.constat import Poids

B, A, I = Poids.BLOQUANT, Poids.AVERTISSEMENT, Poids.INTERNE  # noqa: E741 - the initials of the weights, in a table


@dataclass(frozen=True)
class Regle:
    """One rule: its number, the codes of its findings with their weight, and what it asks, in French.

    `garde` says what a form and a constraint refuse at each save already, and is never found later.
    """

    numero: int
    codes: dict[str, Poids]
    quoi: str
    garde: str = ""


REGLES = (
    Regle(
        1,
        {"code_retire": B},
        "Le code Certifinfo existe dans Certif Info.",
        "On ne peut choisir qu’un code du référentiel.",
    ),
    Regle(
        2,
        {"code_remplace": A, "code_termine": B},
        "Le code Certifinfo n’est pas remplacé l’année où la session commence\u00a0; après la dernière année "
        "de l’ancien code, il ne peut plus servir.",
    ),
    Regle(
        3,
        {"fiche_expiree": A, "fiche_a_trancher": I},
        "Une fiche RNCP ou RS de la certification est enregistrée le jour où la session commence.",
    ),
    Regle(
        4,
        {"date_debut_absent": B, "date_fin_absent": B, "debut_lointain": B},
        "La session a ses dates et commence dans moins de 3 ans.",
        "Les dates existent et la fin ne précède pas le début.",
    ),
    Regle(5, {"session_terminee": B, "sessions_terminees": B}, "La session n’est pas déjà terminée."),
    Regle(
        6,
        {"duree_impossible": B, "duree_intense": A, "duree_hebdo_intense": A},
        "À dates fixes, les heures tiennent dans les jours (24 h au plus)\u00a0; plus de 10 h par jour ou de "
        "40 h par semaine, c’est à vérifier.",
    ),
    Regle(
        7,
        {"esp_trop_longue": A, "esp_deux_annees": A, "habilitation_dates_fixes": A},
        "Les entrées/sorties permanentes vont à l’année civile\u00a0; elles conviennent aux habilitations.",
    ),
    Regle(
        8,
        {
            "duree_absente": B,
            "duree_trop_longue": B,
            "duree_hebdo_excessive": A,
            "duree_hebdo_incoherente": A,
        },
        "La durée totale (centre et entreprise) n’est pas nulle, et la durée hebdo multipliée par les "
        "semaines en est proche\u00a0: 10\u00a0% de moins au plus, ou trois fois plus à temps plein.",
    ),
    Regle(
        9,
        {"capacite_absent": B, "places_dispositifs": A},
        "La session a une capacité, que les places de ses dispositifs ne dépassent pas.",
        "Les places disponibles ne dépassent pas la capacité.",
    ),
    Regle(
        10,
        {
            "session_absente": B,
            "dispositif_absent": B,
            "dispositif_type_absent": B,
            "dispositif_publics_absent": B,
        },
        "L’action a une session, et chaque session un dispositif actif, avec son type et ses publics.",
    ),
    Regle(
        11,
        {
            "site_dispensateur_absent": B,
            "site_lieu_absent": B,
            "site_ferme": B,
            "site_adresse_incomplete": B,
            "site_commune": B,
            "site_non_actif": A,
            "site_hors_region": A,
        },
        "Les sites sont ouverts, leur adresse est complète et leur commune a ce code postal\u00a0; ils sont "
        "validés avant l’action, et dans la région sauf à distance.",
    ),
    Regle(
        12,
        {"url_fausse": B, "url_reseau_social": A, "site_web_reseau_social": A},
        "Les adresses web mènent à une page de l’organisme.",
        "Elles commencent par http:// ou https:// et tiennent en 400 caractères.",
    ),
    Regle(
        13,
        {
            "complement_publicitaire": A,
            "complement_capitales": A,
            "complement_repete": A,
            "complement_contredit": A,
        },
        "Le complément d’intitulé ne répète ni ne contredit l’intitulé officiel, n’est pas en capitales et "
        "ne contient ni prix, ni téléphone, ni e-mail, ni publicité.",
    ),
    Regle(
        14,
        {"intitule_trop_long": B, "descriptif_trop_long": B, "commentaire_duree_long": A},
        "Ce qui s’ajoute à la fiche officielle tient dans les longueurs de LHÉO.",
        "Chaque champ a sa longueur.",
    ),
    Regle(
        15,
        {"prerequis_absent": A},
        "Les prérequis sont écrits\u00a0; vides, ils sont diffusés comme «\u00a0aucune\u00a0».",
    ),
    Regle(
        16,
        {"prix_absent": A},
        "Un financement privé a son coût pour le stagiaire.",
        "Un coût n’est pas négatif.",
    ),
    Regle(
        17,
        {"siret_faux": B, "nda_absent": B, "nda_faux": B},
        "L’organisme a un SIRET juste et un numéro de déclaration d’activité.",
    ),
    Regle(
        18,
        {"qualiopi_exige": B, "qualiopi_absent": A},
        "Le certificat Qualiopi court le jour où la session commence\u00a0; un dispositif public ou "
        "mutualisé l’exige.",
    ),
    Regle(
        19,
        {"session_double": A, "session_identique": B},
        "La session n’est pas déjà saisie ailleurs\u00a0: même certification, même dispensateur, même lieu, "
        "mêmes dates\u00a0; même dispositif, elle est refusée.",
    ),
    Regle(
        20,
        {"contact_absent": B},
        "L’organisme ou le site dispensateur a un téléphone ou un e-mail.",
    ),
    Regle(
        21,
        {"site_uai_absent": B},
        "En apprentissage, le site dispensateur et le site lieu ont leur code UAI.",
    ),
    Regle(
        22,
        {"lheo_non_conforme": I},
        "La fiche LHÉO que la session donnerait respecte le schéma\u00a0; sinon elle ne part pas "
        "dans le flux.",
    ),
)

#: What the tunnel asks besides: fields of steps A and S that LHÉO or the manual makes compulsory.
HORS_REGLES = {
    "niveau_entree_absent": B,
    "type_parcours_absent": B,
    "modalites_es_absent": B,
    "rythmes_absent": B,
    "modalites_enseignement_absent": B,
}


def regle_of(code: str) -> Regle | None:
    """The rule a finding comes from; ``None`` for a compulsory field of `HORS_REGLES`."""
    return next((regle for regle in REGLES if code in regle.codes), None)
