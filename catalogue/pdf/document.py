"""What a PDF says: a title, the facts one looks for first, then sections of lines."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Fait:
    """A name and its value, of one line or several; `url` makes it a link (http, https, mailto, tel).

    `precision` is read after the value, lower.
    """

    libelle: str
    valeur: str
    url: str = ""
    precision: str = ""


@dataclass(frozen=True)
class Section:
    """A titled part of a document; it is left out when it has nothing to say."""

    titre: str
    faits: list[Fait] = field(default_factory=list)
    texte: str = ""

    @property
    def dits(self) -> list[Fait]:
        """The facts that have something to say."""
        return [fait for fait in self.faits if fait.valeur.strip()]


@dataclass(frozen=True)
class Document:
    """A whole document; the same one is written as the same bytes."""

    titre: str
    #: Aware: dates the document, in its metadata too.
    ecrit_le: datetime
    surtitre: str = ""
    sous_titre: str = ""
    cles: list[Fait] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    #: The last lines: where it comes from, where to read it up to date.
    mentions: list[Fait] = field(default_factory=list)
