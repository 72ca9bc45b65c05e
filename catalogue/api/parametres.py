"""The parameters of the lists: declared once, for reading them and for the documentation."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import django_filters
from django.conf import settings
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from catalogue import numeros
from catalogue.api.erreurs import ParametresRefuses
from catalogue.certifications.remplacements import and_successors
from catalogue.recherche.champs import OUI, CaseField
from catalogue.recherche.filtres import OffreFilter
from sofi import avenir
from sofi.typographie import NBSP

MAX_TAILLE = 100
#: An instant as people try it first: a past one, as one to come is refused.
EXEMPLE = "2026-01-05T06:00:00Z"
#: Choices of a filter that its description lists; beyond, they are known elsewhere (départements).
MAX_CHOIX = 12
UNE_FOIS = "Ce paramètre se donne une seule fois."
#: The filters of the public search, which narrow sessions and actions too; every list declares `organisme`.
RECHERCHE = {nom: f for nom, f in OffreFilter.base_filters.items() if nom not in ("tri", "organisme")}


class Refus(Exception):
    """What is wrong with a value, as a sentence."""


@dataclass(frozen=True)
class Parametre:
    """One parameter of the address; `lire` gives its value, or raises `Refus`."""

    nom: str
    description: str
    lire: Callable[[str], Any]
    exemple: str
    schema: dict = field(default_factory=lambda: {"type": "string", "minLength": 1})
    defaut: Any = None


def read(params: QueryDict, declares: Collection[Parametre], recherche: bool = False) -> dict[str, Any]:
    """The value of each of `declares` in `params`, its default when absent.

    Raises `ParametresRefuses`, which names each parameter that is wrong, given twice, or unknown: neither of
    `declares` nor, if `recherche`, of the public search, which reads its own.
    """
    connus = {parametre.nom: parametre for parametre in declares}
    fautes, valeurs = {}, {parametre.nom: parametre.defaut for parametre in declares}
    for nom, textes in params.lists():
        try:
            if nom in connus:
                valeurs[nom] = _read(connus[nom], textes)
            elif not recherche or nom not in RECHERCHE:
                raise Refus("Ce paramètre n’existe pas ici.")
            elif len(textes) > 1 and not _is_multiple(RECHERCHE[nom]):
                raise Refus(UNE_FOIS)
        except Refus as refus:
            fautes[nom[:100].replace("\0", "")] = [str(refus)]
    if fautes:
        raise ParametresRefuses(fautes)
    return valeurs


def _read(parametre: Parametre, textes: list[str]):
    if len(textes) > 1:
        raise Refus(UNE_FOIS)
    if not textes[0] or "\0" in textes[0]:
        raise Refus(f"Donnez une valeur, par exemple {parametre.exemple}.")
    return parametre.lire(textes[0])


def _taille(texte: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", texte) or not 1 <= int(texte) <= MAX_TAILLE:
        raise Refus(f"Donnez un nombre de 1 à {MAX_TAILLE}.")
    return int(texte)


def instant(texte: str) -> datetime:
    """An ISO 8601 instant that is not to come; Paris time without a time zone. Raises `Refus`."""
    # A « + » that was not encoded arrives as a space.
    texte = re.sub(r" (?=[0-9]{2}:?[0-9]{2}$)", "+", texte) if len(texte) < 60 else ""
    try:
        lu = parse_datetime(texte)
        lu = timezone.make_aware(lu) if lu and timezone.is_naive(lu) else lu
    except (ValueError, OverflowError):
        lu = None
    if lu is None or not 1900 <= lu.year <= 2200:
        raise Refus(f"Donnez un instant ISO 8601, par exemple {EXEMPLE}.")
    if raison := avenir.refusal(lu):
        raise Refus(raison)
    return lu


def cle(sorte: str, exemple: str) -> Callable[[str], int]:
    """A reader of public numbers of `sorte` (`catalogue.numeros`): the key they hold."""

    def lire(texte: str) -> int:
        trouvee = numeros.cle_of(texte, sorte)
        if trouvee is None:
            raise Refus(f"Donnez un numéro public, de la forme {exemple}.")
        return trouvee

    return lire


def code(texte: str) -> str:
    """A Certifinfo code. Raises `Refus`."""
    if not re.fullmatch(r"[0-9]{1,10}", texte):
        raise Refus("Donnez un code Certifinfo, par exemple 84629.")
    return texte


def codes(texte: str) -> list[str]:
    """A Certifinfo code, and those that replaced it, as the search takes it. One query. Raises `Refus`."""
    return and_successors([code(texte)])


def numero_session(texte: str) -> str:
    """The public number of a session, as SOFI writes it; a cursor. Raises `Refus`."""
    if numeros.canonical_numero(texte) != texte:
        raise Refus(f"Donnez un numéro public, de la forme {settings.CARIF.code_lheo}_000123.")
    return texte


TAILLE = Parametre(
    "taille",
    f"Nombre d’objets par page, {MAX_TAILLE} au plus.",
    _taille,
    "50",
    {"type": "integer", "minimum": 1, "maximum": MAX_TAILLE, "default": MAX_TAILLE},
    defaut=MAX_TAILLE,
)
MODIFIE_DEPUIS = Parametre(
    "modifie_depuis",
    f"Instant ISO 8601{NBSP}: ce qui a été publié ou modifié depuis. Donnez la valeur «{NBSP}reprise{NBSP}» "
    f"de votre lecture d’avant. Les sessions retirées se lisent dans «{NBSP}retraits{NBSP}»{NBSP}; une "
    "session finie, retirée ou dont le code Certifinfo est remplacé fait partir ou changer des objets qui la "
    "portent sans qu’ils reviennent ici. Avec un autre filtre, ce qui a cessé d’y répondre n’est pas dit.",
    instant,
    EXEMPLE,
    {"type": "string", "format": "date-time"},
)
DEPUIS = Parametre(
    "depuis",
    f"Instant ISO 8601{NBSP}: ce qui a été retiré depuis.",
    instant,
    EXEMPLE,
    {"type": "string", "format": "date-time"},
)
ORGANISME = Parametre(
    "organisme", "Numéro public d’un organisme.", cle(numeros.ORGANISME, "52_OF12"), "52_OF12"
)
FORMATION = Parametre(
    "formation", "Numéro public d’une formation.", cle(numeros.FORMATION, "52_F56"), "52_F56"
)
ACTION = Parametre("action", "Numéro public d’une action.", cle(numeros.ACTION, "52_AC34"), "52_AC34")
CERTIFICATION = Parametre(
    "certification",
    f"Code Certifinfo d’une certification{NBSP}: elle, ou ce qui la remplace.",
    codes,
    "84629",
)


def suite(lire: Callable[[str], Any], exemple: str) -> Parametre:
    """The cursor of a list: the number of the last object of the page before, read by `lire`."""
    texte = (
        f"Numéro du dernier objet de la page d’avant{NBSP}: suivez plutôt l’adresse «{NBSP}suivant{NBSP}»."
    )
    return Parametre("apres", texte, lire, exemple)


def _is_multiple(filtre: django_filters.Filter) -> bool:
    """Whether a filter of the search takes several values."""
    return isinstance(filtre, django_filters.MultipleChoiceFilter)


def of_search() -> list[Parametre]:
    """The filters of the public search, for the documentation."""
    return [_described(nom, filtre) for nom, filtre in RECHERCHE.items()]


def _described(nom: str, filtre: django_filters.Filter) -> Parametre:
    schema: dict = {"type": "string"}
    choix, texte = filtre.extra.get("choices"), f"{filtre.label}."
    if isinstance(filtre, django_filters.DateFilter):
        schema["format"] = "date"
    elif filtre.field_class is CaseField:
        schema["enum"] = [OUI]
        texte = f"{filtre.label}{NBSP}: {OUI}."
    elif isinstance(choix, list | tuple):
        schema["enum"] = [code for code, _ in choix]
        if len(choix) <= MAX_CHOIX:
            texte += f" {', '.join(f'{code}{NBSP}= {libelle}' for code, libelle in choix)}."
    if _is_multiple(filtre):
        schema = {"type": "array", "items": schema}
        texte += " Peut être donné plusieurs fois."
    return Parametre(nom, texte, str, "", schema)
