"""The states of an action: every cell of the table, and what each transition leaves behind."""

import re
from pathlib import Path

import pytest

from catalogue import points, workflow
from catalogue.enums import CauseCorrection, StatutAction, StatutSite
from catalogue.models import (
    Action,
    DecisionAnnulable,
    Demande,
    Diffusion,
    Evenement,
    PointDemande,
)
from catalogue.points import Point
from tests.factories import ActionFactory, SiteFactory, UserFactory
from tests.socle_offre.personnes import CARIF, ORGANISME, PERSONS, STATES, action_in, gestionnaire, valideur

pytestmark = pytest.mark.django_db
TEXTS = {"request_changes", "answer", "refuse", "archive"}


def everything(action):
    """All that a transition may write."""
    return [
        list(model.objects.filter(**{path: action.pk}).order_by("pk").values())
        for model, path in (
            (Action, "pk"),
            (Evenement, "action"),
            (Demande, "action"),
            (Diffusion, "action"),
            (type(action.sessions.get()), "action"),
            (DecisionAnnulable, "action"),
            (PointDemande, "demande__action"),
        )
    ]


def test_the_table_covers_every_state_and_transition():
    assert set(STATES) == set(StatutAction.values)
    assert set(ORGANISME) == set(CARIF) == set(workflow.TRANSITIONS)
    assert {name for name, t in workflow.TRANSITIONS.items() if t.texte} == TEXTS


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", ORGANISME)
@pytest.mark.parametrize("person", PERSONS, ids=lambda person: person.__name__)
def test_every_cell(person, name, state):
    action = action_in(state)
    by = person(action.organisme)
    expected = PERSONS[person][name].split()[STATES.index(state)]
    before = everything(action)
    offered = name in {t.name for t in workflow.available(action, workflow.role_on(by, action))}
    assert offered == (expected in STATES)

    if expected not in STATES:
        with pytest.raises(workflow.TransitionRefusee) as refusal:
            workflow.apply(action.pk, name, by=by, revision=action.revision, texte="Un mot")
        assert refusal.value.code == expected
        assert str(refusal.value)
        assert everything(action) == before
        return

    workflow.apply(action.pk, name, by=by, revision=action.revision, texte="Un mot")

    fresh = Action.objects.get(pk=action.pk)
    assert (fresh.statut, fresh.revision) == (expected, action.revision + 1)
    line = fresh.evenements.first()
    assert (line.type, line.statut_avant, line.statut_apres) == (name, state, expected)
    assert (line.auteur, line.par_carif, line.revision) == (by, by.est_personnel, fresh.revision)
    assert line.texte == "Un mot"


@pytest.mark.parametrize("name", sorted(TEXTS))
@pytest.mark.parametrize("texte", ["", " \n\t"])
def test_a_text_is_compulsory(name, texte):
    action = action_in("en_attente_reponse" if name == "answer" else "en_attente_validation")
    by = gestionnaire(action.organisme) if name == "answer" else valideur(None)

    with pytest.raises(workflow.TransitionRefusee) as refusal:
        workflow.apply(action.pk, name, by=by, texte=texte)

    assert refusal.value.code == "texte"


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("submit", "en_saisie"),
        ("answer", "en_attente_reponse"),
        ("approve", "en_attente_validation"),
    ],
)
def test_nothing_may_be_missing(name, state):
    action = action_in(state)
    action.sessions.get().dispositifs.all().delete()
    by = valideur(None) if name == "approve" else gestionnaire(action.organisme)

    with pytest.raises(workflow.TransitionRefusee) as refusal:
        workflow.apply(action.pk, name, by=by, texte="Corrigé")

    assert refusal.value.code == "incomplete"


@pytest.mark.parametrize("name", ["withdraw", "request_changes", "refuse", "archive"])
def test_an_incomplete_action_may_still_be_sent_back(name):
    action = action_in("en_attente_validation")
    action.sessions.get().dispositifs.all().delete()
    by = gestionnaire(action.organisme) if name == "withdraw" else valideur(None)

    workflow.apply(action.pk, name, by=by, texte="Il manque le financement")


