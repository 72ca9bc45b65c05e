"""The decisions of the dossier: what they do, where they lead, and when they are not taken."""

import pytest
from django.urls import reverse

from catalogue import workflow
from catalogue.enums import StatutAction, StatutSite
from catalogue.models import Diffusion, Site
from tests.factories import ActionFactory, SiteFactory, UserFactory
from tests.validation.outils import decide, manager_of, offered, soup_of, url, waiting

pytestmark = pytest.mark.django_db
FILE = reverse("validation:file")


@pytest.fixture
def agent(client):
    agent = UserFactory(valideur=True, prenom="Inès", nom="Moreau")
    client.force_login(agent)
    return agent


def links_of(message):
    return [(link.get_text(strip=True), link["href"]) for link in message.select("a")]


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


def test_a_decision_undone_is_in_the_queue_which_is_not_said_empty(client, agent):
    action = waiting()
    decide(client, action, "approve")
    client.get(FILE)  # its message is read
    action.refresh_from_db()

    response = decide(client, action, "undo")

    message = soup_of(client.get(response.url)).select_one("[role=status]").get_text()
    assert "est de nouveau à valider" in message
    assert "La file est vide" not in message


def test_a_place_to_check_is_not_offered_to_whoever_may_not_validate_it(client, agent):
    action = waiting()
    site = SiteFactory(organisme=action.organisme, nom="Antenne", statut=StatutSite.A_VALIDER)
    action.sessions.update(site_lieu=site)
    client.force_login(UserFactory(agent=True))

    soup = soup_of(client.get(url(action)))

    assert "Site à valider : Antenne" in soup.get_text().replace("\u00a0", " ")
    assert "Seul un valideur le valide." in soup.get_text()
    assert not soup.find("button", string="Valider ce site")


def test_a_place_changed_since_the_validation_does_not_deny_what_is_online(client, agent):
    action = waiting()
    decide(client, action, "approve")
    Site.objects.filter(organisme=action.organisme).update(statut=StatutSite.A_VALIDER)

    texte = soup_of(client.get(url(action))).get_text()

    assert "Ce lieu a changé depuis la validation de l’action" in texte
    assert "ne peut pas" not in texte


def test_a_closed_place_is_said_and_never_validated(client, agent):
    action = waiting()
    site = SiteFactory(organisme=action.organisme, statut=StatutSite.FERME)
    action.sessions.update(site_lieu=site)

    soup = soup_of(client.get(url(action)))
    refused = client.post(reverse("validation:site_valider", args=[action.pk, site.pk]), follow=True)

    assert "Ce lieu est fermé" in soup.get_text()
    assert "Site à valider" not in soup.get_text()
    assert "il ne peut plus être validé" in soup_of(refused).select_one("[role=alert]").get_text()
    assert not soup.find("button", string="Valider ce site")
    site.refresh_from_db()
    assert site.statut == StatutSite.FERME
