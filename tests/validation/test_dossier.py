"""The dossier: everything one reads before deciding."""

from uuid import uuid4

import pytest
from django.urls import reverse

from catalogue import enums, notes, signalement, workflow
from catalogue.enums import StatutSignalement, StatutSite
from tests.factories import (
    ActionFactory,
    DispositifFactory,
    OrganismeFactory,
    SessionFactory,
    SignalementFactory,
    SiteFactory,
    UserFactory,
    publier,
)
from tests.validation.outils import decide, manager_of, offered, soup_of, url, waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(client):
    agent = UserFactory(valideur=True, prenom="Inès", nom="Moreau")
    client.force_login(agent)
    return agent


def test_four_levels_on_one_page(client, agent):
    action = waiting(
        complement_intitule="en un an",
        duree_centre=1200,
        duree_hebdo="17.50",
        formation__organisme__siret="81234567600009",
        formation__organisme__nda="52440123444",
        formation__organisme__telephone="0240000102",
    )
    session = action.sessions.get()
    DispositifFactory(session=session, codes_externes="AIF-2027-44")

    text = soup_of(client.get(url(action))).main.get_text(" ", strip=True)

    assert action.formation.certification.code in text
    assert "en un an" in text
    assert "1\u202f200\u00a0h" in text
    assert "17,5\u00a0h" in text
    assert session.site_lieu.nom in text
    assert "Formation entièrement présentielle" in text
    assert "AIF-2027-44" in text
    assert "3\u00a0500,00\u00a0€" in text
    assert "812\u00a0345\u00a0676\u00a000009" in text
    assert "52\u00a044\u00a001234\u00a044" in text
    assert "02\u00a040\u00a000\u00a001\u00a002" in text
    assert "Envoi au Carif-Oref" in text


def test_findings_lead_to_what_they_speak_of(client, agent):
    action = waiting()
    session = action.sessions.get()
    session.capacite = None
    session.save()
    session.dispositifs.update(cout_stagiaire=None)

    soup = soup_of(client.get(url(action)))

    links = soup.find(id="alertes").parent.select("a")
    assert {"Bloquant\u00a0:", "À vérifier\u00a0:"} <= {link.strong.get_text() for link in links}
    assert all(soup.find(id=link["href"].removeprefix("#")) for link in links)
    beside = soup.find(id=f"session-{session.pk}-capacite").select_one(".alerte--bloquant")
    assert "capacité d’accueil" in beside.get_text()


@pytest.mark.parametrize(
    ("state", "buttons"),
    [
        ({}, ["Archiver"]),
        (
            {"attente": True},
            ["Poser une question", "Signaler des champs à corriger", "Valider", "Refuser", "Archiver"],
        ),
        ({"question": True}, ["Annuler la question", "Archiver"]),
        ({"validee": True}, ["Modifier cette action", "Archiver"]),
        ({"refusee": True}, ["Modifier cette action", "Archiver"]),
        ({"archivee": True}, ["Restaurer"]),
    ],
)
def test_only_the_possible_decisions_are_offered(client, agent, state, buttons):
    action = ActionFactory(complete=True, **state)

    assert sorted(offered(soup_of(client.get(url(action))))) == sorted(buttons)


def test_question_then_answer_are_read_together(client, agent):
    action = waiting()
    decide(client, action, "request_changes", texte="Quelle durée ?")
    workflow.apply(action.pk, "answer", by=manager_of(action), texte="400 heures, corrigé.")

    soup = soup_of(client.get(url(action)))

    assert "400 heures, corrigé." in soup.find(id="echanges").parent.get_text()
    assert "Valider" in offered(soup)


def test_what_is_online_is_said(client, agent):
    action = publier()
    assert "Le public voit exactement ce dossier" in soup_of(client.get(url(action))).get_text()

    workflow.apply(action.pk, "reopen", by=agent)
    text = soup_of(client.get(url(action))).get_text(" ", strip=True)

    assert "La version validée reste affichée jusqu’à la prochaine validation" in text
    assert action.sessions.get().numero in text


@pytest.mark.parametrize("role", enums.RoleOrganisme.values)
def test_the_dossier_does_not_exist_for_an_organisme(client, role):
    action = waiting()
    client.force_login(UserFactory(organisme=action.organisme, organisme__role=role))
    site = action.site_dispensateur

    assert client.get(url(action)).status_code == 404
    assert decide(client, action, "approve").status_code == 404
    assert client.post(reverse("validation:site_valider", args=[action.pk, site.pk])).status_code == 404


def test_addresses_that_do_not_exist(client, agent):
    action = waiting()
    elsewhere = SiteFactory(organisme=OrganismeFactory(), statut=StatutSite.A_VALIDER)

    assert client.get(url(action).replace(str(action.pk), "999999")).status_code == 404
    assert decide(client, action, "submit").status_code == 404
    assert decide(client, action, "withdraw").status_code == 404
    assert client.get(reverse("validation:decision", args=[action.pk, "approve"])).status_code == 405
    assert client.post(reverse("validation:site_valider", args=[action.pk, elsewhere.pk])).status_code == 404
    elsewhere.refresh_from_db()
    assert elsewhere.statut == StatutSite.A_VALIDER


def test_the_dossier_shows_what_visitors_reported_until_it_is_answered(client, agent):
    action = publier()
    ouvert = SignalementFactory(action=action, texte="Le prix affiché est celui de l’an dernier.")
    traite = SignalementFactory(action=action, texte="Déjà corrigé.")
    signalement.answer(traite.pk, StatutSignalement.CORRIGE, "C’est corrigé.", version=1, by=agent)
    ailleurs = SignalementFactory(texte="Une autre fiche.")

    page = client.get(url(action)).content.decode()

    assert reverse("signalements:signalement", args=[ouvert.pk]) in page
    assert "Le prix affiché est celui de l’an dernier." in page
    for autre in (traite, ailleurs):
        assert reverse("signalements:signalement", args=[autre.pk]) not in page
    assert "Il y en a d’autres" not in page
    SignalementFactory.create_batch(5, action=action)
    assert "Il y en a d’autres" in client.get(url(action)).content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_the_dossier_costs_the_same_whatever_its_size(client, agent, django_assert_num_queries, number):
    action = ActionFactory(attente=True, formation__certification__code_rncp="37535")
    for _ in range(number):
        session = SessionFactory(action=action)
        for _ in range(number):
            DispositifFactory(session=session)

    # Session, person; action, sessions with places and dispositifs; replaced codes; sheets of the RNCP;
    # communes; twins; what is there that few have; prepared (texts with delays); the organisme's other
    # actions; journal; Formacodes.
    # Around it: being seen and who looks too, the delays, place in the queue, the team.
    with django_assert_num_queries(16):
        client.get(url(action))

    for _ in range(number):
        SignalementFactory(action=action, numero="52_000001")
        notes.add(action, "À relire.", uuid4(), by=agent)
    with django_assert_num_queries(18):
        client.get(url(action))
