"""The open file of Certif Info comes in whole, comes in again for nothing, and never half."""

from datetime import date
from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from catalogue.models import Certification, Formacode, Remplacement, TypeDiplome
from tests.factories import CertificationFactory
from tests.referentiels.conftest import ligne

pytestmark = pytest.mark.django_db


def run(*arguments, **options) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out, **options)
    return out.getvalue()


def import_(path, **options) -> str:
    return run("import_certifinfo", path, **options)


def test_a_line_becomes_a_certification_with_all_its_facts(export):
    import_(export(ligne(Annee_Premiere_Session="2007", Annee_Derniere_Session="2024", Code_Rome_2="D1102")))
    certification = Certification.objects.get()
    assert (certification.code, certification.intitule, certification.niveau) == ("31999", "CAP boucher", 3)
    assert certification.type_diplome == TypeDiplome(pk="500")
    assert certification.type_diplome.libelle == "Certificat d'aptitude professionnelle"
    assert certification.formacodes == ["21599"]
    assert Formacode.objects.get().libelle == "Boucherie"
    assert (certification.romes, certification.nsfs) == (["D1101", "D1102"], ["221"])
    assert (certification.code_rncp, certification.codes_rs) == ("6993", [])
    assert certification.valideurs == "Ministère de l'éducation nationale"
    assert (certification.annee_premiere_session, certification.annee_derniere_session) == (2007, 2024)
    assert certification.maj_le == date(2024, 11, 20)
    assert certification.retiree_le is None


def test_the_initials_of_a_title_come_with_it_and_change_with_it(export):
    import_(export(ligne(Libelle_Diplome="BTS gestion de la PME")))
    assert Certification.objects.get().sigles == ["gpme", "gdpme"]
    import_(export(ligne(Libelle_Diplome="BTS management commercial opérationnel")))
    assert Certification.objects.get().sigles == ["mco"]
    import_(export(ligne()))
    assert Certification.objects.get().sigles == []


def test_certifications_that_were_there_before_initials_are_given_theirs(export):
    titres = ["BTS management commercial opérationnel", "Boulanger", "Diplôme d'État d'aide-soignant"]
    path = export(*(ligne(Code_Diplome=str(i), Libelle_Diplome=titre) for i, titre in enumerate(titres, 1)))
    import_(path)
    Certification.objects.update(sigles=[])
    import_module("catalogue.migrations.0026_sigles").fill(apps, connection.schema_editor())
    assert list(Certification.objects.order_by("code").values_list("sigles", flat=True)) == [
        ["mco"],
        [],
        ["deas"],
    ]
    assert "Aucun changement" in import_(path)


def test_repeated_lines_of_one_code_gather_its_rs_codes(export):
    out = import_(export(ligne(Code_RS="6316"), ligne(Code_RS="2754"), ligne(Code_RS="2754")))
    assert Certification.objects.get().codes_rs == ["2754", "6316"]
    assert "Certifications : nouvelles 1," in out


def test_a_repeated_line_that_contradicts_is_rejected_and_the_first_one_kept(export):
    sains = [ligne(Code_Diplome=str(code)) for code in range(1, 11)]
    out = import_(export(*sains, ligne(Code_Diplome="3", Libelle_Diplome="Autre")))
    assert Certification.objects.get(pk="3").intitule == "CAP boucher"
    assert "lignes rejetées 1" in out
    assert "ligne 12 : elle contredit une ligne précédente du code 3" in out


def test_quotes_are_letters_and_certifiers_stay_as_published(export):
    import_(export(ligne(Libelle_Diplome='Titre "pro" d’usage', certificateur="IFC, Rhône, Paris")))
    certification = Certification.objects.get()
    assert certification.intitule == 'Titre "pro" d’usage'
    assert certification.certificateurs == "IFC, Rhône, Paris"


def test_accents_broken_by_a_double_conversion_are_mended(export):
    casse = ligne(Libelle_Diplome="Directeur d'@tablissement")
    path = export(casse)
    path.write_bytes(path.read_bytes().replace(b"@", b"e\xcc\x81"))
    import_(path)
    assert Certification.objects.get().intitule == "Directeur d'établissement"


def test_an_undecodable_byte_alone_does_not_stop_the_import(export):
    path = export(ligne(Libelle_Diplome="Titre @"))
    path.write_bytes(path.read_bytes().replace(b"@", b"\x81"))
    import_(path)
    assert Certification.objects.get().intitule == "Titre \ufffd"


