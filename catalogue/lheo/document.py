"""LHÉO documents made of stored fragments: which sessions, and their bytes, in constant memory.

One statement reads all of a document, hence one snapshot of the database: a validation under way is in it
whole, or not at all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import BinaryIO

from django.db import connection
from django.utils import timezone
from psycopg import sql

from catalogue.enums import ProfilFlux
from catalogue.lheo import profils
from catalogue.lheo.schema import ESPACE

FIN = b"</offres>\n</lheo>\n"
#: Pieces written at once.
PAQUET = 128
#: A transaction dates what it writes before others may read it: what changed is looked for a little before
#: the moment asked for, so that nothing is missed. A session sent twice does no harm.
MARGE = timedelta(minutes=5)


@dataclass(frozen=True)
class Choix:
    """The sessions of a document: of a profile, of one organisme (its key), written between two moments."""

    profil: str = ProfilFlux.COMPLET
    organisme: int | None = None
    depuis: datetime | None = None
    jusqu_a: datetime | None = None

    def where(self, on: date) -> sql.Composed:
        """The condition on fragments `f`: right ones, of sessions that are still public on the day `on`."""
        france_travail = self.profil == ProfilFlux.FRANCE_TRAVAIL
        conditions = [
            sql.SQL("f.fautes = '{{}}'").format(),
            sql.SQL("f.date_fin >= {}").format(profils.oldest_end(on) if france_travail else on),
        ]
        if france_travail:
            conditions.append(sql.SQL("f.exclusions = '{{}}'").format())
        if self.organisme is not None:
            conditions.append(sql.SQL("f.organisme_id = {}").format(self.organisme))
        if self.depuis is not None:
            conditions.append(sql.SQL("f.ecrit_le >= {}").format(self.depuis - MARGE))
        if self.jusqu_a is not None:
            conditions.append(sql.SQL("f.ecrit_le <= {}").format(self.jusqu_a))
        return sql.SQL(" AND ").join(conditions)


def head(now: datetime) -> bytes:
    """What a document begins with; `now` is its moment."""
    horodatage = timezone.localtime(now).isoformat(timespec="seconds")
    racine = f'<lheo xmlns="{ESPACE}" horodatage-export="{horodatage}">'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{racine}\n<offres>\n'.encode()


def write(sortie: BinaryIO, choix: Choix, now: datetime) -> int:
    """Write the document of `choix` in `sortie`; how many sessions it holds.

    Without any, nothing is written: the schema wants one at least.
    """
    requete = sql.SQL("SELECT f.xml FROM catalogue_fragmentlheo f WHERE {} ORDER BY f.numero").format(
        choix.where(timezone.localdate(now))
    )
    return write_rows(sortie, requete, now)


def write_rows(sortie: BinaryIO, requete: sql.Composable, now: datetime) -> int:
    """Write the document of the fragments that `requete` gives, one text each; how many there were."""
    nombre, morceaux = 0, [head(now)]
    for (xml,) in rows(requete, "bytea"):
        morceaux += (xml, b"\n")
        nombre += 1
        if len(morceaux) >= PAQUET:
            sortie.write(b"".join(morceaux))
            morceaux.clear()
    if nombre:
        sortie.write(b"".join((*morceaux, FIN)))
    return nombre


def rows(requete: sql.Composable, *types: str) -> Iterator[tuple]:
    """The rows of `requete`, read as they come. `types` are its columns': « bytea » gives a text as bytes."""
    with connection.cursor() as cursor:
        texte = (
            sql.SQL("COPY ({}) TO STDOUT (FORMAT binary)").format(requete).as_string(connection.connection)
        )
        with cursor.copy(texte) as copie:
            copie.set_types(types)
            yield from copie.rows()
