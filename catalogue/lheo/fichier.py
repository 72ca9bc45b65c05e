"""A feed's file: written aside, checked, then put in its place at once, with what is known of it beside.

Beside `lheo-2.3.xml.gz`, `.json` says its SHA-256, size and moment, and `.index.gz` which sessions it holds
(number, fingerprint, last day), by which the next one is compared with it. A process killed at any moment
leaves the file before, or the whole new one; an index that is not this file's, or lost, is known by `.json`,
and the sessions are then read in the file itself.
"""

import gzip
import hashlib
import json
import os
import re
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
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
#: Where a session begins. A text has no « < » in it.
_DEBUT = b"<formation "
#: No session is as long: what has no beginning for so long is not one of our files.
_TROP_LONG = 16 * _BLOC
_SESSION = re.compile(rb'<session numero="([^"]+)"[^>]*><periode><debut>\d{8}</debut><fin>(\d{8})</fin>')
#: Number, fingerprint and last day of a session.
Entree = tuple[str, str, str]


@dataclass(frozen=True)
class Manifeste:
    """What is known of the file in place; `modifie_ns` tells whether it is still the one spoken of."""

    sha256: str
    octets: int
    modifie_ns: int
    sessions: int
    #: ISO 8601.
    ecrit_le: str
    #: SHA-256 of its index; '' before there was one to keep.
    index: str = ""

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


def is_in_place(chemin: Path, sha256: str) -> bool:
    """Whether the file at `chemin` is there whole, and the one of `sha256`."""
    manifeste = read_manifest(chemin)
    try:
        return manifeste is not None and manifeste.sha256 == sha256 and manifeste.describes(chemin.stat())
    except OSError:
        return False


def remove(chemin: Path) -> None:
    """Take the file at `chemin` away, with what is beside it."""
    for autre in (chemin, _manifest(chemin), _index(chemin)):
        autre.unlink(missing_ok=True)
    _sync(chemin.parent)


@dataclass
class Comparaison:
    """A new file against the one in place: sessions it held, that are gone before their end, or changed.

    `illisible`: neither the file in place nor its index can be read, nothing is known of what it held.
    """

    avant: int = 0
    parties: int = 0
    changees: int = 0
    illisible: bool = False


class Brouillon:
    """A file being written beside the one at `dossier/nom`; a context manager that leaves nothing behind."""

    def __init__(self, dossier: Path, nom: str, now: datetime):
        self.chemin, self.now = dossier / nom, now
        self.sessions = 0
        self.sha256, self.octets = "", 0
        self._pile = ExitStack()

    def __enter__(self) -> "Brouillon":
        try:
            self._open()
        except BaseException:
            self.__exit__()  # `with` leaves only what it has entered
            raise
        return self

    def _open(self) -> None:
        self._empreinte, self._empreinte_index = (
            _Empreinte(self._pile.enter_context(_aside(chemin).open("wb")))
            for chemin in (self.chemin, _index(self.chemin))
        )
        # No name nor time inside: the same offer gives the same bytes.
        self._gzip = gzip.GzipFile("", "wb", NIVEAU_GZIP, fileobj=self._empreinte, mtime=0)
        self._index = gzip.GzipFile("", "wb", 1, fileobj=self._empreinte_index, mtime=0)
        self._gzip.write(head(self.now))

    def __exit__(self, *exception) -> None:
        try:
            self._pile.close()  # on a full disk, what waits to be written fails here again
        finally:
            for chemin in (self.chemin, _index(self.chemin), _manifest(self.chemin)):
                _aside(chemin).unlink(missing_ok=True)

    def add(self, cle: bytes, xml: bytes) -> None:
        """Add a session: `cle` is its line of the index."""
        self._gzip.write(xml)
        self._gzip.write(b"\n")
        self._index.write(cle + b"\n")
        self.sessions += 1

    def seal(self) -> None:
        """End the file and its index, see that they are on the disk, and that the file is what was written.

        Raises OSError when it is not.
        """
        self._gzip.write(FIN)
        for compresse, empreinte in (
            (self._gzip, self._empreinte),
            (self._index, self._empreinte_index),
        ):
            compresse.close()
            _flush(empreinte.fichier)
        self.sha256, self.octets = self._empreinte.calcul.hexdigest(), self._empreinte.octets
        self._pile.close()
        _check(_aside(self.chemin), self.sessions)

    def compare(self, on: date) -> Comparaison:
        """The sealed file against the one in place, session by session. Those that ended are not lost."""
        try:
            return _compare(_in_place(self.chemin), _entries(_aside(_index(self.chemin))), f"{on:%Y%m%d}")
        except _IllisibleError:
            return Comparaison(illisible=True)

    def publish(self) -> None:
        """Put the sealed file in the place of the one before.

        The manifest comes last: until then it speaks of another index or file, and is not trusted.
        """
        manifeste = Manifeste(
            sha256=self.sha256,
            octets=self.octets,
            modifie_ns=_aside(self.chemin).stat().st_mtime_ns,
            sessions=self.sessions,
            ecrit_le=self.now.isoformat(),
            index=self._empreinte_index.calcul.hexdigest(),
        )
        with _aside(_manifest(self.chemin)).open("wb") as fichier:
            fichier.write(json.dumps(asdict(manifeste)).encode())
            _flush(fichier)
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


