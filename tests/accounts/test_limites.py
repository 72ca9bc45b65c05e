"""Tries are counted before the work they ask for."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sofi import limites
from sofi.models import Limite
from sofi.origine import Origine
from tests.concurrence import race

QUART = timedelta(minutes=15)


@pytest.mark.django_db
def test_tries_above_the_limit_are_refused_until_the_period_ends():
    answers = [limites.essayer("essai", "nadia", 3, QUART) for _ in range(5)]
    assert answers == [True, True, True, False, False]
    assert timedelta(minutes=14) < limites.attente("essai", "nadia") <= QUART

    assert limites.essayer("essai", "thomas", 3, QUART)
    assert limites.essayer("autre", "nadia", 3, QUART)

    Limite.objects.update(finit_le=timezone.now() - timedelta(seconds=1))
    assert limites.attente("essai", "nadia") == timedelta()
    answers = [limites.essayer("essai", "nadia", 3, QUART) for _ in range(4)]
    assert answers == [True, True, True, False]


@pytest.mark.django_db
def test_forgotten_tries_do_not_count():
    assert not all(limites.essayer("essai", "nadia", 1, QUART) for _ in range(2))
    limites.oublier("essai", "nadia")
    assert limites.essayer("essai", "nadia", 1, QUART)


@pytest.mark.django_db
def test_table_names_nobody(settings):
    limites.essayer("connexion:compte", "nadia.leroux@exemple.fr", 5, QUART)
    cle = Limite.objects.get().cle

    assert "nadia" not in cle
    assert len(cle) <= 100
    settings.SECRET_KEY = "une autre clé, et l’empreinte est une autre"
    assert limites.cle_of("connexion:compte", "nadia.leroux@exemple.fr") != cle


@pytest.mark.django_db(transaction=True)
def test_tries_of_the_same_moment_are_counted_one_by_one():
    answers = race(*[lambda: limites.essayer("essai", "nadia", 5, QUART)] * 40)

    assert sorted(answers) == [False] * 35 + [True] * 5


@pytest.mark.parametrize(
    ("ip", "reseau"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        (None, "inconnu"),
    ],
)
def test_network_is_what_an_attacker_cannot_change_cheaply(ip, reseau):
    assert limites.reseau_of(Origine(ip)) == reseau
