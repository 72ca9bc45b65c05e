"""Texts as XML and LHÉO take them: no forbidden character, no more than the element's length."""

import re
from datetime import date
from xml.etree.ElementTree import Element, SubElement

from catalogue.lheo.limites import TEXTES

#: What XML 1.0 forbids even escaped.
_INTERDITS = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def add(parent: Element, tag: str, valeur: object, **attributs: str) -> Element:
    """Append `<tag>valeur</tag>`; a boolean is 1 or 0, a text is cleaned and cut to the element's length."""
    element = SubElement(parent, tag, attributs)
    if isinstance(valeur, bool):
        valeur = int(valeur)
    element.text = cut(clean(str(valeur)), TEXTES[tag][1]) if tag in TEXTES else clean(str(valeur))
    return element


def clean(texte: str) -> str:
    """`texte` with Unix line ends and without what XML forbids."""
    return _INTERDITS.sub("", texte.replace("\r\n", "\n").replace("\r", "\n")).strip()


def cut(texte: str, longueur: int) -> str:
    """`texte` of `longueur` characters at most, cut with « … ».

    Codes are never cut: a wrong one is refused by `controle`.
    """
    if len(texte) <= longueur or longueur < 50:
        return texte
    return f"{texte[: longueur - 1].rstrip()}…"


def lines(*textes: str) -> str:
    """The texts that are not empty, a blank line between them."""
    return "\n\n".join(filter(None, map(clean, textes)))


def jour(valeur: date) -> str:
    """A date as LHÉO writes it, AAAAMMJJ."""
    return f"{valeur:%Y%m%d}"
