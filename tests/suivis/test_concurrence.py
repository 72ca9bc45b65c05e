"""Two tabs, two workers: one row, one mail, and never more than ten searches."""

import pytest
from django.http import QueryDict
from django.utils import timezone

from catalogue import recherches_suivies
from catalogue.models import RechercheSuivie
from catalogue.recherche.filtres import OffreFilter
from catalogue.recherches_suivies import TropDeRecherches, envoi, vie
from sofi.models import Courriel
from tests.concurrence import race, without_locks
from tests.factories import RechercheSuivieFactory
from tests.recherche.outils import Offre
from tests.suivis.outils import ZOE, morning, put

pytestmark = pytest.mark.django_db(transaction=True)


def ask():
    recherches_suivies.ask(ZOE, OffreFilter(QueryDict("q=boulanger")), timezone.now())


@pytest.mark.parametrize("est_connue", [False, True])
def test_a_double_click_makes_one_row_and_one_mail(est_connue):
    if est_connue:
        RechercheSuivieFactory(courriel=ZOE, a_confirmer=True)
    assert race(ask, ask, ask) == [None] * 3
    assert RechercheSuivie.objects.count() == Courriel.objects.count() == 1


def ask_without_waiting_for_the_row(courriel, requete, now):
    """What `_lock_or_create` would be without its lock."""
    return RechercheSuivie.objects.get(courriel=courriel, requete=requete)


def test_without_the_lock_of_the_row_a_double_click_would_write_twice(monkeypatch):
    RechercheSuivieFactory(courriel=ZOE, a_confirmer=True)
    monkeypatch.setattr(vie, "_lock_or_create", ask_without_waiting_for_the_row)
    with without_locks((vie, "_is_recent")):
        race(ask, ask)
    assert Courriel.objects.count() == 2


def confirm_the_tenth_twice() -> list:
    """Two links of an address that follows nine searches, confirmed at the same moment."""
    for n in range(9):
        RechercheSuivieFactory(courriel=ZOE, requete=f"q=mot{n}")
    for jeton in ("un", "deux"):
        RechercheSuivieFactory(courriel=ZOE, requete=f"q={jeton}", jeton=jeton, a_confirmer=True)
    now = timezone.now()
    return race(*(lambda jeton=jeton: recherches_suivies.confirm(jeton, now) for jeton in ("un", "deux")))


def test_two_tabs_that_confirm_at_once_do_not_pass_the_limit():
    results = confirm_the_tenth_twice()
    assert sorted(type(result) for result in results if result) == [TropDeRecherches]
    assert RechercheSuivie.objects.suivies().count() == 10


def test_without_the_lock_of_the_address_they_would():
    with without_locks((vie, "_count_others")):
        assert confirm_the_tenth_twice() == [None, None]
    assert RechercheSuivie.objects.suivies().count() == 11


def test_two_tabs_that_confirm_the_same_link_both_succeed():
    RechercheSuivieFactory(courriel=ZOE, a_confirmer=True, jeton="un")
    now = timezone.now()
    assert race(*[lambda: recherches_suivies.confirm("un", now)] * 2) == [None, None]


def two_workers() -> list:
    """The same morning, by two workers at once; the addresses written to."""
    RechercheSuivieFactory(courriel=ZOE)
    put(Offre())
    Courriel.objects.all().delete()
    race(*[lambda: recherches_suivies.morning(morning())] * 2)
    return list(Courriel.objects.values_list("destinataire", flat=True))


def test_two_workers_send_once():
    assert two_workers() == [ZOE]


def test_without_the_lock_both_would_send():
    with without_locks((envoi, "_is_due")):
        assert two_workers() == [ZOE, ZOE]
