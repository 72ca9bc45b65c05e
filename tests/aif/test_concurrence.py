"""Two people at the same moment on a request, with real threads; each race has its control without guard."""

from unittest import mock
from uuid import uuid4

import pytest
from django.db import IntegrityError

from catalogue import demandes_aif, hors_certifinfo
from catalogue.demandes_aif import DemandeRefusee
from catalogue.models import Action, DemandeAIF, EvenementAIF, Formation, TypeDispositif
from tests.aif.outils import new_offre
from tests.concurrence import race, without_locks
from tests.factories import DemandeAIFFactory, OrganismeFactory, SiteFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 3


def double_click():
    organisme = OrganismeFactory()
    nadia, jeton = UserFactory(organisme=organisme), uuid4()

    def send():
        row = DemandeAIFFactory.build(organisme=organisme, auteur=None)
        return demandes_aif.create(row, jeton, by=nadia)

    return send, send


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_double_click_makes_one_request(_round):
    results = race(*double_click())

    assert results[0] == results[1]
    assert (DemandeAIF.objects.count(), EvenementAIF.objects.count()) == (1, 1)


def test_control_without_the_token_s_lock_a_double_click_breaks():
    with mock.patch.object(demandes_aif, "_wait_for", return_value=None):
        for _ in range(20):
            results = race(*double_click())
            if any(isinstance(result, IntegrityError) for result in results):
                return
    pytest.fail("Vingt doubles clics sans verrou, et aucun n’a cassé")


def two_transformations():
    organisme, _ = OrganismeFactory(), TypeDispositif.objects.create(code="aif", libelle="AIF")
    site, demande = SiteFactory(organisme=organisme), DemandeAIFFactory(organisme=organisme)
    agents = UserFactory(agent=True), UserFactory(valideur=True)
    return demande, [
        lambda by=by: demandes_aif.transform(
            demande.pk, new_offre(organisme, site=site), uuid4(), by=by, version=1
        )
        for by in agents
    ]


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_two_agents_one_makes_the_offer_and_the_other_is_told_who(_round):
    demande, calls = two_transformations()
    results = race(*calls)

    (action,) = [r for r in results if isinstance(r, Action)]
    (refus,) = [r for r in results if isinstance(r, DemandeRefusee)]
    demande.refresh_from_db()
    assert demande.action == action
    assert refus.code == "statut"
    assert str(demande.examinateur) in str(refus)
    assert (Formation.objects.count(), EvenementAIF.objects.count()) == (1, 1)


def test_control_without_the_lock_two_agents_make_two_offers():
    _, calls = two_transformations()
    with without_locks((demandes_aif, "_lock")):
        results = race(*calls)

    assert not any(isinstance(r, DemandeRefusee) for r in results)
    assert Formation.objects.count() == 2


def cancel_and_take():
    demande = DemandeAIFFactory()
    nadia, agent = UserFactory(organisme=demande.organisme), UserFactory(agent=True)
    return demande, (
        lambda: demandes_aif.cancel(demande.pk, by=nadia),
        lambda: demandes_aif.take(demande.pk, by=agent),
    )


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_cancelled_and_taken_at_once_only_one_holds(_round):
    demande, calls = cancel_and_take()
    results = race(*calls)

    assert [isinstance(r, DemandeRefusee) for r in results].count(True) == 1
    demande.refresh_from_db()
    assert demande.statut == ("annulee" if isinstance(results[1], DemandeRefusee) else "prise")
    assert EvenementAIF.objects.count() == 1


def test_control_without_the_lock_both_believe_they_won():
    _, calls = cancel_and_take()
    with without_locks((demandes_aif, "_lock")):
        results = race(*calls)

    # The second one to write overwrites the first, or breaks on the database's last guard.
    assert all(isinstance(r, DemandeAIF | IntegrityError) for r in results)


def two_takers():
    demande = DemandeAIFFactory()
    return [
        lambda by=by: demandes_aif.take(demande.pk, by=by) for by in UserFactory.create_batch(2, agent=True)
    ]


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_two_takers_one_has_it_and_the_other_reads_who(_round):
    results = race(*two_takers())

    (demande,) = [r for r in results if isinstance(r, DemandeAIF)]
    (refus,) = [r for r in results if isinstance(r, DemandeRefusee)]
    assert (refus.code, str(demande.examinateur) in str(refus)) == ("prise", True)


def test_control_without_the_lock_both_take():
    with without_locks((demandes_aif, "_lock")):
        results = race(*two_takers())

    assert all(isinstance(r, DemandeAIF) for r in results)


def two_clicks_without_request():
    organisme, _ = OrganismeFactory(), TypeDispositif.objects.create(code="aif", libelle="AIF")
    site, agent, jeton = SiteFactory(organisme=organisme), UserFactory(agent=True), uuid4()

    def click():
        return hors_certifinfo.create_offer(new_offre(organisme, site=site), jeton, by=agent)

    return click, click


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_clicks_on_the_screen_make_one_offer(_round):
    results = race(*two_clicks_without_request())

    assert results[0] == results[1]
    assert Formation.objects.count() == Action.objects.count() == 1


def two_texts():
    _, calls = two_transformations()
    formation, agents = calls[0]().formation, UserFactory.create_batch(2, agent=True)
    empreinte = hors_certifinfo.fingerprint(formation)

    def save(titre, by):
        row = Formation.objects.get()
        row.intitule_libre = titre
        return lambda: hors_certifinfo.update_texts(row, empreinte, by=by)

    return save("Première", agents[0]), save("Seconde", agents[1])


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_two_texts_one_is_saved_and_the_other_refused(_round):
    results = race(*two_texts())

    (refus,) = [r for r in results if isinstance(r, hors_certifinfo.OffreRefusee)]
    assert refus.code == "perimee"
    assert refus.actuelle.intitule_libre == Formation.objects.get().intitule_libre


def test_control_without_the_lock_one_text_overwrites_the_other():
    saves = two_texts()
    with without_locks((hors_certifinfo, "fingerprint")):
        results = race(*saves)

    assert results == [True, True]