@pytest.mark.parametrize(
    ("statut", "code"), [(StatutSite.A_VALIDER, "site"), (StatutSite.FERME, "incomplete")]
)
@pytest.mark.parametrize("place", ["site_dispensateur", "site_lieu"])
def test_only_checked_places_go_online(place, statut, code):
    action = action_in("en_attente_validation")
    site = SiteFactory(organisme=action.organisme, nom="Antenne", statut=statut)
    if place == "site_lieu":
        action.sessions.update(site_lieu=site)
    else:
        Action.objects.filter(pk=action.pk).update(site_dispensateur=site)

    with pytest.raises(workflow.TransitionRefusee) as refusal:
        workflow.apply(action.pk, "approve", by=valideur(None))

    assert refusal.value.code == code
    assert ("Antenne" in str(refusal.value)) == (code == "site")


def test_an_unchecked_place_does_not_keep_from_sending():
    action = ActionFactory(complete=True)
    action.sessions.update(site_lieu=SiteFactory(organisme=action.organisme, statut=StatutSite.A_VALIDER))

    workflow.apply(action.pk, "submit", by=gestionnaire(action.organisme))


@pytest.mark.parametrize("name", ORGANISME)
def test_nobody_decides_on_what_they_have_not_read(name):
    state = STATES[
        next(i for grid in (ORGANISME, CARIF) for i, cell in enumerate(grid[name].split()) if cell in STATES)
    ]
    action = action_in(state)
    by = valideur(None) if "role" in ORGANISME[name] else gestionnaire(action.organisme)

    with pytest.raises(workflow.TransitionRefusee) as refusal:
        workflow.apply(action.pk, name, by=by, revision=action.revision + 1, texte="Un mot")

    assert refusal.value.code == "perimee"


def test_dates_follow_the_states():
    action = ActionFactory(complete=True)
    of, carif = gestionnaire(action.organisme), valideur(None)

    sent = workflow.apply(action.pk, "submit", by=of)
    assert sent.soumise_le
    assert (sent.decidee_le, sent.validee_le) == (None, None)

    refused = workflow.apply(action.pk, "refuse", by=carif, texte="Doublon")
    assert refused.decidee_le
    assert refused.validee_le is None

    workflow.apply(action.pk, "reopen", by=of)
    again = workflow.apply(action.pk, "submit", by=of)
    assert again.soumise_le > sent.soumise_le
    approved = workflow.apply(action.pk, "approve", by=carif)
    assert approved.validee_le == approved.decidee_le > refused.decidee_le

    reopened = workflow.apply(action.pk, "reopen", by=of)
    assert reopened.validee_le == approved.validee_le


def test_a_question_is_opened_then_closed_by_its_answer():
    action = action_in("en_attente_validation")
    of, carif = gestionnaire(action.organisme), valideur(None)

    duree = Point("action.duree_centre", CauseCorrection.INCORRECT, texte=" En heures ")
    workflow.apply(action.pk, "request_changes", by=carif, texte=" Quelle durée ? ", points=[duree])
    question = Demande.objects.get()
    assert question.question == "Quelle durée ?"
    assert list(question.points.values_list("champ", "objet_pk", "cause", "texte", "corrige_le")) == [
        ("action.duree_centre", 0, "incorrect", "En heures", None)
    ]
    assert (question.posee_par, question.close_le) == (carif, None)
    assert action.evenements.first().details == {"champs": ["action.duree_centre"]}

    points.tick(action.pk, coches=[question.points.get().pk], by=of)
    workflow.apply(action.pk, "answer", by=of, texte="400 heures")
    question.refresh_from_db()
    assert (question.reponse, question.repondue_par) == ("400 heures", of)
    assert question.close_le


def test_an_answer_goes_to_the_open_question_and_to_the_end_of_the_queue():
    action = action_in("en_attente_validation")
    of, carif = gestionnaire(action.organisme), valideur(None)
    for tour in ("1", "2"):
        workflow.apply(action.pk, "request_changes", by=carif, texte=f"Question {tour}")
        answered = workflow.apply(action.pk, "answer", by=of, texte=f"Réponse {tour}")

    assert list(Demande.objects.order_by("pk").values_list("question", "reponse")) == [
        ("Question 1", "Réponse 1"),
        ("Question 2", "Réponse 2"),
    ]
    assert answered.soumise_le > action.soumise_le


