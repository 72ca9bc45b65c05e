"""A feed's file: written aside, checked, then put in its place at once, with what is known of it beside.

Beside `lheo-2.3.xml.gz`, `.json` says its SHA-256, size and moment, and `.index.gz` which sessions it holds
(number, fingerprint, last day), by which the next one is compared with it. A process killed at any moment
leaves the file before, or the whole new one.
"""

import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

from catalogue.enums import ProfilFlux
from catalogue.lheo.document import FIN, head

NOMS = {
    ProfilFlux.COMPLET: "lheo-2.3.xml.gz",
    ProfilFlux.FRANCE_TRAVAIL: "france-travail.xml.gz",
}
#: A third of the time of the highest level, for a file 5 % larger.
NIVEAU_GZIP = 6
_BLOC = 1 << 20


@dataclass(frozen=True)
class Manifeste:
    """What is known of the file in place; `modifie_ns` tells whether it is still the one spoken of."""

    sha256: str
    octets: int
    modifie_ns: int
    sessions: int
    #: ISO 8601.
    ecrit_le: str

    @property
    def le(self) -> datetime:
        """When it was written."""
        return datetime.fromisoformat(self.ecrit_le)

    def describes(self, infos: os.stat_result) -> bool:
        """Whether the open file of `infos` is this one."""
        return (infos.st_size, infos.st_mtime_ns) == (self.octets, self.modifie_ns)


def read_manifest(chemin: Path) -> Manifeste | None:
    """What is known of the file at `chemin`; ``None`` when there is none, or nothing can be read."""
    try:
        return Manifeste(**json.loads(_manifest(chemin).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def remove(chemin: Path) -> None:
    """Take the file at `chemin` away, with what is beside it."""
    for autre in (chemin, _manifest(chemin), _index(chemin)):
        autre.unlink(missing_ok=True)
    _sync(chemin.parent)


@dataclass
class Comparaison:
    """A new file against the one in place: sessions it held, that are gone before their end, or changed."""

    avant: int = 0
    parties: int = 0
    changees: int = 0


class Brouillon:
    """A file being written beside the one at `dossier/nom`; a context manager that leaves nothing behind."""

    def __init__(self, dossier: Path, nom: str, now: datetime):
        self.chemin, self.now = dossier / nom, now
        self.sessions = 0
        self.sha256, self.octets = "", 0
        self._pile = ExitStack()

    def __enter__(self) -> "Brouillon":
        fichier = self._pile.enter_context(_aside(self.chemin).open("wb"))
        self._empreinte = _Empreinte(fichier)
        # No name nor time inside: the same offer gives the same bytes.
        self._gzip = gzip.GzipFile("", "wb", NIVEAU_GZIP, fileobj=self._empreinte, mtime=0)
        self._index = self._pile.enter_context(gzip.open(_aside(_index(self.chemin)), "wb", 1))
        self._gzip.write(head(self.now))
        return self

    def __exit__(self, *exception) -> None:
        self._pile.close()
        for chemin in (self.chemin, _index(self.chemin), _manifest(self.chemin)):
            _aside(chemin).unlink(missing_ok=True)

    def add(self, cle: bytes, xml: bytes) -> None:
        """Add a session: `cle` is its line of the index."""
        self._gzip.write(xml)
        self._gzip.write(b"\n")
        self._index.write(cle + b"\n")
        self.sessions += 1

    def seal(self) -> None:
        """End the file, see that it is on the disk, and that what is on the disk is what was written.

        Raises OSError when it is not.
        """
        self._gzip.write(FIN)
        self._gzip.close()
        self._empreinte.fichier.flush()
        os.fsync(self._empreinte.fichier.fileno())
        self.sha256, self.octets = self._empreinte.calcul.hexdigest(), self._empreinte.octets
        self._pile.close()
        _check(_aside(self.chemin), self.sessions)

    def compare(self, on: date) -> Comparaison:
        """The sealed file against the one in place, session by session. Those that ended are not lost."""
        avant, apres = _entries(_index(self.chemin)), _entries(_aside(_index(self.chemin)))
        jour = f"{on:%Y%m%d}"
        found, ancienne, nouvelle = Comparaison(), next(avant, None), next(apres, None)
        while ancienne:
            if nouvelle and nouvelle[0] < ancienne[0]:
                nouvelle = next(apres, None)
                continue
            found.avant += 1
            if nouvelle and nouvelle[0] == ancienne[0]:
                found.changees += nouvelle[1] != ancienne[1]
            elif ancienne[2] >= jour:
                found.parties += 1
            ancienne = next(avant, None)
        return found

    def publish(self) -> None:
        """Put the sealed file in the place of the one before."""
        infos = _aside(self.chemin).stat()
        manifeste = Manifeste(
            self.sha256, self.octets, infos.st_mtime_ns, self.sessions, self.now.isoformat()
        )
        _aside(_manifest(self.chemin)).write_text(json.dumps(asdict(manifeste)), encoding="utf-8")
        for chemin in (_index(self.chemin), self.chemin, _manifest(self.chemin)):
            _aside(chemin).replace(chemin)
        _sync(self.chemin.parent)


class _Empreinte:
    """A file that computes the SHA-256 of what is written in it."""

    def __init__(self, fichier: BinaryIO):
        self.fichier, self.calcul, self.octets = fichier, hashlib.sha256(), 0

    def write(self, bloc: bytes) -> int:
        self.calcul.update(bloc)
        self.octets += len(bloc)
        return self.fichier.write(bloc)

    def flush(self) -> None:
        self.fichier.flush()


def _check(chemin: Path, sessions: int) -> None:
    """Read the file again: it opens, has its sessions and its end."""
    motif, nombre, bord, queue = b"\n<formation ", 0, b"", b""
    try:
        with gzip.open(chemin) as fichier:
            while bloc := fichier.read(_BLOC):
                bloc = bord + bloc
                nombre += bloc.count(motif)
                # The beginning of a mark may be at the end of a block.
                bord = bloc[1 - len(motif) :]
                queue = (queue + bloc)[-len(FIN) :]
    except (EOFError, zlib.error) as error:
        raise OSError(f"le fichier ne se relit pas ({error})") from None
    if nombre != sessions or queue != FIN:
        raise OSError(f"le fichier relu n’est pas celui qui a été écrit ({nombre} sessions sur {sessions})")


def _entries(index: Path) -> Iterator[tuple[str, str, str]]:
    """The sessions of a file: number, fingerprint, last day; none when it has no index, or a broken one.

    They are in the order of numbers, which every collation gives them: the same prefix, then digits.
    """
    with (
        suppress(OSError, EOFError, ValueError, zlib.error),
        gzip.open(index, "rt", encoding="ascii") as lignes,
    ):
        for ligne in lignes:
            numero, empreinte, fin = ligne.split()
            yield numero, empreinte, fin


def _aside(chemin: Path) -> Path:
    return chemin.with_name(f"{chemin.name}.tmp")


def _manifest(chemin: Path) -> Path:
    return chemin.with_name(f"{chemin.name}.json")


def _index(chemin: Path) -> Path:
    return chemin.with_name(f"{chemin.name}.index.gz")


def _sync(dossier: Path) -> None:
    """See that the names in `dossier` are on the disk."""
    descripteur = os.open(dossier, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descripteur)
    finally:
        os.close(descripteur)
