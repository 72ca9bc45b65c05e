"""Addresses of the rows of a list are those of `reverse`."""

import pytest
from django.test.utils import override_script_prefix
from django.urls import reverse

from sofi.adresses import adresse_of


@pytest.mark.parametrize("prefixe", ["/", "/sofi-2030/"])
@pytest.mark.parametrize(
    ("nom", "cle"),
    [("validation:dossier", 20), ("diffusion:session", "52_000120"), ("diffusion:fiche_pdf", "52_000100")],
)
def test_the_address_of_a_row(prefixe, nom, cle):
    with override_script_prefix(prefixe):
        assert adresse_of(nom, cle) == reverse(nom, args=[cle])
        assert adresse_of(nom, cle).startswith(prefixe)
