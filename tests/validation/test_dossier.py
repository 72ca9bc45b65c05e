"""The dossier: everything one reads before deciding, and the decisions themselves."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from catalogue import enums, signalement, workflow
from catalogue.enums import StatutAction, StatutSignalement, StatutSite
from catalogue.models import Diffusion
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

pytestmark = pytest.mark.django_db
FILE = reverse("validation:file")


@pytest.fixture
def agent(client):
    agent = UserFactory(valideur=True, prenom="Inès", nom="Moreau")
    client.force_login(agent)
    return agent


def waiting(**fields):
    """A complete action sent by its organisme."""
    action = ActionFactory(complete=True, **fields)
    return workflow.apply(action.pk, "submit", by=manager_of(action))


def manager_of(action):
    return UserFactory(organisme=action.organisme)


def url(action, query=""):
    return reverse("validation:dossier", args=[action.pk]) + query


def soup_of(response):
    return BeautifulSoup(response.content, "html.parser")


def decide(client, action, nom, revision=None, **data):
    data = {"revision": action.revision if revision is None else revision, **data}
    return client.post(reverse("validation:decision", args=[action.pk, nom]), data)


def offered(soup):
    return [button.get_text(strip=True) for button in soup.select(".decisions form button")]


def links_of(message):
    return [(link.get_text(strip=True), link["href"]) for link in message.select("a")]


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


def test_approve_puts_online_and_leads_to_the_next(client, agent):
    action, suivante = waiting(), waiting()

    response = decide(client, action, "approve")

    assert response.url == FILE
    action.refresh_from_db()
    assert action.statut == StatutAction.VALIDEE
    message = soup_of(client.get(FILE)).select_one("[role=status]")
    assert f"«\u00a0{action.intitule}\u00a0» est validée" in message.get_text()
    assert links_of(message) == [
        (action.intitule, url(action)),
        ("Annuler la décision", url(action, "#decision")),
        ("Ouvrir le dossier suivant", url(suivante)),
    ]


def test_the_next_dossier_keeps_the_filters(client, agent):
    action = waiting()
    waiting()
    meme = ActionFactory(attente=True, formation=action.formation, complete=True)
    filtres = f"organisme={action.organisme.siret}"

    page = soup_of(client.get(url(action, f"?{filtres}")))
    assert {field["value"] for field in page.select("[name=filtres]")} == {filtres}
    response = decide(client, action, "approve", filtres=filtres)

    assert response.url == f"{FILE}?{filtres}"
    message = soup_of(client.get(response.url)).select_one("[role=status]")
    assert links_of(message)[-1] == ("Ouvrir le dossier suivant", url(meme, f"?{filtres}"))
    assert links_of(message)[0] == (action.intitule, url(action, f"?{filtres}"))


def test_the_last_decision_says_the_queue_is_empty(client, agent):
    response = decide(client, waiting(), "approve")

    assert "La file est vide." in soup_of(client.get(response.url)).select_one("[role=status]").get_text()


def test_question_reaches_the_organisme_with_its_fields(client, agent):
    action = waiting()

    session = action.sessions.get()

    decide(
        client,
        action,
        "request_changes",
        texte="  Quelle durée ?  ",
        **{
            "cause-action-0-duree_centre": "incorrect",
            "texte-action-0-duree_centre": "En heures.",
            f"cause-session-{session.pk}-date_fin": "obsolete",
        },
    )

    action.refresh_from_db()
    assert action.statut == StatutAction.EN_ATTENTE_REPONSE
    demande = action.demandes.get()
    assert (demande.question, demande.posee_par) == ("Quelle durée ?", agent)
    assert list(demande.points.values_list("champ", "objet_pk", "cause", "texte")) == [
        ("action.duree_centre", 0, "incorrect", "En heures."),
        ("session.date_fin", session.pk, "obsolete", ""),
    ]
    text = soup_of(client.get(url(action))).find(id="echanges").parent.get_text(" ", strip=True)
    assert "Action, durée en centre – incorrect\u00a0: En heures." in text
    assert f"Session du {session.date_debut:%d/%m/%Y}, date fin – obsolète" in text
    assert "L’organisme n’a pas encore répondu." in text


def test_a_precision_goes_with_a_cause(client, agent):
    action = waiting()

    response = decide(
        client, action, "request_changes", texte="Quelle durée ?", **{"texte-action-0-url": "Page morte"}
    )

    soup = soup_of(response)
    assert "Choisissez ce qui ne va pas" in soup.select_one(".resume-erreurs").get_text()
    assert soup.find(id="id_request_changes_texte-action-0-url")["value"] == "Page morte"
    assert soup.find(id="id_request_changes_cause-action-0-url").find_parent("details").has_attr("open")
    assert soup.find(id="id_request_changes_texte").get_text(strip=True) == "Quelle durée ?"
    assert not action.demandes.exists()


def test_a_row_of_another_action_is_not_pointed_at(client, agent):
    action, autre = waiting(), waiting()

    decide(
        client,
        action,
        "request_changes",
        texte="Quelle durée ?",
        **{f"cause-session-{autre.sessions.get().pk}-date_fin": "obsolete"},
    )

    assert not action.demandes.get().points.exists()


def test_question_then_answer_are_read_together(client, agent):
    action = waiting()
    decide(client, action, "request_changes", texte="Quelle durée ?")
    workflow.apply(action.pk, "answer", by=manager_of(action), texte="400 heures, corrigé.")

    soup = soup_of(client.get(url(action)))

    assert "400 heures, corrigé." in soup.find(id="echanges").parent.get_text()
    assert "Valider" in offered(soup)


@pytest.mark.parametrize(("nom", "statut"), [("refuse", "refusee"), ("archive", "archivee")])
def test_a_motive_is_kept(client, agent, nom, statut):
    action = waiting()

    decide(client, action, nom, texte="Doublon de l’action 12.")

    action.refresh_from_db()
    assert action.statut == statut
    assert action.evenements.first().texte == "Doublon de l’action 12."


@pytest.mark.parametrize("nom", ["request_changes", "refuse", "archive"])
@pytest.mark.parametrize("texte", ["", "   \n ", None])
def test_without_its_text_a_decision_is_not_taken(client, agent, nom, texte):
    action = waiting()

    response = decide(client, action, nom, **({} if texte is None else {"texte": texte}))

    soup = soup_of(response)
    assert response.status_code == 200
    assert soup.title.get_text().startswith("Erreur\u00a0:")
    assert soup.select_one(f".resume-erreurs a[href='#id_{nom}_texte']")
    assert soup.find(id=f"id_{nom}_texte").find_parent("details").has_attr("open")
    action.refresh_from_db()
    assert action.statut == StatutAction.EN_ATTENTE_VALIDATION


def test_a_stale_page_is_told_and_keeps_the_text(client, agent):
    action = waiting()

    response = decide(client, action, "refuse", revision=action.revision - 1, texte="Trop court.")

    soup = soup_of(response)
    assert response.status_code == 409
    assert "modifiée depuis que vous l’avez ouverte" in soup.select_one(".resume-erreurs").get_text()
    assert soup.find(id="id_refuse_texte").get_text(strip=True) == "Trop court."
    form = soup.find(id="id_refuse_texte").find_parent("form")
    assert form.find(attrs={"name": "revision"})["value"] == str(action.revision)


@pytest.mark.parametrize("revision", ["", "x", "-1", "99999999999999999999"])
def test_a_forged_revision_decides_nothing(client, agent, revision):
    action = waiting()

    assert decide(client, action, "approve", revision=revision).status_code in (200, 409)
    action.refresh_from_db()
    assert action.statut == StatutAction.EN_ATTENTE_VALIDATION


def test_too_late_is_told_kindly_and_keeps_the_text(client, agent):
    action = waiting()
    manager = manager_of(action)
    workflow.apply(action.pk, "withdraw", by=manager)

    response = decide(client, action, "refuse", texte="Trop court.")

    text = soup_of(response).main.get_text(" ", strip=True)
    assert response.status_code == 409
    assert f"retrait de l’envoi par {manager}, l’organisme" in text
    assert "Ce que vous aviez écrit Trop court." in text


def test_the_same_click_twice_is_one_decision(client, agent):
    action = waiting()

    first, second = decide(client, action, "approve"), decide(client, action, "approve")

    assert (first.status_code, second.status_code, second.url) == (302, 302, FILE)
    assert action.evenements.filter(type="approve").count() == 1
    assert Diffusion.objects.filter(action=action).count() == 1


def test_a_colleague_was_faster(client, agent):
    action = waiting()
    collegue = UserFactory(valideur=True)
    workflow.apply(action.pk, "approve", by=collegue)

    response = decide(client, action, "approve")

    assert response.status_code == 409
    assert f"a été enregistré par {collegue}." in soup_of(response).get_text()


def test_incomplete_action_is_not_validated(client, agent):
    action = waiting()
    action.sessions.get().dispositifs.all().delete()

    response = decide(client, action, "approve")

    soup = soup_of(response)
    assert response.status_code == 409
    assert "Il manque encore des informations" in soup.select_one(".resume-erreurs").get_text()
    assert "Valider" not in offered(soup)


def test_an_unchecked_place_is_validated_from_the_dossier(client, agent):
    action = waiting()
    session = action.sessions.get()
    session.site_lieu = SiteFactory(organisme=action.organisme, nom="Antenne", statut=StatutSite.A_VALIDER)
    session.save()
    refused = decide(client, action, "approve")
    assert refused.status_code == 409
    assert "Validez d’abord ces sites\u00a0: Antenne." in soup_of(refused).get_text()

    soup = soup_of(client.get(url(action)))
    assert "Valider" not in offered(soup)
    assert "Un lieu n’est pas validé" in soup.select_one(".decisions").get_text()
    button = soup.find("button", string="Valider ce site")
    for _ in range(2):
        assert client.post(button.find_parent("form")["action"]).url == url(action)

    assert [(e.texte, e.auteur, e.revision) for e in action.evenements.filter(type="approve_site")] == [
        (str(session.site_lieu), agent, action.revision)
    ]
    assert decide(client, action, "approve").status_code == 302


def test_a_closed_place_is_said_and_never_validated(client, agent):
    action = waiting()
    site = SiteFactory(organisme=action.organisme, statut=StatutSite.FERME)
    action.sessions.update(site_lieu=site)

    soup = soup_of(client.get(url(action)))
    refused = client.post(reverse("validation:site_valider", args=[action.pk, site.pk]), follow=True)

    assert "Ce lieu est fermé" in soup.get_text()
    assert "il ne peut plus être validé" in soup_of(refused).select_one("[role=alert]").get_text()
    assert not soup.find("button", string="Valider ce site")
    site.refresh_from_db()
    assert site.statut == StatutSite.FERME


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
    # communes; twins; what the staff let pass; what is online; corrected; prepared (texts with delays);
    # what visitors reported; questions; the organisme's other actions; notes; journal; Formacodes.
    # Around it: being seen and who looks too, the delays, place in the queue, the team.
    with django_assert_num_queries(21):
        client.get(url(action))
