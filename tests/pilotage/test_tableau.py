"""The board and its lists: numbers that lead to as many rows, in a constant number of queries."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Demande, Diffusion, FragmentLheo, Mesure
from catalogue.pilotage import mesures
from catalogue.pilotage.criteres import ACTIONS, ORGANISMES
from catalogue.pilotage.graphiques import Serie, ceiling, draw, share
from catalogue.pilotage.mois import bounds, last_months, years
from tests.factories import (
    ActionFactory,
    CertificationFactory,
    CourrielFactory,
    OrganismeFactory,
    UserFactory,
    publier,
)
from tests.pilotage.conftest import decide
from tests.tunnel.outils import page, text, words

pytestmark = pytest.mark.django_db
TABLEAU = reverse("pilotage:tableau")


def rows_behind(client, url) -> int:
    """How many rows a person counts by reading the list page after page."""
    total = 0
    while url:
        response = client.get(url)
        assert response.status_code == 200, url
        shown = page(response)
        total += len(shown.select("tbody tr"))
        following = shown.select_one("a[rel=next]")
        url = url.partition("?")[0] + following["href"] if following else None
    return total


def number(node) -> int:
    return int("".join(c for c in node.find(string=True, recursive=False) if c.isdigit()))


def test_before_the_first_computation_the_board_says_so(staff):
    assert "Pas encore de chiffres" in words(staff.get(TABLEAU))


@pytest.mark.usefixtures("region")
def test_every_number_leads_to_a_list_of_as_many_rows(staff):
    mesures.compute(timezone.now())
    shown = page(staff.get(TABLEAU)).main
    liens = {a["href"]: number(a) for a in shown.select("td.nombre:not(.delai) a")}

    assert len(liens) > 60
    assert {url: rows_behind(staff, url) for url in liens} == liens


@pytest.mark.usefixtures("region")
def test_every_tile_leads_to_a_list_of_as_many_rows(client):
    client.force_login(UserFactory(administrateur=True))
    mesures.compute(timezone.now())
    tuiles = page(client.get(TABLEAU)).select(".compteur")
    sans_table = {reverse("courriels:non_partis"), reverse("etablissements:sites_a_valider")}
    for tuile in tuiles:
        url, nombre = tuile.a["href"], int(tuile.select_one(".compteur__nombre").get_text())
        if url not in sans_table:
            assert rows_behind(client, url) == nombre, url


@pytest.mark.usefixtures("region")
def test_each_delay_leads_to_the_answers_it_is_counted_over(staff):
    mesures.compute(timezone.now())
    shown = page(staff.get(TABLEAU)).main
    mediane, centile, reponses = shown.select(".chiffres-cles dd a")

    assert rows_behind(staff, reponses["href"]) == int(reponses.get_text())
    assert mediane["href"] == centile["href"] == reponses["href"]
    for row in shown.select("#delais ~ .carte tbody tr"):
        nombre, *delais = row.select("td")
        for cell in delais:
            assert (cell.a["href"] if cell.a else "") == (nombre.a["href"] if number(nombre.a) else "")


@pytest.mark.usefixtures("region")
def test_the_states_of_a_group_add_up_to_its_total(staff):
    mesures.compute(timezone.now())
    for table in page(staff.get(TABLEAU)).main.select("#offre ~ .volets table"):
        etats, *a_part = table.select("tbody")
        total = int(table.caption.a.get_text())
        assert sum(number(a) for a in etats.select("td.nombre a")) == total
        assert len(etats.select("svg")) == len(etats.select("tr"))
        assert [tbody.svg for tbody in a_part] in ([], [None])


def test_sessions_put_aside_of_the_feed_are_counted_and_listed_with_their_reasons(staff):
    FragmentLheo.objects.filter(diffusion__action=publier()).update(fautes=["ville : 60 caractères"])
    finie = publier()
    hier = timezone.localdate() - timedelta(days=1)
    FragmentLheo.objects.filter(diffusion__action=finie).update(fautes=["ville"], date_fin=hier)
    publier()
    mesures.compute(timezone.now())

    [lien] = [a for a in page(staff.get(TABLEAU)).select(".compteur a") if "écartées du flux" in text(a)]
    [row] = page(staff.get(lien["href"])).select("tbody tr")

    ecartee = Diffusion.objects.get(fragment__fautes=["ville : 60 caractères"])
    assert text(row.th) == ecartee.numero
    for dit in (ecartee.intitule, str(ecartee.organisme), "ville : 60 caractères"):
        assert dit in text(row)


def test_codes_to_replace_are_counted_and_listed(staff):
    ActionFactory(formation__certification=CertificationFactory(retiree_le="2020-01-01"))
    ActionFactory()
    mesures.compute(timezone.now())

    [tuile] = [t for t in page(staff.get(TABLEAU)).select(".compteur") if "Codes Certifinfo" in text(t)]

    assert text(tuile.select_one(".compteur__nombre")) == "1"
    assert rows_behind(staff, tuile.a["href"]) == 1


def test_mail_given_up_is_told_to_all_and_listed_to_administrators(client):
    CourrielFactory(abandonne=True)
    mesures.compute(timezone.now())
    for trait, mene in (("agent", False), ("administrateur", True)):
        client.force_login(UserFactory(**{trait: True}))
        tuile = next(
            t for t in page(client.get(TABLEAU)).select(".compteur") if "Courriels abandonnés" in text(t)
        )
        assert bool(tuile.a) is mene
        assert ("Un administrateur s’en occupe" in text(tuile)) is not mene
        assert bool(tuile.select_one(".compteur__agir")) is mene


@pytest.mark.parametrize("mois", [1, 3])
def test_the_board_is_two_queries_beyond_the_person_s(staff, action, mois, django_assert_num_queries):
    for rang in range(mois):
        decide(action, timezone.now() - timedelta(days=31 * rang), rang + 1)
    mesures.compute(timezone.now())
    with django_assert_num_queries(2):
        assert staff.get(TABLEAU).status_code == 200


@pytest.mark.parametrize("nom", ["organismes", "actions", "questions", "mouvements", "ecartees"])
def test_lists_ask_a_constant_number_of_queries(staff, action, nom, django_assert_num_queries):
    url = reverse(f"pilotage:{nom}")
    for nombre in (1, 2):
        for _ in range(nombre):
            decide(action, timezone.now(), 1)
            question = ActionFactory(question=True)
            Demande.objects.create(action=question, question="Où ?", posee_par=UserFactory(agent=True))
            ActionFactory(validee=True)
            publier()
        FragmentLheo.objects.update(fautes=["ville"])
        with django_assert_num_queries(2):
            shown = page(staff.get(url))
    assert len(shown.select("tbody tr")) >= 3


def test_official_titles_have_the_apostrophes_of_print(staff):
    certification = CertificationFactory(intitule="Diplôme d'État d'aide-soignant")
    publier(ActionFactory(complete=True, formation__certification=certification))

    shown = words(staff.get(reverse("pilotage:actions")))

    assert "Diplôme d’État d’aide-soignant" in shown


def test_the_words_of_the_chart_keep_their_proper_names(staff):
    publier()
    mesures.compute(timezone.now())

    titres = [titre.get_text() for titre in page(staff.get(TABLEAU)).select("svg title")]

    assert any("envois au Carif-Oref\u00a0: " in titre for titre in titres)


def test_what_is_wrong_with_a_sheet_is_told_as_french_is_printed(staff):
    publier()
    FragmentLheo.objects.update(fautes=["ville", "téléphone"])
    assert "ville\u00a0; téléphone" in staff.get(reverse("pilotage:ecartees")).content.decode()


@pytest.mark.parametrize("nom", ["organismes", "actions", "questions", "mouvements", "ecartees"])
@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_each_list_is_a_file_too(staff, action, nom, format_):
    decide(action, timezone.now(), 1)
    question = ActionFactory(question=True)
    Demande.objects.create(action=question, question="Où ?", posee_par=UserFactory(agent=True))
    publier()
    FragmentLheo.objects.update(fautes=["ville"])
    url = reverse(f"pilotage:{nom}")
    titres = [text(th) for th in page(staff.get(url)).select("thead th")]

    response = staff.get(url, {"format": format_})

    contenu = response.getvalue()
    assert response.headers["Content-Disposition"].endswith(f'.{format_}"')
    if format_ == "csv":
        entete, *lignes = contenu.decode("utf-8-sig").splitlines()
        assert entete.split(";") == titres
        assert len(lignes) == len(page(staff.get(url)).select("tbody tr"))


def test_the_board_s_figures_are_a_file_too(staff, action):
    decide(action, timezone.now(), 7)
    mesures.compute(timezone.now())
    lignes = staff.get(TABLEAU, {"format": "csv"}).getvalue().decode("utf-8-sig").splitlines()
    assert lignes[0] == "Chapitre;Ligne;Colonne;Nombre"
    assert lignes[2].endswith(";Médiane (jours ouvrés);7")
    assert "Actions;Validées;Nombre;1" in lignes


@pytest.mark.parametrize("critere", ACTIONS, ids=lambda critere: critere.code)
def test_an_action_s_list_says_what_lacks(staff, critere):
    titre = text(page(staff.get(reverse("pilotage:actions"), {"manque": critere.code})).h1)
    assert titre == f"Actions validées {critere.manque}"


@pytest.mark.parametrize("critere", ORGANISMES, ids=lambda critere: critere.code)
def test_an_organisme_s_list_says_what_lacks(staff, critere):
    OrganismeFactory(raison_sociale="Estuaire Formation")
    shown = words(staff.get(reverse("pilotage:organismes"), {"manque": critere.code}))
    assert critere.manque in shown
    assert "Estuaire Formation" in shown


def test_organisations_are_found_by_words_and_by_siret(staff):
    organisme = OrganismeFactory(raison_sociale="Ateliers de l’Évre")
    OrganismeFactory(raison_sociale="Estuaire Formation")
    for q in ("evre ateliers", organisme.siret[:9]):
        shown = page(staff.get(reverse("pilotage:organismes"), {"q": q}))
        assert [text(row.th) for row in shown.select("tbody tr")] == ["Ateliers de l’Évre"]


def test_without_a_month_the_list_is_that_of_the_board_s_twelve(staff, action):
    debut = bounds(last_months(timezone.localdate())[0])[0]
    decide(action, debut, 1)
    decide(action, debut - timedelta(seconds=1), 1)
    decide(action, timezone.now(), 1)
    shown = page(staff.get(reverse("pilotage:mouvements")))
    assert len(shown.select("tbody tr")) == 2
    assert text(shown.h1).endswith("douze derniers mois")


@pytest.mark.parametrize(
    "query", ["mois=2027-13", "mois=abc", "quoi=rien", "quoi=", "mois=%00", "mois=2027-01%0A"]
)
def test_an_impossible_month_or_kind_does_not_exist(staff, query):
    assert staff.get(f"{reverse('pilotage:mouvements')}?{query}").status_code in (400, 404)


def test_the_chart_and_its_table_say_the_same(staff, action):
    decide(action, timezone.now(), 7)
    mesures.compute(timezone.now())
    shown = page(staff.get(TABLEAU))

    svg = shown.select_one("svg[aria-labelledby^=graphique-delais]")
    assert svg["role"] == "img"
    assert "Jours ouvrés entre l’envoi et la réponse" in text(svg.title)
    assert [text(t) for t in svg.select(".graphique__niveau")][1] == "10 jours ouvrés"
    annees = [text(t) for t in svg.select(".graphique__annee")]
    assert annees == list(filter(None, years(last_months(timezone.localdate()))))
    (bar,) = svg.select("rect title")
    row = shown.select_one("#delais ~ .carte tbody tr")
    assert [number(cell.a) for cell in row.select("td.delai")] == [7, 7]
    assert text(bar).endswith("médiane : 7 j. ouvrés")


def test_recomputing_is_asked_of_the_worker(staff):
    url = reverse("pilotage:recalculer")
    assert "Le calcul est demandé" in words(staff.post(url, follow=True))
    assert "déjà demandé" in words(staff.post(url, follow=True))
    assert not Mesure.objects.exists()


def test_the_staff_find_the_board_in_the_navigation_which_says_where_they_are(staff):
    [lien] = [a for a in page(staff.get(TABLEAU)).select(".navigation a") if text(a) == "Pilotage"]
    assert (lien["href"], lien["aria-current"]) == (TABLEAU, "page")


@pytest.mark.parametrize(
    ("premier", "annees"),
    [
        ("2026-04", {0: "2026", 9: "2027"}),
        ("2027-01", {0: "2027"}),
        ("2026-11", {0: "2026", 2: "2027"}),
        ("2026-12", {1: "2027"}),
    ],
)
def test_the_year_is_written_where_it_changes(premier, annees):
    rang = int(premier[:4]) * 12 + int(premier[5:]) - 1
    mois = [f"{un // 12}-{un % 12 + 1:02}" for un in range(rang, rang + 12)]
    assert {rang: annee for rang, annee in enumerate(years(mois)) if annee} == annees


@pytest.mark.parametrize(
    ("valeur", "sommet"), [(1, 2), (2, 2), (3, 4), (5, 6), (7, 10), (11, 20), (41, 60), (61, 100), (101, 200)]
)
def test_the_scale_stops_at_a_round_number(valeur, sommet):
    assert ceiling(valeur) == sommet


def test_a_chart_holds_between_its_base_and_its_top():
    mois = last_months(timezone.localdate())
    series = [
        Serie("Un", "un", [rang if rang % 3 else None for rang in range(12)]),
        Serie("Deux", "deux", [rang if rang != 5 else None for rang in range(12)], forme="ligne"),
    ]
    graphique = draw(mois, series, titres=mois, repere=2)

    assert len(graphique.barres) == 8
    assert len(graphique.points) == 11
    assert len(graphique.segments) == 9  # none to nor from the missing point
    for barre in graphique.barres:
        assert 20 <= barre["y"] <= 190
        assert barre["y"] + barre["hauteur"] == 190
        assert float(barre["x"].rstrip("%")) + float(barre["largeur"].rstrip("%")) <= 100
    assert draw(mois, [Serie("Rien", "un", [None] * 12)], titres=mois).barres == []


def test_a_share_of_nothing_is_nothing():
    assert (share(1, 3), share(0, 0)) == ("33.33%", "0%")
