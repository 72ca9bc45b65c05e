"""The récapitulatif: what was typed, what is missing, what may be decided (manual steps 7 and 8)."""

import pytest

from catalogue import journal, saisie, workflow
from catalogue.enums import StatutSite
from catalogue.models import Action
from tests.factories import (
    ActionFactory,
    DispositifFactory,
    SessionFactory,
    UserFactory,
)
from tests.tunnel.outils import page, recapitulatif, rows, send, text, tunnel, words

pytestmark = pytest.mark.django_db


class TestReading:
    def test_the_manual_s_recalls(self, poste, action):
        session = action.sessions.get()
        soup = page(recapitulatif(poste, action))
        assert text(soup.h1) == "Récapitulatif CAP boucher"
        formation = rows(soup, "Rappel formation")
        assert formation["Certifinfo"] == action.formation.certification.code
        assert formation["Intitulé"] == "CAP boucher"
        assert formation["Objectif général"] == "Certification"
        rappel = rows(soup, "Rappel action")
        site = action.site_dispensateur
        assert rappel["Site dispensateur"] == f"{site.pk} {site.nom}"
        assert rappel["Complément intitulé"] == "Non renseigné"
        assert rappel["Durée en centre"] == "400 h"
        assert rappel["Durée hebdo"] == "35 h"
        assert rappel["ESP ou dates fixes"] == "Entrées/sorties à dates fixes"
        lieu = rows(soup, "Rappel session")
        assert lieu["Site lieu"] == f"{session.site_lieu.pk} {session.site_lieu.nom}"
        assert lieu["Commune"] == "Nantes"
        assert lieu["Date début"] == f"{session.date_debut:%d/%m/%Y}"
        assert lieu["Date fin"] == f"{session.date_fin:%d/%m/%Y}"

    def test_the_official_title_has_the_apostrophes_of_print(self, poste, organisme):
        action = ActionFactory(
            formation__organisme=organisme,
            formation__certification__intitule="Diplôme d'État d'aide-soignant",
        )
        formation = rows(page(recapitulatif(poste, action)), "Rappel formation")
        assert formation["Intitulé"] == "Diplôme d’État d’aide-soignant"

    def test_the_table_of_dispositifs(self, poste, action):
        table = page(recapitulatif(poste, action)).select_one("table.tableau")
        assert [text(th) for th in table.select("thead th")] == [
            "Dispositif",
            "Publics",
            "Code externe",
            "Nb rému",
            "Coût",
            "Frais péda",
            "État",
            "Modifier",
        ]
        assert [text(td) for td in table.select("tbody tr > *")] == [
            "Financement privé",
            "Tout public",
            "–",
            "12",
            "3 500,00 €",
            "Pris en charge",
            "Actif",
            "Modifier le dispositif Financement privé",
        ]

    def test_each_row_has_its_way_to_the_field_and_back(self, poste, action):
        session = action.sessions.get()
        links = [a["href"] for a in page(recapitulatif(poste, action)).select(".fiche a, .tableau a")]
        assert f"{tunnel('action', action.pk)}?retour=recapitulatif#id_duree_centre" in links
        assert f"{tunnel('session', session.pk)}?retour=recapitulatif#id_site_lieu" in links
        dispositif = session.dispositifs.get()
        assert f"{tunnel('dispositif', dispositif.pk)}?retour=recapitulatif" in links
        for link in links:
            url, _, ancre = link.partition("#")
            soup = page(poste.get(url))
            assert not ancre or soup.select_one(f"#{ancre}"), link

    def test_who_may_only_read_is_offered_nothing_to_do(self, client, lectrice, action):
        client.force_login(lectrice)
        soup = page(recapitulatif(client, action))
        assert not soup.select("main form")
        assert not [a for a in soup.select("main a") if "Modifier" in text(a) or "Archiver" in text(a)]
        assert rows(soup, "Rappel action")["Durée en centre"] == "400 h"

    def test_another_organisme_finds_nothing(self, client, action):
        client.force_login(UserFactory(organisme=ActionFactory().organisme))
        assert recapitulatif(client, action).status_code == 404
        assert client.get(tunnel("confirmer", action.pk, "archive")).status_code == 404
        assert client.post(tunnel("transition", action.pk, "submit"), {"revision": 1}).status_code == 404

    def test_staff_may_read_and_type(self, client, agent, action):
        client.force_login(agent)
        soup = page(recapitulatif(client, action))
        assert "Envoyer au Carif-Oref" in [text(b) for b in soup.select("main button")]


