"""The open data files as they are served, their schema and their page."""

import gzip
import json
from datetime import datetime

import pytest
from django.urls import reverse

from catalogue.donnees.colonnes import COLONNES, LISTE, TEXTE
from catalogue.models import Diffusion
from tests.api.outils import online
from tests.donnees.outils import csv_rows, write

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("forme", ["csv", "xlsx", "parquet"])
def test_a_file_is_served_when_there_is_something_new(client, dossier, forme):
    url = reverse(f"donnees:{forme}")
    assert client.get(url).status_code == 404
    online()
    write()

    response = client.get(url)

    assert b"".join(response.streaming_content) == (dossier / f"offre.{forme}").read_bytes()
    assert response["Content-Disposition"] == f'attachment; filename="offre.{forme}"'
    assert response["Access-Control-Allow-Origin"] == "*"
    for entete, valeur in (
        ("if-none-match", response["ETag"]),
        ("if-modified-since", response["Last-Modified"]),
    ):
        assert client.get(url, headers={entete: valeur}).status_code == 304
    response.close()
    head = client.head(url)
    head.close()
    assert int(head["Content-Length"]) == (dossier / f"offre.{forme}").stat().st_size


def test_the_csv_is_compressed_for_who_takes_it(client, dossier):
    online()
    write()

    def fetch(**headers):
        response = client.get(
            reverse("donnees:csv"), headers={k.replace("_", "-"): v for k, v in headers.items()}
        )
        return response, b"".join(response.streaming_content) if response.streaming else response.content

    entiere, octets = fetch()
    compressee, serres = fetch(accept_encoding="br, gzip")
    assert gzip.decompress(serres) == octets == (dossier / "offre.csv").read_bytes()
    assert compressee["Content-Encoding"] == "gzip"
    assert int(compressee["Content-Length"]) == len(serres) < len(octets)
    for entete in ("Content-Type", "Content-Disposition", "Last-Modified", "Vary"):
        assert compressee[entete] == entiere[entete]
    assert entiere["Vary"] == "Accept-Encoding"
    assert compressee["ETag"] != entiere["ETag"]

    connue, rien = fetch(accept_encoding="gzip", if_none_match=compressee["ETag"])
    assert (connue.status_code, connue["Vary"], rien) == (304, "Accept-Encoding", b"")
    assert fetch(if_none_match=compressee["ETag"])[0].status_code == 200
    for refus in ("gzip;q=0", "br, gzip; q=0.0, identity", "identity"):
        assert "Content-Encoding" not in fetch(accept_encoding=refus)[0]
    # Written before it was kept compressed.
    (dossier / "offre.csv.gz").unlink()
    assert fetch(accept_encoding="gzip")[1] == octets


def test_the_schema_is_sent_when_it_changed(client):
    url = reverse("donnees:schema")
    etag = client.get(url)["ETag"]
    assert client.get(url, headers={"if-none-match": etag}).status_code == 304
    assert client.get(url, headers={"if-none-match": '"autre"'}).status_code == 200


@pytest.mark.parametrize("nom", ["xlsx", "schema"])
def test_what_is_the_same_for_all_does_not_say_that_it_varies(client, nom):
    online()
    write()
    response = client.get(reverse(f"donnees:{nom}"))
    response.close()
    assert "Vary" not in response


def test_the_schema_tells_the_columns_of_the_file(client, dossier):
    online()
    write()
    schema = json.loads(client.get(reverse("donnees:schema")).content)

    assert [champ["name"] for champ in schema["fields"]] == list(csv_rows(dossier)[0])
    assert schema["primaryKey"] == "numero"
    (ligne,) = csv_rows(dossier)
    formats = {champ["name"]: champ["format"] for champ in schema["fields"] if "format" in champ}
    assert list(formats) == ["date_debut", "date_fin", "publiee_le", "modifiee_le"]
    lue_le = datetime.strptime(ligne["modifiee_le"], formats["modifiee_le"])  # noqa: DTZ007 - « %z » is there
    assert lue_le == Diffusion.objects.get().modifiee_le.replace(microsecond=0)
    assert len([c for c in COLONNES if c.genre in (TEXTE, LISTE)]) >= 30


def test_the_page_says_what_there_is(client):
    assert "pas encore écrits" in client.get(reverse("donnees:accueil")).content.decode()
    online()
    write()
    page = client.get(reverse("donnees:accueil")).content.decode()

    assert "1 session" in page
    # With the date of the server's file, or one written while it was being read would never be asked for.
    assert "curl -R -z offre.csv" in page
    for mot in ("Licence Ouverte 2.0", "Certif Info", "GeoNames", "offre.parquet"):
        assert mot in page
    assert all(colonne.nom in page for colonne in COLONNES)
