"""What becomes of a row of the tunnel: its state, its deletion, typing again (manual steps 3 to 8)."""

import pytest
from django.urls import reverse
from django.utils import timezone

from catalogue import workflow
from catalogue.models import Action, Dispositif, Session
from tests.factories import (
    ActionFactory,
    DispositifFactory,
    SessionFactory,
    publier,
)
from tests.tunnel.outils import fields, page, tunnel, words

pytestmark = pytest.mark.django_db
FAIT = "L’enregistrement a bien été effectué."


class TestState:
    @pytest.mark.parametrize("trait", ["attente", "validee", "refusee", "archivee"])
    def test_a_step_of_an_action_not_being_typed_leads_to_the_recapitulatif(self, poste, organisme, trait):
        action = ActionFactory(formation__organisme=organisme, complete=True, **{trait: True})
        session = action.sessions.get()
        urls = [
            tunnel("action", action.pk),
            tunnel("session", session.pk),
            tunnel("session_create", action.pk),
            tunnel("dispositif_create", session.pk),
            tunnel("session_delete", session.pk),
        ]
        for url in urls:
            response = poste.get(url, follow=True)
            assert response.redirect_chain == [(tunnel("recapitulatif", action.pk), 302)]
            assert "n’est pas modifiable dans son état" in words(response)

    def test_a_save_after_the_state_changed_keeps_what_was_typed(self, poste, organisme):
        action = ActionFactory(formation__organisme=organisme)
        url = tunnel("action", action.pk)
        data = fields(poste.get(url)) | {"complement_intitule": "option porc"}
        Action.objects.filter(pk=action.pk).update(
            statut="en_attente_validation", soumise_le=timezone.now(), premier_debut=timezone.localdate()
        )
        response = poste.post(url, data)
        assert response.status_code == 409
        assert fields(response)["complement_intitule"] == "option porc"
        assert "n’est pas enregistrée" in words(response)
        action.refresh_from_db()
        assert action.complement_intitule == ""

    def test_a_question_lets_one_correct(self, poste, organisme):
        action = ActionFactory(formation__organisme=organisme, question=True)
        url = tunnel("action", action.pk)
        poste.post(url, fields(poste.get(url)) | {"duree_centre": "350"})
        action.refresh_from_db()
        assert action.duree_centre == 350


class TestDelete:
    def test_asking_deletes_nothing_and_confirming_deletes(self, poste, organisme):
        action = ActionFactory(formation__organisme=organisme, complete=True)
        session = action.sessions.get()
        url = tunnel("session_delete", session.pk)
        response = poste.get(url)
        assert "Supprimer cette session ?" in words(response)
        assert Session.objects.filter(pk=session.pk).exists()
        response = poste.post(url, {"action": action.pk}, follow=True)
        assert response.redirect_chain == [(tunnel("action", action.pk), 302)]
        assert "La suppression a bien été effectuée." in words(response)
        assert not Session.objects.exists()
        assert not Dispositif.objects.exists()
        evenement = action.evenements.get()
        assert (evenement.type, evenement.details["pk"]) == ("suppression", session.pk)

    @pytest.mark.parametrize(("autres", "conseil"), [(0, True), (1, False)])
    def test_the_only_session_online_is_not_deleted_without_saying_how_to_withdraw_it(
        self, poste, organisme, nadia, autres, conseil
    ):
        action = publier(ActionFactory(formation__organisme=organisme, complete=True))
        workflow.apply(action.pk, "reopen", by=nadia)
        session = action.sessions.get()
        SessionFactory.create_batch(autres, action=action)
        response = poste.get(tunnel("session_delete", session.pk))
        archiver = page(response).main.find("a", string="Archiver l’action")
        assert bool(archiver) is conseil
        if conseil:
            assert archiver["href"] == reverse("tunnel:confirmer", args=[action.pk, "archive"])

    def test_a_second_click_is_told_it_is_done(self, poste, organisme):
        dispositif = DispositifFactory(session__action__formation__organisme=organisme)
        action = dispositif.session.action
        url = tunnel("dispositif_delete", dispositif.pk)
        poste.post(url, {"action": action.pk})
        response = poste.post(url, {"action": action.pk}, follow=True)
        assert "C’est déjà fait" in words(response)
        assert action.evenements.count() == 1

    @pytest.mark.parametrize("posted", [{}, {"action": "x"}, {"action": "999999"}])
    def test_a_row_never_seen_is_not_found(self, poste, posted):
        assert poste.post(tunnel("session_delete", 999_999), posted).status_code == 404

    def test_a_published_session_says_it_stays_online(self, poste, organisme):
        session = SessionFactory(action__formation__organisme=organisme, numero="52_000001")
        assert "reste en ligne jusqu’à la prochaine validation" in words(
            poste.get(tunnel("session_delete", session.pk))
        )


class TestReprendre:
    def test_the_first_incomplete_step_opens(self, poste, organisme):
        action = ActionFactory(formation__organisme=organisme, niveau_entree="")
        url = tunnel("reprendre", action.pk)
        assert poste.get(url).url == tunnel("action", action.pk) + "#id_niveau_entree"
        Action.objects.filter(pk=action.pk).update(niveau_entree="1")
        assert poste.get(url).url == tunnel("session_create", action.pk)
        session = SessionFactory(action=action, capacite=None)
        assert poste.get(url).url == tunnel("session", session.pk) + "#id_capacite"
        Session.objects.filter(pk=session.pk).update(capacite=8)
        assert poste.get(url).url == tunnel("dispositif_create", session.pk)
        dispositif = DispositifFactory(session=session, publics=[])
        assert poste.get(url).url == tunnel("dispositif", dispositif.pk) + "#id_publics"
        Dispositif.objects.filter(pk=dispositif.pk).update(publics=["83056"])
        assert poste.get(url).url == tunnel("recapitulatif", action.pk)

    def test_what_is_not_being_typed_opens_its_recapitulatif(self, poste, organisme):
        action = ActionFactory(formation__organisme=organisme, attente=True)
        assert poste.get(tunnel("reprendre", action.pk)).url == tunnel("recapitulatif", action.pk)
