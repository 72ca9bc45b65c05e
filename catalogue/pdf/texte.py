"""Texts as the embedded font can draw them."""

import re
import unicodedata

from django.utils.encoding import iri_to_uri

#: Drawn in place of what the font lacks: an emoji, a Chinese character.
REMPLACEMENT = "\ufffd"
#: Ends of lines, whatever the system or the word processor they come from.
_FINS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_LIENS = ("http://", "https://", "mailto:", "tel:")


def drawable(texte: str, dessines) -> str:
    """`texte` without control or direction marks, its missing characters replaced.

    `dessines` holds the code points of the font. Lines are kept, tabs become spaces.
    """
    lignes = _FINS.sub("\n", unicodedata.normalize("NFC", texte)).replace("\t", " ").split("\n")
    return "\n".join("".join(_drawn(signe, dessines) for signe in ligne) for ligne in lignes).strip("\n")


def _drawn(signe: str, dessines) -> str:
    if unicodedata.category(signe) in ("Cc", "Cf", "Cs", "Co", "Cn"):
        return ""
    return signe if ord(signe) in dessines else REMPLACEMENT


def safe_link(url: str) -> str:
    """`url` as a PDF may hold it, or '' when it is not one a reader should follow."""
    return iri_to_uri(url) if url.lower().startswith(_LIENS) and url.isprintable() else ""
