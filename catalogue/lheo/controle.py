"""Whether a fragment follows the schema, without the schema: what breaks it, in words.

The published XSD is not part of the project; `limites` holds its facts, and tests compare the two.
"""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

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


def faults(element: Element) -> list[str]:
    """What breaks the schema in `element` and below, one French sentence part each, without repeats."""
    return list(dict.fromkeys(_faults(element)))


def _faults(element: Element) -> Iterator[str]:
    if element.tag == "extras":  # free
        return
    if element.tag not in STRUCTURE:
        yield from _of_value(element.tag, element.text or "")
        return
    yield from _of_children(element)
    for enfant in element:
        yield from _faults(enfant)


def _of_value(tag: str, texte: str) -> Iterator[str]:
    nom = NOMS.get(tag, tag)
    if tag in TEXTES:
        mini, maxi = TEXTES[tag]
        if not texte and mini:
            yield f"{nom}{NBSP}: vide"
        elif not mini <= len(texte) <= maxi:
            borne = f"{mini}" if mini == maxi else f"{mini} à {maxi}"
            yield f"{nom}{NBSP}: {len(texte)} caractères au lieu de {borne} («{NBSP}{texte[:30]}{NBSP}»)"
    elif tag in ENTIERS:
        if not (re.fullmatch(r"[0-9]{1,9}", texte) and int(texte) <= ENTIERS[tag]):
            yield f"{nom}{NBSP}: «{NBSP}{texte}{NBSP}» n’est pas un nombre entier de 0 à {ENTIERS[tag]}"
    elif tag in DATES:
        if not _DATE.fullmatch(texte):
            yield f"{nom}{NBSP}: «{NBSP}{texte}{NBSP}» n’est pas une date"
    elif tag not in CODES:
        yield f"élément inconnu{NBSP}: {tag}"
    elif texte not in CODES[tag]:
        yield f"{nom}{NBSP}: le code «{NBSP}{texte}{NBSP}» n’est pas dans la table LHÉO"


def _of_children(element: Element) -> Iterator[str]:
    """Children missing, too many, or out of order."""
    attendus = {m[1]: _bornes(m) for m in map(_ENFANT.fullmatch, STRUCTURE[element.tag].split())}
    presents = [enfant.tag for enfant in element if enfant.tag != "extras"]
    for tag, (mini, maxi) in attendus.items():
        nombre = presents.count(tag)
        if nombre < mini:
            yield f"{NOMS.get(tag, tag)}{NBSP}: absent de {element.tag}"
        elif nombre > maxi:
            yield f"{NOMS.get(tag, tag)}{NBSP}: {nombre} fois dans {element.tag}, {maxi} au plus"
    rangs = [list(attendus).index(tag) for tag in presents if tag in attendus]
    if rangs != sorted(rangs) or len(rangs) < len(presents) or _extras_before(element):
        yield f"{element.tag}{NBSP}: éléments inconnus ou dans le désordre"


def _extras_before(element: Element) -> bool:
    """Whether an `extras` comes before another child: they are the last ones."""
    derniers = [enfant.tag == "extras" for enfant in element]
    return derniers != sorted(derniers)


def _bornes(enfant: re.Match) -> tuple[int, int]:
    match enfant[2]:
        case None:
            return 1, 1
        case "?":
            return 0, 1
        case "+":
            return 1, _INFINI
        case "*":
            return 0, _INFINI
    return int(enfant[3]), int(enfant[4])
