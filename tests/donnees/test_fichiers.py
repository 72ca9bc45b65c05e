"""The open data files: the same sessions everywhere, no formula alive, never half a file."""

import errno
import json
import os
import tempfile
import zipfile
from datetime import timedelta

import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from xlsxwriter import Workbook

from catalogue import workflow
from catalogue.donnees import fichiers, formes
from catalogue.models import Diffusion
from tests.api.outils import end, numbers, online
from tests.donnees.outils import csv_rows, sheet, write
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

FORMULES = [
    *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "a\n=1"),
    *("＝1", "＋1", "－1", "＠A1", '=HYPERLINK("http://x","y")', "=cmd|' /C calc'!A0"),
]


def test_the_same_sessions_are_online_in_the_api_and_in_each_file(client, dossier):
    rows = [row for _ in range(3) for row in online(sessions=2)]
    end(rows[0], timezone.localdate() - timedelta(days=1))
    workflow.apply(rows[2].action_id, "archive", by=UserFactory(valideur=True), texte="Annulée")

    assert write() == 3
    actives = set(Diffusion.objects.actives(timezone.localdate()).values_list("numero", flat=True))
    parquet = pq.read_table(dossier / "offre.parquet")
    cells = sheet(dossier)
    assert len(actives) == 3
    assert {row["numero"] for row in csv_rows(dossier)} == actives
    assert set(parquet["numero"].to_pylist()) == actives
    assert {cells[f"A{rang}"][1] for rang in (2, 3, 4)} == actives
    assert "A5" not in cells
    assert set(numbers(client, "sessions")) == actives


@pytest.mark.parametrize("formule", FORMULES)
def test_no_formula_is_alive_in_any_text(dossier, formule):
    (row,) = online()
    contenu = _with_texts(row.contenu, formule)
    contenu["formation"]["certification"] |= {"niveau": 3}
    Diffusion.objects.update(contenu=contenu, intitule=formule, ville=formule, certification_code="1")

    write()

    texte = " ".join(formule.split())
    (ligne,) = csv_rows(dossier)
    en_liste = texte.replace("|", " ")
    touchees = [nom for nom, valeur in ligne.items() if texte in valeur or en_liste in valeur]
    assert len(touchees) >= 25
    assert [nom for nom in ligne if ligne[nom].strip().startswith(tuple("=+-@＝＋－＠\t\r\n"))] == []
    cells = sheet(dossier)
    assert [cell for cell, (kind, text) in cells.items() if texte in text and kind != "inlineStr"] == []
    parquet = pq.read_table(dossier / "offre.parquet").to_pylist()[0]
    assert parquet["intitule"] == texte


@pytest.mark.parametrize("separateur", ";,\t")
def test_no_formula_is_alive_whatever_separates_cells(dossier, separateur):
    (row,) = online()
    texte = "Site A;=cmd|' /C calc'!A0;-2+3,@SUM(A1),+1 - une liste"
    row.contenu["session"]["site_lieu"]["nom"] = texte
    row.save(update_fields=["contenu"])

    write()

    brut = (dossier / "offre.csv").read_text("utf-8-sig")
    # As a spreadsheet that expects another separator cuts it: quotes inside a cell are text.
    cellules = [
        cellule for ligne in brut.splitlines() for cellule in ligne.replace('"', "").split(separateur)
    ]
    assert [cellule for cellule in cellules if cellule.startswith(("=", "+", "-", "@"))] == []
    assert csv_rows(dossier)[0]["lieu_nom"] == "Site A;'=cmd|' /C calc'!A0;'-2+3,'@SUM(A1),'+1 - une liste"


def _with_texts(valeur, texte: str, cle: str = ""):
    """`valeur` with every free text replaced; codes, dates and numbers kept."""
    gardes = {"date_debut", "date_fin", "cout_stagiaire", "duree_hebdo", "siret"}
    match valeur:
        case dict():
            return {k: _with_texts(v, texte, k) for k, v in valeur.items()}
        case list():
            return [_with_texts(v, texte, cle) for v in valeur]
        case str() if cle not in gardes:
            return texte
    return valeur


def test_every_value_can_be_read(dossier):
    (row,) = online(commentaire_prerequis="Été ; « œuvre », ligne\n\x00suite".replace("\x00", "") + " 😀")
    write()
    (ligne,) = csv_rows(dossier)
    parquet = pq.read_table(dossier / "offre.parquet").to_pylist()[0]

    assert (dossier / "offre.csv").read_bytes().startswith(b"\xef\xbb\xbfnumero,intitule,")
    assert ligne["prerequis"] == "Été ; « œuvre », ligne suite 😀"
    assert ligne["date_debut"] == row.date_debut.isoformat()
    assert ligne["cout_stagiaire"] == "3500.00"
    assert ligne["rythmes"] == "Temps plein"
    assert ligne["organisme_telephone"] == "02 40 00 00 00"
    assert parquet["date_debut"] == row.date_debut
    assert parquet["formacodes"] == ["21599"]
    assert parquet["modifiee_le"] == row.modifiee_le
    assert parquet["certification_code"] == row.certification_code


