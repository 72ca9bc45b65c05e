"""The demo is as good whatever the day and the hour it is loaded."""

from datetime import datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command

from catalogue import demo
from catalogue.models import Evenement
from catalogue.tableau_de_bord.compteurs import GROUPES, count

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2027, 1, 1, 0, 5, tzinfo=PARIS),  # a Friday, before anybody is at work
        datetime(2028, 2, 29, 23, 55, tzinfo=PARIS),
        datetime(2030, 8, 31, 12, 0, tzinfo=PARIS),  # a Saturday; the month after has no 31st
        datetime(2031, 3, 30, 2, 30, tzinfo=PARIS),  # a Sunday, the hour that the clocks skip
    ],
)
def test_no_counter_is_empty_and_nothing_is_to_come(moment):
    call_command("load_nomenclatures", stdout=StringIO())
    with demo.clock(moment) as now:
        call_command("load_demo", stdout=StringIO())
        nombres = count(get_user_model().objects.get(email="nadia.leroux@exemple.fr"))

    assert [key for key in _counters() if not nombres[key]] == []
    assert not Evenement.objects.filter(le__gt=now).exists()


def _counters() -> list[tuple[str, str]]:
    """The keys of the manual's ten counters."""
    return [(groupe.titre, etat.code) for groupe in GROUPES for etat in groupe.etats if etat.est_compteur]
