"""From a postal code and a town to a commune, as people type them."""

import pytest

from catalogue.communes import find_commune
from catalogue.villes import key_of
from tests.factories import CommuneFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def pays():
    """A few communes of the Pays de la Loire; 44150 is that of two of them."""
    CommuneFactory()
    CommuneFactory(insee="44184", nom="Saint-Nazaire", codes_postaux=["44600"])
    vair = CommuneFactory(insee="44163", nom="Vair-sur-Loire", codes_postaux=["44150"])
    CommuneFactory(insee="44003", nom="Ancenis-Saint-Géréon", codes_postaux=["44150"])
    CommuneFactory(insee="44004", nom="Anetz", codes_postaux=[], actuelle=vair)


@pytest.mark.parametrize(
    ("code", "ville", "garde", "insee"),
    [
        ("44000", "", "Nantes", "44109"),
        ("44100", "NANTES", "Nantes", "44109"),
        ("44600", "st nazaire", "Saint-Nazaire", "44184"),
        ("44600", "St-Nazaire", "Saint-Nazaire", "44184"),
        ("44600", "SAINT NAZAIRE", "Saint-Nazaire", "44184"),
        ("44150", "ancenis saint gereon", "Ancenis-Saint-Géréon", "44003"),
        ("44150", "Anetz", "Anetz", "44163"),
        ("44000", "NANTES CEDEX 1", "NANTES CEDEX 1", "44109"),
        ("44041", "Nantes Cedex 1", "Nantes Cedex 1", "44109"),
        ("44600", "ST NAZAIRE CEDEX", "ST NAZAIRE CEDEX", "44184"),
    ],
)
def test_the_commune_is_found(pays, code, ville, garde, insee):
    adresse = find_commune(code, ville)
    assert (adresse.ville, adresse.commune.insee) == (garde, insee)
    assert (adresse.erreur, adresse.avertissement, adresse.choix) == ("", "", [])


def test_several_communes_are_proposed_and_the_choice_is_followed(pays):
    adresse = find_commune("44150", "")
    assert [commune.nom for commune in adresse.choix] == ["Ancenis-Saint-Géréon", "Vair-sur-Loire"]
    assert "2 communes" in adresse.erreur
    choisie = find_commune("44150", "", "44163")
    assert (choisie.ville, choisie.commune.insee, choisie.erreur) == ("Vair-sur-Loire", "44163", "")


def test_a_choice_made_for_another_postal_code_is_not_followed(pays):
    adresse = find_commune("44150", "", "44109")
    assert adresse.commune is None
    assert adresse.erreur


def test_another_town_than_the_code_s_is_asked_about_and_never_replaced(pays):
    adresse = find_commune("44000", "Rezé")
    assert adresse.ville == "Rezé"
    assert [commune.nom for commune in adresse.choix] == ["Nantes"]
    assert "n’est pas une commune du code postal 44000" in adresse.erreur


def test_an_unknown_code_of_a_known_departement_is_refused_with_the_remedy(pays):
    adresse = find_commune("44999", "Nantes")
    assert adresse.champ == "code_postal"
    assert "CEDEX" in adresse.erreur


def test_an_unknown_cedex_is_kept_with_a_warning(pays):
    adresse = find_commune("44999", "Ville Inconnue CEDEX 3")
    assert (adresse.erreur, adresse.commune, adresse.ville) == ("", None, "Ville Inconnue CEDEX 3")
    assert "n’est pas connu" in adresse.avertissement


@pytest.mark.parametrize("ville", ["Rennes", "Rennes CEDEX 7"])
def test_outside_the_known_departements_the_text_is_kept(pays, ville):
    adresse = find_commune("35000", ville)
    assert (adresse.ville, adresse.commune, adresse.erreur, adresse.avertissement) == (ville, None, "", "")


def test_without_any_commune_imported_the_text_is_kept():
    assert find_commune("44000", "Nantes").ville == "Nantes"
    assert "Ville" in find_commune("44000", "").erreur


@pytest.mark.parametrize(
    ("nom", "key"),
    [
        ("Saint-Géréon", "saint gereon"),
        ("STE LUCE S/LOIRE", "sainte luce s loire"),
        ("L’Île-d’Elle", "l ile d elle"),
        ("Bœuf", "boeuf"),
        ("", ""),
    ],
)
def test_the_key_of_a_name(nom, key):
    assert key_of(nom) == key
