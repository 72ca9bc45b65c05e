"""Characters that are no text: XML forbids them even escaped, and no file of ours holds one."""

import re

_INTERDITS = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def strip_forbidden(texte: str) -> str:
    """`texte` without the characters that XML 1.0 forbids (§ 2.2): most controls, halves of pairs, U+FFFE…"""
    return texte if texte.isprintable() else _INTERDITS.sub("", texte)