def test_replacements_are_many_to_many_and_old_codes_need_not_exist(export):
    import_(
        export(
            ligne(Code_Diplome="10", Code_Ancien_Diplome="1", Intitulé_Ancien_Diplome="Vieux"),
            ligne(Code_Diplome="11", Code_Ancien_Diplome="1", Etat_Ancien_Diplome_Libelle="archivée"),
            ligne(Code_Diplome="12", Code_Ancien_Diplome="12"),
        )
    )
    assert set(Remplacement.objects.values_list("ancien_code", "nouvelle")) == {("1", "10"), ("1", "11")}
    assert Remplacement.objects.get(nouvelle="10").ancien_intitule == "Vieux"


def test_a_replacement_that_the_new_code_no_longer_states_is_taken_back(export):
    import_(export(ligne(Code_Diplome="10", Code_Ancien_Diplome="1")))
    out = import_(export(ligne(Code_Diplome="10", Code_Ancien_Diplome="2")))
    assert list(Remplacement.objects.values_list("ancien_code", flat=True)) == ["2"]
    assert (
        "Remplacements de codes : nouvelles 1, modifiées 0, inchangées 0, absentes du fichier 1 (retirés)"
        in out
    )


def test_a_second_run_writes_nothing(export):
    path = export(ligne(Code_Ancien_Diplome="1"), ligne(Code_Diplome="2", Code_Niveau_Europeen=""))
    import_(path)
    versions = "SELECT xmin::text FROM catalogue_certification ORDER BY code"
    before = _column(versions)
    out = import_(path)
    assert _column(versions) == before
    assert "Certifications : nouvelles 0, modifiées 0, inchangées 2" in out
    assert "Aucun changement : la base est à jour." in out


def test_a_change_is_counted_and_what_the_carif_oref_typed_is_kept(export):
    import_(export(ligne()))
    Certification.objects.update(objectif="Exercer le métier", programme="Découpe")
    out = import_(export(ligne(Libelle_Diplome="CAP boucher rénové")))
    certification = Certification.objects.get()
    assert certification.intitule == "CAP boucher rénové"
    assert (certification.objectif, certification.programme) == ("Exercer le métier", "Découpe")
    assert "nouvelles 0, modifiées 1, inchangées 0" in out


def test_a_code_gone_from_the_file_is_dated_kept_and_comes_back(export):
    codes = [ligne(Code_Diplome=str(code)) for code in range(1, 11)]
    import_(export(*codes))
    out = import_(export(*codes[1:]))
    assert Certification.objects.get(pk="1").retiree_le == timezone.localdate()
    assert "absentes du fichier 1 (datées du retrait, conservées)" in out
    assert "absentes du fichier 0" in import_(export(*codes[1:])).splitlines()[1]
    import_(export(*codes))
    assert Certification.objects.get(pk="1").retiree_le is None


def test_a_rejected_line_does_not_retire_its_code(export):
    codes = [ligne(Code_Diplome=str(code)) for code in range(1, 11)]
    import_(export(*codes))
    import_(export(*codes[:9], ligne(Code_Diplome="10", Code_Niveau_Europeen="9")))
    assert Certification.objects.get(pk="10").retiree_le is None


@pytest.mark.parametrize(
    ("valeurs", "raison"),
    [
        ({"Code_Diplome": "12A"}, "le code Certifinfo n’est pas un nombre : « 12A »"),
        ({"Libelle_Diplome": " "}, "le code 31999 n’a pas d’intitulé"),
        ({"Libelle_Diplome": "x" * 501}, "l’intitulé du code 31999 dépasse 500 caractères"),
        ({"Libelle_Type_Diplome": ""}, "le code 31999 n’a pas de type de diplôme"),
        ({"Etat": "7"}, "l’état « 7 » n’est pas connu (0, 4 ou 11)"),
        ({"Code_Niveau_Europeen": "2"}, "le niveau « 2 » n’est pas connu (vide, ou 3 à 8)"),
        ({"Date_MaJ": "31/02/2024"}, "la date de mise à jour n’est pas une date JJ/MM/AAAA : « 31/02/2024 »"),
        ({"Annee_Derniere_Session": "20"}, "la dernière session n’est pas une année : « 20 »"),
        ({"Code_RS": "RS12"}, "le code RS n’est pas un nombre : « RS12 »"),
        ({"Code_Ancien_Diplome": "?"}, "l’ancien code n’est pas un nombre : « ? »"),
        ({"valideur": "a;b"}, "elle n’a pas le bon nombre de colonnes"),
    ],
)
def test_an_unreadable_line_is_rejected_with_its_number_and_reason(export, valeurs, raison):
    sains = [ligne(Code_Diplome=str(code)) for code in range(1, 11)]
    out = import_(export(*sains[:5], ligne(**valeurs), *sains[5:]))
    assert f"    ligne 7 : {raison}\n" in out
    assert Certification.objects.count() == 10


