"""Lists: page after page while the offer changes, what changed since, filters, and what they cost."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from catalogue import remplacement, workflow
from catalogue.models import Action, Diffusion, Remplacement, Site
from catalogue.numeros import numero_formation
from tests.api.outils import FAMILLES, cle_of, end, numbers, numeros, online, read_all, url_of
from tests.factories import ActionFactory, CertificationFactory, CommuneFactory, UserFactory, publier
from tests.hostile.familles import VALEURS

pytestmark = pytest.mark.django_db


def test_pages_leave_nothing_out_and_read_nothing_twice_while_rows_change(client):
    rows = [row for _ in range(4) for row in online(sessions=2)]
    restent = {row.numero for row in rows[:4] + rows[6:]}
    valideur = UserFactory(valideur=True)

    def meanwhile(page):
        if page == 0:  # changed before and after the cursor; one withdrawn; one new
            for row in (rows[0], rows[-1]):
                workflow.apply(row.action_id, "reopen", by=valideur)
                publier(row.action, by=valideur)
            workflow.apply(rows[4].action_id, "archive", by=valideur, texte="Annulée")
            online()

    lus = [objet["numero"] for objet in read_all(client, "sessions", meanwhile, taille=3)]

    assert len(lus) == len(set(lus))
    assert restent <= set(lus)


@pytest.mark.parametrize("famille", FAMILLES)
def test_every_page_is_in_the_order_of_the_keys(client, famille):
    rows = [online()[0] for _ in range(5)]

    par_page = [objet[cle_of(famille)] for objet in read_all(client, famille, taille=2)]

    assert par_page == numbers(client, famille)
    assert sorted(par_page) == sorted(numeros(row)[famille] for row in rows)


@pytest.mark.parametrize("famille", FAMILLES)
def test_what_changed_since(client, famille):
    (avant,), (apres,) = online(), online()
    hier = timezone.now() - timedelta(days=1)
    Diffusion.objects.filter(pk=avant.numero).update(modifiee_le=hier)

    depuis = (hier + timedelta(hours=1)).isoformat()
    assert numbers(client, famille, modifie_depuis=depuis) == [numeros(apres)[famille]]
    # A « + » that a hurried client did not encode.
    assert client.get(f"{reverse(f'api:{famille}')}?modifie_depuis={depuis}").status_code == 200


@pytest.mark.parametrize("famille", [famille for famille in FAMILLES if famille != "sessions"])
@pytest.mark.parametrize("comment", ["ended", "withdrawn"])
def test_what_a_session_told_is_read_again_when_it_leaves(client, famille, comment):
    """As the page says: what changed does not tell it; the object's address and its whole list do."""
    ancienne, derniere = online(sessions=2)
    numero, fin = numeros(ancienne)[famille], timezone.localdate() - timedelta(days=1)
    avant = timezone.now() - timedelta(hours=2)
    Diffusion.objects.update(modifiee_le=avant - timedelta(hours=1))
    Diffusion.objects.filter(pk=derniere.numero).update(modifiee_le=avant)

    def leave(row):
        end(row, fin) if comment == "ended" else row.delete()

    def whole():
        return {objet[cle_of(famille)]: objet for objet in read_all(client, famille)}

    depuis = (avant + timedelta(hours=1)).isoformat()
    told = whole()[numero]
    leave(derniere)
    assert numbers(client, famille, modifie_depuis=depuis) == []
    objet = client.get(url_of(famille, numero))
    assert objet.status_code == 200
    assert objet.json() == whole()[numero]
    if famille != "certifications":  # which say nothing of when
        assert objet.json()["modifiee_le"] < told["modifiee_le"]

    end(ancienne, fin)
    assert numbers(client, famille, modifie_depuis=depuis) == []
    assert client.get(url_of(famille, numero)).status_code == 410
    assert whole() == {}


def test_what_no_longer_answers_a_filter_is_told_without_it(client):
    """As the page says: who follows one département is not told of what moved to another."""
    (row,) = online()
    reprise = client.get(reverse("api:sessions")).json()["reprise"]
    departement = {"departement": row.departement}
    assert numbers(client, "sessions", modifie_depuis=reprise, **departement) == [row.numero]
    workflow.apply(row.action_id, "reopen", by=UserFactory(valideur=True))
    commune = CommuneFactory(insee="85191", nom="La Roche-sur-Yon", departement="85", codes_postaux=["85000"])
    Site.objects.filter(pk=row.session.site_lieu_id).update(
        commune=commune, code_postal="85000", ville="La Roche-sur-Yon", departement="85"
    )
    publier(row.action)

    assert numbers(client, "sessions", modifie_depuis=reprise, **departement) == []
    assert numbers(client, "retraits", depuis=reprise) == []
    assert numbers(client, "sessions", modifie_depuis=reprise) == [row.numero]