def test_groups_of_rows_and_sheets_follow_one_another(dossier, monkeypatch):
    monkeypatch.setattr(formes, "GROUPE", 2)
    monkeypatch.setattr(formes, "MAX_FEUILLE", 2)
    online(sessions=5)
    write()

    assert pq.ParquetFile(dossier / "offre.parquet").num_row_groups == 3
    assert (
        len([n for n in zipfile.ZipFile(dossier / "offre.xlsx").namelist() if "worksheets/sheet" in n]) == 3
    )


def test_a_sheet_of_more_than_two_gigabytes_is_written(dossier, monkeypatch):
    """Beyond, an ordinary archive refuses it: a national offer makes one."""
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 1_000)
    (row,) = online()
    write()
    assert row.numero in {texte for _, texte in sheet(dossier).values()}


def test_an_empty_offer_makes_files_of_titles(dossier):
    assert write() == 0
    assert csv_rows(dossier) == []
    assert pq.read_table(dossier / "offre.parquet").num_rows == 0


@pytest.mark.parametrize("number", [1, 3])
def test_writing_costs_the_same_queries(django_assert_num_queries, number):
    online(sessions=number)
    # Savepoint and its release; the lock; the state (2); the rows, by a cursor of the server.
    with django_assert_num_queries(6):
        write()


def test_a_failure_leaves_the_files_of_before(dossier, monkeypatch):
    online()
    write()
    before = {path.name: path.read_bytes() for path in dossier.iterdir()}
    online()

    def broken(chemin):
        raise OSError("disque plein")

    monkeypatch.setitem(formes.FORMES, "parquet", broken)
    with pytest.raises(OSError, match="disque plein"):
        write()

    assert {path.name: path.read_bytes() for path in dossier.iterdir()} == before


def test_a_full_disk_is_told_and_nothing_half_written_stays(dossier, monkeypatch):
    online()
    write()
    before = {path.name: path.read_bytes() for path in dossier.iterdir()}
    temporaires = dossier.parent / "temporaires"
    temporaires.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporaires))

    def full(classeur):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Workbook, "_store_workbook", full)
    with pytest.raises(CommandError, match=r"n’ont pas été écrites : le disque est plein$"):
        call_command("export_donnees")
    assert {path.name: path.read_bytes() for path in dossier.iterdir()} == before
    assert list(temporaires.iterdir()) == []


def test_files_are_written_again_only_when_the_offer_changed(monkeypatch):
    (row,) = online()
    now, folder = timezone.now(), fichiers.dossier()
    monkeypatch.setattr(fichiers, "REPOS", 0)

    assert fichiers.write_if_changed(folder, now)
    assert not fichiers.write_if_changed(folder, now)
    now += timedelta(days=1)
    assert fichiers.write_if_changed(folder, now)
    online()
    assert fichiers.write_if_changed(folder, now)
    workflow.apply(row.action_id, "archive", by=UserFactory(valideur=True), texte="Annulée")
    assert fichiers.write_if_changed(folder, now)
    Diffusion.objects.update(modifiee_le=F("modifiee_le") + timedelta(seconds=1))
    assert fichiers.write_if_changed(folder, now)


@pytest.mark.parametrize("perdu", ["offre.csv", "offre.csv.gz", "offre.xlsx", "offre.parquet", "offre.json"])
def test_a_file_that_was_lost_or_cut_is_written_again(client, dossier, perdu):
    """« Il le sera dans le quart d’heure », although the offer did not change."""
    online()
    now = timezone.now()
    fichiers.write(dossier, now)
    for lose in (lambda chemin: chemin.unlink(), lambda chemin: chemin.write_bytes(b"{")):
        lose(dossier / perdu)
        assert client.get("/donnees/").status_code == 200
        assert fichiers.write_if_changed(dossier, now)
        assert not fichiers.write_if_changed(dossier, now)


def test_a_large_offer_is_not_written_all_the_time(dossier):
    online()
    now = timezone.now()
    fichiers.write(dossier, now)
    manifeste = fichiers.read_manifest(dossier) | {"duree": 600}
    (dossier / fichiers.MANIFESTE).write_text(json.dumps(manifeste))
    online()

    assert not fichiers.write_if_changed(dossier, now + timedelta(minutes=99))
    assert fichiers.write_if_changed(dossier, now + timedelta(minutes=101))


@pytest.mark.parametrize(
    ("duree", "delai"), [(1, "dans le quart d’heure"), (60, "dans l’heure"), (600, "dans les 3\u00a0h")]
)
def test_the_page_says_when_a_validation_is_in_the_files(client, dossier, duree, delai):
    fichiers.write(dossier, timezone.now())
    manifeste = fichiers.read_manifest(dossier) | {"duree": duree}
    (dossier / fichiers.MANIFESTE).write_text(json.dumps(manifeste))
    page = client.get(reverse("donnees:accueil")).content.decode()
    assert f"refaits chaque nuit, et {delai} après une validation" in page