def test_too_many_unreadable_lines_refuse_the_file(export):
    with pytest.raises(CommandError, match=r"1 lignes sur 2 .* illisibles .* n° 3"):
        import_(export(ligne(), ligne(Code_Diplome="x")))
    assert not Certification.objects.exists()


def test_a_foreign_file_is_refused_in_one_sentence(tmp_path):
    path = tmp_path / "autre.csv"
    path.write_text("code_insee;nom\n44109;Nantes\n")
    with pytest.raises(
        CommandError, match="n’est pas l’export de Certif Info : il y manque la colonne « Code_Diplome »"
    ):
        import_(path)


@pytest.mark.parametrize("content", [b"", b"\n \n", b"PK\x03\x04\0\0"])
def test_an_empty_or_binary_file_is_refused(tmp_path, content):
    path = tmp_path / "vide.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=r"est vide|n’est pas un fichier de texte"):
        import_(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(CommandError, match=r"est illisible : aucun fichier ni dossier n’a ce nom.*absent"):
        import_(tmp_path / "absent.csv")


@pytest.mark.parametrize("coupe", [1, 3, 40])
def test_a_file_cut_within_its_last_line_is_refused_and_changes_nothing(export, coupe):
    path = export(*(ligne(Code_Diplome=str(code)) for code in range(1, 11)))
    path.write_bytes(path.read_bytes()[:-coupe])
    if coupe == 1:  # only the line feed is missing: the carriage return remains
        assert path.read_bytes().endswith(b"\r")
    with pytest.raises(CommandError, match="semble coupé : sa dernière ligne \\(n° 11\\) est incomplète"):
        import_(path)
    assert not Certification.objects.exists()


def test_a_file_cut_between_two_lines_is_refused_unless_forced(export):
    codes = [ligne(Code_Diplome=str(code)) for code in range(1, 11)]
    import_(export(*codes))
    with pytest.raises(CommandError, match=r"Il manque au fichier .* 3 des 10 codes en vigueur"):
        import_(export(*codes[:7], ligne(Code_Diplome="99")))
    assert not Certification.objects.filter(pk="99").exists()
    assert not Certification.objects.exclude(retiree_le=None).exists()
    import_(export(*codes[:7]), force=True)
    assert Certification.objects.exclude(retiree_le=None).count() == 3


def test_dry_run_tells_all_and_changes_nothing(export):
    CertificationFactory(code="31999", intitule="Autre titre")
    out = import_(export(ligne(), ligne(Code_Diplome="2")), dry_run=True)
    assert "nouvelles 1, modifiées 1" in out
    assert "rien n’a été changé" in out
    assert Certification.objects.get().intitule == "Autre titre"


def test_reading_is_shown_on_a_terminal_only(export, monkeypatch, capsys):
    path = export(*(ligne(Code_Diplome=str(code)) for code in range(1, 1002)))
    import_(path, dry_run=True)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    import_(path, dry_run=True)
    assert capsys.readouterr().err == "\rLecture : 500 lignes\rLecture : 1000 lignes\rLecture : 1001 lignes\n"


def test_the_real_file_comes_in_whole_and_twice(reference):
    path = next((reference / "certifinfo").glob("opendata-certifinfo-*.csv"))
    out = import_(path)
    assert "Certifications : nouvelles 10095, " in out
    assert "lignes rejetées 0" in out
    assert "Remplacements de codes : nouvelles 5484" in out
    assert Remplacement.objects.get(ancien_code="31999").nouvelle.code_rncp == "37535"
    assert Certification.objects.get(pk="117150").intitule.startswith(
        "Directeur d'établissement de luxe en hôtellerie"
    )
    assert Certification.objects.filter(niveau=None).count() > 3000
    assert "Aucun changement" in import_(path)


def _column(sql) -> list:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [row[0] for row in cursor.fetchall()]
