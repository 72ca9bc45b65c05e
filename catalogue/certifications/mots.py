"""The words of a search: what a person types, turned into what titles hold."""

import re
import unicodedata
from dataclasses import dataclass

#: Small words that say nothing of a title.
PETITS_MOTS = "a au aux d de des du en et l la le les ou par pour sur un une"
VIDES = frozenset(PETITS_MOTS.split())
MAX_MOTS = 8
#: Said short where titles say it whole: « titre pro ».
ABREGES = {"pro": "professionnel"}
#: French endings of trades and of what they do: « boucherie » and « boucher », « soudage » and
#: « soudeur », « secrétariat » and « secrétaire », « animateur », « animatrice » and « animation ». The
#: plural is taken off before.
FINALES = (
    "abilite icienne atrice ateur ement icite naire trice teuse ation icien ition rice"
    " euse iere erie ere teur ique able tion ance ente ante ment riat ier eur ant ure age ire que er"
)
TERMINAISONS = sorted(FINALES.split(), key=len, reverse=True)
#: No family of « formation », which everybody says.
A_PART = {"formateur": "forma", "formatrice": "forma"}
RACINE_MINIMALE = 4
#: « Sportif » and « sportive », « spécialisé » and « spécialisée »; « Vendée » is no « vendeur ».
GENRE = re.compile(r"(?<=.{3}t)(?:if|ive)$|(?<=.{5})ee$|(?<=.{4})e$")
NUMERO = re.compile(
    r"(?:(?P<type>rncp|rs)|certif\s*info|code)?\s*(?:n[°o]|:)?\s*(?P<numero>[0-9]+)", re.IGNORECASE
)


@dataclass(frozen=True)
class Numero:
    """A number was typed: `type` is « RNCP », « RS », or empty for any of the three."""

    type: str
    numero: str


def plain(text: str) -> str:
    """`text` without accents, in small letters, as the column `tri` of the titles."""
    text = text.lower().replace("œ", "oe").replace("æ", "ae")
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def parse_number(q: str) -> Numero | None:
    """The number `q` is, in any writing (« 31999 », « RNCP 37 535 », « rs5001 »); else ``None``."""
    compact = re.sub(r"(?<=[0-9])[\s.\u00a0\u202f]+(?=[0-9])", "", q.strip())
    found = NUMERO.fullmatch(compact)
    if not found:
        return None
    return Numero((found["type"] or "").upper(), found["numero"].lstrip("0") or "0")


def words(q: str) -> list[str]:
    """The words of `q` that say something, plain, without repeats, at most `MAX_MOTS`."""
    every = list(dict.fromkeys(re.findall(r"[a-z0-9]+", plain(q))))
    return ([word for word in every if word not in VIDES] or every)[:MAX_MOTS]


def stem(word: str) -> str:
    """The beginning shared by `word` and its family; `word` itself when it is short.

    « boucherie » → « bouch », « électricien » → « electr », « maçonnerie » → « macon ».
    """
    root = re.sub(r"[sx]$", "", word) if len(word) > RACINE_MINIMALE else word
    if root in A_PART:
        return A_PART[root]
    for ending in TERMINAISONS:
        if root.endswith(ending) and len(root) - len(ending) >= RACINE_MINIMALE:
            root = root.removesuffix(ending)
            break
    else:
        root = GENRE.sub("", root)
    doubled = re.fullmatch(r"(.*)([bcdfglmnprst])\2", root)
    return doubled[1] + doubled[2] if doubled and len(root) > RACINE_MINIMALE else root