class TestMissing:
    def test_each_missing_thing_leads_to_its_field(self, poste, action):
        session = action.sessions.get()
        Action.objects.filter(pk=action.pk).update(niveau_entree="")
        vide = SessionFactory(action=action, capacite=None)
        soup = page(recapitulatif(poste, action))
        missing = {text(a): a["href"] for a in soup.select("#manques li a")}
        nom = f"Session du {vide.date_debut:%d/%m/%Y} (Nantes)"
        assert missing == {
            "Indiquez le niveau d’entrée.": tunnel("action", action.pk)
            + "?retour=recapitulatif#id_niveau_entree",
            f"{nom} : indiquez la capacité d’accueil.": tunnel("session", vide.pk)
            + "?retour=recapitulatif#id_capacite",
            f"{nom} : ajoutez au moins un dispositif actif.": tunnel("dispositif_create", vide.pk)
            + "?retour=recapitulatif",
        }
        for link in missing.values():
            url, _, ancre = link.partition("#")
            assert not ancre or page(poste.get(url)).select_one(f"#{ancre}")
        assert "Envoyer au Carif-Oref" not in [text(b) for b in soup.select("main button")]
        assert "L’envoi sera possible ici dès que les points à compléter" in text(soup.main)
        assert session.pk != vide.pk

    def test_a_forged_sending_of_what_is_incomplete_is_refused(self, poste, organisme):
        action = ActionFactory(formation__organisme=organisme)
        response = send(poste, action, "submit")
        assert "Il manque encore des informations" in words(response)
        action.refresh_from_db()
        assert action.statut == "en_saisie"

    def test_advice_is_apart_and_does_not_block(self, poste, action):
        site = action.sessions.get().site_lieu
        site.statut = StatutSite.A_VALIDER
        site.save()
        soup = page(recapitulatif(poste, action))
        assert not soup.select("#manques")
        encart = next(s for s in soup.select("section.encart") if "À vérifier" in text(s))
        assert site.nom in text(encart)
        assert "Envoyer au Carif-Oref" in [text(b) for b in soup.select("main button")]


class TestSending:
    def test_sending_says_what_happens_next(self, poste, action):
        response = send(poste, action, "submit")
        assert response.redirect_chain == [(tunnel("recapitulatif", action.pk), 302)]
        action.refresh_from_db()
        assert action.statut == "en_attente_validation"
        assert "Votre action a été envoyée au Carif-Oref." in words(response)
        assert "sous 24 h" in words(response)
        assert "sous 48 h" in words(response)
        assert "En attente de validation par le Carif-Oref" in words(response)
        assert "Modifier" not in words(response).split("Historique")[0]

    def test_a_draft_says_it_is_not_sent_yet(self, poste, action):
        assert "Pas encore envoyée" in words(recapitulatif(poste, action))

    def test_a_second_click_is_told_kindly_and_changes_nothing(self, poste, nadia, action):
        revision = action.revision
        send(poste, action, "submit", revision=revision)
        response = send(poste, action, "submit", revision=revision)
        assert f"C’est déjà fait : « Envoyer au Carif-Oref » a été enregistré par {nadia}." in words(response)
        assert action.evenements.filter(type="submit").count() == 1

    def test_sending_what_a_colleague_changed_meanwhile_is_refused(self, poste, action):
        response = send(poste, action, "submit", revision=action.revision + 1)
        assert "relisez-la avant de continuer" in words(response)
        action.refresh_from_db()
        assert action.statut == "en_saisie"

    @pytest.mark.parametrize("revision", ["", "x"])
    def test_a_decision_without_what_it_was_taken_on_is_refused(self, poste, action, revision):
        send(poste, action, "submit", revision=revision)
        action.refresh_from_db()
        assert action.statut == "en_saisie"

    def test_taking_back(self, poste, action):
        send(poste, action, "submit")
        response = send(poste, action, "withdraw")
        action.refresh_from_db()
        assert action.statut == "en_saisie"
        assert "pensez à la renvoyer" in words(response)

    @pytest.mark.parametrize("nom", ["approve", "refuse", "request_changes", "inconnue"])
    def test_the_carif_oref_s_decisions_are_not_here(self, client, agent, action, nom):
        client.force_login(agent)
        response = client.post(tunnel("transition", action.pk, nom), {"revision": 1, "texte": "x"})
        assert response.status_code == 404

    def test_a_decision_is_never_taken_by_reading(self, poste, action):
        for nom in ("submit", "withdraw", "answer", "reopen", "archive", "restore"):
            assert poste.get(tunnel("transition", action.pk, nom)).status_code == 405


def test_the_history_tells_who_did_what(poste, nadia, action):
    action.complement_intitule = "option porc"
    saisie.update(action, ["complement_intitule"], 1, by=nadia)
    send(poste, action, "submit")
    lines = [text(li) for li in page(recapitulatif(poste, action)).select(".historique > li")]
    assert lines[0].startswith("Envoi au Carif-Oref")
    assert lines[1].startswith(f"Modification – action {action.pk} ")
    assert lines[1].endswith("Complément intitulé : vide → devient option porc")
    assert str(nadia) in lines[1]


def test_the_history_survives_what_it_does_not_know(poste, nadia, action):
    for details in ({"objet": "site", "pk": 3}, {"objet": "action", "champs": ["disparu"]}, {"autre": 1}):
        journal.record(action, "modification", by=nadia, details=details)
    assert len(page(recapitulatif(poste, action)).select(".historique > li")) == 3


@pytest.mark.parametrize("nombre", [1, 3])
def test_the_page_costs_the_same_whatever_the_number_of_sessions(
    poste, nadia, organisme, nombre, django_assert_num_queries
):
    """Two queries for who is asking; tree three, question, online, journal; replaced codes,
    communes, twins."""
    action = ActionFactory(formation__organisme=organisme)
    for _ in range(nombre):
        session = SessionFactory(action=action)
        for _ in range(nombre):
            DispositifFactory(session=session)
    for _ in range(nombre):
        workflow.apply(action.pk, "submit", by=nadia)
        workflow.apply(action.pk, "withdraw", by=nadia)
    with django_assert_num_queries(2 + 9):
        recapitulatif(poste, action)
