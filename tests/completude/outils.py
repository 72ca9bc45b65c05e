"""What the tests of the rules share: findings by code, on a fixed day."""

import re
from datetime import date

from catalogue import completude
from catalogue.completude.regles import HORS_REGLES, REGLES
from catalogue.models import Action

POIDS = HORS_REGLES | {code: poids for regle in REGLES for code, poids in regle.codes.items()}
LE = date(2027, 3, 15)


def found(action, on=LE, **options):
    """What is found; each finding must be in the table of the rules, with its weight.

    The organisme and the Carif-Oref read the same sentences, that speak to neither of them.
    """
    constats = completude.findings(Action.objects.with_tree().get(pk=action.pk), on, **options)
    assert all(POIDS[constat.code] is constat.poids for constat in constats)
    communs = [constat.message for constat in constats if not constat.est_interne]
    assert [
        message for message in communs if re.search(r"\b(votre|vos|vous)\b", message, re.IGNORECASE)
    ] == []
    return constats


def codes(action, on=LE) -> dict[str, bool]:
    """The findings by code, with whether each one blocks."""
    return {c.code: c.est_bloquant for c in found(action, on)}


def change(row, **fields):
    type(row).objects.filter(pk=row.pk).update(**fields)
