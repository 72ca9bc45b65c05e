"""Writing the open data files, and reading them."""

import csv
import io
import zipfile
from xml.etree import ElementTree

from django.utils import timezone

from catalogue.donnees import fichiers


def write() -> int:
    return fichiers.write(fichiers.dossier(), timezone.now())


def csv_rows(dossier) -> list[dict]:
    return list(csv.DictReader(io.StringIO((dossier / "offre.csv").read_text("utf-8-sig"))))


def sheet(dossier) -> dict[str, tuple[str, str]]:
    """The cells of the spreadsheet: (kind, text) by address, and whether any is a formula."""
    archive = zipfile.ZipFile(dossier / "offre.xlsx")
    root = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - ours
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    assert not list(root.iter(f"{space}f"))
    return {cell.get("r"): (cell.get("t", "n"), "".join(cell.itertext())) for cell in root.iter(f"{space}c")}
