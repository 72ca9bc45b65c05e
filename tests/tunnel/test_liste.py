"""« Formations »: one's own, newest first, paged by key, found by title or code."""

import pytest
from django.urls import reverse

from catalogue.tunnel import liste
from tests.factories import ActionFactory, FormationFactory, SessionFactory
from tests.tunnel.outils import page, text, words

pytestmark = pytest.mark.django_db
URL = reverse("tunnel:formation_list")


def titles(response):
    return [text(a) for a in page(response).select("section.fiche h2 a")]


def test_an_organisme_sees_its_own_with_states_and_ways(poste, organisme):
    action = ActionFactory(formation__organisme=organisme, formation__certification__intitule="CAP boucher")
    SessionFactory(action=action)
    FormationFactory()
    response = poste.get(URL)
    assert titles(response) == ["CAP boucher"]
    row = page(response).select_one("tbody tr")
    assert [text(c) for c in row.select("th, td")][:4] == [str(action.pk), "–", "1", "En cours de saisie"]
    assert [a["href"] for a in row.select("a")] == [
        reverse("tunnel:reprendre", args=[action.pk]),
        reverse("tunnel:recapitulatif", args=[action.pk]),
    ]


def test_staff_see_all_with_the_organisme_s_name(client, agent, organisme):
    FormationFactory(organisme=organisme)
    FormationFactory()
    client.force_login(agent)
    response = client.get(URL)
    assert len(titles(response)) == 2
    assert organisme.nom in words(response)


def test_who_may_only_read_is_offered_nothing_to_type(client, lectrice, organisme):
    action = ActionFactory(formation__organisme=organisme)
    client.force_login(lectrice)
    links = [a["href"] for a in page(client.get(URL)).main.select("a")]
    assert reverse("tunnel:recapitulatif", args=[action.pk]) in links
    assert not [url for url in links if "creer" in url or "reprendre" in url]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("", ["Titre pâtissier", "CAP bœuf", "CAP Boucher"]),
        ("boucher", ["CAP Boucher"]),
        ("PATISSIER titre", ["Titre pâtissier"]),
        ("boeuf", ["CAP bœuf"]),
        ("boucher pâtissier", []),
        ("31999", ["CAP Boucher"]),
        ("100%", []),
        ("a\x00b", []),
    ],
)
def test_search_by_words_or_code(poste, organisme, q, found):
    for code, intitule in (("31999", "CAP Boucher"), ("2", "CAP bœuf"), ("3", "Titre pâtissier")):
        FormationFactory(organisme=organisme, certification__code=code, certification__intitule=intitule)
    assert titles(poste.get(URL, {"q": q})) == found


def test_a_formation_without_code_is_found_by_its_title(poste, organisme):
    FormationFactory(organisme=organisme, certification=None, intitule_libre="Remise à niveau")
    assert titles(poste.get(URL, {"q": "niveau"})) == ["Remise à niveau"]


def test_nothing_found_gives_advice(poste):
    assert "Commencez par choisir la certification" in words(poste.get(URL))
    assert "Essayez un seul mot" in words(poste.get(URL, {"q": "zzz"}))


def test_pages_follow_each_other_by_key_both_ways(poste, organisme, monkeypatch):
    monkeypatch.setattr(liste, "PAR_PAGE", 2)
    noms = [f"Titre {n}" for n in range(5)]
    for nom in noms:
        FormationFactory(organisme=organisme, certification__intitule=nom)

    def links(response):
        return {a["rel"][0]: URL + a["href"] for a in page(response).select(".pagination-cle a")}

    first = poste.get(URL, {"q": "titre"})
    assert (titles(first), set(links(first))) == (["Titre 4", "Titre 3"], {"next"})
    second = poste.get(links(first)["next"])
    assert (titles(second), set(links(second))) == (["Titre 2", "Titre 1"], {"prev", "next"})
    third = poste.get(links(second)["next"])
    assert (titles(third), set(links(third))) == (["Titre 0"], {"prev"})
    back = poste.get(links(third)["prev"])
    assert titles(back) == titles(second)
    start = poste.get(links(back)["prev"])
    assert (titles(start), set(links(start))) == (titles(first), {"next"})


def test_a_formation_of_many_actions_shows_the_newest_and_leads_to_all(poste, organisme):
    formation = FormationFactory(organisme=organisme)
    actions = [ActionFactory(formation=formation) for _ in range(liste.ACTIONS_MONTREES)]
    assert "Voir toutes les actions" not in words(poste.get(URL))
    actions.append(ActionFactory(formation=formation))
    response = poste.get(URL)
    assert [text(th) for th in page(response).select("tbody th")] == [
        str(action.pk) for action in actions[:0:-1]
    ]
    assert "Voir toutes les actions" in words(response)


@pytest.mark.parametrize("key", ["x", "-1", "9" * 30, ""])
def test_a_forged_key_shows_the_first_page(poste, organisme, key):
    FormationFactory(organisme=organisme, certification__intitule="CAP boucher")
    assert titles(poste.get(URL, {"avant": key, "apres": key})) == ["CAP boucher"]


@pytest.mark.parametrize("nombre", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(poste, organisme, nombre, django_assert_num_queries):
    """Three queries for who is asking, then the right to type, the formations and their actions."""
    for _ in range(nombre):
        formation = FormationFactory(organisme=organisme)
        for _ in range(nombre):
            SessionFactory(action__formation=formation)
    with django_assert_num_queries(5):
        assert len(titles(poste.get(URL))) == nombre
