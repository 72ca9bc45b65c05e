"""Each transition tells whom it concerns, with the reason and the link, as each person chose."""

from dataclasses import dataclass

import pytest
from django.db import transaction
from django.utils import timezone

from catalogue import avis, saisie, workflow
from catalogue.enums import CauseCorrection, ModeAvis, RoleOrganisme, TypeAvis
from catalogue.models import Action, AvisEnAttente, Demande, PointDemande, PreferenceAvis
from catalogue.workflow import TransitionRefusee
from sofi.models import Courriel
from tests.courriels.outils import boite
from tests.factories import ActionFactory, CertificationFactory, OrganismeFactory, UserFactory, publier

pytestmark = pytest.mark.django_db


@dataclass
class Equipe:
    """The two sides of a counter, around one complete action that is being typed."""

    action: Action
    gestionnaire: object
    saisie: object
    lecture: object
    valideur: object

    def apply(self, name, by, texte=""):
        return workflow.apply(self.action.pk, name, by=by, texte=texte)


@pytest.fixture
def equipe():
    action = ActionFactory(complete=True)
    people = {
        role: UserFactory(organisme=action.organisme, organisme__role=role, email=f"{role}@exemple.fr")
        for role in RoleOrganisme
    }
    UserFactory(organisme=action.organisme, email="partie@exemple.fr", is_active=False)
    UserFactory(organisme=OrganismeFactory(), email="ailleurs@exemple.fr")
    valideur = UserFactory(valideur=True, email="valideur@exemple.fr")
    return Equipe(action, *people.values(), valideur)


def sent() -> list[tuple[str, str]]:
    """Who was written to, with what, in the order of the addresses."""
    return sorted((message.a, message.nom) for message in boite())


def forget():
    Courriel.objects.all().delete()


TOUS = ["gestionnaire@exemple.fr", "saisie@exemple.fr"]


def test_the_receipt_goes_to_the_sender_alone_and_says_when_to_expect_an_answer(equipe):
    equipe.apply("submit", equipe.saisie)

    [message] = boite()
    assert (message.a, message.nom) == ("saisie@exemple.fr", "action_recue")
    assert "Le Carif-Oref vise une réponse pour le " in message.texte
    assert message.lien(f"/actions/{equipe.action.pk}/recapitulatif/")


def test_what_an_agent_sends_for_an_organisme_is_told_to_its_team(equipe):
    equipe.valideur.work_for(equipe.action.organisme_id)

    equipe.apply("submit", equipe.valideur)

    assert sent() == [(adresse, "action_recue") for adresse in TOUS]
    assert f"envoyée pour vous par {equipe.valideur} (Carif-Oref)" in boite()[0].texte


@pytest.mark.parametrize(
    ("before", "name", "modele"),
    [
        (["submit"], "request_changes", "action_question"),
        (["submit"], "approve", "action_validee"),
        (["submit"], "refuse", "action_refusee"),
        (["submit", "approve"], "reopen", "action_reprise"),
        ([], "archive", "action_archivee"),
        (["archive"], "restore", "action_reprise"),
    ],
)
def test_what_the_carif_decides_is_told_to_those_who_type(equipe, before, name, modele):
    for step in before:
        equipe.apply(step, equipe.valideur, "Il le faut.")
    forget()

    equipe.apply(name, equipe.valideur, "L’adresse\nn’existe pas." if name != "approve" else "")

    assert sent() == [(adresse, modele) for adresse in TOUS]
    message = boite()[0]
    assert message.lien(f"/actions/{equipe.action.pk}/recapitulatif/")
    if workflow.TRANSITIONS[name].texte:
        assert "> L’adresse\n> n’existe pas." in message.texte


@pytest.mark.parametrize(
    ("before", "name"),
    [(["submit"], "withdraw"), (["submit", "approve"], "reopen"), ([], "archive"), (["archive"], "restore")],
)
def test_what_the_organisme_does_for_itself_is_told_to_nobody(equipe, before, name):
    for step in before:
        equipe.apply(step, equipe.valideur, "Il le faut.")
    forget()

    equipe.apply(name, equipe.gestionnaire, "Plus d’inscrits.")

    assert boite() == []


def test_an_answer_goes_to_whoever_took_charge_of_it(equipe):
    agent = UserFactory(agent=True, email="agent@exemple.fr")
    equipe.apply("submit", equipe.gestionnaire)
    equipe.apply("request_changes", equipe.valideur, "Quelle durée ?")
    Action.objects.filter(pk=equipe.action.pk).update(examinateur=agent, prise_le=timezone.now())
    forget()

    equipe.apply("answer", equipe.gestionnaire, "400 heures.")

    assert sent() == [("agent@exemple.fr", "action_reponse"), ("gestionnaire@exemple.fr", "action_recue")]
    [message] = boite("agent@exemple.fr")
    assert "> 400 heures." in message.texte
    assert message.lien(f"/atelier/actions/{equipe.action.pk}/")


def test_the_validation_gives_the_numbers_and_when_the_public_finds_them(equipe):
    publier(equipe.action, by=equipe.valideur)

    message = boite("gestionnaire@exemple.fr")[-1]
    [diffusion] = equipe.action.diffusions.all()
    assert diffusion.numero in message.texte
    assert "sur «\u00a0Orientation Pays de la Loire\u00a0»" in message.texte
    assert "France Travail" in message.texte


