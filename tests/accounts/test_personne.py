"""Whose session it is: read with it, and believed only when Django's own reading would say the same."""

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY
from django.urls import reverse

from accounts.models import SessionNavigateur, User
from tests.factories import OrganismeFactory, UserFactory

pytestmark = pytest.mark.django_db
COMPTE = reverse("accounts:compte")


@pytest.fixture
def nadia(client):
    user = UserFactory(organisme=OrganismeFactory(), prenom="Nadia")
    client.force_login(user)
    return user


def password_changed(client, user):
    user.set_password("un autre mot de passe, assez long")
    user.save()


def account_closed(client, user):
    User.objects.filter(pk=user.pk).update(is_active=False)


def backend_gone(client, user):
    _write(client, BACKEND_SESSION_KEY, "ailleurs.Backend")


def no_proof(client, user):
    _write(client, HASH_SESSION_KEY, "")


def row_of_somebody_else(client, user):
    """The row and what it holds disagree: what it holds, signed, is what Django believes."""
    SessionNavigateur.objects.update(user=UserFactory(prenom="Paul"))


def _write(client, cle, valeur):
    session = client.session
    session[cle] = valeur
    session.save()


@pytest.mark.parametrize("spoil", [password_changed, account_closed, backend_gone, no_proof])
def test_whoever_django_would_not_know_is_signed_out(client, nadia, spoil):
    assert client.get(COMPTE).status_code == 200
    spoil(client, nadia)
    assert client.get(COMPTE).status_code == 302


def test_the_session_is_believed_rather_than_its_row(client, nadia):
    row_of_somebody_else(client, nadia)
    page = client.get(COMPTE).content.decode()
    assert "Nadia" in page
    assert "Paul" not in page


def test_a_session_opened_under_the_former_secret_goes_on(client, nadia, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "le nouveau secret, que personne ne connaît encore"
    # The cookie's key is hashed without the secret; what the row holds was signed with the former one.
    assert client.get(COMPTE).status_code == 200
