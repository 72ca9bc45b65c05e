"""The feed: every published session in one LHÉO file, for the partners who fetch it each morning."""

import gzip
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from xml.etree.ElementTree import tostring

from django.db import connection, transaction
from django.utils import timezone

from catalogue.lheo.controle import faults
from catalogue.lheo.fragment import build_formation
from catalogue.models import Diffusion

logger = logging.getLogger(__name__)

NOM = "lheo-2.3.xml.gz"
ESPACE = "http://lheo.gouv.fr/2.3"
LOT = 500
#: Any number of our own: one export at a time takes this lock.
VERROU = 2_303_001


class FluxOccupe(Exception):
    """Another export is running."""


@dataclass
class Bilan:
    """What an export did; `fichier` is ``None`` when nothing could leave, and the file before is kept."""

    fichier: Path | None = None
    parties: int = 0
    #: Sessions that left for the first time.
    nouvelles: int = 0
    #: Public number and faults of those put aside.
    ecartees: list[tuple[str, list[str]]] = field(default_factory=list)


@transaction.atomic
def export(dossier: Path, now: datetime) -> Bilan:
    """Write the feed in `dossier`, whole or not at all, and date the sessions that leave for the first time.

    A sheet that breaks the schema is put aside, logged and counted; the others leave. Rows are read in one
    pass, in constant memory. Raises `FluxOccupe` when another export is running.
    """
    _lock()
    dossier.mkdir(parents=True, exist_ok=True)
    bilan, premieres = Bilan(), []
    with _replacing(dossier / NOM, bilan) as sortie:
        sortie.write(_head(now))
        for diffusion in Diffusion.objects.order_by("numero").iterator(chunk_size=LOT):
            fragment, fautes = _fragment(diffusion)
            if fautes:
                bilan.ecartees.append((diffusion.numero, fautes))
                logger.warning("Session %s mise à l’écart du flux : %s", diffusion.numero, ", ".join(fautes))
                continue
            sortie.write(fragment)
            bilan.parties += 1
            if diffusion.transmise_le is None:
                premieres.append(diffusion.numero)
        sortie.write(b"</offres>\n</lheo>\n")
    if bilan.fichier:
        bilan.nouvelles = _date(premieres, now)
    return bilan


def _lock() -> None:
    """Let one export run until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [VERROU])
        if not cursor.fetchone()[0]:
            raise FluxOccupe("Un autre export du flux est en cours.")


@contextmanager
def _replacing(chemin: Path, bilan: Bilan) -> Iterator[BinaryIO]:
    """A gzip stream that becomes `chemin` at the end, if something left; the file before stays otherwise."""
    provisoire = chemin.with_name(f"{chemin.name}.tmp")
    try:
        with provisoire.open("wb") as fichier:
            # No name nor time inside: the same offer gives the same bytes.
            with gzip.GzipFile(filename="", mode="wb", fileobj=fichier, mtime=0) as sortie:
                yield sortie
            fichier.flush()
            os.fsync(fichier.fileno())
        if bilan.parties:
            provisoire.replace(chemin)
            bilan.fichier = chemin
    finally:
        provisoire.unlink(missing_ok=True)


def _head(now: datetime) -> bytes:
    horodatage = timezone.localtime(now).isoformat(timespec="seconds")
    racine = f'<lheo xmlns="{ESPACE}" horodatage-export="{horodatage}">'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{racine}\n<offres>\n'.encode()


def _fragment(diffusion: Diffusion) -> tuple[bytes, list[str]]:
    """The bytes of a sheet, or what is wrong with it."""
    creee, modifiee = (timezone.localdate(le) for le in (diffusion.publiee_le, diffusion.modifiee_le))
    try:
        formation = build_formation(diffusion.contenu, creee=creee, modifiee=modifiee)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        return b"", [f"fiche illisible ({type(error).__name__} : {error})"]
    return tostring(formation, encoding="utf-8", xml_declaration=False) + b"\n", faults(formation)


def _date(numeros: list[str], now: datetime) -> int:
    """Date the first departure of these sessions; how many there were."""
    return sum(
        Diffusion.objects.filter(numero__in=numeros[rang : rang + LOT], transmise_le=None).update(
            transmise_le=now
        )
        for rang in range(0, len(numeros), LOT)
    )
