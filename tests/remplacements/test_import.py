"""A new file of Certif Info: which actions it touches, told before (`--dry-run`) and after."""

import csv
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from catalogue.models import Certification, Remplacement
from catalogue.referentiels import effets
from tests.factories import ActionFactory, FormationFactory, OrganismeFactory, publier
from tests.referentiels.conftest import export, ligne, reference

pytestmark = pytest.mark.django_db
__all__ = ["export", "reference"]

#: Codes that no action carries, so that a file which lacks one of ours is not taken for a cut one.
AUTRES = [ligne(Code_Diplome=str(code)) for code in range(1, 8)]


def import_(path, *options) -> str:
    out = StringIO()
    call_command("import_certifinfo", path, *options, stdout=out)
    return out.getvalue().replace("\u00a0", " ")


@pytest.fixture
def offre(export):
    """Three actions on 31999, of two organismes, one of them online; an archived one on 32000."""
    import_(export(*AUTRES, ligne(), ligne(Code_Diplome="32000", Libelle_Diplome="CAP charcutier")))
    formation = FormationFactory(certification_id="31999", organisme__raison_sociale="=Estuaire")
    en_ligne = publier(ActionFactory(formation=formation, complete=True))
    autres = [
        ActionFactory(formation=formation),
        ActionFactory(formation=FormationFactory(certification_id="31999")),
    ]
    ActionFactory(formation=FormationFactory(certification_id="32000"), archivee=True)
    return [en_ligne, *autres]


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_the_actions_of_a_retired_code_are_listed_before_and_after(options, export, offre):
    out = import_(export(*AUTRES), "--force", *options)
    numeros = ", ".join(str(action.pk) for action in offre)
    assert "Effets sur l’offre : 1 code, 3 actions." in out
    assert "31999 CAP boucher : retiré de Certif Info" in out
    assert f"3 actions de 2 organismes, 1 session en ligne : {numeros}" in out
    assert "32000" not in out.partition("Effets")[2]
    assert (Certification.objects.get(pk="31999").retiree_le is None) == bool(options)


def test_a_code_newly_replaced_is_told_once(export, offre):
    fichier = export(
        *AUTRES, ligne(), ligne(Code_Diplome="114763", Libelle_Diplome="Boucher", Code_Ancien_Diplome="31999")
    )
    assert "31999 CAP boucher : remplacé par 114763" in import_(fichier, "--force")
    assert "aucune action ne porte un code touché" in import_(fichier, "--force")
    assert Remplacement.objects.count() == 1


def test_a_new_title_level_and_last_year_are_told_with_the_old_ones(export, offre):
    change = ligne(
        Libelle_Diplome="CAP boucher et traiteur", Code_Niveau_Europeen="4", Annee_Derniere_Session="2025"
    )
    out = import_(export(*AUTRES, change), "--force")
    assert "intitulé : CAP boucher → CAP boucher et traiteur" in out
    assert "niveau de sortie : Niveau 3 (CAP, BEP) → Niveau 4 (bac)" in out
    assert "dernière session : aucune → 2025" in out


def test_a_code_that_comes_back_is_told(export, offre):
    import_(export(*AUTRES), "--force")
    assert "31999 CAP boucher : de retour dans Certif Info" in import_(export(*AUTRES, ligne()))


def test_a_change_that_touches_no_action_is_said_to_touch_none(export, offre):
    out = import_(export(*AUTRES, ligne(), ligne(Code_Diplome="32000", Libelle_Diplome="Autre")), "--force")
    assert "modifiées 1" in out
    assert "Effets sur l’offre : aucune action ne porte un code touché." in out


def test_the_whole_list_goes_to_a_file_without_formulas(export, offre, tmp_path):
    liste = tmp_path / "actions.csv"
    out = import_(export(*AUTRES), "--force", "--dry-run", "--actions", str(liste))
    assert f"La liste des actions est dans {liste}." in out
    rows = list(csv.DictReader(liste.read_text("utf-8-sig").splitlines(), delimiter=";"))
    assert [int(row["Action"]) for row in rows] == [action.pk for action in offre]
    assert rows[0]["Organisme"] == "'=Estuaire"
    assert {row["Ce qui change"] for row in rows} == {"retiré de Certif Info"}
    assert [row["Sessions en ligne"] for row in rows] == ["1", "0", "0"]


@pytest.mark.parametrize("nom", ["", "absent/actions.csv"])
def test_a_list_that_cannot_be_written_is_told_before_anything_changes(export, offre, tmp_path, nom):
    """Imported a second time, the file would change nothing, and the list would be empty."""
    with pytest.raises(CommandError, match="La liste des actions ne peut pas être écrite"):
        import_(export(*AUTRES), "--force", "--actions", str(tmp_path / nom))
    assert "retiré de Certif Info" in import_(export(*AUTRES), "--force")


def test_a_list_that_the_disk_refuses_is_told(export, offre):
    with pytest.raises(CommandError, match="écrite\u00a0: le disque est plein"):
        import_(export(*AUTRES), "--force", "--actions", "/dev/full")


def test_a_long_list_is_cut_and_counted(export, offre, monkeypatch):
    monkeypatch.setattr(effets, "ACTIONS_MONTREES", 2)
    monkeypatch.setattr(effets, "CODES_MONTRES", 1)
    ActionFactory(formation=FormationFactory(organisme=OrganismeFactory(), certification_id="1"))
    out = import_(export(*AUTRES[1:]), "--force")
    assert "2 codes, 4 actions" in out
    assert "… et 1 autre code" in out
    monkeypatch.setattr(effets, "CODES_MONTRES", 9)
    assert f"{offre[0].pk}, {offre[1].pk} … et 1 autre" in import_(
        export(*AUTRES, ligne()), "--force", "--dry-run"
    )


@pytest.mark.parametrize("n", [1, 3])
def test_the_queries_do_not_grow(n, export, offre, django_assert_num_queries):
    for code in range(1, n + 1):
        ActionFactory.create_batch(n, formation=FormationFactory(certification_id=str(code)))
    with django_assert_num_queries(1):
        avant = effets.photograph()
    Certification.objects.update(intitule="Autre")
    with django_assert_num_queries(2):
        assert len(effets.effects_since(avant)) == n + 1


def test_the_published_file_on_an_older_one(reference, offre):
    """The real file: 31999 and whatever else it says of the codes that our actions carry."""
    fichier = next((reference / "certifinfo").glob("opendata-certifinfo-*.csv"))
    out = import_(fichier, "--force", "--dry-run")
    assert "Effets sur l’offre : 1 code, 3 actions." in out
    assert "31999" in out.partition("Effets")[2]