def test_the_points_of_a_question_are_in_the_mail(equipe):
    equipe.apply("submit", equipe.valideur)
    session = equipe.action.sessions.get()
    demande = Demande.objects.create(action=equipe.action, question="Les dates ?", posee_par=equipe.valideur)
    PointDemande.objects.create(
        demande=demande,
        champ="session.date_debut",
        objet_pk=session.pk,
        cause=CauseCorrection.OBSOLETE,
        texte="Elle est\npassée",
    )
    evenement = equipe.action.evenements.first()
    forget()

    avis.on_transition(
        equipe.action, "request_changes", by=equipe.valideur, evenement=evenement, texte="Les dates ?"
    )

    ligne = next(row for row in boite()[0].texte.splitlines() if row.startswith("- "))
    assert ligne.endswith("\u00a0: obsolète. Elle est passée")
    assert "date début" in ligne.lower()


def test_a_transition_that_fails_tells_nobody(equipe):
    with pytest.raises(TransitionRefusee):
        equipe.apply("approve", equipe.valideur)
    assert boite() == []


def test_a_transition_undone_with_its_transaction_leaves_no_mail(equipe):
    with transaction.atomic():
        equipe.apply("submit", equipe.gestionnaire)
        transaction.set_rollback(True)

    assert boite() == []


def test_each_person_is_told_as_they_chose(equipe):
    equipe.apply("submit", equipe.valideur)
    forget()
    choose = PreferenceAvis.objects.create
    choose(user=equipe.gestionnaire, type=TypeAvis.REFUS, mode=ModeAvis.QUOTIDIEN)
    choose(user=equipe.saisie, type=TypeAvis.REFUS, mode=ModeAvis.JAMAIS)

    equipe.apply("refuse", equipe.valideur, "L’adresse\nn’existe pas.")

    assert boite() == []
    [attente] = AvisEnAttente.objects.all()
    assert (attente.user, attente.type, attente.action) == (
        equipe.gestionnaire,
        TypeAvis.REFUS,
        equipe.action,
    )
    assert attente.texte.startswith("Action refusée\u00a0: ")
    assert attente.texte.endswith("«\u00a0L’adresse n’existe pas.\u00a0»")
    assert attente.url.endswith(f"/actions/{equipe.action.pk}/recapitulatif/")


def test_every_transition_of_the_table_exists_and_has_its_text(settings):
    folder = settings.BASE_DIR / "templates" / "courriels"
    assert set(avis.TABLE) - {"message", "undo", "cancel_question"} <= set(workflow.TRANSITIONS)
    modeles = {row.modele for rows in avis.TABLE.values() for row in rows}
    modeles |= {*avis.TABLE_AIF.values(), *avis.TABLE_SITE.values()}
    assert [modele for modele in sorted(modeles) if not (folder / f"{modele}.txt").exists()] == []


def test_replaced_codes_make_one_mail_a_person_whatever_the_number_of_actions(equipe):
    ailleurs = ActionFactory(formation__organisme__nom_usage="Ailleurs")
    UserFactory(organisme=ailleurs.organisme, email="autre@exemple.fr")
    actions = [equipe.action, ActionFactory(formation=equipe.action.formation), ailleurs]
    ancien, nouveau = equipe.action.formation.certification, CertificationFactory(code="118999")

    avis.on_code_replaced(actions, ancien, nouveau, equipe.valideur)

    assert sent() == [
        ("autre@exemple.fr", "code_remplace"),
        ("gestionnaire@exemple.fr", "code_remplace"),
        ("saisie@exemple.fr", "code_remplace"),
    ]
    [message] = boite("gestionnaire@exemple.fr")
    assert "118999" in message.texte
    assert "Ces 2 actions" in message.texte
    assert f"Action n°\u00a0{ailleurs.pk}" not in message.texte
    assert message.lien("etat=code_remplace")


def test_what_the_carif_corrected_itself_is_told_with_the_validation(equipe):
    """Not what it had corrected before the last sending, nor what the organisme changed."""
    equipe.apply("submit", equipe.gestionnaire)
    row = Action.objects.get(pk=equipe.action.pk)
    version, row.duree_centre = row.version, 350
    saisie.update(row, ["duree_centre"], version, by=equipe.valideur)

    equipe.apply("approve", equipe.valideur)

    message = boite("gestionnaire@exemple.fr")[-1]
    assert "- Durée en centre\u00a0: 400\u00a0h → 350\u00a0h" in message.texte


def test_a_decision_undone_and_a_question_cancelled_are_told(equipe):
    equipe.apply("submit", equipe.gestionnaire)
    equipe.apply("request_changes", equipe.valideur, "Laquelle ?")
    equipe.apply("cancel_question", equipe.valideur)
    equipe.apply("approve", equipe.valideur)
    equipe.apply("undo", equipe.valideur)

    assert [message.nom for message in boite("saisie@exemple.fr")] == [
        "action_question",
        "question_annulee",
        "action_validee",
        "decision_annulee",
    ]
    assert "Cette action n’est pas en ligne pour l’instant." in boite("saisie@exemple.fr")[-1].texte
