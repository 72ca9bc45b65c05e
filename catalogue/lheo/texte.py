"""Texts as XML and LHÉO take them: no forbidden character, no more than the element's length."""

import json
import re
from typing import Any

from sofi.caracteres import strip_forbidden

_decode = json.JSONDecoder().raw_decode


def read_json(texte: bytes) -> Any:
    """What a JSON text of ours says, in UTF-8 and with nothing around: `json.loads`, looking for neither."""
    return _decode(str(texte, "utf-8"))[0]


def clean(texte: str) -> str:
    """`texte` with Unix line ends and without what XML forbids, nor spaces around."""
    if "\r" in texte:
        texte = texte.replace("\r\n", "\n").replace("\r", "\n")
    return strip_forbidden(texte).strip()


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


def jour(iso: str) -> str:
    """An ISO 8601 date as LHÉO writes it, AAAAMMJJ; raises ValueError for anything else."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", iso):
        raise ValueError(iso)
    return iso.replace("-", "")
