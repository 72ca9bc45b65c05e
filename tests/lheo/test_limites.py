"""What the writer knows of LHÉO is what the published schema says, where the schema is at hand."""

import pytest
from lxml import etree

from catalogue.lheo import schema
from catalogue.lheo.limites import CODES, DATES, ENTIERS, STRUCTURE, TEXTES
from tests.lheo.outils import with_schema

XS = "{http://www.w3.org/2001/XMLSchema}"
SUFFIXES = {("1", "1"): "", ("0", "1"): "?", ("1", "unbounded"): "+", ("0", "unbounded"): "*"}
pytestmark = with_schema


@pytest.fixture(scope="module")
def types():
    """The schema's types by name."""
    return {
        element.get("name"): element
        for element in etree.parse(schema.path()).getroot().iterchildren(f"{XS}*")
    }


def values(types, element, facet):
    return [found.get("value") for found in types[f"{element}-subtype"].iter(f"{XS}{facet}")]


def test_children_their_order_and_number(types):
    for element, enfants in STRUCTURE.items():
        found = []
        for child in types[f"{element}-subtype"].find(f"{XS}sequence"):
            nom = child.get("ref").removeprefix("lheo:")
            bornes = child.get("minOccurs"), child.get("maxOccurs")
            if nom != "extras":
                found.append(nom + SUFFIXES.get(bornes, "{{{},{}}}".format(*bornes)))
        assert enfants.split() == found, element


def test_lengths_of_texts(types):
    for element, (mini, maxi) in TEXTES.items():
        exact = values(types, element, "length")
        bornes = (
            values(types, element, "minLength") or exact or ["0"],
            values(types, element, "maxLength") or exact,
        )
        assert bornes == ([str(mini)], [str(maxi)]), element


def test_codes_of_tables(types):
    for element, codes in CODES.items():
        assert codes == set(values(types, element, "enumeration")), element


def test_dates_and_numbers(types):
    for element in DATES:
        assert values(types, element, "pattern") == ["[0-9][0-9][0-9][0-9][019][0-9][01239][0-9]"]
    for element in ENTIERS:
        assert types[f"{element}-subtype"].find(f"{XS}restriction").get("base") == "xs:long"
