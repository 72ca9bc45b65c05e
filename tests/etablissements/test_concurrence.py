"""Two people at the same moment on an organisme's sheet, a place or a contact, through the front door.

Each race is also run in a world without its guard, where its verdict must turn: the control.
"""

from unittest import mock

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from catalogue import workflow, workflow_site
from catalogue.enums import StatutSite
from catalogue.etablissements import saisie
from catalogue.models import Contact, EvenementEtablissement, Organisme, Site
from sofi.models import Courriel
from tests.concurrence import race, without_locks
from tests.etablissements.conftest import sign_in
from tests.factories import OrganismeFactory, SiteFactory, UserFactory, siret
from tests.tunnel.outils import fields

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 3


def twin_of(client: Client) -> Client:
    twin = Client()
    twin.cookies = client.cookies.copy()
    return twin


def new_site():
    organisme = OrganismeFactory()
    typed = {"nom": "Atelier", "ligne1": "3 rue du Port", "code_postal": "44000", "ville": "Nantes"}
    client = sign_in(UserFactory(organisme=organisme))
    return Site, reverse("etablissements:site_create", args=[organisme.pk]), client, typed


def new_contact():
    organisme = OrganismeFactory()
    client = sign_in(UserFactory(organisme=organisme))
    typed = {"type": "4", "telephone": "02 40 00 00 00"}
    return Contact, reverse("etablissements:contact_create", args=[organisme.pk]), client, typed


def new_organisme():
    client = sign_in(UserFactory(agent=True))
    typed = {"raison_sociale": "Nouveau", "siret": siret(4321)}
    return Organisme, reverse("etablissements:organisme_create"), client, typed


every_creation = pytest.mark.parametrize("creation", [new_site, new_contact, new_organisme])


def double_click(creation):
    model, url, client, typed = creation()
    data = fields(client.get(url)) | typed
    twin = twin_of(client)
    return model, (lambda: client.post(url, data), lambda: twin.post(url, data))


@every_creation
@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_double_click_makes_one_row(creation, _round):
    model, clicks = double_click(creation)
    results = race(*clicks)
    assert model.objects.count() == 1
    assert EvenementEtablissement.objects.filter(type="creation").count() == 1
    assert [result.status_code for result in results].count(302) >= 1
    # The second one either found the row of the first, or read that its SIRET is taken.
    assert {result.status_code for result in results} <= {200, 302}


@every_creation
def test_control_without_the_token_a_double_click_makes_two_or_breaks(creation):
    model, clicks = double_click(creation)
    with mock.patch.object(saisie, "_made_by", return_value=None):
        results = race(*clicks)
    doubled = model.objects.count() == 2
    broken = any(isinstance(result, IntegrityError) or result.status_code == 200 for result in results)
    assert doubled or broken


def two_colleagues():
    site = SiteFactory(organisme=OrganismeFactory())
    url = reverse("etablissements:site_edit", args=[site.pk])

    def save(nom):
        client = sign_in(UserFactory(organisme=site.organisme))
        data = fields(client.get(url)) | {"nom": nom}
        return lambda: client.post(url, data)

    return site, save("Premier"), save("Second")


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_two_colleagues_one_saves_and_the_other_keeps_what_was_typed(_round):
    site, *saves = two_colleagues()
    results = race(*saves)
    assert sorted(result.status_code for result in results) == [302, 409]
    site.refresh_from_db()
    loser = next(result for result in results if result.status_code == 409)
    assert {site.nom, fields(loser)["nom"]} == {"Premier", "Second"}
    assert EvenementEtablissement.objects.count() == 1


def test_control_without_the_lock_one_colleague_overwrites_the_other():
    _, *saves = two_colleagues()
    with without_locks((saisie, "_lock")):
        results = race(*saves)
    assert [result.status_code for result in results] == [302, 302]


def decisions(first, second):
    site = SiteFactory(statut=StatutSite.A_VALIDER)
    UserFactory(organisme=site.organisme)
    people = UserFactory(valideur=True), UserFactory(valideur=True)
    return site, [
        lambda by=by, nom=nom: workflow_site.apply_to_site(site.pk, nom, by=by, version=1, texte="Un motif")
        for by, nom in zip(people, (first, second), strict=True)
    ]


every_decision = pytest.mark.parametrize("noms", [("approve", "approve"), ("approve", "refuse")])


def check(site, results):
    """One winner, one refusal in French, one line, one mail."""
    refusals = [result for result in results if isinstance(result, workflow.TransitionRefusee)]
    assert len(refusals) == 1, results
    assert refusals[0].code in ("statut", "perimee")
    site.refresh_from_db()
    line = EvenementEtablissement.objects.get(objet_pk=site.pk)
    assert site.statut == workflow_site.SITE_TRANSITIONS[line.type].target
    assert (site.version, Courriel.objects.count()) == (2, 1)


@every_decision
@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_place_is_decided_once(noms, _round):
    site, calls = decisions(*noms)
    check(site, race(*calls))


@every_decision
def test_control_without_the_lock_a_place_is_decided_twice(noms):
    site, calls = decisions(*noms)
    with without_locks((workflow_site, "role_on")):
        results = race(*calls)
    with pytest.raises(AssertionError):
        check(site, results)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_decision_and_a_save_at_once_leave_nothing_unread(_round):
    """Validated on what was read, or put back: never active with an address nobody has checked."""
    site = SiteFactory(statut=StatutSite.A_VALIDER)
    client = sign_in(UserFactory(organisme=site.organisme))
    url = reverse("etablissements:site_edit", args=[site.pk])
    data = fields(client.get(url)) | {"ligne1": "9 rue Neuve"}
    by = UserFactory(valideur=True)
    race(
        lambda: client.post(url, data),
        lambda: workflow_site.apply_to_site(site.pk, "approve", by=by, version=1),
    )
    site.refresh_from_db()
    assert (site.statut, site.ligne1) in [
        (StatutSite.A_VALIDER, "9 rue Neuve"),
        (StatutSite.ACTIF, "1 rue des Écoles"),
    ]
