"""One code, fifty browsers, one sign-in: real threads, and controls without the lock."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.facteur import secours, totp
from accounts.models import EvenementSecurite, Totp
from tests.concurrence import race, without_locks
from tests.facteurs import code_de, code_of
from tests.factories import MOT_DE_PASSE, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

FOIS = 50


def waiting_browsers(agent) -> list[Client]:
    """As many browsers where the password has just been given."""
    clients = [Client() for _ in range(FOIS)]
    for client in clients:
        client.post(reverse("accounts:login"), {"username": agent.email, "password": MOT_DE_PASSE})
    return clients


def signed_in(clients) -> int:
    return sum("_auth_user_id" in client.session for client in clients)


def test_fifty_uses_of_one_code_are_one_sign_in(agent):
    clients = waiting_browsers(agent)
    code = code_de(agent)

    race(*(lambda c=client: c.post("/connexion/code/", {"code": code}) for client in clients))

    assert signed_in(clients) == 1
    assert EvenementSecurite.objects.filter(type="connexion").count() == 1
    # Five were read and refused; the others waited for nothing: the generator was already closed to them.
    assert Totp.objects.get().throttling_failure_count == 5
    assert EvenementSecurite.objects.filter(type="second_facteur_refuse").count() == 5


def test_fifty_uses_of_one_recovery_code_are_one_sign_in(agent, monkeypatch):
    monkeypatch.setattr(secours, "ESSAIS", 2 * FOIS)  # the throttle alone would stop most of them
    clients = waiting_browsers(agent)
    code = secours.create_codes(agent)[7]

    race(*(lambda c=client: c.post("/connexion/code-de-secours/", {"code": code}) for client in clients))

    assert signed_in(clients) == 1
    assert agent.codes_secours.filter(utilise_le=None).count() == 9
    assert EvenementSecurite.objects.filter(type="code_secours_utilise").count() == 1


def refused(results) -> int:
    return sum(isinstance(result, totp.CodeRefuse | secours.SecoursRefuse) for result in results)


def test_one_code_in_two_hands_opens_once(agent):
    code = code_de(agent)

    results = race(*[lambda: totp.verifier(agent, code, origine=None)] * 2)

    assert refused(results) == 1


def test_control_without_the_lock_one_code_opens_twice(agent):
    code = code_de(agent)

    with without_locks((totp, "pas_of")):
        results = race(*[lambda: totp.verifier(agent, code, origine=None)] * 2)

    assert refused(results) == 0


def test_one_recovery_code_in_two_hands_opens_once(agent):
    code = secours.create_codes(agent)[0]

    results = race(*[lambda: secours.utiliser(agent, code, origine=None)] * 2)

    assert refused(results) == 1


def test_control_without_the_lock_one_recovery_code_opens_twice(agent):
    code = secours.create_codes(agent)[0]

    with without_locks((secours, "check_password")):
        results = race(*[lambda: secours.utiliser(agent, code, origine=None)] * 2)

    assert refused(results) == 0


def test_wrong_codes_tried_together_are_counted_one_by_one(agent):
    """Without the row's lock they would all be read before the first is counted."""
    checks = []
    pas_of = totp.pas_of

    def counted(*args):
        checks.append(1)
        return pas_of(*args)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(totp, "pas_of", counted)
        race(*[lambda: totp.verifier(agent, "000000", origine=None)] * 20)

    assert Totp.objects.get().throttling_failure_count == 5
    assert len(checks) == 10  # twice each: is it good, and was it


def test_two_set_ups_confirmed_together_leave_one_generator():
    agent = UserFactory(agent=True)
    graines = [totp.new_graine() for _ in range(2)]

    results = race(
        *(lambda g=graine: totp.installer(agent, g, code_of(g), origine=None) for graine in graines)
    )

    assert sum(isinstance(result, totp.DejaInstalle) for result in results) == 1
    assert Totp.objects.filter(user=agent).count() == 1
    assert agent.codes_secours.count() == 10
