"""Commands: in French, with the remedy, what is missing or wrong; asked to end, they do so in order."""

import argparse
import os
import signal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command, get_commands, load_command_class
from django.db import connection

from catalogue import demo
from catalogue.lheo import reconstruction
from catalogue.models import Certification, Commune, FicheRepertoire
from catalogue.referentiels import nomenclatures
from catalogue.referentiels.commande import ImportCommand
from sofi.arguments import CommandeFrancaise
from sofi.commandes import CODE_SIGTERM, Commande
from sofi.typographie import NBSP
from tests.referentiels.conftest import export, ligne  # noqa: F401 - a fixture

COMMANDES = [
    *("export_lheo", "export_donnees", "refaire_sorties", "generate_volume"),
    *("import_certifinfo", "import_rncp", "import_communes", "load_nomenclatures", "load_demo"),
    *("load_demo_facteurs", "load_demo_cles", "grant_application_role", "migrate"),
]
#: What makes the tables, and what only gives rights.
SANS_TABLES = ("migrate", "grant_application_role")
IMPORTS = ["import_certifinfo", "import_rncp", "import_communes"]


def ours() -> dict[str, object]:
    """The commands of the project, by name."""
    noms = {nom: app for nom, app in get_commands().items() if app in ("sofi", "accounts", "catalogue")}
    return {nom: load_command_class(app, nom) for nom, app in noms.items()}


@pytest.fixture
def lignes(export, tmp_path):  # noqa: F811
    """The words of each command that wants some."""
    rncp, communes = tmp_path / "fiches.csv", tmp_path / "communes.csv"
    rncp.write_text(
        '"Id_Fiche";"Numero_Fiche";"Intitule";"Nomenclature_Europe_Niveau";"Date_Fin_Enregistrement";"Actif"\n'
        '"1";"RNCP509";"Agent";"NIV3";"31/08/2023";"INACTIVE"\n'
    )
    communes.write_text("code_insee;nom;departement;region;code_postal\n44109;Nantes;44;52;44000\n")
    return {
        "import_certifinfo": [export(ligne())],
        "import_rncp": [rncp],
        "import_communes": [communes],
        "grant_application_role": ["quelqu_un"],
    }


@pytest.fixture
def ailleurs(monkeypatch, django_db_blocker, tmp_path):
    """The address of a server that does not answer."""
    with django_db_blocker.unblock():
        connection.close()
        monkeypatch.setitem(connection.settings_dict, "HOST", str(tmp_path))
        yield


@pytest.mark.django_db
@pytest.mark.parametrize("nom", [nom for nom in COMMANDES if nom not in SANS_TABLES])
def test_a_base_that_is_not_up_to_date(nom, lignes):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path TO pg_catalog")  # where none of our tables is
    with pytest.raises(CommandError, match="lancez d’abord la commande migrate"):
        call_command(nom, *lignes.get(nom, []))


@pytest.mark.parametrize("nom", COMMANDES)
def test_a_server_that_does_not_answer(nom, lignes, ailleurs):
    with pytest.raises(CommandError, match=r"ne répond pas.*DATABASE_URL"):
        call_command(nom, *lignes.get(nom, []))


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["53100", "57P01"])
def test_a_server_that_is_full_or_stops(code, monkeypatch):
    def stopped(*args):
        with connection.cursor() as cursor:
            cursor.execute(
                f"DO $$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = '{code}'; END $$"
            )

    monkeypatch.setattr(reconstruction, "rebuild", stopped)
    with pytest.raises(CommandError, match=r"s’est arrêtée ou manque de place.*No space left"):
        call_command("refaire_sorties")


@pytest.mark.django_db
def test_an_account_that_does_not_own_the_tables():
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE sans_droit")
        cursor.execute("SET LOCAL ROLE sans_droit")
    with pytest.raises(CommandError, match=r"n’a pas ce droit.*celui qui possède les tables"):
        call_command("migrate", "catalogue", "0001", verbosity=0)


class TestAskedToEnd:
    def end(self, nom, *lignes):
        with pytest.raises(SystemExit) as fin:
            call_command(nom, *lignes)
        assert fin.value.code == CODE_SIGTERM
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL

    def interrupted(self, *args, **kwargs):
        os.kill(os.getpid(), signal.SIGTERM)

    @pytest.mark.django_db
    @pytest.mark.parametrize("nom", IMPORTS)
    def test_an_import_changes_nothing(self, nom, lignes, monkeypatch):
        def rows(command, rows):
            yield from rows
            self.interrupted()

        monkeypatch.setattr(ImportCommand, "progres", rows)
        self.end(nom, *lignes[nom])
        for model in (Certification, FicheRepertoire, Commune):
            assert not model.objects.exists()

    @pytest.mark.django_db
    def test_the_nomenclatures_are_all_there_or_none(self, monkeypatch):
        monkeypatch.setattr(nomenclatures, "_load_feries", self.interrupted)
        self.end("load_nomenclatures")
        assert not Certification.objects.exists()

    @pytest.mark.django_db
    def test_the_examples(self, monkeypatch):
        monkeypatch.setattr(demo, "missing_certifications", self.interrupted)
        self.end("load_demo")