def _flush(fichier: BinaryIO) -> None:
    """See that what was written in `fichier` is on the disk."""
    fichier.flush()
    os.fsync(fichier.fileno())


def _check(chemin: Path, sessions: int) -> None:
    """Read the file again: it opens, has its sessions and its end."""
    motif, nombre, bord, queue = b"\n" + _DEBUT, 0, b"", b""
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


class _IllisibleError(Exception):
    """The file in place cannot be read, whatever the reason."""


def _compare(avant: Iterator[Entree], apres: Iterator[Entree], jour: str) -> Comparaison:
    """Both are in the order of numbers, which every collation gives them: the same prefix, then digits."""
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


def _in_place(chemin: Path) -> Iterator[Entree]:
    """The sessions of the file at `chemin`: by its index when it is its own, else by the file itself."""
    try:
        if _has_its_index(chemin):
            yield from _entries(_index(chemin))
        elif chemin.exists():
            yield from _entries_of_file(chemin)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise _IllisibleError from error


def _has_its_index(chemin: Path) -> bool:
    """Whether the index beside `chemin` is whole, and speaks of this very file, or of one taken away."""
    manifeste = read_manifest(chemin)
    if manifeste is None or (chemin.exists() and not manifeste.describes(chemin.stat())):
        return False
    try:
        with _index(chemin).open("rb") as fichier:
            return hashlib.file_digest(fichier, "sha256").hexdigest() == manifeste.index
    except OSError:
        return False


def _entries(index: Path) -> Iterator[Entree]:
    """The sessions of a file, by its index."""
    with gzip.open(index, "rt", encoding="ascii") as lignes:
        for ligne in lignes:
            numero, empreinte, fin = ligne.split()
            yield numero, empreinte, fin


def _entries_of_file(chemin: Path) -> Iterator[Entree]:
    """The same, by the file itself, one session after the other; ValueError when it is not one of ours."""
    precedent, morceaux = "", _pieces(chemin)
    next(morceaux)  # the head
    for morceau in morceaux:
        trouves = _SESSION.search(morceau)
        if trouves is None:
            raise ValueError("une session ne se lit pas")
        numero, fin = (trouve.decode("ascii") for trouve in trouves.groups())
        if numero <= precedent:
            raise ValueError("les sessions ne sont pas dans l’ordre")
        precedent = numero
        # As the database computes it (`FragmentLheo.empreinte`).
        yield numero, hashlib.md5(_DEBUT + morceau, usedforsecurity=False).hexdigest(), fin


def _pieces(chemin: Path) -> Iterator[bytes]:
    """What stands between the beginnings of sessions; ValueError when the end is not there."""
    reste, queue = b"", b"\n" + FIN
    with gzip.open(chemin) as fichier:
        while bloc := fichier.read(_BLOC):
            *morceaux, reste = (reste + bloc).split(b"\n" + _DEBUT)
            yield from morceaux
            if len(reste) > _TROP_LONG:
                raise ValueError("ce fichier n’est pas un flux")
    if not reste.endswith(queue):
        raise ValueError("le fichier n’a pas sa fin")
    yield reste.removesuffix(queue)


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
