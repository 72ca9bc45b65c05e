"""What LHÉO 2.3 allows in each element SOFI writes: lengths, codes, order and number of children.

Facts of the published schema (`lheo-2.3.xsd`); `tests/lheo/test_limites.py` compares them with it.
"""

#: Texts: fewest and most characters.
TEXTES = {
    "code-FORMACODE": (5, 5),
    "code-NSF": (3, 3),
    "code-ROME": (5, 5),
    "intitule-formation": (1, 255),
    "objectif-formation": (1, 3000),
    "resultats-attendus": (1, 3000),
    "contenu-formation": (1, 3000),
    "denomination": (1, 255),
    "nom": (1, 50),
    "ligne": (1, 50),
    "codepostal": (5, 5),
    "ville": (1, 50),
    "departement": (2, 3),
    "code-INSEE-commune": (5, 5),
    "region": (2, 2),
    "pays": (2, 2),
    "numtel": (1, 25),
    "courriel": (3, 160),
    "urlweb": (3, 400),
    "code-RNCP": (1, 10),
    "code-CERTIFINFO": (1, 10),
    "code-RS": (3, 10),
    "rythme-formation": (1, 3000),
    "code-public-vise": (5, 5),
    "modalites-alternance": (1, 3000),
    "conditions-specifiques": (1, 3000),
    "SIRET": (14, 14),
    "code-UAI": (8, 8),
    "modalites-pedagogiques": (0, 200),
    "prix-total-TTC": (1, 10),
    "duree-indicative": (0, 150),
    "raison-sociale-formateur": (0, 250),
    "numero-activite": (11, 11),
    "nom-organisme": (1, 250),
    "raison-sociale": (1, 250),
}
#: Whole numbers, from 0 to this.
ENTIERS = dict.fromkeys(
    (
        "nombre-heures-centre",
        "nombre-heures-entreprise",
        "nombre-heures-total",
        "nb-places-financees",
    ),
    99_999,
)
DATES = ("debut", "fin")
_BOOLEEN = frozenset("01")
_NIVEAUX = frozenset(map(str, (*range(9), *range(11, 19))))
#: Codes of the tables `dict-…`.
CODES = {
    "certifiante": _BOOLEEN,
    "niveau-entree-obligatoire": _BOOLEEN,
    "prise-en-charge-frais-possible": _BOOLEEN,
    "parcours-de-formation": frozenset("1234"),
    "code-niveau-entree": _NIVEAUX,
    "code-niveau-sortie": _NIVEAUX,
    "objectif-general-formation": frozenset("123456789"),
    "modalites-enseignement": frozenset("012"),
    "modalites-entrees-sorties": frozenset("01"),
    "etat-recrutement": frozenset("123"),
    "code-financeur": frozenset(map(str, range(21))),
}
#: The children of an element, in order; after each name, how many: one by default, « ? » for none or one,
#: « + » for one or more, « * » for any number, « {0,5} » for five at most.
STRUCTURE = {
    "formation": "domaine-formation intitule-formation objectif-formation resultats-attendus "
    "contenu-formation certifiante contact-formation+ parcours-de-formation code-niveau-entree "
    "objectif-general-formation? certification{0,5} code-type-formation{0,5} code-niveau-sortie? "
    "url-formation? action+ organisme-formation-responsable identifiant-module? positionnement? "
    "sous-modules? modules-prerequis?",
    "domaine-formation": "code-FORMACODE{0,5} code-NSF{0,3} code-ROME{0,5}",
    "contact-formation": "type-contact? coordonnees",
    "coordonnees": "civilite? nom? prenom? ligne{0,3} adresse? telfixe? portable? fax? courriel? web?",
    "adresse": "denomination? ligne{1,4} codepostal ville departement? code-INSEE-commune? "
    "code-INSEE-canton? region? pays? geolocalisation?",
    "telfixe": "numtel{1,3}",
    "web": "urlweb{1,3}",
    "certification": "code-RNCP? code-CERTIFINFO? code-RS? code-CPF? reference-code-FORMACODE?",
    "url-action": "urlweb{1,3}",
    "action": "rythme-formation code-public-vise{1,10} info-public-vise? niveau-entree-obligatoire "
    "modalites-alternance modalites-enseignement conditions-specifiques prise-en-charge-frais-possible "
    "lieu-de-formation* modalites-entrees-sorties url-action? duree-cycle? session+ adresse-information? "
    "date-information{0,3} restauration? hebergement? transport? acces-handicapes? langue-formation{0,5} "
    "modalites-recrutement? modalites-pedagogiques? code-modalite-pedagogique{0,5} equipement* "
    "frais-restants? code-perimetre-recrutement? infos-perimetre-recrutement? prix-horaire-TTC? "
    "prix-total-TTC? duree-indicative? nombre-heures-centre? nombre-heures-entreprise? nombre-heures-total? "
    "detail-conditions-prise-en-charge? conventionnement? duree-conventionnee? organisme-formateur* "
    "organisme-financeur{0,8} enseignement*",
    "lieu-de-formation": "SIRET-lieu-formation? code-UAI-lieu-formation? coordonnees",
    "SIRET-lieu-formation": "SIRET",
    "code-UAI-lieu-formation": "code-UAI",
    "session": "periode adresse-inscription modalites-inscription? periode-inscription? etat-recrutement? "
    "recrutement* url-session? contact-session* reference-certification{0,5} blocs-competences* cycle*",
    "periode": "debut fin",
    "adresse-inscription": "adresse",
    "organisme-formateur": "SIRET-formateur raison-sociale-formateur contact-formateur* potentiel? "
    "code-UAI-formateur? reference-certification{0,5}",
    "SIRET-formateur": "SIRET",
    "code-UAI-formateur": "code-UAI",
    "organisme-financeur": "code-financeur nb-places-financees?",
    "organisme-formation-responsable": "numero-activite SIRET-organisme-formation nom-organisme "
    "raison-sociale coordonnees-organisme contact-organisme+ renseignements-specifiques? potentiel? "
    "code-UAI-organisme-formation?",
    "SIRET-organisme-formation": "SIRET",
    "code-UAI-organisme-formation": "code-UAI",
    "coordonnees-organisme": "coordonnees",
    "contact-organisme": "type-contact? coordonnees",
    "contact-formateur": "type-contact? coordonnees",
}


def maximum(element: str) -> int:
    """The most characters of the text `element`."""
    return TEXTES[element][1]