def test_a_formation_whose_code_is_replaced_leaves_without_a_word(client):
    """As the page says: its whole list, or its address, tells it."""
    (row,) = online()
    reprise = client.get(reverse("api:formations")).json()["reprise"]
    ancienne = numero_formation(row.formation_id)
    remplacement.replace_one(row.action_id, CertificationFactory().code, by=UserFactory(valideur=True))

    (nouvelle,) = numbers(client, "formations", modifie_depuis=reprise)
    assert nouvelle != ancienne
    assert numbers(client, "retraits", depuis=reprise) == []
    assert client.get(url_of("formations", ancienne)).status_code == 410
    workflow.apply(row.action_id, "archive", by=UserFactory(valideur=True), texte="Abandonnée")
    assert client.get(url_of("formations", ancienne)).status_code == 410


def test_a_formation_that_lost_its_code_before_it_was_online_was_never_there(client):
    action = ActionFactory(complete=True)
    ancienne = numero_formation(action.formation_id)
    remplacement.replace_one(action.pk, CertificationFactory().code, by=UserFactory(valideur=True))
    publier(Action.objects.get(pk=action.pk))

    assert client.get(url_of("formations", ancienne)).status_code == 404


def test_the_page_says_when_to_read_an_object_again(client):
    page = client.get(reverse("api:documentation")).content.decode()
    assert "finit, est retirée ou change de code Certifinfo" in page
    assert page.count("ce qui a cessé d’y répondre") == 6  # the steps, and the parameter of five lists
    assert "Relisez-le alors à son adresse" in page
    assert "sans qu’ils reviennent ici" in page


def test_a_decision_undone_is_a_change_and_what_it_had_published_is_withdrawn(client):
    (row,) = online()
    reprise = client.get(reverse("api:sessions")).json()["reprise"]
    Diffusion.objects.update(modifiee_le=timezone.now() - timedelta(hours=2))
    valideur = UserFactory(valideur=True)
    workflow.apply(row.action_id, "reopen", by=valideur)
    publier(row.action, by=valideur)
    workflow.apply(row.action_id, "undo", by=valideur)

    assert numbers(client, "sessions", modifie_depuis=reprise) == [row.numero]


def test_withdrawals_since(client):
    premiere, seconde = online()[0], online()[0]
    valideur = UserFactory(valideur=True)
    workflow.apply(premiere.action_id, "archive", by=valideur, texte="Annulée")
    entre = timezone.now().isoformat()
    workflow.apply(seconde.action_id, "archive", by=valideur, texte="Annulée")

    assert numbers(client, "retraits", depuis=entre) == [seconde.numero]
    assert len(numbers(client, "retraits", taille=1)) == 2


@pytest.mark.parametrize(
    ("famille", "nom"), [*((famille, "modifie_depuis") for famille in FAMILLES), ("retraits", "depuis")]
)
def test_a_moment_to_come_is_refused_and_a_clock_a_little_ahead_is_not(client, famille, nom):
    def since(minutes):
        depuis = timezone.now() + timedelta(minutes=minutes)
        return client.get(reverse(f"api:{famille}"), {nom: depuis.isoformat()})

    assert since(3).status_code == 200
    refus = since(10)
    assert refus.status_code == 400
    assert "Ce moment est à venir" in refus.json()["parametres"][nom][0]
    assert client.get(reverse(f"api:{famille}"), {nom: "2200-01-01T00:00:00Z"}).status_code == 400


def test_lists_narrow_to_what_an_object_leads_to(client):
    (row, autre), _ = online(sessions=2), online()
    noms = numeros(row)

    for parametre in ("organisme", "formation", "action", "certification"):
        numero = noms[f"{parametre}s"]
        assert numbers(client, "sessions", **{parametre: numero}) == [row.numero, autre.numero]
    assert numbers(client, "actions", formation=noms["formations"]) == [noms["actions"]]
    assert numbers(client, "formations", organisme=noms["organismes"]) == [noms["formations"]]
    assert numbers(client, "organismes", certification=noms["certifications"]) == [noms["organismes"]]


