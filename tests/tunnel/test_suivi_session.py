"""« Où en est ma session ? »: sent, looked at, validated, online, in the feed; in words and dates."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from catalogue import workflow
from catalogue.enums import ProfilFlux, StatutExport
from catalogue.lheo import flux
from catalogue.models import Action, Diffusion, ExportFlux, FragmentLheo, Session
from catalogue.tunnel.suivi_session import DIFFUSIONS, follow
from tests.factories import ActionFactory, DispositifFactory, SessionFactory, UserFactory, publier
from tests.lheo.outils import age
from tests.tunnel.outils import page, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def dossier(settings, tmp_path):
    """The folder of the feeds, where what is written counts."""
    settings.FLUX_DIR = tmp_path


def steps(action) -> list[str]:
    """The state of each step of the first session."""
    return [etape["etat"] for etape in first(action)]


def first(action) -> list[dict]:
    return follow(tree(action))[0]["etapes"]


def tree(action) -> Action:
    return Action.objects.with_tree().prefetch_related(DIFFUSIONS).get(pk=action.pk)


def test_a_session_from_its_typing_to_the_feed(tmp_path):
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

    flux.export(tmp_path, timezone.now())
    assert steps(action) == ["fait"] * 5
    assert first(action)[4]["mot"] == "Exportée"


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


@pytest.mark.parametrize("est_partie", [False, True])
def test_a_session_put_aside_of_the_feed_says_that_the_carif_knows(tmp_path, est_partie):
    """Whether it left before or not: today it does not."""
    action = publier()
    if est_partie:
        flux.export(tmp_path, timezone.now())
    FragmentLheo.objects.update(fautes=["ville du site : 60 caractères, 50 au plus"])

    transmise = first(action)[4]

    assert transmise["etat"] == "en_cours"
    assert transmise["precision"].startswith("Mise de côté")
    assert transmise["precision"].endswith("Le Carif-Oref est prévenu.")


class TestWhatTheFeedOfFranceTravailHolds:
    @pytest.fixture
    def action(self):
        return publier()

    def test_an_ended_session_is_still_sent_for_thirty_days(self, action, tmp_path):
        age(action.diffusions.get().pk, 30)
        flux.export(tmp_path, timezone.now())
        transmise = first(action)[4]
        assert (transmise["etat"], transmise["mot"]) == ("fait", "Exportée")
        assert transmise["precision"].endswith("La session est terminée.")

    @pytest.mark.parametrize("est_partie", [False, True])
    def test_then_it_is_not_and_that_is_said(self, action, tmp_path, est_partie):
        if est_partie:
            flux.export(tmp_path, timezone.now() - timedelta(days=20))
        age(action.diffusions.get().pk, 31)
        flux.export(tmp_path, timezone.now())
        transmise = first(action)[4]
        assert (transmise["mot"], transmise["precision"]) == (
            "Non exportée",
            "La session est terminée depuis plus de 30\u00a0jours.",
        )

    def test_a_session_that_comes_back_ended_leaves_again(self, action, tmp_path):
        flux.export(tmp_path, timezone.now())
        valideur, jour = UserFactory(valideur=True), timezone.localdate()
        workflow.apply(action.pk, "archive", by=valideur, texte="Doublon")
        workflow.apply(action.pk, "restore", by=valideur)
        finie = action.sessions.get()
        DispositifFactory(session=SessionFactory(action=action))
        Session.objects.filter(pk=finie.pk).update(
            date_debut=jour - timedelta(days=40), date_fin=jour - timedelta(days=15)
        )
        publier(action, by=valideur)
        assert first(action)[4]["precision"].startswith("Prévue sous")

        flux.export(tmp_path, timezone.now())

        assert first(action)[4]["mot"] == "Exportée"

    @pytest.mark.parametrize(
        ("jours", "dit"),
        [(0, "Prévue sous 48"), (3, "Pas encore transmise\u00a0: le Carif-Oref vérifie.")],
    )
    def test_a_file_that_is_held_holds_no_new_session(self, action, jours, dit):
        """The whole feed was written: it is another one."""
        Diffusion.objects.update(
            publiee_le=timezone.now() - timedelta(days=jours), transmise_le=timezone.now()
        )
        FragmentLheo.objects.update(ecrit_le=timezone.now() - timedelta(days=jours))
        run(ProfilFlux.FRANCE_TRAVAIL, StatutExport.ECRIT, jours=jours + 1)
        run(ProfilFlux.FRANCE_TRAVAIL, StatutExport.RETENU, raison="Trop de sessions parties.")
        run(ProfilFlux.COMPLET, StatutExport.ECRIT)
        transmise = first(action)[4]
        assert transmise["etat"] == "en_cours"
        assert transmise["precision"].startswith(dit)

    @pytest.mark.parametrize(
        ("jours", "dit"),
        [(0, "Sa dernière version part"), (3, "Sa dernière version n’est pas encore partie")],
    )
    def test_nor_the_last_version_of_an_older_one(self, action, jours, dit):
        Diffusion.objects.update(publiee_le=timezone.now() - timedelta(days=9))
        FragmentLheo.objects.update(ecrit_le=timezone.now() - timedelta(days=jours))
        run(ProfilFlux.FRANCE_TRAVAIL, StatutExport.ECRIT, jours=jours + 1)
        assert first(action)[4]["precision"].startswith(dit)

    def test_when_the_feed_is_empty_it_holds_nothing(self, action):
        FragmentLheo.objects.update(ecrit_le=timezone.now() - timedelta(days=20))
        age(action.diffusions.get().pk, 31)
        run(ProfilFlux.FRANCE_TRAVAIL, StatutExport.ECRIT, jours=2)
        run(ProfilFlux.FRANCE_TRAVAIL, StatutExport.VIDE)
        assert first(action)[4]["mot"] == "Non exportée"


def run(profil: str, statut: str, *, jours: int = 0, raison: str = "") -> None:
    le = timezone.now() - timedelta(days=jours)
    ExportFlux.objects.create(profil=profil, statut=statut, commence_le=le, fini_le=le, raison=raison)


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
