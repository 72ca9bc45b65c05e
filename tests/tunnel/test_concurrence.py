"""A double click, two tabs, two colleagues, at the same moment and through the front door.

Each race is also run in a world without its guard, where its verdict must turn: the control.
"""

from unittest import mock

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from catalogue import saisie
from catalogue.etablissements import saisie as etablissements_saisie
from catalogue.models import Action, Evenement, Session, Site
from tests.concurrence import race, without_locks
from tests.factories import (
    ActionFactory,
    DispositifFactory,
    FormationFactory,
    SessionFactory,
    SiteFactory,
    TypeDispositifFactory,
    UserFactory,
)
from tests.tunnel.outils import fields, words

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 3


def sign_in(organisme) -> Client:
    client = Client()
    client.force_login(UserFactory(organisme=organisme))
    return client


def double_click(url_name, parent_pk, organisme):
    """Two calls that post the same form, as two clicks do; they answer the address they lead to."""
    client = sign_in(organisme)
    url = reverse(f"tunnel:{url_name}", args=[parent_pk])
    data = fields(client.get(url))
    twin = Client()
    twin.cookies = client.cookies.copy()

    def click(poste):
        return lambda: poste.post(url, data).url

    return click(client), click(twin)


def new_action():
    formation = FormationFactory()
    return Action.objects.filter(formation=formation), "action_create", formation.pk, formation.organisme


def new_session():
    action = SessionFactory().action
    rows = Session.objects.filter(action=action, date_debut=None)
    return rows, "session_create", action.pk, action.organisme


def new_dispositif():
    session = SessionFactory()
    TypeDispositifFactory()
    return session.dispositifs.all(), "dispositif_create", session.pk, session.organisme


every_creation = pytest.mark.parametrize("creation", [new_action, new_session, new_dispositif])


@every_creation
@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_double_click_makes_one_row_and_leads_to_it_twice(creation, _round):
    rows, url_name, parent, organisme = creation()
    addresses = race(*double_click(url_name, parent, organisme))
    (row,) = rows
    assert addresses == [reverse(f"tunnel:{row._meta.model_name}", args=[row.pk])] * 2
    assert Evenement.objects.filter(type="creation").count() == 1


@every_creation
def test_control_without_the_lock_a_double_click_breaks(creation):
    rows, url_name, parent, organisme = creation()
    clicks = double_click(url_name, parent, organisme)
    with without_locks((saisie, "_made_by")):
        results = race(*clicks)
    assert any(isinstance(result, IntegrityError) for result in results) or rows.count() == 2


@every_creation
def test_control_without_the_token_a_double_click_makes_two(creation):
    rows, url_name, parent, organisme = creation()
    clicks = double_click(url_name, parent, organisme)
    with mock.patch.object(saisie, "_made_by", return_value=None):
        race(*clicks)
    assert rows.count() == 2


def two_colleagues():
    """Two people who have both opened a session and typed another capacity."""
    session = SessionFactory(capacite=12, places_disponibles=None)
    url = reverse("tunnel:session", args=[session.pk])

    def save(capacite):
        client = sign_in(session.organisme)
        data = fields(client.get(url)) | {"capacite": str(capacite)}
        return lambda: client.post(url, data)

    return session, save(20), save(30)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_two_colleagues_one_saves_and_the_other_keeps_what_was_typed(_round):
    session, first, second = two_colleagues()
    results = race(first, second)
    assert sorted(result.status_code for result in results) == [302, 409]
    loser = next(result for result in results if result.status_code == 409)
    session.refresh_from_db()
    typed = {20: "30", 30: "20"}[session.capacite]
    assert fields(loser)["capacite"] == typed
    assert "Rien n’a été écrasé" in words(loser)
    assert Evenement.objects.count() == 1


def test_control_without_the_lock_one_colleague_overwrites_the_other():
    session, first, second = two_colleagues()
    with without_locks((saisie, "_differ")):
        results = race(first, second)
    assert [result.status_code for result in results] == [302, 302]
    session.refresh_from_db()
    assert session.version == 2


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_deleting_a_session_while_its_dispositif_is_saved_never_breaks(_round):
    dispositif = DispositifFactory()
    session = dispositif.session
    client, colleague = sign_in(session.organisme), sign_in(session.organisme)
    url = reverse("tunnel:dispositif", args=[dispositif.pk])
    data = fields(client.get(url)) | {"codes_externes": "A1"}
    delete = reverse("tunnel:session_delete", args=[session.pk])
    saved, deleted = race(
        lambda: client.post(url, data),
        lambda: colleague.post(delete, {"action": session.action_id}),
    )
    assert saved.status_code in (302, 409)
    assert deleted.status_code == 302
    assert not Session.objects.filter(pk=session.pk).exists()


def delete_the_place_while_it_is_chosen():
    """A colleague deletes an unused place at the moment a session is typed there: (answers, rows left)."""
    action = ActionFactory()
    site = SiteFactory(organisme=action.organisme)
    client, colleague = sign_in(action.organisme), sign_in(action.organisme)
    url = reverse("tunnel:session_create", args=[action.pk])
    data = fields(client.get(url)) | {"site_lieu": site.pk}
    saved, deleted = race(
        lambda: client.post(url, data),
        lambda: colleague.post(reverse("etablissements:site_delete", args=[site.pk])),
    )
    return (
        saved,
        deleted,
        Session.objects.filter(action=action).count(),
        Site.objects.filter(pk=site.pk).count(),
    )


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_place_is_chosen_or_deleted_and_never_both(_round):
    saved, deleted, sessions, sites = delete_the_place_while_it_is_chosen()

    assert (saved.status_code, deleted.status_code) in [(302, 302), (200, 302)]
    assert sessions == sites == (1 if saved.status_code == 302 else 0)
    if saved.status_code == 200:
        assert "n’est plus proposée" in words(saved)


def test_control_without_the_lock_a_place_chosen_is_deleted():
    with without_locks((saisie, "_hold_site"), (etablissements_saisie, "is_used")):
        saved, deleted, *_ = delete_the_place_while_it_is_chosen()

    assert isinstance(saved, IntegrityError) or isinstance(deleted, IntegrityError)
