"""The three forms of the open data files: what each makes of a row of values (`colonnes`).

Each is a context: given the path, it yields the function that adds a row, and completes the file on leaving.
"""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils import timezone

from catalogue.donnees.colonnes import COLONNES, DATE, ENTIER, INSTANT, LISTE, NOMBRE, SEPARATEUR, TEXTE
from sofi.export import MAX_FEUILLE, inert

#: Rows of a group of the Parquet file, the unit of its reading: some 10 MB in memory.
GROUPE = 10_000
#: Characters of a cell of a spreadsheet.
MAX_CELLULE = 32_767

Ajouter = Callable[[list], None]


@contextmanager
def _csv(chemin: Path) -> Iterator[Ajouter]:
    """For programs: commas, ISO dates, points; the mark that has spreadsheets read accents right."""
    with chemin.open("w", encoding="utf-8-sig", newline="") as fichier:
        writer = csv.writer(fichier)
        writer.writerow([colonne.nom for colonne in COLONNES])
        yield lambda valeurs: writer.writerow([in_csv(valeur) for valeur in valeurs])


def in_csv(valeur) -> str:
    """A value as the CSV file holds it; a text that a spreadsheet would run is made inert."""
    match valeur:
        case None:
            return ""
        case list():
            valeur = SEPARATEUR.join(texte.replace(SEPARATEUR, " ") for texte in valeur)
        case datetime():
            return timezone.localtime(valeur).isoformat(timespec="seconds")
        case str():
            pass
        case _:
            return str(valeur)
    return inert(valeur)


@contextmanager
def _xlsx(chemin: Path) -> Iterator[Ajouter]:
    """For spreadsheets: dates are dates, numbers are numbers, and no text is a formula or a link."""
    # Heavy, and needed by the worker alone.
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import FileCreateError

    with TemporaryDirectory() as dossier:
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "tmpdir": dossier,
            # The sheet of a national offer is more than the 2 GB of an ordinary archive.
            "use_zip64": True,
        }
        # Not a context: it would make the whole file of what a failure, or SIGTERM, left half done.
        classeur = Workbook(chemin, options)
        formats = {
            DATE: classeur.add_format({"num_format": "dd/mm/yyyy"}),
            INSTANT: classeur.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
        }
        feuille, rang = _feuille(classeur), 0

        def add(valeurs: list) -> None:
            nonlocal feuille, rang
            if rang == MAX_FEUILLE:
                feuille, rang = _feuille(classeur), 0
            rang += 1
            for place, (colonne, valeur) in enumerate(zip(COLONNES, valeurs, strict=True)):
                if valeur is None or valeur == []:
                    continue
                if colonne.genre in formats:
                    valeur = _local(valeur) if colonne.genre == INSTANT else valeur
                    feuille.write_datetime(rang, place, valeur, formats[colonne.genre])
                elif colonne.genre in (ENTIER, NOMBRE):
                    feuille.write_number(rang, place, valeur)
                else:
                    texte = ", ".join(valeur) if colonne.genre == LISTE else valeur
                    feuille.write_string(rang, place, texte[:MAX_CELLULE])

        try:
            yield add
            classeur.close()
        except FileCreateError as error:  # an OSError in another dress
            raise error.args[0] from None
        finally:
            for feuille in classeur.worksheets():
                feuille.row_data_fh.close()


def _local(instant: datetime) -> datetime:
    """The hour of Paris, without a time zone: spreadsheets know none."""
    return timezone.localtime(instant).replace(tzinfo=None)


def _feuille(classeur):
    """A new sheet with its titles, that stay while one scrolls."""
    gras = classeur.add_format({"bold": True})
    feuille = classeur.add_worksheet()
    feuille.freeze_panes(1, 0)
    for place, colonne in enumerate(COLONNES):
        feuille.set_column(place, place, max(12, len(colonne.nom) + 2))
        feuille.write_string(0, place, colonne.nom, gras)
    return feuille


@contextmanager
def _parquet(chemin: Path) -> Iterator[Ajouter]:
    """For analysis: typed columns, compressed, in groups of rows."""
    # Heavy, and needed by the worker alone.
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {
        TEXTE: pa.string(),
        ENTIER: pa.int32(),
        NOMBRE: pa.decimal128(12, 2),
        DATE: pa.date32(),
        INSTANT: pa.timestamp("us", tz="UTC"),
        LISTE: pa.list_(pa.string()),
    }
    schema = pa.schema([pa.field(c.nom, types[c.genre], metadata={"texte": c.texte}) for c in COLONNES])
    groupe: list[list] = []

    with pq.ParquetWriter(chemin, schema, compression="zstd") as writer:

        def flush() -> None:
            colonnes = zip(*groupe, strict=True) if groupe else ([] for _ in COLONNES)
            arrays = [pa.array(list(v), type=champ.type) for v, champ in zip(colonnes, schema, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema), row_group_size=GROUPE)
            groupe.clear()

        def add(valeurs: list) -> None:
            groupe.append(valeurs)
            if len(groupe) == GROUPE:
                flush()

        yield add
        if groupe:
            flush()


FORMES = {"csv": _csv, "xlsx": _xlsx, "parquet": _parquet}
