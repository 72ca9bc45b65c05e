"""« Où en est ma session ? »: sent, looked at, validated, online, in the feed; in words and dates."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from catalogue import workflow
from catalogue.models import Action, Diffusion, FragmentLheo
from catalogue.tunnel.suivi_session import DIFFUSIONS, follow
from tests.factories import ActionFactory, SessionFactory, UserFactory, publier
from tests.tunnel.outils import page, text

pytestmark = pytest.mark.django_db


def steps(action) -> list[str]:
    """The state of each step of the first session."""
    return [etape["etat"] for etape in first(action)]


def first(action) -> list[dict]:
    return follow(tree(action))[0]["etapes"]


def tree(action) -> Action:
    return Action.objects.with_tree().prefetch_related(DIFFUSIONS).get(pk=action.pk)


def test_a_session_from_its_typing_to_the_feed():
    action = ActionFactory(complete=True)
    agent, of = UserFactory(valideur=True), UserFactory(organisme=action.organisme)
    assert steps(action) == ["a_venir"] * 5

    workflow.apply(action.pk, "submit", by=of)
    assert steps(action) == ["fait", "en_cours", "a_venir", "a_venir", "a_venir"]
    assert "Dans la file" in first(action)[1]["precision"]

    Action.objects.filter(pk=action.pk).update(examinateur=agent, prise_le=timezone.now())
    precision = first(action)[1]["precision"]
    assert precision.startswith("Au Carif-Oref, depuis le ")
    assert agent.nom not in precision

    workflow.apply(action.pk, "approve", by=agent)
    assert steps(action) == ["fait", "fait", "fait", "fait", "en_cours"]
    assert Diffusion.objects.get().numero in first(action)[3]["precision"]

    Diffusion.objects.update(transmise_le=timezone.now())
    assert steps(action) == ["fait"] * 5


def test_a_question_says_that_the_organisme_is_awaited():
    action = ActionFactory(question=True, complete=True)
    assert first(action)[1]["precision"] == "Le Carif-Oref attend votre réponse à sa question."


def test_a_refusal_says_so():
    action = ActionFactory(refusee=True, complete=True)
    assert steps(action) == ["fait", "fait", "a_venir", "a_venir", "a_venir"]
    assert "Refusée le" in first(action)[2]["precision"]


def test_what_is_online_stays_while_changes_wait():
    action = publier()
    workflow.apply(action.pk, "reopen", by=UserFactory(organisme=action.organisme))
    nouvelle = SessionFactory(action=action, date_debut=timezone.localdate() + timedelta(days=300))

    assert steps(action)[:4] == ["fait"] * 4
    assert "Vos changements, eux, ne sont pas encore validés." in first(action)[2]["precision"]
    ajoutee = next(ligne for ligne in follow(tree(action)) if ligne["session"].pk == nouvelle.pk)
    assert [etape["etat"] for etape in ajoutee["etapes"]] == ["a_venir"] * 5


def test_a_session_that_ended_says_until_when_it_was_online():
    action = publier()
    jour = timezone.localdate() + timedelta(days=900)
    assert "fin de la session" in follow(tree(action), on=jour)[0]["etapes"][3]["precision"]


@pytest.mark.parametrize(
    ("jours", "dit"),
    [(0, "Prévue sous 48 h"), (2, "Prévue sous 48 h"), (3, "Pas encore transmise : le Carif-Oref vérifie.")],
)
def test_nothing_is_promised_for_ever(jours, dit):
    action = publier()
    Diffusion.objects.update(publiee_le=timezone.now() - timedelta(days=jours))
    transmise = first(action)[4]
    assert transmise["etat"] == "en_cours"
    assert transmise["precision"].startswith(dit)


@pytest.mark.parametrize("transmise_le", [None, timezone.now()])
def test_a_session_put_aside_of_the_feed_says_that_the_carif_knows(transmise_le):
    """Whether it left before or not: today it does not."""
    action = publier()
    Diffusion.objects.update(transmise_le=transmise_le)
    FragmentLheo.objects.update(fautes=["ville du site : 60 caractères, 50 au plus"])

    transmise = first(action)[4]

    assert transmise["etat"] == "en_cours"
    assert transmise["precision"].startswith("Mise de côté")
    assert transmise["precision"].endswith("Le Carif-Oref est prévenu.")


def test_the_follow_up_asks_nothing_more_of_the_base(django_assert_num_queries):
    action = publier()
    SessionFactory(action=action)
    lue = tree(action)
    with django_assert_num_queries(0):
        assert len(follow(lue)) == 2


def test_sessions_of_one_day_are_told_apart_by_their_town():
    action = publier()
    jour = action.sessions.get().date_debut
    SessionFactory(action=action, date_debut=jour, site_lieu__ville="Cholet")

    noms = [ligne["nom"] for ligne in follow(tree(action))]

    assert noms == [f"Session du {jour:%d/%m/%Y} (Nantes)", f"Session du {jour:%d/%m/%Y} (Cholet)"]


def test_the_page_says_each_step_in_words_and_whom_to_call(client):
    action = publier()
    client.force_login(UserFactory(organisme=action.organisme))

    suivi = page(client.get(reverse("tunnel:recapitulatif", args=[action.pk]))).select_one("#suivi")

    assert [text(etape.strong) for etape in suivi.select("li")] == [
        "Envoyée",
        "Examinée",
        "Validée",
        "En ligne",
        "Transmise à France Travail",
    ]
    assert "02 40 20 40 20" in text(suivi)
