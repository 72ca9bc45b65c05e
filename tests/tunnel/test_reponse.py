"""What an organisme reads and answers once the Carif-Oref has looked (manual step 8)."""

import pytest

from catalogue import workflow
from catalogue.enums import CauseCorrection
from catalogue.models import Action, PointDemande
from catalogue.points import Point
from tests.factories import DispositifFactory, UserFactory, publier
from tests.tunnel.outils import page, recapitulatif, send, text, tunnel, words

pytestmark = pytest.mark.django_db


def ticks(client, action):
    """The values of the boxes « Corrigé »."""
    return [int(box["value"]) for box in page(recapitulatif(client, action)).select("[name=coches]")]


def ticked(response):
    return [int(box["value"]) for box in page(response).select("[name=coches][checked]")]


class TestQuestion:
    @pytest.fixture
    def asked(self, action, agent):
        workflow.apply(action.pk, "submit", by=agent)
        workflow.apply(action.pk, "request_changes", by=agent, texte="La durée est-elle juste ?")
        return action

    @pytest.fixture
    def pointed(self, action, agent):
        workflow.apply(action.pk, "submit", by=agent)
        session = action.sessions.get()
        workflow.apply(
            action.pk,
            "request_changes",
            by=agent,
            texte="La durée est-elle juste ?",
            points=[
                Point("action.duree_centre", CauseCorrection.INCORRECT, texte="En heures."),
                Point("session.date_debut", CauseCorrection.OBSOLETE, session.pk),
                Point("dispositif.publics", CauseCorrection.INCOMPLET, session.dispositifs.get().pk),
                Point("session.date_fin", CauseCorrection.OBSOLETE, 0x7FFFFFFF),
                Point("autre.chose", CauseCorrection.INCORRECT),
            ],
        )
        return action

    def test_the_question_and_its_fields_are_shown(self, poste, pointed):
        session = pointed.sessions.get()
        soup = page(recapitulatif(poste, pointed))
        question = soup.select_one("[aria-labelledby=question-titre]")
        assert "La durée est-elle juste ?" in text(question)
        assert text(question.legend) == "À corriger : encore 5 points sur 5"
        jour = f"{session.date_debut:%d/%m/%Y}"
        assert [text(point) for point in question.select(".points__quoi")] == [
            "Action, durée en centre Incorrect",
            f"Session du {jour}, date début Obsolète",
            f"Dispositif {session.dispositifs.get()}, publics Incomplet",
            "Session supprimée, date fin Obsolète",
            "Autre supprimé, chose Incorrect",
        ]
        assert [a["href"] for a in question.select("li a")] == [
            tunnel("action", pointed.pk) + "?retour=recapitulatif#id_duree_centre",
            tunnel("session", session.pk) + "?retour=recapitulatif#id_date_debut",
            tunnel("dispositif", session.dispositifs.get().pk) + "?retour=recapitulatif#id_publics",
        ]

    def test_every_point_is_ticked_before_the_answer_leaves(self, poste, nadia, pointed):
        first, *others = ticks(poste, pointed)
        response = send(poste, pointed, "answer", texte="Corrigé.", coches=[first])
        assert response.status_code == 409
        soup = page(response)
        assert "devant chaque point" in text(soup.select_one("#repondre .resume-erreurs"))
        assert text(soup.select_one("#repondre legend")) == "À corriger : encore 4 points sur 5"
        assert text(soup.select_one("textarea")) == "Corrigé."
        send(poste, pointed, "answer", texte="Corrigé.", coches=others, revision=pointed.revision)
        pointed.refresh_from_db()
        assert pointed.statut == "en_attente_validation"
        assert {point.corrige_par for point in PointDemande.objects.all()} == {nadia}

    def test_ticks_are_kept_until_the_answer(self, poste, pointed):
        first, second, *_ = ticks(poste, pointed)
        response = send(poste, pointed, "answer", garder="1", coches=[first, "x", "9" * 40])
        assert "Vos coches sont enregistrées." in words(response)
        assert ticked(response) == [first]
        # A page opened before the first tick: what a colleague ticked meanwhile stays.
        send(poste, pointed, "answer", garder="1", coches=[second])
        # The first one taken back.
        response = send(poste, pointed, "answer", garder="1", coches=[second], etaient=[first, second])
        assert ticked(response) == [second]
        pointed.refresh_from_db()
        assert pointed.statut == "en_attente_reponse"

    def test_an_answer_begun_is_kept_with_the_ticks_until_it_is_sent(self, poste, pointed):
        first, *_ = ticks(poste, pointed)
        response = send(poste, pointed, "answer", garder="1", coches=[first], texte="Fait pour la durée,")
        assert "Votre texte est gardé jusqu’à votre déconnexion." in words(response)
        response = poste.get(tunnel("recapitulatif", pointed.pk))
        assert text(page(response).select_one("#repondre textarea")) == "Fait pour la durée,"

    def test_an_answer_begun_that_is_too_long_is_shown_again(self, poste, pointed):
        first, *_ = ticks(poste, pointed)
        response = send(poste, pointed, "answer", garder="1", coches=[first], texte="x" * 3001)
        assert response.status_code == 409
        assert text(page(response).select_one("#repondre textarea")) == "x" * 3001
        assert ticked(response) == [first]

    def test_ticks_of_another_question_change_nothing(self, poste, pointed, agent):
        ailleurs = publier()
        workflow.apply(ailleurs.pk, "reopen", by=agent)
        workflow.apply(ailleurs.pk, "submit", by=agent)
        point = Point("action.url", CauseCorrection.OBSOLETE)
        workflow.apply(ailleurs.pk, "request_changes", by=agent, texte="Morte ?", points=[point])
        autre = PointDemande.objects.get(demande__action=ailleurs)
        send(poste, pointed, "answer", garder="1", coches=[autre.pk])
        autre.refresh_from_db()
        assert autre.corrige_le is None

    def test_ticks_after_the_question_is_taken_back_say_so(self, poste, pointed, agent):
        boxes = ticks(poste, pointed)
        workflow.apply(pointed.pk, "cancel_question", by=agent)
        response = send(poste, pointed, "answer", garder="1", coches=boxes)
        assert "Cette question n’attend plus de réponse" in words(response)
        assert not PointDemande.objects.filter(corrige_le__isnull=False).exists()

    @pytest.mark.parametrize("texte", ["Voilà <b>une</b> longue réponse.", ""])
    def test_an_answer_to_a_question_taken_back_meanwhile_is_given_back(self, poste, asked, agent, texte):
        workflow.apply(asked.pk, "cancel_question", by=agent)

        response = send(poste, asked, "answer", texte=texte)

        assert response.status_code == 409
        alerte = text(page(response).select_one("[role=alert]"))
        assert "Votre réponse n’est pas partie" in alerte
        assert texte in alerte
        assert ("n’est plus possible" in alerte) == bool(texte)
        asked.refresh_from_db()
        assert asked.statut == "en_attente_validation"

    def test_an_answer_a_colleague_was_quicker_to_give_is_given_back(self, poste, asked):
        collegue = UserFactory(organisme=asked.organisme)
        workflow.apply(asked.pk, "answer", by=collegue, texte="La sienne.")

        response = send(poste, asked, "answer", texte="La mienne, plus complète.")

        assert response.status_code == 409
        assert "La mienne, plus complète." in text(page(response).select_one("[role=alert]"))

    def test_answering_sends_again(self, poste, asked):
        response = send(poste, asked, "answer", texte="Oui, 400 heures.")
        asked.refresh_from_db()
        assert asked.statut == "en_attente_validation"
        assert "Votre réponse a été envoyée" in words(response)
        assert "Oui, 400 heures." in words(response)
        assert asked.demandes.get().reponse == "Oui, 400 heures."

    @pytest.mark.parametrize("texte", ["", "   "])
    def test_an_empty_answer_is_refused(self, poste, asked, texte):
        response = send(poste, asked, "answer", texte=texte)
        assert response.status_code == 409
        assert text(page(response).select_one("#id_texte_error")).endswith("Renseignez « Votre réponse ».")
        asked.refresh_from_db()
        assert asked.statut == "en_attente_reponse"

    def test_a_refused_answer_keeps_its_text_and_may_be_sent_again(self, poste, asked):
        session = asked.sessions.get()
        session.dispositifs.all().delete()
        response = send(poste, asked, "answer", texte="Voilà une longue réponse.")
        assert response.status_code == 409
        soup = page(response)
        assert text(soup.select_one("textarea")) == "Voilà une longue réponse."
        assert "Il manque encore des informations" in text(soup.select_one("#repondre .resume-erreurs"))
        DispositifFactory(session=session)
        revision = soup.select_one("#repondre [name=revision]")["value"]
        send(poste, asked, "answer", texte="Voilà une longue réponse.", revision=revision)
        asked.refresh_from_db()
        assert asked.statut == "en_attente_validation"

    def test_an_answer_given_on_an_older_reading_is_kept_and_says_so(self, poste, asked):
        response = send(poste, asked, "answer", texte="Réponse.", revision=1)
        assert response.status_code == 409
        assert text(page(response).select_one("textarea")) == "Réponse."
        assert "relisez-la" in words(response)
        assert page(response).select_one("#repondre [name=revision]")["value"] == str(
            Action.objects.get(pk=asked.pk).revision
        )