@pytest.mark.parametrize("nom", ["archive", "answer"])
def test_no_way_around_a_point_that_is_not_ticked(nom):
    """Archived, restored and sent again, the action would be back in the queue with its point."""
    action = action_in("en_attente_validation")
    of, carif = gestionnaire(action.organisme), valideur(None)
    duree = Point("action.duree_centre", CauseCorrection.INCORRECT)
    workflow.apply(action.pk, "request_changes", by=carif, texte="Quelle durée ?", points=[duree])

    with pytest.raises(workflow.TransitionRefusee) as refusal:
        workflow.apply(action.pk, nom, by=of, texte="Tant pis")
    assert refusal.value.code == "points"
    assert Demande.objects.get().close_le is None

    points.tick(action.pk, coches=[Demande.objects.get().points.get().pk], by=of)
    workflow.apply(action.pk, nom, by=of, texte="Tant pis")


def test_the_carif_oref_may_archive_whatever_it_asked():
    action = action_in("en_attente_validation")
    duree = Point("action.duree_centre", CauseCorrection.INCORRECT)
    workflow.apply(action.pk, "request_changes", by=valideur(None), texte="Durée ?", points=[duree])

    archived = workflow.apply(action.pk, "archive", by=valideur(None), texte="Abandonnée")

    assert archived.statut == "archivee"


def test_archiving_closes_the_question_and_restoring_does_not_reopen_it():
    action = action_in("en_attente_reponse")
    of = gestionnaire(action.organisme)

    workflow.apply(action.pk, "archive", by=of, texte="Abandonnée")
    workflow.apply(action.pk, "restore", by=of)

    question = Demande.objects.get()
    assert question.close_le
    assert (question.reponse, question.repondue_par) == ("", None)
    assert not action.demandes.ouvertes().exists()


def test_the_same_person_doing_the_same_twice_is_told_it_is_done():
    action = action_in("en_attente_validation")
    carif = valideur(None)
    workflow.apply(action.pk, "refuse", by=carif, texte="Doublon")

    with pytest.raises(workflow.TransitionRefusee) as same:
        workflow.apply(action.pk, "refuse", by=carif, texte="Doublon ")
    with pytest.raises(workflow.TransitionRefusee, match=str(carif)) as other_text:
        workflow.apply(action.pk, "refuse", by=carif, texte="Trop court")
    with pytest.raises(workflow.TransitionRefusee, match="C’est déjà fait") as colleague:
        workflow.apply(action.pk, "refuse", by=valideur(None), texte="Doublon")

    assert [e.value.code for e in (same, other_text, colleague)] == ["deja_fait", "statut", "statut"]


def test_a_refusal_says_what_happened_meanwhile():
    action = action_in("en_attente_validation")
    of = UserFactory(organisme=action.organisme, prenom="Nadia", nom="Leroux")
    workflow.apply(action.pk, "withdraw", by=of)

    with pytest.raises(workflow.TransitionRefusee) as refusal:
        workflow.apply(action.pk, "approve", by=valideur(None))

    assert str(refusal.value) == (
        "L’action a changé d’état entre-temps (retrait de l’envoi par Nadia Leroux, l’organisme)\u00a0: "
        "«\u00a0Valider\u00a0» n’est plus possible."
    )


def test_a_missing_action_is_not_found():
    with pytest.raises(Action.DoesNotExist):
        workflow.apply(0, "submit", by=valideur(None))


def test_the_readme_prints_the_table():
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    printed = re.findall(
        r"^\| `(\w+)` (.*) \|$", readme.split("## États d’une action")[1].split("\n## ")[0], re.M
    )

    assert printed == [
        (
            t.name,
            f"«\u00a0{t.label}\u00a0» | {', '.join(t.sources)} | {t.target} | {', '.join(t.roles)} | "
            + (", ".join(filter(None, [t.texte and "a text", t.complete and "nothing missing"])) or "–"),
        )
        for t in workflow.TRANSITIONS.values()
    ]
