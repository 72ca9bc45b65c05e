"""The open data files, written whole from one reading of what is online: nobody ever reads half a file."""

import gzip
import json
import os
import shutil
import time
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Max
from django.utils import timezone

from catalogue.donnees.colonnes import COLONNES
from catalogue.donnees.formes import FORMES
from catalogue.models import Diffusion, Retrait

MANIFESTE = "offre.json"
#: What is served compressed to who takes it, and the file that then is; the other two are compressed inside.
CSV, COMPRESSE = "csv", "csv.gz"
LOT = 500
#: How often the worker looks whether the offer changed (`catalogue.tasks`).
PASSAGES = timedelta(minutes=15)
#: The files are written again after as many times what they took.
REPOS = 10
#: Any number of our own: one export at a time takes this lock.
VERROU = 2_303_019


class ExportOccupe(Exception):
    """Another export of the open data is running."""


def dossier() -> Path:
    """Where the files are kept: beside the partners' feeds."""
    return settings.FLUX_DIR / "donnees"


def nom_of(forme: str) -> str:
    """The name of the file of this form."""
    return f"offre.{forme}"


def write_if_changed(dossier: Path, now: datetime) -> bool:
    """Write the files unless the offer is what it was when they were last; whether they were written."""
    manifeste = read_manifest(dossier)
    if (
        manifeste
        and _are_in_place(dossier, manifeste)
        and (now < _not_before(manifeste) or manifeste["etat"] == state(now))
    ):
        return False
    write(dossier, now)
    return True


def _are_in_place(dossier: Path, manifeste: dict) -> bool:
    """Whether the files that the manifest speaks of are there, of the size it says."""
    try:
        return all(
            (dossier / nom_of(forme)).stat().st_size == octets
            for forme, octets in manifeste["octets"].items()
        )
    except OSError:
        return False


def _not_before(manifeste: dict) -> datetime:
    """When the files may be written again: a national offer takes minutes, and the worker has more to do."""
    return datetime.fromisoformat(manifeste["ecrit_le"]) + REPOS * timedelta(seconds=manifeste["duree"])


def longest_wait(manifeste: dict) -> timedelta:
    """How long after a validation the files may say it, by how long the last ones took."""
    return PASSAGES + (REPOS + 1) * timedelta(seconds=manifeste["duree"])


def state(now: datetime) -> dict:
    """What tells whether the offer online changed, as plain JSON. Two queries."""
    jour = timezone.localdate(now)
    etat = Diffusion.objects.actives(jour).aggregate(sessions=Count("*"), modifiee_le=Max("modifiee_le"))
    retire_le = Retrait.objects.aggregate(le=Max("le"))["le"]
    etat |= {"jour": jour, "retiree_le": retire_le}
    return {cle: v.isoformat() if hasattr(v, "isoformat") else v for cle, v in etat.items()}


def read_manifest(dossier: Path) -> dict | None:
    """What was last written, and how (`write`); None when nothing was, or it cannot be read."""
    try:
        return json.loads((dossier / MANIFESTE).read_text())
    except (OSError, ValueError):
        return None


@transaction.atomic
def write(dossier: Path, now: datetime) -> int:
    """Write the files from one reading, in constant memory, then the manifest; how many sessions.

    Each takes its name when all are complete. Raises `ExportOccupe`.
    """
    with connection.cursor() as cursor:
        # One snapshot: the state kept is that of the rows written.
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [VERROU])
        if not cursor.fetchone()[0]:
            raise ExportOccupe("un autre export des données ouvertes est en cours")
    debut, etat = time.monotonic(), state(now)
    dossier.mkdir(parents=True, exist_ok=True)
    rows = Diffusion.objects.actives(timezone.localdate(now)).order_by("numero")
    provisoires = {forme: dossier / f"{nom_of(forme)}.tmp" for forme in (*FORMES, COMPRESSE)}
    nombre = 0
    try:
        with ExitStack() as stack:
            add = [stack.enter_context(FORMES[forme](provisoires[forme])) for forme in FORMES]
            for row in rows.iterator(chunk_size=LOT):
                valeurs = [colonne.valeur(row) for colonne in COLONNES]
                for writer in add:
                    writer(valeurs)
                nombre += 1
        _compress(provisoires[CSV], provisoires[COMPRESSE])
        for chemin in provisoires.values():
            _sync(chemin)
        manifeste = {
            "ecrit_le": now.isoformat(),
            "sessions": nombre,
            "etat": etat,
            "duree": round(time.monotonic() - debut, 1),
            "octets": {forme: chemin.stat().st_size for forme, chemin in provisoires.items()},
        }
        for forme, chemin in provisoires.items():
            chemin.replace(dossier / nom_of(forme))
    finally:
        for chemin in provisoires.values():
            chemin.unlink(missing_ok=True)
    _write_manifest(dossier, manifeste)
    return nombre


def _compress(chemin: Path, cible: Path) -> None:
    """Write `cible`, `chemin` compressed, dated as it is: to a reader they are one file."""
    with (
        chemin.open("rb") as lu,
        cible.open("wb") as ecrit,
        gzip.GzipFile("", "wb", 6, fileobj=ecrit, mtime=0) as compresse,
    ):
        shutil.copyfileobj(lu, compresse, 1 << 20)
    etat = chemin.stat()
    os.utime(cible, ns=(etat.st_atime_ns, etat.st_mtime_ns))


def _write_manifest(dossier: Path, manifeste: dict) -> None:
    provisoire = dossier / f"{MANIFESTE}.tmp"
    provisoire.write_text(json.dumps(manifeste))
    _sync(provisoire)
    provisoire.replace(dossier / MANIFESTE)
    _sync(dossier)


def _sync(chemin: Path) -> None:
    """Have the disk keep a file, or the names of a folder."""
    descripteur = os.open(chemin, os.O_RDONLY)
    try:
        os.fsync(descripteur)
    finally:
        os.close(descripteur)
