"""Communes and their former selves."""

import json

import pytest
from django.core.management import CommandError

from catalogue.models import Commune

from .test_import_certifinfo import run

pytestmark = pytest.mark.django_db

CSV = "code_insee;nom;departement;region;code_postal\n"


@pytest.fixture
def fichier(tmp_path):
    def write(content, name):
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return write


def test_a_commune_gathers_its_postal_codes(fichier):
    path = fichier(CSV + "44109;Nantes;44;52;44000\n44109;Nantes;44;52;44300\n", "communes.csv")
    run("import_communes", path)
    nantes = Commune.objects.get()
    assert (nantes.insee, nantes.codes_postaux, nantes.departement) == ("44109", ["44000", "44300"], "44")
    assert "Aucun changement" in run("import_communes", path)


def test_a_former_commune_names_its_present_one(fichier):
    presentes = [
        {"code_insee": "44163", "nom": "Vair-sur-Loire", "departement": "44", "codes_postaux": ["44150"]}
    ]
    anciennes = [
        {"code_insee": "44004", "nom": "Anetz", "departement": "44", "commune_actuelle": "44163"},
        {"code_insee": "44163", "nom": "Saint-Herblon", "departement": "44", "commune_actuelle": "44163"},
    ]
    run("import_communes", fichier(presentes, "a.json"), fichier(anciennes, "b.json"))
    assert Commune.objects.get(pk="44004").actuelle.nom == "Vair-sur-Loire"
    assert Commune.objects.get(pk="44163").nom == "Vair-sur-Loire"


def test_a_former_commune_without_its_present_one_is_refused(fichier):
    path = fichier(
        [{"code_insee": "44004", "nom": "Anetz", "departement": "44", "commune_actuelle": "44163"}], "b.json"
    )
    with pytest.raises(
        CommandError, match="La commune actuelle 44163 n’est connue ni du fichier ni de la base"
    ):
        run("import_communes", path)


@pytest.mark.parametrize(
    ("content", "name", "refus"),
    [
        ("a;b\n1;2\n", "x.csv", "n’est pas un fichier de communes"),
        ('[{"code_insee": "44', "x.json", "est coupé ou n’est pas du JSON"),
        ('{"a": 1}', "x.json", "n’est pas un fichier de communes"),
        (CSV + "44109;Nantes;44;52;44", "x.csv", "semble coupé"),
    ],
)
def test_a_foreign_or_cut_file_is_refused(fichier, content, name, refus):
    with pytest.raises(CommandError, match=refus):
        run("import_communes", fichier(content, name))
    assert not Commune.objects.exists()


def test_an_unreadable_line_is_rejected_and_dry_run_changes_nothing(fichier):
    lignes = "".join(f"4400{n};Commune {n};44;52;44000\n" for n in range(1, 9))
    out = run("import_communes", fichier(CSV + lignes + "4X;Nulle;44;52;44000\n", "x.csv"), dry_run=True)
    assert "nouvelles 8" in out
    assert "ligne 10 : « 4X » n’est pas un code INSEE de commune" in out
    assert not Commune.objects.exists()


def test_the_real_files_come_in_and_twice(reference):
    folder = reference / "communes"
    paths = [
        folder / "communes-pays-de-la-loire.json",
        folder / "communes-deleguees-associees-pays-de-la-loire.json",
    ]
    assert "Communes : nouvelles 1509" in run("import_communes", *paths)
    assert Commune.objects.get(pk="44004").actuelle_id == "44163"
    assert "Aucun changement" in run("import_communes", *paths)
    assert "Aucun changement" in run("import_communes", folder / "communes-pays-de-la-loire.csv")
