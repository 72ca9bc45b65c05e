"""Elements as text, right by construction: values cut, cleaned, escaped and checked; children in order.

Everything here gives plain strings, so that whatever comes back often (an address, a code, a label) is
kept instead of being written again. What breaks the schema travels inside the text, between two characters
which no text of XML can hold; `separate` takes it out at the end.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape

from catalogue.lheo.controle import ENFANTS, OBLIGATOIRES, number_fault, value_fault
from catalogue.lheo.limites import TEXTES
from catalogue.lheo.texte import clean, cut

#: What stands around a fault, and where a `Moule` is filled: no text of XML can hold them.
_FAUTE, TROU = "\1", "\2"
#: Values longer than this are kept apart and fewer: memory stays bounded whatever is typed.
_COURT, _COURTS, _LONGS = 120, 2_048, 64


def value(tag: str, valeur: object, attributs: str = "") -> str:
    """`<tag>valeur</tag>`, cleaned and cut to the length of the element; `attributs` from `attributes`."""
    texte = str(valeur)
    return (_short if len(texte) <= _COURT else _long)(tag, texte, attributs)


def boolean(tag: str, valeur: object) -> str:
    """`<tag>1</tag>` or `<tag>0</tag>`."""
    return value(tag, "1" if valeur else "0")


def extra(info: str, valeur: object, ref: str = "") -> str:
    """`<extra info="…">valeur</extra>`: what LHÉO has no element for."""
    reference = f' ref="{ref}"' if ref else ""
    return f'<extra info="{info}"{reference}>{escape(clean(str(valeur)), quote=False)}</extra>'


def extras(info: str, enfants: Iterable[str]) -> str:
    """`<extras info="…">` around what `extra` gave; always the last child of its parent."""
    return f'<extras info="{info}">{"".join(enfants)}</extras>'


def attributes(**attributs: str) -> str:
    """The attributes that are not empty, ready to follow the name of an element."""
    return "".join(
        f' {nom}="{escape(clean(valeur), quote=True)}"' for nom, valeur in attributs.items() if valeur
    )


def element(
    tag: str, enfants: dict[str, str | Sequence[str]], attributs: str = "", derniers: str = ""
) -> str:
    """The element `tag` with `enfants` by name, in the order and number that `limites` gives.

    A child is a text, several texts, or '' for none; `derniers` are its `extras`. Raises LookupError for a
    name that `tag` does not take.
    """
    regles, morceaux, dernier = ENFANTS[tag], [f"<{tag}{attributs}>"], -1
    for nom, enfant in enfants.items():
        rang, mini, maxi = regles[nom]
        if rang < dernier:
            return element(tag, _in_order(regles, enfants), attributs, derniers)
        dernier = rang
        if isinstance(enfant, str):
            morceaux.append(enfant if enfant or not mini else children(tag, nom, enfant))
        elif mini <= len(enfant) <= maxi:
            morceaux += enfant
        else:
            morceaux.append(children(tag, nom, enfant))
    if not OBLIGATOIRES[tag] <= enfants.keys():
        morceaux += [children(tag, nom, "") for nom in regles if nom in OBLIGATOIRES[tag] - enfants.keys()]
    morceaux.append(f"{derniers}</{tag}>")
    return "".join(morceaux)


def _in_order(regles: dict[str, tuple], enfants: dict) -> dict:
    return {nom: enfants[nom] for nom in regles if nom in enfants}


def children(parent: str, nom: str, enfant: str | Sequence[str]) -> str:
    """The children `nom` of `parent`, and whether they are as many as it takes: see `element`."""
    _, mini, maxi = ENFANTS[parent][nom]
    if isinstance(enfant, str):
        return enfant if enfant or not mini else _marked(number_fault(parent, nom, 0, mini, maxi))
    if mini <= len(enfant) <= maxi:
        return "".join(enfant)
    return _marked(number_fault(parent, nom, len(enfant), mini, maxi))


class Moule:
    """An element written once for many: each `TROU` of its text is filled anew, in order."""

    def __init__(self, xml: str):
        entre = xml.split(TROU)
        self._morceaux = [TROU] * (2 * len(entre) - 1)
        self._morceaux[::2] = entre

    def fill(self, *textes: str) -> str:
        """The element with `textes` in its holes. Raises ValueError for more or fewer than it has."""
        morceaux = self._morceaux.copy()
        morceaux[1::2] = textes
        return "".join(morceaux)


def separate(xml: str) -> tuple[str, list[str]]:
    """The XML, and what breaks the schema in it, without repeats."""
    if _FAUTE not in xml:
        return xml, []
    morceaux = xml.split(_FAUTE)
    return "".join(morceaux[::2]), list(dict.fromkeys(morceaux[1::2]))


def _marked(faute: str) -> str:
    return f"{_FAUTE}{clean(faute)}{_FAUTE}" if faute else ""


def _value(tag: str, texte: str, attributs: str) -> str:
    propre = clean(texte)
    if tag in TEXTES:
        propre = cut(propre, TEXTES[tag][1])
    faute = _marked(value_fault(tag, propre))
    return f"{faute}<{tag}{attributs}>{escape(propre, quote=False)}</{tag}>"


_short = lru_cache(maxsize=_COURTS)(_value)
_long = lru_cache(maxsize=_LONGS)(_value)
