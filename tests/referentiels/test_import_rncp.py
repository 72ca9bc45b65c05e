"""The files of France compétences, in their three shapes."""

from datetime import date

import pytest
from django.core.management import CommandError

from catalogue.models import FicheRepertoire, RemplacementFiche

from .test_import_certifinfo import run

pytestmark = pytest.mark.django_db

STANDARD = (
    '"Id_Fiche";"Numero_Fiche";"Intitule";"Nomenclature_Europe_Niveau";"Date_Fin_Enregistrement";"Actif"\n'
)
KIT = (
    "Code Diplôme;FicheRNCP;Niveau fiche RNCP;Date d'échéance de la fiche RNCP;Fiche ACTIVE/INACTIVE;"
    "Intitulé certification (RNCP);Nouvelle Certification rempla (RNCP);Ancienne Certification (RNCP)\n"
)


@pytest.fixture
def fichier(tmp_path):
    def write(text, name="fiches.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_the_standard_export_gives_level_activity_and_end(fichier):
    path = fichier(
        STANDARD
        + '"1";"RNCP509";"Agent ; vérificateur";"NIV3";"31/08/2023";"INACTIVE"\n'
        + '"2";"RS5000";"Blockchain";"";"24/05/2024";"ACTIVE"\n'
        + '"3";"RNCP19468";"CQP Tourier";"REPRISE";"";"INACTIVE"\n'
    )
    out = run("import_rncp", path)
    fiche = FicheRepertoire.objects.get(pk="RNCP509")
    assert (fiche.intitule, fiche.niveau, fiche.est_active) == ("Agent ; vérificateur", 3, False)
    assert fiche.fin_enregistrement == date(2023, 8, 31)
    assert FicheRepertoire.objects.get(pk="RS5000").est_active_le(date(2024, 5, 24))
    assert not FicheRepertoire.objects.get(pk="RS5000").est_active_le(date(2024, 5, 25))
    assert FicheRepertoire.objects.get(pk="RNCP19468").niveau is None
    assert "Fiches RNCP et RS : nouvelles 3, modifiées 0" in out
    assert "Aucun changement" in run("import_rncp", path)


def test_the_kit_gives_sheets_and_their_replacements_both_ways(fichier):
    path = fichier(
        KIT
        + "01022001;RNCP955;Niveau 4;01/01/2025;INACTIVE;CS - Agent;RNCP39682;RNCP1|RNCP2\n"
        + "01022002;RNCP955;Niveau 4;01/01/2025;INACTIVE;CS - Agent;RNCP39682;RNCP1|RNCP2\n"
        + "01022003;NR;NR;NR;NR;NR;NR;NR\n"
    )
    run("import_rncp", path)
    assert FicheRepertoire.objects.get().niveau == 4
    assert set(RemplacementFiche.objects.values_list("ancienne", "nouvelle")) == {
        ("RNCP955", "RNCP39682"),
        ("RNCP1", "RNCP955"),
        ("RNCP2", "RNCP955"),
    }


def test_several_files_come_in_together_or_not_at_all(fichier):
    bon = fichier(STANDARD + '"1";"RNCP509";"Agent";"NIV3";"31/08/2023";"INACTIVE"\n', "a.csv")
    coupe = fichier(STANDARD + '"2";"RNCP510";"Ag', "b.csv")
    with pytest.raises(CommandError, match=r"b\.csv » semble coupé"):
        run("import_rncp", bon, coupe)
    assert not FicheRepertoire.objects.exists()


def test_a_file_cut_within_quotes_is_refused(fichier):
    path = fichier(STANDARD + '"1";"RNCP509";"Agent";"NIV3";"31/08/2023";"INACTIVE\n')
    with pytest.raises(CommandError, match="semble coupé"):
        run("import_rncp", path)


def test_a_foreign_file_is_refused(fichier):
    with pytest.raises(CommandError, match="n’est ni le « Kit apprentissage » en CSV"):
        run("import_rncp", fichier("a;b\n1;2\n"))


def test_an_unreadable_line_is_rejected_with_its_number(fichier):
    lignes = "".join(f'"1";"RNCP{n}";"Agent";"NIV3";"";"ACTIVE"\n' for n in range(10))
    out = run("import_rncp", fichier(STANDARD + lignes + '"1";"XX1";"Agent";"NIV3";"";"ACTIVE"\n'))
    assert "ligne 12 : « XX1 » n’est pas un numéro de fiche RNCP ou RS" in out
    assert FicheRepertoire.objects.count() == 10


def test_dry_run_changes_nothing(fichier):
    path = fichier(STANDARD + '"1";"RNCP509";"Agent";"NIV3";"31/08/2023";"INACTIVE"\n')
    assert "nouvelles 1" in run("import_rncp", path, dry_run=True)
    assert not FicheRepertoire.objects.exists()


def test_the_real_files_come_in_and_twice(reference):
    folder = reference / "rncp"
    paths = [
        next(folder.glob("kit_*.csv")),
        next(folder.glob("*/*Standard*.csv")),
        next(folder.glob("*/*Ancienne_Nouvelle*.csv")),
    ]
    out = run("import_rncp", *paths)
    assert "Fiches RNCP et RS : nouvelles 4587" in out
    assert out.count("lignes rejetées 0") == 4
    assert RemplacementFiche.objects.filter(ancienne="RNCP19468", nouvelle="RS6117").exists()
    assert "Aucun changement" in run("import_rncp", *paths)
