"""Lists as files: what a cell becomes in each kind of file, and what it costs."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.test import RequestFactory

from catalogue.models import Certification
from sofi import export
from tests.factories import CertificationFactory

# Closing a download ends a request, which looks at the database's connection.
pytestmark = pytest.mark.django_db
COLONNES = [("Texte", lambda row: row["t"]), ("Valeur", lambda row: row["v"])]


def written(kind, rows, colonnes=COLONNES):
    """The bytes of the file."""
    request = RequestFactory().get("/", {"format": kind})
    response = export.export(request, "essai", colonnes, rows)
    try:
        return b"".join(response.streaming_content)
    finally:
        response.close()


def lines(rows):
    text = written("csv", rows).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))[1:]


def sheet(rows, number=1):
    """The cells of a sheet: (kind, text) by address; kinds « inlineStr », « n »."""
    archive = zipfile.ZipFile(io.BytesIO(written("xlsx", rows)))
    root = ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))  # noqa: S314 - ours
    cells = root.iter("{http://schemas.openxmlformats.org/spreadsheetml/2006/main}c")
    return {cell.get("r"): (cell.get("t", "n"), "".join(cell.itertext())) for cell in cells}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Été ; « bon »", "Été ; « bon »"),
        (None, ""),
        (True, "Oui"),
        (False, "Non"),
        (1200, "1200"),
        (Decimal("35.50"), "35,50"),
        (date(2027, 1, 1), "01/01/2027"),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "01/01/2027 00:30"),
        (["a", "b"], "a, b"),
        ("12 rue\nd’en haut", "12 rue\nd’en haut"),
    ],
)
def test_a_cell_of_a_csv(value, text):
    assert lines([{"t": "x", "v": value}]) == [["x", text]]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        *((text, f"'{text}") for text in ("=1+1", "+33 2", "-1", "@SUM(A1)", "＝1", '=HYPERLINK("x")')),
        # Whatever separator a spreadsheet expects, no cell begins with a formula.
        *(("\t=1", "'\t'=1"), ("\r=1", "'\r'=1"), ("Site;=1;-2,@A1", "Site;'=1;'-2,'@A1")),
        ("Un,\n- deux", "Un,\n- deux"),
    ],
)
def test_no_text_is_taken_for_a_formula(text, written):
    assert lines([{"t": text, "v": -5}]) == [[written, "-5"]]
    cells = sheet([{"t": text, "v": -5}])
    assert cells["A2"][0] == "inlineStr"
    assert cells["B2"] == ("n", "-5")


@pytest.mark.parametrize("text", ["a\x01b", "a\x0bb", "a\x1fb", "a\ud800b", "a\ufffeb", "a\uffffb"])
def test_no_character_that_xml_forbids_reaches_a_file(text):
    rows = [{"t": text, "v": [text, "c"]}, {"t": f"\x01={text}", "v": None}]
    assert lines(rows) == [["ab", "ab, c"], ["'=ab", ""]]
    cells = sheet(rows)
    assert (cells["A2"][1], cells["B2"][1], cells["A3"]) == ("ab", "ab, c", ("inlineStr", "=ab"))


def test_a_csv_opens_in_a_french_spreadsheet():
    data = written("csv", [])

    assert data.startswith(b"\xef\xbb\xbfTexte;Valeur\r\n")


def test_cells_of_a_spreadsheet():
    cells = sheet([{"t": "https://exemple.fr", "v": date(2027, 1, 1)}, {"t": "", "v": None}])

    assert cells["A1"] == ("inlineStr", "Texte")
    assert cells["A2"] == ("inlineStr", "https://exemple.fr")
    assert cells["B2"] == ("n", "46388")
    assert "A3" not in cells


def test_a_spreadsheet_goes_on_in_another_sheet(monkeypatch):
    monkeypatch.setattr(export, "MAX_FEUILLE", 2)
    rows = [{"t": str(rang), "v": rang} for rang in range(3)]

    assert sheet(rows, 2)["A2"] == ("inlineStr", "2")
    assert sheet([], 1)["A1"] == ("inlineStr", "Texte")


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 3])
def test_a_queryset_is_read_once_by_packets(django_assert_num_queries, monkeypatch, number):
    monkeypatch.setattr(export, "PAQUET", 2)
    CertificationFactory.create_batch(number)
    colonnes = [("Code", lambda row: row.code)]

    with django_assert_num_queries(1):
        data = written("csv", Certification.objects.order_by("code"), colonnes)

    assert data.count(b"\r\n") == number + 1


def test_the_links_keep_the_filters_and_not_the_page():
    request = RequestFactory().get("/", {"niveau": "3", "apres": "x~1", "format": "pdf"})

    assert not export.asked(request)
    assert [lien["url"] for lien in export.links(request)] == [
        "?niveau=3&format=csv",
        "?niveau=3&format=xlsx",
    ]


def test_whoever_is_named_is_written_as_text():
    class Personne:
        def __str__(self):
            return "=Ada"

    assert lines([{"t": Personne(), "v": None}]) == [["'=Ada", ""]]
    assert sheet([{"t": Personne(), "v": None}])["A2"] == ("inlineStr", "=Ada")