@pytest.mark.parametrize("famille", ["organismes", "formations", "sessions", "actions"])
def test_a_replaced_code_finds_what_replaced_it(client, famille):
    (row,), _ = online(), online()
    Remplacement.objects.create(ancien_code="77777", nouvelle_id=row.certification_code)
    assert numbers(client, famille, certification="77777") == [numeros(row)[famille]]
    assert numbers(client, famille, certification="88888") == []


@pytest.mark.parametrize("famille", ["sessions", "actions"])
def test_lists_take_the_filters_of_the_search_page(client, famille):
    (row,) = online()
    mot = row.intitule.split()[-1]

    assert numbers(client, famille, q=mot) == [numeros(row)[famille]]
    assert numbers(client, famille, q="plombier") == []
    assert numbers(client, famille, departement="44", niveau="3") == [numeros(row)[famille]]
    assert numbers(client, famille, niveau="8") == []
    assert numbers(client, famille, certification=[row.certification_code, "1"]) == [numeros(row)[famille]]


@pytest.mark.parametrize("famille", FAMILLES)
@pytest.mark.parametrize("number", [1, 3])
def test_a_list_costs_the_same_whatever_its_length(client, django_assert_num_queries, famille, number):
    for _ in range(number):
        online(sessions=2)

    # The quota, the keys, the objects; the labels of the types of diploma where they are shown.
    with django_assert_num_queries(4 if famille in ("formations", "certifications") else 3):
        assert len(client.get(reverse(f"api:{famille}")).json()["resultats"]) in (number, 2 * number)


@pytest.mark.parametrize(
    ("famille", "requete", "nom"),
    [
        ("sessions", {"couleur": "bleu"}, "couleur"),
        ("organismes", {"q": "boucher"}, "q"),
        ("sessions", {"tri": "date"}, "tri"),
        ("sessions", {"taille": "101"}, "taille"),
        ("sessions", {"taille": "0"}, "taille"),
        ("sessions", {"modifie_depuis": "hier"}, "modifie_depuis"),
        ("sessions", {"modifie_depuis": "2027-02-30T00:00:00Z"}, "modifie_depuis"),
        ("sessions", {"organisme": "12"}, "organisme"),
        ("sessions", {"niveau": "12"}, "niveau"),
        ("sessions", {"debut_min": "32/01/2027"}, "debut_min"),
        ("sessions", {"lieu": "Atlantide"}, "lieu"),
        ("sessions", {"q": ["a", "b"]}, "q"),
        ("sessions", {"cpf": "non"}, "cpf"),
        ("actions", {"places": "0"}, "places"),
        ("sessions", {"certification": ["1", "abc"]}, "certification"),
        ("actions", {"apres": "demain"}, "apres"),
        ("sessions", {"apres": "zzz"}, "apres"),
        ("sessions", {"apres": "52_F1"}, "apres"),
        ("sessions", {"apres": "52-123"}, "apres"),
        ("retraits", {"apres": "date~0~52_000123"}, "apres"),
        ("retraits", {"modifie_depuis": "2027-01-04T06:00:00Z"}, "modifie_depuis"),
    ],
)
def test_a_wrong_parameter_is_named(client, famille, requete, nom):
    response = client.get(reverse(f"api:{famille}"), requete)

    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert list(response.json()["parametres"]) == [nom]


@pytest.mark.parametrize("famille", [*FAMILLES, "retraits"])
def test_hostile_parameters_are_never_our_fault(client, settings, famille):
    settings.API_QUOTA_ANONYME = 10_000
    online()
    noms = [
        *("apres", "taille", "modifie_depuis", "depuis", "organisme", "formation", "action", "certification"),
        *("q", "lieu", "rayon", "departement", "debut_min", "niveau", "dispositif", "modalite", "formacode"),
        *("inconnu", "cpf", "\u202e"),
    ]
    statuts = {
        (nom, cas): client.get(reverse(f"api:{famille}"), {nom: valeur}).status_code
        for nom in noms
        for cas, valeur in VALEURS.items()
    }

    assert {cell: statut for cell, statut in statuts.items() if statut not in (200, 400)} == {}