class TestAfterDecision:
    def test_a_refusal_shows_its_reason_and_the_way_to_correct(self, poste, agent, action):
        workflow.apply(action.pk, "submit", by=agent)
        workflow.apply(action.pk, "refuse", by=agent, texte="Hors région.")
        soup = page(recapitulatif(poste, action))
        assert "Motif : Hors région." in text(soup.select_one(".encart--erreur"))
        assert tunnel("confirmer", action.pk, "reopen") in [a["href"] for a in soup.select("main a")]

    def test_a_validated_action_shows_its_public_numbers(self, poste, action):
        publier(action)
        session = action.sessions.get()
        assert session.numero
        assert session.numero in words(recapitulatif(poste, action))

    def test_reopening_says_first_that_the_published_version_stays(self, poste, action):
        publier(action)
        en_ligne = "La version publiée reste en ligne jusqu’à la validation de vos changements."
        response = poste.get(tunnel("confirmer", action.pk, "reopen"))
        assert en_ligne in words(response)
        action.refresh_from_db()
        assert action.statut == "validee"
        response = send(poste, action, "reopen")
        assert en_ligne in words(response)
        action.refresh_from_db()
        assert (action.statut, action.diffusions.count()) == ("en_saisie", 1)
        send(poste, action, "submit")
        assert en_ligne in words(recapitulatif(poste, action))

    def test_what_was_never_online_says_nothing_of_it(self, poste, agent, action):
        workflow.apply(action.pk, "submit", by=agent)
        workflow.apply(action.pk, "refuse", by=agent, texte="Hors région.")
        assert "en ligne" not in words(poste.get(tunnel("confirmer", action.pk, "reopen")))

    def test_archiving_asks_why_and_takes_offline(self, poste, action):
        publier(action)
        url = tunnel("confirmer", action.pk, "archive")
        assert "retirées du site dès l’archivage" in words(poste.get(url))
        refused = send(poste, action, "archive", texte="")
        assert refused.status_code == 409
        assert "Renseignez « Motif de l’archivage »." in words(refused)
        response = send(poste, action, "archive", texte="Formation arrêtée.")
        action.refresh_from_db()
        assert (action.statut, action.diffusions.count()) == ("archivee", 0)
        assert "ses sessions ne sont plus en ligne" in words(response)
        assert "Formation arrêtée." in words(response)
        send(poste, action, "restore")
        action.refresh_from_db()
        assert action.statut == "en_saisie"

    @pytest.mark.parametrize("nom", ["submit", "approve", "inconnue"])
    def test_only_reopening_and_archiving_have_a_page(self, poste, action, nom):
        assert poste.get(tunnel("confirmer", action.pk, nom)).status_code == 404

    def test_a_page_opened_too_late_leads_back(self, poste, action):
        response = poste.get(tunnel("confirmer", action.pk, "reopen"), follow=True)
        assert response.redirect_chain == [(tunnel("recapitulatif", action.pk), 302)]
        assert "n’est pas possible dans l’état de cette action" in words(response)
