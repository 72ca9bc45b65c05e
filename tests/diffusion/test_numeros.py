"""Public numbers: made from a key, and read back."""

import pytest

from catalogue.numeros import ACTION, ORGANISME, cle_of, numero_action, numero_organisme


def test_a_number_gives_its_key_back():
    assert numero_action(34) == "52_AC34"
    assert numero_organisme(12) == "52_OF12"
    assert cle_of("52_AC34", ACTION) == 34
    assert cle_of("52_OF12", ORGANISME) == 12


@pytest.mark.parametrize(
    "numero",
    ["", "52_OF34", "53_AC34", "52_AC", "52_AC0", "52_AC034", "52_AC-1", "52_AC" + "9" * 19, "52_AC٣"],
)
def test_what_is_not_one_of_ours_has_none(numero):
    assert cle_of(numero, ACTION) is None
