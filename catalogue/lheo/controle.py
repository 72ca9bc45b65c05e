"""Whether what is written follows the schema, without the schema: what breaks it, in words.

The published XSD is not part of the project; `limites` holds its facts, and tests compare the two.
"""

import re
from collections.abc import Iterator

from catalogue.lheo.limites import CODES, DATES, ENTIERS, STRUCTURE, TEXTES
from sofi.typographie import NBSP

_ENFANT = re.compile(r"([\w-]+)(\?|\+|\*|\{(\d),(\d+)\})?")
_DATE = re.compile(r"[0-9]{4}[019][0-9][01239][0-9]")
_INFINI = 10**9
#: How elements are called on screen, for those that come from a field people know.
NOMS = {
    "code-FORMACODE": "Formacode de la certification",
    "code-NSF": "code NSF de la certification",
    "code-ROME": "code ROME de la certification",
    "code-RNCP": "code RNCP de la certification",
    "code-RS": "code RS de la certification",
    "code-CERTIFINFO": "code Certifinfo",
    "code-niveau-sortie": "niveau de la certification",
    "code-niveau-entree": "niveau d’entrée",
    "parcours-de-formation": "type de parcours",
    "modalites-entrees-sorties": "ESP ou dates fixes",
    "modalites-enseignement": "modalités d’enseignement",
    "code-public-vise": "publics du dispositif",
    "code-financeur": "code financeur du type de dispositif",
    "nb-places-financees": "nombre de places du dispositif",
    "nombre-heures-centre": "durée en centre",
    "nombre-heures-entreprise": "durée en entreprise",
    "nombre-heures-total": "durée totale",
    "prix-total-TTC": "coût stagiaire",
    "adresse": "ligne d’adresse du site",
    "ligne": "ligne d’adresse du site",
    "codepostal": "code postal du site",
    "ville": "ville du site",
    "departement": "département du site",
    "code-INSEE-commune": "commune du site",
    "SIRET": "SIRET",
    "code-UAI": "code UAI",
    "numero-activite": "numéro de déclaration d’activité",
    "raison-sociale": "raison sociale de l’organisme",
    "nom-organisme": "nom de l’organisme",
    "numtel": "téléphone",
    "courriel": "e-mail",
    "urlweb": "adresse web",
    "debut": "date de début",
    "fin": "date de fin",
}


def value_fault(tag: str, texte: str) -> str:
    """What is wrong with the value `texte` of the element `tag`, in French; '' when nothing."""
    nom = NOMS.get(tag, tag)
    if tag in TEXTES:
        mini, maxi = TEXTES[tag]
        if not texte and mini:
            return f"{nom}{NBSP}: vide"
        if not mini <= len(texte) <= maxi:
            borne = f"{mini}" if mini == maxi else f"{mini} à {maxi}"
            return f"{nom}{NBSP}: {len(texte)} caractères au lieu de {borne} («{NBSP}{texte[:30]}{NBSP}»)"
    elif tag in ENTIERS:
        if not (re.fullmatch(r"[0-9]{1,9}", texte) and int(texte) <= ENTIERS[tag]):
            return f"{nom}{NBSP}: «{NBSP}{texte}{NBSP}» n’est pas un nombre entier de 0 à {ENTIERS[tag]}"
    elif tag in DATES:
        if not _DATE.fullmatch(texte):
            return f"{nom}{NBSP}: «{NBSP}{texte}{NBSP}» n’est pas une date"
    elif texte not in CODES[tag]:
        return f"{nom}{NBSP}: le code «{NBSP}{texte}{NBSP}» n’est pas dans la table LHÉO"
    return ""


def number_fault(parent: str, tag: str, nombre: int, mini: int, maxi: int) -> str:
    """What is wrong with `nombre` children `tag` in `parent`, in French; '' when nothing."""
    nom, element = NOMS.get(tag, tag), f"élément «{NBSP}{parent}{NBSP}» de LHÉO"
    if nombre < mini:
        return f"{nom}{NBSP}: à indiquer ({element})"
    if nombre > maxi:
        return f"{nom}{NBSP}: {nombre} fois au lieu de {maxi} au plus ({element})"
    return ""


def _children(enfants: str) -> Iterator[tuple[str, int, int]]:
    for enfant in map(_ENFANT.fullmatch, enfants.split()):
        match enfant[2]:
            case None:
                yield enfant[1], 1, 1
            case "?":
                yield enfant[1], 0, 1
            case "+":
                yield enfant[1], 1, _INFINI
            case "*":
                yield enfant[1], 0, _INFINI
            case _:
                yield enfant[1], int(enfant[3]), int(enfant[4])


#: The children of an element by name, in their order: (rank, fewest, most).
ENFANTS = {
    parent: {nom: (rang, mini, maxi) for rang, (nom, mini, maxi) in enumerate(_children(enfants))}
    for parent, enfants in STRUCTURE.items()
}
#: Those it may not do without.
OBLIGATOIRES = {
    parent: frozenset(nom for nom, (_, mini, _) in enfants.items() if mini)
    for parent, enfants in ENFANTS.items()
}
