"""The schema's one reading of many sheets, without a tree, says what it says of each of them."""

import pytest

from catalogue.lheo import fragments, reconstruction, schema
from catalogue.lheo.ecriture import TROU, Moule
from catalogue.lheo.fragment import Redacteur
from catalogue.models import FragmentLheo
from tests.factories import publier
from tests.lheo.outils import multiply, with_schema

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheets() -> list[str]:
    """Three sessions of an action, and one of another."""
    publier()
    multiply(2)
    publier()
    return list(FragmentLheo.objects.order_by("diffusion__action", "pk").values_list("xml", flat=True))


@with_schema
@pytest.mark.parametrize(
    ("juste", "faux"),
    [
        ("<certifiante>1<", "<certifiante>oui<"),
        ("</debut>", "9</debut>"),
        ("<ville>", "<commune/><ville>"),
        ("objectif-formation>", "objectif>"),
        ("</domaine-formation>", "</domaine-formation><domaine-formation/>"),
        ("</organisme-formation-responsable>", "<x/></organisme-formation-responsable>"),
        ("</session>", "</session"),
        ("<lieu-de-formation>", "\x0b<lieu-de-formation>"),
        (" datecrea=", " inconnu="),
    ],
)
@pytest.mark.parametrize("rang", range(4))
def test_the_one_that_is_refused_is_found(sheets, juste, faux, rang):
    sheets[rang] = sheets[rang].replace(juste, faux)
    refus = schema.refusals(sheets)
    assert [place for place, raison in enumerate(refus) if raison] == [rang]


@with_schema
def test_none_is_refused(sheets):
    assert schema.refusals(sheets) == [""] * 4
    assert schema.refusals([]) == []


def test_neighbours_share_their_formation(sheets):
    ensemble = schema._gathered(sheets)
    assert (ensemble.count("<formation "), ensemble.count("<action ")) == (2, 4)


def test_a_mould_is_filled_whole():
    moule = Moule(f"<a>{TROU}</a><b>{TROU}</b>")
    assert moule.fill("1", "") == "<a>1</a><b></b>"
    with pytest.raises(ValueError, match="assign sequence of size"):
        moule.fill("1")


def test_what_is_read_by_parts_is_what_was_written(sheets):
    """A rebuilding reads the parts of sheets from the base; a validation has them in memory."""
    actions = FragmentLheo.objects.values_list("diffusion__action", flat=True).distinct()
    assert fragments.rewrite(list(actions), Redacteur()) == (4, 0)


def test_an_action_withdrawn_meanwhile_leaves_nothing_to_write():
    assert fragments.rewrite([0], Redacteur()) == (0, 0)
    assert list(reconstruction.rebuild()) == []


@with_schema
@pytest.mark.parametrize("repetee", ["lieu-de-formation", "organisme-formateur"])
def test_what_neighbours_repeat_is_read_once_and_at_its_place_only(sheets, repetee):
    assert schema._gathered(sheets).count(f"</{repetee}>") < len(sheets)
    for rang, sheet in enumerate(sheets):
        element = sheet[sheet.index(f"<{repetee}") : sheet.index(f"</{repetee}>")] + f"</{repetee}>"
        ailleurs = sheet.replace(element, "").replace("<session ", f"{element}<session ", 1)

        refus = schema.refusals([*sheets[:rang], ailleurs, *sheets[rang + 1 :]])

        assert [place for place, raison in enumerate(refus) if raison] == [rang]
