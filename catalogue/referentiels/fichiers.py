"""What the readers of official files share: opening, refusing, rejecting a line, counting."""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from sofi.systeme import explain

#: A combining accent written in UTF-8, lost in a Windows-1252 text: « eÌ\x81 » for « é ».
ACCENTS_PERDUS = {
    "Ì€": "\u0300",
    "Ì\ufffd": "\u0301",
    "Ì‚": "\u0302",
    "Ìƒ": "\u0303",
    "Ìˆ": "\u0308",
    "Ì§": "\u0327",
}
#: Beyond this share of rejected lines, the file is not what it pretends to be.
PART_REJETABLE = 0.2


class FichierRefuse(Exception):
    """The file cannot be imported; the message is one French sentence for the person who ran the command."""


@dataclass(frozen=True)
class Rejet:
    """A line left out: its number in the file (the header is line 1) and why."""

    ligne: int
    raison: str


@dataclass
class Bilan:
    """What an import did to one kind of row."""

    objet: str
    nouvelles: int = 0
    modifiees: int = 0
    inchangees: int = 0
    #: Rows of the base that the file no longer holds.
    absentes: int = 0
    #: What becomes of them, for the person who reads the balance.
    precision: str = ""
    #: Whether something was written about them.
    est_absence_notee: bool = False
    rejets: list[Rejet] = field(default_factory=list)

    @property
    def est_sans_changement(self) -> bool:
        return not (self.nouvelles or self.modifiees or self.est_absence_notee)


class LigneRejetee(Exception):
    """One line cannot be read; the message is the reason, in French."""


def read_text(path: Path) -> str:
    """Text of an official file, in UTF-8 or as Windows-1252, always composed (NFC).

    An undecodable byte becomes U+FFFD, except in the accents that a double conversion took apart,
    which are put together again. Raises `FichierRefuse` when the file cannot be opened or is empty.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise FichierRefuse(f"Le fichier est illisible : {explain(error)}.") from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
        for lost, accent in ACCENTS_PERDUS.items():
            text = text.replace(lost, accent)
    if not text.strip():
        raise FichierRefuse(f"Le fichier « {path} » est vide.")
    if "\0" in text:
        raise FichierRefuse(f"Le fichier « {path} » n’est pas un fichier de texte.")
    return unicodedata.normalize("NFC", text)


def read_rows(
    path: Path, required: Iterable[str], *, name: str, quoting: int = csv.QUOTE_MINIMAL
) -> Iterator[tuple[int, dict]]:
    """Yield `(line number, {column: text})` of a CSV file whose separator is « ; ».

    `required` are the columns without which this is another file; `name` says what was expected.
    A line of another width is yielded with ``None`` in place of the row: the caller rejects it.
    Raises `FichierRefuse` for a foreign header, and for a file cut before its end.
    """
    text = read_text(path)
    header = [column.strip() for column in next(csv.reader([text.split("\n", 1)[0]], delimiter=";"))]
    missing = [column for column in required if column not in header]
    if missing:
        raise FichierRefuse(
            f"Le fichier « {path} » n’est pas {name} : il y manque la colonne « {missing[0]} »."
        )
    if not text.endswith("\n"):
        raise FichierRefuse(_cut(path, text.count("\n") + 1))
    return _rows(path, text, header, quoting)


def _rows(path: Path, text: str, header: list[str], quoting: int) -> Iterator[tuple[int, dict]]:
    lines = text.split("\n")[:-1]
    reader = csv.reader((line + "\n" for line in lines), delimiter=";", quoting=quoting, strict=True)
    next(reader)
    try:
        for row in reader:
            if len(row) == len(header):
                yield reader.line_num, dict(zip(header, row, strict=True))
            elif reader.line_num == len(lines) and len(row) < len(header):
                raise FichierRefuse(_cut(path, reader.line_num))
            elif row:
                yield reader.line_num, None
    except csv.Error:
        raise FichierRefuse(_cut(path, reader.line_num)) from None


def _cut(path: Path, line: int) -> str:
    return (
        f"Le fichier « {path} » semble coupé : sa dernière ligne (n° {line}) est incomplète. "
        "Téléchargez-le de nouveau."
    )


def reject_or_refuse(path: Path, rejets: list[Rejet], lues: int, *, force: bool = False) -> None:
    """Raise `FichierRefuse` when so many of the `lues` lines are rejected that the file is at fault."""
    if not lues:
        raise FichierRefuse(f"Le fichier « {path} » ne contient aucune ligne.")
    if not force and len(rejets) > lues * PART_REJETABLE:
        premier = rejets[0]
        raise FichierRefuse(
            f"{len(rejets)} lignes sur {lues} du fichier « {path} » sont illisibles "
            f"(la première : n° {premier.ligne}, {premier.raison}) : rien n’a été importé."
        )


def digits(text: str, label: str, longest: int = 10) -> str:
    """`text` if it is made of 1 to `longest` ASCII digits; raises `LigneRejetee` naming `label`."""
    if not re.fullmatch(rf"[0-9]{{1,{longest}}}", text):
        raise LigneRejetee(f"{label} n’est pas un nombre : « {text} »")
    return text


def optional_year(text: str, label: str) -> int | None:
    """A year, or ``None`` when empty; raises `LigneRejetee`."""
    if not text:
        return None
    if not re.fullmatch(r"(19|20)[0-9]{2}", text):
        raise LigneRejetee(f"{label} n’est pas une année : « {text} »")
    return int(text)


def optional_date(text: str, label: str) -> date | None:
    """A date written JJ/MM/AAAA, or ``None`` when empty; raises `LigneRejetee`."""
    if not text:
        return None
    try:
        return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007 - a day has no time zone
    except ValueError:
        raise LigneRejetee(f"{label} n’est pas une date JJ/MM/AAAA : « {text} »") from None
