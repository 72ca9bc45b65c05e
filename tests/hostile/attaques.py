"""Thirty attacks, and how they take the place of texts: whole, whatever the length of the column."""

from collections.abc import Callable, Container

#: Each calls `xss` when it runs.
ATTAQUES = (
    "<script>xss(1)</script>",
    "</script><script>xss(2)</script>",
    "<img src=x onerror=xss(3)>",
    "<svg onload=xss(4)>",
    "<svg><script>xss(5)</script></svg>",
    "<body onload=xss(6)>",
    "<iframe srcdoc='<script>parent.xss(7)</script>'></iframe>",
    "<details open ontoggle=xss(8)>",
    "<input autofocus onfocus=xss(9)>",
    "<video><source onerror=xss(10)></video>",
    "<audio src=x onerror=xss(11)>",
    "<a href=javascript:xss(12) autofocus>x</a>",
    '"><script>xss(13)</script>',
    "'><script>xss(14)</script>",
    '" onmouseover="xss(15)" autofocus onfocus="xss(15)',
    "' onfocus='xss(16)' autofocus='",
    "`-xss(17)-`",
    "${xss(18)}",
    "{{constructor.constructor('xss(19)')()}}",
    "</title><script>xss(20)</script>",
    "</textarea><script>xss(21)</script>",
    "</style><script>xss(22)</script>",
    "--><script>xss(23)</script><!--",
    "]]><script>xss(24)</script>",
    "\u2028xss(25)\u2029//",
    "\\u003cscript\\u003exss(26)\\u003c/script\\u003e",
    "<math><mtext></p><img src=x onerror=xss(27)></math>",
    "<marquee onstart=xss(28)>",
    "<object data='javascript:xss(29)'></object>",
    "<scr\u0000ipt>xss(30)</scr\u0000ipt>".replace("\u0000", "<!-- -->"),
)
TOUTES = " ".join(ATTAQUES)
PLUS_COURTE = min(map(len, ATTAQUES))
#: What XML forbids even escaped and a column of PostgreSQL holds: no NUL, no half of a pair.
CONTROLES = "".join(map(chr, [*range(1, 9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF]))
#: An address that runs when it is followed, where nothing asks for another scheme.
LIEN = "javascript:xss('lien')//"


def attaque(rang: int, place: int | None = None) -> str:
    """As many whole attacks as `place` characters hold, all thirty at most, the first being the `rang`-th.

    The first is the next one that fits; `place` is `PLUS_COURTE` at least, or ``None`` for no limit.
    """
    premier = rang % len(ATTAQUES)
    retenues, reste = [], place
    for texte in ATTAQUES[premier:] + ATTAQUES[:premier]:
        if reste is None or len(texte) <= reste:
            retenues.append(texte)
            reste = reste and reste - len(texte) - 1
            if reste is not None and reste < PLUS_COURTE:
                break
    return " ".join(retenues)


def poison(valeur, texte: Callable[[str], str], gardees: Container[str], cle: str = ""):
    """`valeur`, of JSON, each text in it made `texte(its key)`; those under the keys `gardees` stay."""
    if cle in gardees:
        return valeur
    if isinstance(valeur, dict):
        return {nom: poison(v, texte, gardees, nom) for nom, v in valeur.items()}
    if isinstance(valeur, list):
        return [poison(v, texte, gardees, cle) for v in valeur]
    return texte(cle) if isinstance(valeur, str) else valeur
