"""The nomenclatures that come with the project: enough to work without any other file."""

import pytest
from django.utils import timezone

from catalogue import textes
from catalogue.enums import EtatCertification, UsageTexte
from catalogue.models import (
    Certification,
    Commune,
    FicheRepertoire,
    Formacode,
    JourFerme,
    Remplacement,
    TexteType,
    TypeDispositif,
)
from tests.factories import CertificationFactory

from .test_import_certifinfo import run

#: LHÉO 2.3, table `dict-financeurs`.
FINANCEURS = {str(code) for code in range(21)} - {"1"}


@pytest.fixture
def _charge(db):
    run("load_nomenclatures")


@pytest.mark.usefixtures("_charge")
def test_there_are_certifications_of_every_level_and_state():
    niveaux = list(Certification.objects.values_list("niveau", flat=True))
    assert set(niveaux) == {None, 3, 4, 5, 6, 7, 8}
    assert min(niveaux.count(niveau) for niveau in set(niveaux)) >= 3
    assert set(Certification.objects.values_list("etat", flat=True)) == set(EtatCertification.values)
    assert Certification.objects.exclude(annee_derniere_session=None).exists()


@pytest.mark.usefixtures("_charge")
def test_the_code_of_the_manual_and_what_replaces_it_are_there():
    assert Certification.objects.get(pk="31999").intitule == "CAP boucher"
    assert list(Remplacement.objects.filter(ancien_code="31999").values_list("nouvelle", flat=True)) == [
        "114763"
    ]
    assert FicheRepertoire.objects.filter(pk="RNCP37535").exists()
    assert Formacode.objects.get(pk="21599").libelle == "Boucherie"


@pytest.mark.usefixtures("_charge")
def test_there_are_replacements_by_several_codes_and_in_chain():
    anciens = list(Remplacement.objects.values_list("ancien_code", flat=True))
    assert anciens.count("58434") == 2
    assert Remplacement.objects.filter(ancien_code="58310", nouvelle="114558").exists()
    assert Remplacement.objects.filter(ancien_code="114558", nouvelle="115829").exists()


@pytest.mark.usefixtures("_charge")
def test_private_funding_comes_first_and_is_the_only_one_open_to_organisations():
    ouverts = TypeDispositif.objects.filter(est_reserve_carif=False)
    assert list(ouverts) == [TypeDispositif.objects.first()]
    assert ouverts.get().code == "financement-prive"
    for dispositif in TypeDispositif.objects.all():
        assert set(dispositif.financeurs) <= FINANCEURS
        assert dispositif.financeurs


@pytest.mark.usefixtures("_charge")
def test_communes_of_the_five_departements_are_there_with_the_former_ones():
    assert set(Commune.objects.values_list("departement", flat=True)) == {"44", "49", "53", "72", "85"}
    assert Commune.objects.get(pk="44109").nom == "Nantes"
    assert Commune.objects.get(pk="44004").actuelle_id == "44163"


@pytest.mark.usefixtures("_charge")
def test_a_second_load_has_nothing_to_do():
    assert "Aucun changement" in run("load_nomenclatures")
    assert "Aucun changement" in run("load_nomenclatures", refresh=True)


@pytest.mark.django_db
def test_tables_already_filled_are_left_alone():
    CertificationFactory(code="1", intitule="À nous")
    run("load_nomenclatures")
    assert Certification.objects.count() == 1
    assert TypeDispositif.objects.exists()


@pytest.mark.usefixtures("_charge")
def test_there_are_prepared_texts_for_each_use_and_they_can_all_be_filled_in():
    rows = list(TexteType.objects.all())
    assert {row.usage for row in rows} == set(UsageTexte.values)
    assert [(row.libelle, textes.unknown(row.texte)) for row in rows if textes.unknown(row.texte)] == []
    assert all(row.texte == row.texte.strip() for row in rows)


@pytest.mark.usefixtures("_charge")
def test_three_years_of_holidays_are_closed_and_what_administrators_changed_stays():
    annee = timezone.localdate().year
    annees = {jour.year for jour in JourFerme.objects.values_list("jour", flat=True)}
    assert annees == {annee, annee + 1, annee + 2}

    JourFerme.objects.exclude(jour=f"{annee}-12-25").delete()
    TexteType.objects.exclude(usage="refus").delete()
    run("load_nomenclatures", refresh=True)
    assert JourFerme.objects.count() == 1
    assert set(TexteType.objects.values_list("usage", flat=True)) == {"refus"}


@pytest.mark.usefixtures("_charge")
def test_every_present_commune_has_a_position():
    assert not Commune.objects.filter(actuelle=None, latitude=None).exists()
