"""Two visitors never share what is said of a filter for one of them."""

from copy import deepcopy

from catalogue.recherche.filtres import OffreFilter
from catalogue.validation.filters import FileFilter


def test_what_a_request_says_of_its_filters_stays_its_own():
    mien, autre = OffreFilter({}), OffreFilter({})
    mien.filters["dispositif"].extra["choices"] = [("a", "A")]
    assert autre.filters["dispositif"].extra["choices"] != [("a", "A")]
    assert "choices" not in OffreFilter.base_filters["dispositif"].extra
    assert mien.filters["dispositif"].parent is mien
    assert autre.filters["dispositif"].parent is autre


def test_a_filter_with_a_method_calls_the_one_of_its_own_set():
    declares, copies = FileFilter.base_filters, deepcopy(FileFilter.base_filters)
    avec_methode = [name for name, one in declares.items() if one.method]
    assert avec_methode
    for name in avec_methode:
        assert copies[name].filter.f is copies[name]
        assert declares[name].filter.f is declares[name]
