"""Any list as a file: CSV for every tool, XLSX for a spreadsheet. Rows are read and written in a stream."""

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone

from sofi.caracteres import strip_forbidden
from sofi.paging import AFTER, BEFORE

#: The parameter of the address, and its values with the words of their links.
PARAMETRE = "format"
FORMATS = {"csv": "CSV", "xlsx": "tableur (XLSX)"}
#: Rows fetched at a time from the server's cursor.
PAQUET = 500
#: What a spreadsheet takes for a formula when a cell begins with it (OWASP, « CSV injection »).
FORMULE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: A spreadsheet may cut a line at separators that are not the file's: what follows one begins a cell too.
#: « - » before a space is a dash, or a list.
_APRES_SEPARATEUR = re.compile(r"(?<=[;,\t\r\n])(?=[=+@＝＋＠]|[-－]\S)")
#: Rows of a sheet of a spreadsheet, its titles aside.
MAX_FEUILLE = 1_048_575

Colonnes = Sequence[tuple[str, Callable]]


def asked(request: HttpRequest) -> bool:
    """Whether the address asks for the list as a file."""
    return request.GET.get(PARAMETRE) in FORMATS


def links(request: HttpRequest) -> list[dict]:
    """The list shown, with its filters, as each kind of file (components/telecharger.html)."""
    params = request.GET.copy()
    for name in (AFTER, BEFORE, PARAMETRE):
        params.pop(name, None)
    liens = []
    for code, libelle in FORMATS.items():
        params[PARAMETRE] = code
        liens.append({"libelle": libelle, "url": f"?{params.urlencode()}"})
    return liens


def export(request: HttpRequest, nom: str, colonnes: Colonnes, rows: Iterable) -> HttpResponseBase:
    """`rows` as the file the address asks for, named after `nom` and the day.

    `colonnes` are (title, function of a row → text, number, date, instant, yes or no, list of texts or
    None). A queryset is read by a cursor of the server, by packets: memory does not grow with the list.
    """
    if isinstance(rows, QuerySet):
        rows = rows.iterator(chunk_size=PAQUET)
    fichier = f"sofi-{nom}-{timezone.localdate():%Y-%m-%d}.{request.GET[PARAMETRE]}"
    if request.GET[PARAMETRE] == "xlsx":
        return FileResponse(_xlsx(colonnes, rows), as_attachment=True, filename=fichier)
    response = StreamingHttpResponse(csv_lines(colonnes, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{fichier}"'
    return response


def inert(texte: str) -> str:
    """`texte` as a CSV file may hold it: « ' » stands before whatever a spreadsheet would run."""
    texte = _APRES_SEPARATEUR.sub("'", texte)
    return f"'{texte}" if texte.startswith(FORMULE) or texte.lstrip().startswith(FORMULE) else texte


def csv_lines(colonnes: Colonnes, rows: Iterable) -> Iterator[bytes]:
    """The lines, with the mark by which French spreadsheets know UTF-8, and their « ; »."""
    yield b"\xef\xbb\xbf" + _line([titre for titre, _ in colonnes])
    for row in rows:
        yield _line([_written(value(row)) for _, value in colonnes])


def _line(cells: list[str]) -> bytes:
    tampon = io.StringIO()
    csv.writer(tampon, delimiter=";").writerow(cells)
    return tampon.getvalue().encode()


def _written(value) -> str:
    """`value` as a French spreadsheet reads it; a text is never taken for a formula."""
    value = _plain(value)
    match value:
        case datetime():
            return f"{value:%d/%m/%Y %H:%M}"
        case date():
            return f"{value:%d/%m/%Y}"
        case Decimal() | float():
            return str(value).replace(".", ",")
        case str():
            return inert(value)
    return str(value)


def _plain(value):
    """`value` without what no file holds: nothing, yes or no, lists, time zones, control characters."""
    match value:
        case None:
            return ""
        case bool():
            return "Oui" if value else "Non"
        case list() | tuple():
            return strip_forbidden(", ".join(map(str, value)))
        case datetime():
            return timezone.localtime(value).replace(tzinfo=None)
        case int() | float() | Decimal() | date():
            return value
    return strip_forbidden(str(value))  # a text; a person, an organisme: by its name, guarded as any text


def _xlsx(colonnes: Colonnes, rows: Iterable):
    """A temporary file with the spreadsheet: dates are dates, numbers are numbers, texts stay texts."""
    from xlsxwriter import Workbook  # heavy, and few ask for a spreadsheet

    fichier = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(fichier, options) as classeur:
        gras = classeur.add_format({"bold": True})
        formats = {
            datetime: classeur.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
            date: classeur.add_format({"num_format": "dd/mm/yyyy"}),
        }
        feuille = None
        for rang, row in enumerate(rows):
            if rang % MAX_FEUILLE == 0:
                feuille = _feuille(classeur, colonnes, gras)
            for colonne, (_, value) in enumerate(colonnes):
                _write(feuille, rang % MAX_FEUILLE + 1, colonne, _plain(value(row)), formats)
        if feuille is None:
            _feuille(classeur, colonnes, gras)
    fichier.seek(0)
    return fichier


def _feuille(classeur, colonnes: Colonnes, gras):
    """A new sheet with its titles, that stay while one scrolls."""
    feuille = classeur.add_worksheet()
    feuille.freeze_panes(1, 0)
    for colonne, (titre, _) in enumerate(colonnes):
        feuille.set_column(colonne, colonne, max(12, len(titre) + 2))
        feuille.write_string(0, colonne, titre, gras)
    return feuille


def _write(feuille, rang: int, colonne: int, value, formats: dict) -> None:
    if isinstance(value, int | float | Decimal):
        feuille.write_number(rang, colonne, value)
    elif type(value) in formats:
        feuille.write_datetime(rang, colonne, value, formats[type(value)])
    elif value != "":
        feuille.write_string(rang, colonne, str(value)[:32767])