def test_ctrl_c_is_answered_by_a_word(monkeypatch):
    def interrupted(self, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("sys.stderr", dit := StringIO())
    commande = load_command_class("catalogue", "refaire_sorties")
    monkeypatch.setattr(type(commande), "handle", interrupted)
    with pytest.raises(SystemExit) as fin:
        commande.run_from_argv(["manage.py", "refaire_sorties"])
    assert fin.value.code == 130
    assert dit.getvalue() == "Interrompu.\n"
    with pytest.raises(KeyboardInterrupt):
        commande.run_from_argv(["manage.py", "refaire_sorties", "--traceback"])


def test_every_command_of_ours_ends_in_order_and_speaks_french():
    autres = {nom for nom, command in ours().items() if not isinstance(command, Commande)}
    # A server that ends by itself, and one that only stops another.
    assert autres == {"demo", "pg_stop"}
    assert all(isinstance(command, CommandeFrancaise) for command in ours().values())


class TestTheirLine:
    @pytest.mark.parametrize(
        ("ligne", "phrase"),
        [
            ("import_rncp", "manage.py import_rncp\u00a0: il manque\u00a0: fichiers"),
            ("import_communes x --zut", "de trop, ou inconnu\u00a0: --zut"),
            (
                "generate_volume --sessions abc",
                "--sessions\u00a0: «\u00a0abc\u00a0» n’est pas un nombre entier",
            ),
            ("demo --port", "--port\u00a0: il faut une valeur"),
            ("export_lheo --profil x", "--profil\u00a0: «\u00a0x\u00a0» n’est pas l’un de ces choix\u00a0: "),
            ("pg_stop --no-color=1", "--no-color\u00a0: cette option ne prend pas de valeur"),
            ("bench --sessions", "--sessions\u00a0: il faut une valeur au moins"),
        ],
    )
    def test_what_is_wrong_is_told_in_french(self, ligne, phrase, capsys):
        nom, *reste = ligne.split()
        with pytest.raises(SystemExit) as fin:
            ours()[nom].run_from_argv(["manage.py", nom, *reste])
        assert fin.value.code == 2
        err = capsys.readouterr().err
        assert phrase in err
        assert err.startswith(f"utilisation\u00a0: manage.py {nom} ")
        assert "error" not in err

    def test_called_from_code_too(self):
        with pytest.raises(CommandError, match="il manque\u00a0: fichiers"):
            call_command("import_rncp")

    @pytest.mark.parametrize("nom", sorted(ours()))
    def test_their_help(self, nom, capsys):
        ours()[nom].print_help("manage.py", nom)
        aide = capsys.readouterr().out
        assert aide.startswith("utilisation\u00a0: ")
        anglais = (
            "usage",
            "show",
            "positional",
            "Show",
            "level",
            "Don't",
            "Force",
            "Skip",
            "Display",
            "path",
        )
        assert [mot for mot in anglais if f" {mot} " in aide] == []

    def test_the_others_keep_theirs(self, capsys):
        ours()["pg_stop"].print_help("manage.py", "pg_stop")
        argparse.ArgumentParser("autre").print_usage()
        assert capsys.readouterr().out.splitlines()[-1].startswith("usage: ")


@pytest.fixture
def sans_date(monkeypatch):
    """A command asked for what it cannot do, as a person types it; what it says goes to its `dit`."""
    monkeypatch.setattr("sys.stderr", dit := StringIO())
    commande = load_command_class("catalogue", "export_lheo")

    def demander(*ligne):
        commande.run_from_argv(["manage.py", "export_lheo", "--suppressions", *ligne])

    demander.dit = dit
    return demander


def test_what_stops_a_command_is_one_sentence_in_french(sans_date):
    with pytest.raises(SystemExit) as fin:
        sans_date()
    assert fin.value.code == 1
    erreur = f"Erreur{NBSP}: --suppressions demande --depuis{NBSP}: depuis quand{NBSP}?"
    assert sans_date.dit.getvalue().strip() == erreur


def test_who_asks_for_the_error_itself_has_it(sans_date):
    with pytest.raises(CommandError, match="depuis quand"):
        sans_date("--traceback")
    with pytest.raises(CommandError, match="depuis quand"):
        call_command("export_lheo", "--suppressions")
