"""Texts as files hold them: on one line, without what no format may hold."""

import re

#: What XML, calendars and spreadsheets refuse, or take for the end of a line.
_CONTROLES = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def one_line(texte: str) -> str:
    """`texte` without control characters, its spaces and line ends each made one space."""
    return " ".join(_CONTROLES.sub(" ", texte).split())
