"""The main navigation: six entries at most for each role, each a page that opens."""

import pytest
from django.urls import reverse

from tests.acces.monde import build_monde
from tests.tunnel.outils import page, text

pytestmark = pytest.mark.django_db
OF = ["Tableau de bord", "Formations", "Notre organisme", "Annuaire", "Aide en ligne"]
SAISIE = [*OF[:2], "Créer une formation", *OF[2:]]
CARIF = ["Atelier", "Annuaire", "Offre", "Certifications", "Pilotage", "Aide en ligne"]
ENTREES = {"of_a": SAISIE, "of_a_lecture": OF, "agent": CARIF, "carif": CARIF, "admin": CARIF}


@pytest.mark.parametrize("role", ENTREES)
def test_each_role_has_its_entries_and_they_open(role):
    client = build_monde().client(role)
    links = page(client.get(reverse("aide:accueil"))).select(".navigation a")

    assert [link.get_text() for link in links] == ENTREES[role]
    assert len(links) <= 6
    for link in links:
        assert client.get(link["href"], follow=True).status_code == 200, link["href"]


@pytest.mark.parametrize("role", ["agent", "admin"])
def test_administrators_alone_have_their_pages_beside_their_name(role):
    client = build_monde().client(role)
    link = page(client.get(reverse("aide:accueil"))).find("a", string="Administration")

    assert bool(link) == (role == "admin")
    if link:
        shown = page(client.get(link["href"])).main
        assert [client.get(a["href"]).status_code for a in shown.select(".themes a")] == [200] * len(
            shown.select(".themes a")
        )


@pytest.mark.parametrize(
    ("role", "nom", "entree"),
    [
        ("of_a", "accounts:equipe", "Notre organisme"),
        ("of_a", "etablissements:annuaire", "Annuaire"),
        ("of_a", "tunnel:formation_create", "Créer une formation"),
        ("carif", "etablissements:sites_a_valider", "Atelier"),
        ("carif", "accounts:demande_list", "Atelier"),
        ("carif", "pilotage:tableau", "Pilotage"),
        ("agent", "pilotage:questions", "Pilotage"),
        ("carif", "etablissements:annuaire_sites", "Annuaire"),
    ],
)
def test_the_page_s_entry_is_marked(role, nom, entree):
    client = build_monde().client(role)
    links = page(client.get(reverse(nom))).select(".navigation [aria-current]")

    assert [link.get_text() for link in links] == [entree]


def test_own_sheet_belongs_to_our_organisme_and_another_s_to_the_directory():
    monde = build_monde()
    for role, entree in (("of_a", "Notre organisme"), ("of_b", "Annuaire")):
        response = monde.client(role).get(
            reverse("etablissements:organisme", args=[monde.formation.organisme_id])
        )
        if response.status_code == 200:
            [link] = page(response).select(".navigation [aria-current]")
            assert link.get_text() == entree


def test_requests_for_a_key_are_counted_on_the_queue_and_a_page_away():
    client = build_monde().client("agent")
    adresse = reverse("accounts:demande_list")
    [lien] = [
        a for a in page(client.get(reverse("validation:file"))).select(".compteur a") if a["href"] == adresse
    ]

    assert text(lien).startswith("Demandes de clé")
    fil = page(client.get(adresse)).select(".fil a")
    assert [a["href"] for a in fil] == [reverse("validation:file")]


@pytest.mark.parametrize("role", ["of_a", "of_a_lecture"])
def test_the_team_is_one_page_away_from_our_organisme(role):
    client = build_monde().client(role)
    shown = page(client.get(reverse("etablissements:notre_organisme"), follow=True)).main

    assert shown.find("a", string="Équipe")["href"] == reverse("accounts:equipe")


@pytest.mark.parametrize("role", ENTREES)
def test_one_s_own_pages_are_beside_one_s_name_once_each(role):
    client = build_monde().client(role)
    links = page(client.get(reverse("aide:accueil"))).select(".qui__lien")

    staff = ["Flux"] if role in ("agent", "carif", "admin") else []
    own = ["Mon compte", *staff, *(["Administration"] if role == "admin" else [])]
    assert [link.get_text() for link in links] == own
