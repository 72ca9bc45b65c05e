"""What LHÉO costs, against the same bytes read by `COPY … TO`: the fastest way out of PostgreSQL.

Each measure runs in a process of its own, for its peak memory, just after a reading by COPY: only ratios
within one run mean something. The offer must be online (`Diffusion`) in the base of the connection.
"""

import gc
import json
import os
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile
from time import perf_counter
from typing import BinaryIO

from django.db import connection
from django.utils import timezone
from lxml import etree
from psycopg import sql

from catalogue.lheo import document, fragments, lecture, reconstruction, schema
from catalogue.models import Diffusion, FragmentLheo

#: Rounds of a measure at most, and sessions of them all: one round is long enough for a large offer.
TOURS, PAR_MESURE = 7, 300_000
#: Sessions that are read back: enough for a measure, and for memory to show if it grew.
LUES = 100_000
#: Two ways are compared on fewer sessions, in turn and more often: the machine changes in between.
COMPARES, PAR_COMPARAISON = 11, 4_000
#: Bytes written at once by what writes sheet by sheet.
TAMPON = 256 * 1024
#: The least time of processor that is counted, in seconds.
TIC = 1 / os.sysconf("SC_CLK_TCK")
#: Ended sessions count too: the whole base is measured.
TOUT = sql.SQL("SELECT xml FROM catalogue_fragmentlheo ORDER BY numero")
TOUTES = sql.SQL("true")
#: Of as many sessions as are asked.
PREMIERES = sql.SQL("numero IN (SELECT numero FROM catalogue_diffusion ORDER BY action_id LIMIT {})")
#: As `refaire_sorties --part` cuts them.
MOITIES = [sql.SQL("action_id % 2 = {}").format(reste) for reste in (0, 1)]


