"""An action's whole history: who, when, what it was and what it became; never what the staff keep."""

import pytest
from django.urls import reverse

from catalogue import saisie
from catalogue.enums import TypeEvenement
from catalogue.models import Action, Evenement
from tests.factories import ActionFactory, UserFactory
from tests.tunnel.outils import page, text, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def action():
    return ActionFactory(complete=True, duree_centre=400)


@pytest.fixture
def of(action, client):
    person = UserFactory(organisme=action.organisme, prenom="Zoé", nom="Roy")
    client.force_login(person)
    return person


def url(action):
    return reverse("echanges:historique", args=[action.pk])


def change(action, by, duree):
    row = Action.objects.get(pk=action.pk)
    version, row.duree_centre = row.version, duree
    saisie.update(row, ["duree_centre"], version, by=by)


def test_a_change_says_what_it_was_and_what_it_became(client, action, of):
    change(action, of, 350)

    [ligne] = page(client.get(url(action))).select(".historique > li:has(del)")

    assert [text(ligne.find(nom)) for nom in ("del", "ins")] == ["400 h", "350 h"]
    assert "Durée en centre" in text(ligne)


def test_the_organisme_never_reads_what_the_staff_keep(client, action, of):
    """Neither on this page nor on the récapitulatif."""
    agent = UserFactory(agent=True)
    for type_ in (TypeEvenement.CLAIM, TypeEvenement.WAIVE):
        Evenement.objects.create(
            action=action,
            type=type_,
            statut_apres=action.statut,
            revision=1,
            auteur=agent,
            par_carif=True,
            texte="CANARI",
        )
    pages = (url(action), reverse("tunnel:recapitulatif", args=[action.pk]))
    for adresse in pages:
        lu = words(client.get(adresse))
        assert "CANARI" not in lu
        assert "Prise en charge" not in lu
    client.force_login(agent)
    for adresse in pages:
        assert "CANARI" in words(client.get(adresse))


def test_the_history_is_read_page_by_page(client, action, of, monkeypatch):
    monkeypatch.setattr("catalogue.echanges.views.TAILLE", 2)
    for duree in (1, 2, 3):
        change(action, of, duree)

    premiere = page(client.get(url(action)))
    suivante = page(client.get(url(action) + premiere.select_one("a[rel=next]")["href"]))

    assert [len(p.select(".historique > li")) for p in (premiere, suivante)] == [2, 1]


@pytest.mark.parametrize("n", [1, 3])
def test_queries_do_not_grow(client, action, of, n, django_assert_num_queries):
    for duree in range(1, n + 1):
        change(action, UserFactory(organisme=action.organisme), duree)
    client.get(url(action))  # the browser's session may be written on a first visit
    with django_assert_num_queries(4):
        client.get(url(action))
