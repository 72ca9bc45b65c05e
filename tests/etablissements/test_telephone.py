"""A telephone number, as people type it."""

import re

import pytest
from django.core.exceptions import ValidationError

from catalogue.identifiants import TELEPHONE, clean_telephone


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("", ""),
        ("   ", ""),
        ("0240204020", "02 40 20 40 20"),
        ("02.40.20.40.20", "02 40 20 40 20"),
        ("02-40-20-40-20", "02 40 20 40 20"),
        ("02 40\u00a020\u202f40 20", "02 40 20 40 20"),
        ("+33 2 40 20 40 20", "02 40 20 40 20"),
        ("+33 (0)2 40 20 40 20", "02 40 20 40 20"),
        ("0033240204020", "02 40 20 40 20"),
        ("3949", "3949"),
        ("+32 2 123 45 67", "+32 2 123 45 67"),
        ("0032 2 123 45 67", "+32 2 123 45 67"),
        ("+44.20.7946.0958", "+44 20 7946 0958"),
    ],
)
def test_a_number_is_arranged(typed, stored):
    assert clean_telephone(typed) == stored
    assert not stored or re.fullmatch(TELEPHONE, stored)
    assert clean_telephone(stored) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "02 40 20 40",
        "0040",
        "02 40 20 40 20 poste 12",
        "+33 2 40 20 40",
        "+1",
        "+" + "1" * 16,
        "1" * 5000,
        "²" * 10,
        "٠٢٤٠٢٠٤٠٢٠",
        "\x00",
        "02402040201",
    ],
)
def test_what_is_no_number_is_refused_with_the_remedy(typed):
    with pytest.raises(ValidationError, match="10 chiffres"):
        clean_telephone(typed)
