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


POSITIONS = "code_insee;nom;latitude;longitude;precision\n"


def test_positions_come_with_the_communes_or_after_them(fichier):
    communes = fichier(CSV + "44109;Nantes;44;52;44000\n", "communes.csv")
    positions = fichier(POSITIONS + "44109;Nantes;47.2173;-1.5534;bourg\n", "positions.csv")
    run("import_communes", communes, positions)
    assert Commune.objects.values_list("latitude", "longitude").get() == (47.2173, -1.5534)
    assert "Aucun changement" in run("import_communes", positions)
    run("import_communes", communes)
    assert Commune.objects.get().latitude == 47.2173


def test_a_trial_of_positions_changes_nothing(fichier):
    run("import_communes", fichier(CSV + "44109;Nantes;44;52;44000\n", "communes.csv"))
    positions = fichier(POSITIONS + "44109;Nantes;47.2173;-1.5534;bourg\n", "positions.csv")
    assert "modifiées 1" in run("import_communes", positions, "--dry-run")
    assert Commune.objects.get().latitude is None


@pytest.mark.parametrize(
    ("ligne", "raison"),
    [
        ("44109;Nantes;47,2;-1,5;bourg", "n’est pas en degrés"),
        ("44109;Nantes;95.0;-1.5;bourg", "n’est pas sur la Terre"),
        ("99999;Ailleurs;47.2;-1.5;bourg", "la commune 99999 n’est pas connue"),
        ("44109;Nantes", "n’a pas le bon nombre de colonnes"),
    ],
)
def test_a_position_that_cannot_be_right_is_rejected_alone(fichier, ligne, raison):
    run("import_communes", fichier(CSV + "44109;Nantes;44;52;44000\n", "communes.csv"))
    bonnes = "44109;Nantes;47.2173;-1.5534;bourg\n" * 6
    sortie = run("import_communes", fichier(f"{POSITIONS}{ligne}\n{bonnes}", "positions.csv"))
    assert raison in sortie
    assert Commune.objects.get().latitude == 47.2173
