"""Hostile texts and control characters in every column: whatever is not a page can be read, and says them."""

import csv
import io
import json
import zipfile

import icalendar
import pytest
from django.urls import resolve
from lxml import etree

from tests.acces.table import TABLE
from tests.acces.test_adresses import expected
from tests.hostile.attaques import CONTROLES
from tests.hostile.empoisonnement import poison_all, rewrite
from tests.hostile.monde import build_hostile

pytestmark = pytest.mark.django_db

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GENRES = {"csv": "text/csv", "xlsx": XLSX}
#: Lists that hold figures only.
SANS_TEXTE = {"pilotage:tableau", "validation:lot_list"}
#: Files that describe others, hold numbers, or are drawn.
SANS_TEXTE_FICHIERS = {
    *("api:accueil", "api:schema_json", "api:schema_yaml", "donnees:schema", "api:retraits"),
    *("diffusion:plan_du_site", "diffusion:plan_du_site_page"),
    *("diffusion:fiche_pdf", "tunnel:recapitulatif_pdf"),
}


@pytest.fixture
def hostile():
    hostile = build_hostile()
    hostile.monde.sign_in_all()
    poison_all(f" fin{CONTROLES}")
    rewrite()
    return hostile


def addresses_of(hostile, role: str) -> list[str]:
    """All that `role` may read."""
    noms = (nom for nom in TABLE if expected(nom, "GET", role) == 200)
    return [hostile.adresses[nom] for nom in noms] + hostile.autres.get(role, [])


def octets_of(response) -> bytes:
    """The whole answer; read to its end, it is closed."""
    return b"".join(response.streaming_content) if response.streaming else response.content


def _csv(octets: bytes) -> str:
    lignes = list(csv.reader(io.StringIO(octets.decode("utf-8-sig")), delimiter=";"))
    assert len({len(ligne) for ligne in lignes}) == 1  # no text has made a cell or a line of its own
    return " ".join(cell for ligne in lignes for cell in ligne)


def _xlsx(octets: bytes) -> str:
    feuille = zipfile.ZipFile(io.BytesIO(octets)).read("xl/worksheets/sheet1.xml")
    return " ".join(etree.fromstring(feuille).itertext())


def _json(octets: bytes) -> str:
    return json.dumps(json.loads(octets), ensure_ascii=False)


def _pdf(octets: bytes) -> str:
    assert octets.startswith(b"%PDF-")
    assert octets.rstrip().endswith(b"%%EOF")
    for acte in (b"/JavaScript", b"/JS", b"/Launch", b"/OpenAction <<", b"/URI (javascript"):
        assert acte not in octets
    return ""


LECTEURS = {
    "text/csv": _csv,
    XLSX: _xlsx,
    "application/json": _json,
    "application/pdf": _pdf,
    "application/xml": lambda octets: " ".join(etree.fromstring(octets).itertext()),
    "application/rss+xml": lambda octets: " ".join(etree.fromstring(octets).itertext()),
    "application/yaml": bytes.decode,
    "text/calendar": lambda octets: str(icalendar.Calendar.from_ical(octets).to_ical()),
}


def read(response) -> str:
    """The texts of a file, read as its reader does; it holds nothing that XML forbids."""
    genre = response.headers["Content-Type"].partition(";")[0]
    texte = LECTEURS[genre](octets_of(response))
    if genre != "application/json":  # escaped there, as it should be
        assert not set(texte) & set(CONTROLES)
        assert "_x00" not in texte
    return texte


def test_every_list_is_a_file_that_can_be_read(hostile):
    lues: dict[str, bool] = {}
    for role in ("of_a", "carif", "admin"):
        client = hostile.monde.client(role)
        for url in addresses_of(hostile, role):
            nom = resolve(url.partition("?")[0]).view_name
            for forme, genre in GENRES.items():
                response = client.get(f"{url}{'&' if '?' in url else '?'}format={forme}")
                if not response.headers["Content-Type"].startswith(genre):
                    octets_of(response)
                    break  # no list: the page itself
                texte = read(response)
                lues[nom] = lues.get(nom, False) or "xss(" in texte

    assert len(lues) > 20
    assert {nom for nom, dit in lues.items() if not dit} == SANS_TEXTE


def test_every_other_file_can_be_read(hostile):
    lus: dict[str, bool] = {}
    for role in ("anonyme", "of_a"):
        client = hostile.monde.client(role)
        for nom in TABLE:
            response = client.get(hostile.adresses[nom])
            genre = response.headers["Content-Type"].partition(";")[0]
            if response.status_code == 200 and genre not in ("text/html", "text/plain"):
                lus[nom] = "xss(" in read(response)

    assert {nom for nom, dit in lus.items() if not dit} == SANS_TEXTE_FICHIERS
    assert len(lus) > 15


def test_every_page_answers(hostile):
    fautes = []
    for role in ("anonyme", "of_a", "carif", "admin"):
        client = hostile.monde.client(role)
        client.raise_request_exception = False
        for url in addresses_of(hostile, role):
            response = client.get(url)
            octets_of(response)
            if response.status_code != 200:
                fautes.append((role, url, response.status_code))

    assert fautes == []