def mesurer(stdout) -> None:
    """Print sessions a second, ratio to COPY and peak memory; missing fragments are written first."""
    sessions = Diffusion.objects.count()
    if FragmentLheo.objects.count() < sessions:
        debut = perf_counter()
        for _ in reconstruction.rebuild():
            pass
        stdout.write(f"Fragments et fiches de recherche récrits en {perf_counter() - debut:.0f} s")
    stdout.write(f"LHÉO, {sessions} sessions{'' if schema.load() else ' (schéma officiel absent)'}")
    with TemporaryFile() as ecrit:
        _write_all(ecrit)
        durees = _measure_all(stdout, ecrit)
        court = PREMIERES.format(PAR_COMPARAISON)
        avec_schema = _compare(partial(_build, court, avec_schema=False), partial(_build, court))
        lues = _compare(*(partial(_count, lire, ecrit, PAR_COMPARAISON) for lire in (_parse, lecture.read)))
    changees = max(sessions // 100, 1)
    partielle = _measure(
        stdout, f"Reconstruction de {changees} sessions", partial(_build, PREMIERES.format(changees))
    )
    entiere = durees["Reconstruction, contrôle et schéma"]
    stdout.write(f"1 % de changements / reconstruction entière : {100 * partielle / entiere:.1f} %")
    stdout.write(
        f"Fragments / COPY, écrits tous deux : {durees['COPY → fichier'] / durees['Fragments → fichier']:.2f}"
    )
    stdout.write(f"Avec le schéma / sans : {avec_schema:.2f} ; fiches / lecture seule : {lues:.2f}")


def _compare(rapide: Callable[[], int], lente: Callable[[], int]) -> float:
    """The speed of `lente` as a part of that of `rapide`: median of short rounds, one after the other."""
    tours = [[_in_children(mesure)["secondes"] for mesure in (rapide, lente)] for _ in range(COMPARES)]
    return median(vite / lentement for vite, lentement in tours)


def _measure_all(stdout, ecrit: BinaryIO) -> dict[str, float]:
    """Seconds of each measure of the whole offer; `ecrit` is its document."""
    mesures: dict[str, list[Callable[[], int]]] = {
        "COPY → fichier": [_copy_to_file],
        "Fragments → fichier": [_from_fragments],
        "Reconstruction, contrôle seul": [_build_without_schema],
        "Reconstruction en deux parts, contrôle": [partial(_build_without_schema, part) for part in MOITIES],
        "Reconstruction, contrôle et schéma": [_build],
        "Lecture seule du XML (iterparse)": [partial(_count, _parse, ecrit)],
        "Lecture en fiches": [partial(_count, lecture.read, ecrit)],
    }
    return {nom: _measure(stdout, nom, *parts) for nom, parts in mesures.items()}


def _measure(stdout, nom: str, *parts: Callable[[], int]) -> float:
    """Median seconds of `parts`, done at the same time, printed with the rest; memory is that of one."""
    copies, tours = [], []
    for _ in range(max(1, min(TOURS, PAR_MESURE // max(Diffusion.objects.count(), 1)))):
        copies.append(_in_children(_copy))
        tours.append(_in_children(*parts))
    secondes, sessions = median(tour["secondes"] for tour in tours), tours[0]["sessions"]
    copie, processeur = (
        median(copie[mesuree] / copie["sessions"] for copie in copies)
        for mesuree in ("secondes", "processeur")
    )
    # A few sessions may take less than what can be counted.
    part = processeur * sessions / max(median(tour["processeur"] for tour in tours), TIC)
    memoire, plancher = max(tour["memoire"] for tour in tours), min(tour["plancher"] for tour in tours)
    stdout.write(
        f"{nom:<38} {sessions / secondes:>9.0f} sessions/s  {copie * sessions / secondes:5.2f} × COPY"
        f" ({part:.2f} en temps de processeur)  {memoire:4.0f} Mo au plus (+{memoire - plancher:.0f})"
    )
    return secondes


def _in_children(*parts: Callable[[], int]) -> dict:
    """What `parts` give at the same time, each in another process: seconds, sessions, seconds of processor;
    peak memory of one and memory before (MB)."""
    connection.close()
    enfants, resultats = [_start(part) for part in parts], []
    try:
        resultats = [_result(tube) for _, tube in enfants]
    except BaseException:  # asked to end: what they measure is of no use
        for enfant, _ in enfants:
            os.kill(enfant, signal.SIGKILL)
        raise
    finally:
        for enfant, _ in enfants:
            os.waitpid(enfant, 0)
    sommes = {nom: sum(resultat[nom] for resultat in resultats) for nom in ("sessions", "processeur")}
    return sommes | {
        nom: choose(resultat[nom] for resultat in resultats)
        for nom, choose in (("secondes", max), ("memoire", max), ("plancher", min))
    }


def _start(part: Callable[[], int]) -> tuple[int, int]:
    """Begin `part` in another process: its number, and where its result is read."""
    lire, ecrire = os.pipe()
    if enfant := os.fork():
        os.close(ecrire)
        return enfant, lire
    code = 1
    try:
        gc.collect()
        connection.ensure_connection()
        plancher, avant, debut = _memory(), _processor(), perf_counter()
        sessions = part()
        resultat = {"secondes": perf_counter() - debut, "sessions": sessions, "plancher": plancher}
        resultat["processeur"] = _processor() - avant
        os.write(ecrire, json.dumps(resultat | {"memoire": _memory()}).encode())
        code = 0
    finally:
        os._exit(code)


def _result(lire: int) -> dict:
    with os.fdopen(lire) as tube:
        texte = tube.read()
    if not texte:
        raise RuntimeError("La mesure a échoué.")
    return json.loads(texte)


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _processor() -> float:
    """Seconds of processor of this process and, where it can be read, of its server's: other people's work
    on a shared machine does not count."""
    secondes = sum(os.times()[:2])
    server = Path(f"/proc/{connection.connection.info.backend_pid}/stat")
    if server.exists():
        champs = server.read_text().rpartition(")")[2].split()
        secondes += sum(map(int, champs[11:13])) * TIC
    return secondes


def _copy_to_file() -> int:
    """The limit where the disk is one."""
    with TemporaryFile() as sortie:
        return _copy(sortie.write)


def _copy(keep: Callable[[bytes], object] = bool) -> int:
    """The limit: the bytes of all fragments, read as they come and dropped, or given to `keep`."""
    nombre = 0
    with connection.cursor() as cursor:
        texte = sql.SQL("COPY ({}) TO STDOUT").format(TOUT).as_string(connection.connection)
        with cursor.copy(texte) as copie:
            for lus in copie:
                keep(lus)
                nombre += 1
    return nombre


def _from_fragments() -> int:
    with TemporaryFile() as sortie:
        return _write_all(sortie)


def _write_all(sortie) -> int:
    """The document of all fragments, whatever the day."""
    return document.write_rows(sortie, TOUT, timezone.now())


def _build(condition: sql.Composable = TOUTES, *, avec_schema: bool = True) -> int:
    """Every sheet read, written and checked as `reconstruction` does, but put in a file, and not in the base
    with what the search reads."""
    nombre = 0
    with TemporaryFile(buffering=TAMPON) as sortie, closing(fragments.published(condition)) as lues:
        fiches = (fiche for _, fiche in lues)
        for xml, _ in fragments.build_all(fiches, avec_schema=avec_schema):
            sortie.write(xml.encode())
            nombre += 1
    return nombre


def _build_without_schema(condition: sql.Composable = TOUTES) -> int:
    return _build(condition, avec_schema=False)


def _parse(document: BinaryIO) -> Iterator[etree._Element]:
    """The limit: each `formation` parsed and forgotten."""
    for _, element in etree.iterparse(document, tag=f"{{{schema.ESPACE}}}formation"):
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _count(lire: Callable[[BinaryIO], Iterator], ecrit: BinaryIO, maximum: int = LUES) -> int:
    """How many sheets `lire` finds in a document already written, `maximum` at most."""
    ecrit.seek(0)
    return sum(1 for _ in islice(lire(ecrit), maximum))
