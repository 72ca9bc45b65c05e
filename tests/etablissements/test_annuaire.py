"""« Annuaire »: what everybody signed in may find, and what nobody else's eyes meet."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from catalogue import journal
from catalogue.enums import StatutSite
from catalogue.etablissements import annuaire
from catalogue.etablissements.saisie import uses
from catalogue.models import Organisme, Site
from sofi.paging import page_by_key
from tests.etablissements.conftest import sign_in
from tests.factories import CommuneFactory, ContactFactory, OrganismeFactory, SiteFactory, UserFactory
from tests.tunnel.outils import page, text, words

pytestmark = pytest.mark.django_db

ANNUAIRE = reverse("etablissements:annuaire")
SITES = reverse("etablissements:annuaire_sites")


def names(client, adresse=ANNUAIRE, **filtres) -> list[str]:
    """The first column of the list."""
    return [text(a) for a in page(client.get(adresse, filtres)).select("tbody th a")]


def listed(**fields) -> Organisme:
    """An organisme with an active place, hence in the directory."""
    site = {name.removeprefix("site_"): fields.pop(name) for name in list(fields) if name.startswith("site_")}
    organisme = OrganismeFactory(**fields)
    SiteFactory(organisme=organisme, **site)
    return organisme


def test_only_who_has_a_checked_place_is_listed_for_others(of, organisme, carif):
    listed(raison_sociale="Ailleurs")
    SiteFactory(organisme__raison_sociale="Brouillon", statut=StatutSite.A_VALIDER)
    SiteFactory(organisme__raison_sociale="Parti", statut=StatutSite.FERME)
    assert names(of) == ["Ailleurs", organisme.nom]
    assert names(carif) == ["Ailleurs", "Brouillon", organisme.nom, "Parti"]


def test_the_places_of_others_are_listed_when_active(of, organisme, carif):
    SiteFactory(nom="Actif ailleurs")
    SiteFactory(nom="Attente ailleurs", statut=StatutSite.A_VALIDER)
    SiteFactory(nom="Fermé ailleurs", statut=StatutSite.FERME)
    SiteFactory(nom="Le nôtre", statut=StatutSite.A_VALIDER, organisme=organisme)
    assert names(of, SITES) == ["Actif ailleurs", "Le nôtre"]
    assert names(carif, SITES) == ["Actif ailleurs", "Attente ailleurs", "Fermé ailleurs", "Le nôtre"]


@pytest.fixture
def voisin():
    """Another organisme, with all that the directory must not show."""
    organisme = listed(
        raison_sociale="Le Voisin", nda="52440555544", telephone="02 40 55 55 55", site_nom="Ouvert"
    )
    SiteFactory(organisme=organisme, nom="Site secret", statut=StatutSite.A_VALIDER)
    SiteFactory(organisme=organisme, nom="Site parti", statut=StatutSite.FERME)
    ContactFactory(organisme=organisme, nom="Confidentiel", telephone="02 40 66 66 66")
    return organisme


def test_others_read_the_public_side_only(of, voisin):
    html = page(of.get(reverse("etablissements:organisme", args=[voisin.pk])))
    seen = text(html)
    assert "Le Voisin" in seen
    assert "02 40 55 55 55" in seen
    assert "Ouvert" in seen
    for secret in ("52 44 05555 44", "Site secret", "Site parti", "Confidentiel", "02 40 66 66 66"):
        assert secret not in seen
    assert "Historique" not in seen
    assert not html.select("main form, main a[href*='/modifier/'], main a[href*='/creer/']")


def test_others_read_an_active_place_and_nothing_of_the_rest(of, voisin):
    ouvert, secret, parti = (Site.objects.get(nom=nom) for nom in ("Ouvert", "Site secret", "Site parti"))
    ContactFactory(organisme=voisin, site=ouvert, nom="Discret")
    seen = words(of.get(reverse("etablissements:site", args=[ouvert.pk])))
    assert "1 rue des Écoles" in seen
    for word in ("Discret", "Historique", "Ce qui utilise ce site", "Fermer"):
        assert word not in seen
    for site in (secret, parti):
        assert of.get(reverse("etablissements:site", args=[site.pk])).status_code == 404


def test_an_organisme_without_checked_place_does_not_exist_for_others(of):
    site = SiteFactory(statut=StatutSite.A_VALIDER)
    assert of.get(reverse("etablissements:organisme", args=[site.organisme_id])).status_code == 404


def test_its_own_people_and_the_carif_oref_read_all_of_it(carif, voisin):
    adresse = reverse("etablissements:organisme", args=[voisin.pk])
    UserFactory(organisme=voisin)
    for client in (carif, sign_in(voisin.membres.get())):
        seen = words(client.get(adresse))
        for word in ("52 44 05555 44", "Site secret", "Site parti", "Confidentiel", "Historique"):
            assert word in seen
    assert "Son offre de formation" in words(carif.get(adresse))


@pytest.mark.parametrize(
    ("filtres", "trouves"),
    [
        ({"q": "ecole METIERS"}, ["École des métiers"]),
        ({"q": "sarthe formation"}, ["Sarthe Formation"]),
        ({"q": "association"}, ["Sarthe Formation"]),
        ({"q": "130 005 481 00010"}, ["École des métiers"]),
        ({"q": "130005481"}, ["École des métiers"]),
        ({"commune": "angers"}, ["École des métiers"]),
        ({"commune": "st nazaire"}, ["Sarthe Formation"]),
        ({"commune": "44600"}, ["Sarthe Formation"]),
        ({"departement": "44"}, ["Sarthe Formation"]),
        ({"departement": "49", "commune": "saint-nazaire"}, []),
        ({"qualiopi": "oui"}, ["Sarthe Formation"]),
        ({"q": "formation", "departement": "49"}, []),
        ({"q": "%"}, []),
        ({"q": "_"}, []),
    ],
)
def test_an_organisme_is_found(carif, filtres, trouves):
    today = timezone.localdate()
    listed(
        raison_sociale="École des métiers",
        siret="13000548100010",
        site_code_postal="49000",
        site_ville="Angers",
    )
    listed(
        raison_sociale="Association sarthoise",
        nom_usage="Sarthe Formation",
        site_code_postal="44600",
        site_ville="Saint-Nazaire",
        est_qualiopi=True,
        qualiopi_debut=today - timedelta(days=30),
        qualiopi_fin=today + timedelta(days=30),
    )
    assert names(carif, **filtres) == trouves


def test_a_town_is_found_under_the_name_of_its_commune(carif):
    commune = CommuneFactory(insee="49331", nom="Segré-en-Anjou Bleu", codes_postaux=["49500"])
    listed(raison_sociale="Forge", site_code_postal="49500", site_ville="SEGRE CEDEX", site_commune=commune)
    assert names(carif, commune="anjou bleu") == ["Forge"]


def test_commune_and_departement_are_those_of_one_place(carif):
    organisme = listed(raison_sociale="Partout", site_code_postal="44600", site_ville="Saint-Nazaire")
    SiteFactory(organisme=organisme, code_postal="49000", ville="Angers")
    assert names(carif, commune="angers") == ["Partout"]
    assert names(carif, commune="angers", departement="44") == []


def test_the_head_office_is_searched_too(carif):
    OrganismeFactory(raison_sociale="Siège", ligne1="1 rue X", code_postal="85000", ville="La Roche-sur-Yon")
    assert names(carif, departement="85") == ["Siège"]


def test_places_are_found_by_the_same_filters(carif):
    today = timezone.localdate()
    SiteFactory(nom="Atelier", code_postal="49000", ville="Angers", siret="13000548100010")
    SiteFactory(
        nom="Plateau",
        organisme__est_qualiopi=True,
        organisme__qualiopi_debut=today,
        organisme__qualiopi_fin=today + timedelta(days=9),
    )
    assert names(carif, SITES, q="atelier angers") == ["Atelier"]
    assert names(carif, SITES, q="130 005 481") == ["Atelier"]
    assert names(carif, SITES, commune="490") == ["Atelier"]
    assert names(carif, SITES, departement="44") == ["Plateau"]
    assert names(carif, SITES, qualiopi="oui") == ["Plateau"]


def test_the_filters_stay_in_the_address_and_come_off_one_by_one(carif):
    listed(raison_sociale="Forge")
    html = page(carif.get(ANNUAIRE, {"q": "introuvable", "departement": "44"}))
    assert "Rien ne correspond à ces filtres" in text(html)
    assert [text(jeton) for jeton in html.select(".jeton")] == [
        "Retirer le filtre Nom ou SIRET : introuvable",
        "Retirer le filtre Département : 44",
    ]
    assert names(carif, ANNUAIRE + html.select_one(".jeton")["href"]) == ["Forge"]
    assert html.select_one(f".onglets a[href^='{SITES}']")["href"].endswith("?q=introuvable&departement=44")


@pytest.mark.parametrize("adresse", [ANNUAIRE, SITES])
def test_pages_follow_one_another_without_gap(carif, adresse, monkeypatch):
    monkeypatch.setattr(annuaire, "page_by_key", lambda *a, **k: page_by_key(*a, **k, size=2))
    for nom in ("Émile", "Anatole", "Zoé", "émile", "Côme"):
        listed(raison_sociale=nom, site_nom=nom)
    seen, suite = [], adresse
    while suite:
        html = page(carif.get(suite))
        seen += [text(a) for a in html.select("tbody th a")]
        suivante = html.select_one("[rel=next]")
        suite = suivante and adresse + suivante["href"]
    assert seen == ["Anatole", "Côme", "Émile", "émile", "Zoé"]


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize(("adresse", "of_queries", "staff_queries"), [(ANNUAIRE, 4, 3), (SITES, 3, 2)])
def test_queries_do_not_grow(n, adresse, of_queries, staff_queries, of, carif, django_assert_num_queries):
    """The session and its person, the rows (and their places), the band’s organisme for an OF."""
    for _ in range(n):
        listed()
    with django_assert_num_queries(of_queries):
        of.get(adresse)
    with django_assert_num_queries(staff_queries):
        carif.get(adresse)


@pytest.mark.parametrize("n", [1, 3])
def test_queries_of_a_sheet_do_not_grow(n, of, organisme, gestionnaire, django_assert_num_queries):
    """The session and its person, the band’s organisme, the row, may they read and type, and one
    query for each part: places, contacts, journal; for a place also what uses it (two) and the doubles.
    """
    site = SiteFactory.create_batch(n, organisme=organisme)[0]
    for contact in ContactFactory.create_batch(n, organisme=organisme, site=site):
        journal.record_etablissement(contact, "creation", by=gestionnaire)
        journal.record_etablissement(site, "modification", by=gestionnaire)
    with django_assert_num_queries(8):
        of.get(reverse("etablissements:organisme", args=[organisme.pk]))
    with django_assert_num_queries(10):
        of.get(reverse("etablissements:site", args=[site.pk]))


def test_a_word_is_answered_by_its_index():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    rows = Organisme.objects.filter(recherche__contains="boulanger").order_by()
    assert "organisme_recherche" in rows.explain()
    assert "site_recherche" in Site.objects.filter(recherche__contains="boulanger").order_by().explain()


def test_what_uses_a_place_is_read_from_its_last_ones_alone():
    """By the key, those of an old place come after all the others: half a second on a national offer."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    actions, sessions = (rows[:10].explain() for rows in uses(SiteFactory()))
    assert "action_site" in actions
    assert "session_site" in sessions
    assert "Sort" not in actions + sessions
