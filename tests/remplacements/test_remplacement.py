"""Giving an action another Certifinfo code: what moves, what is online, what is told, what is refused."""

import pytest
from django.utils import timezone

from catalogue import remplacement, saisie, workflow
from catalogue.models import Action, DecisionAnnulable, Diffusion, Evenement, Formation, Session
from catalogue.remplacement import RemplacementRefuse, acknowledge, replace_one
from tests.factories import (
    ActionFactory,
    CertificationFactory,
    DispositifFactory,
    FormationFactory,
    OrganismeFactory,
    SessionFactory,
    UserFactory,
    publier,
)

pytestmark = pytest.mark.django_db
ETATS = ("attente", "question", "validee", "refusee")


def refused(code, call, *arguments, **options) -> str:
    """The sentence of the refusal `code` of that call, which changed nothing."""
    avant = _everything()
    with pytest.raises(RemplacementRefuse) as refus:
        call(*arguments, **options)
    assert refus.value.code == code
    assert _everything() == avant
    return str(refus.value)


def _everything() -> list:
    return [
        list(model.objects.order_by("pk").values()) for model in (Action, Formation, Diffusion, Evenement)
    ]


def test_the_action_moves_with_its_sessions_and_keeps_its_old_code(action, nouvelle, valideur):
    session, formation = action.sessions.get(), action.formation_id
    replace_one(action.pk, nouvelle.pk, by=valideur, revision=action.revision, ancien="31999")
    action = Action.objects.get(pk=action.pk)
    assert action.formation.certification == nouvelle
    assert action.formation.organisme == action.organisme
    assert (action.certification_precedente, action.revision, action.version) == ("31999", 2, 1)
    assert timezone.localdate(action.certification_remplacee_le) == timezone.localdate()
    assert Session.objects.get(pk=session.pk).action == action
    ligne = action.evenements.get()
    assert (ligne.type, ligne.auteur, ligne.revision) == ("replace_certification", valideur, 2)
    assert ligne.details == {"ancien": "31999", "nouveau": "114763", "formation": formation}


@pytest.mark.parametrize("etat", ["en_saisie", *ETATS])
def test_every_state_but_archived_takes_a_new_code_and_stays(etat, formation, nouvelle, valideur):
    traits = {} if etat == "en_saisie" else {etat: True}
    action = ActionFactory(formation=formation, **traits)
    replace_one(action.pk, nouvelle.pk, by=valideur)
    after = Action.objects.get(pk=action.pk)
    assert after.statut == action.statut
    assert after.formation.certification_id == "114763"


def test_the_empty_formation_goes_and_one_with_other_actions_stays(formation, action, nouvelle, valideur):
    autre = ActionFactory(formation=formation)
    replace_one(action.pk, nouvelle.pk, by=valideur)
    assert Formation.objects.filter(pk=formation.pk).exists()
    replace_one(autre.pk, nouvelle.pk, by=valideur)
    assert list(Formation.objects.values_list("certification", flat=True)) == ["114763"]
    assert Action.objects.filter(formation__certification="114763").count() == 2


def test_an_archived_action_keeps_its_code_and_its_formation(formation, action, nouvelle, valideur):
    archivee = ActionFactory(formation=formation, archivee=True)
    assert "archivée" in refused("archivee", replace_one, archivee.pk, nouvelle.pk, by=valideur)
    replace_one(action.pk, nouvelle.pk, by=valideur)
    assert Action.objects.get(pk=archivee.pk).formation == formation


def test_it_joins_the_formation_the_organisme_already_has(action, nouvelle, valideur):
    deja = FormationFactory(organisme=action.organisme, certification=nouvelle)
    FormationFactory(certification=nouvelle)
    replace_one(action.pk, nouvelle.pk, by=valideur)
    assert Action.objects.get(pk=action.pk).formation == deja


def test_what_is_online_takes_the_code_and_nothing_of_the_draft(en_ligne, nouvelle, valideur, of):
    avant = Diffusion.objects.get()
    workflow.apply(en_ligne.pk, "reopen", by=of)
    brouillon = Action.objects.get(pk=en_ligne.pk)
    brouillon.complement_intitule, brouillon.duree_centre = "Brouillon", 9
    saisie.update(brouillon, ["complement_intitule", "duree_centre"], brouillon.version, by=of)

    replace_one(en_ligne.pk, nouvelle.pk, by=valideur)

    apres = Diffusion.objects.get()
    assert (apres.certification_code, apres.niveau) == ("114763", 4)
    assert apres.intitule == "CAP boucher et traiteur – En un an"
    assert apres.contenu["formation"]["certification"]["code"] == "114763"
    assert apres.contenu["formation"]["intitule"] == "CAP boucher et traiteur"
    assert apres.contenu["action"] == avant.contenu["action"] | {"certification_precedente": "31999"}
    assert apres.contenu["action"]["duree_centre"] == 400
    for part in ("organisme", "session", "dispositifs"):
        assert apres.contenu[part] == avant.contenu[part]
    assert (apres.numero, apres.publiee_le, apres.revision) == (
        avant.numero,
        avant.publiee_le,
        avant.revision,
    )
    assert apres.modifiee_le > avant.modifiee_le


def test_it_says_the_same_as_a_new_validation_would(en_ligne, nouvelle, valideur):
    """Nothing but the code changed: publishing again gives the very same rows."""
    replace_one(en_ligne.pk, nouvelle.pk, by=valideur)
    remplacee = Diffusion.objects.values().get()
    workflow.apply(en_ligne.pk, "reopen", by=valideur)
    workflow.apply(en_ligne.pk, "submit", by=valideur)
    workflow.apply(en_ligne.pk, "approve", by=valideur)
    validee = Diffusion.objects.values().get()
    assert {key for key in validee if validee[key] != remplacee[key]} == {"revision", "modifiee_le"}


def test_nothing_goes_online_that_was_not(action, nouvelle, valideur):
    replace_one(action.pk, nouvelle.pk, by=valideur)
    assert not Diffusion.objects.exists()


def test_a_decision_taken_on_the_old_code_can_no_longer_be_undone(en_ligne, nouvelle, valideur):
    decision = en_ligne.evenements.get(type="approve")
    DecisionAnnulable.objects.get_or_create(
        action=en_ligne, defaults={"evenement": decision, "avant": {"diffusions": []}}
    )
    replace_one(en_ligne.pk, nouvelle.pk, by=valideur)
    assert not DecisionAnnulable.objects.exists()


def test_two_replacements_in_a_row_keep_the_immediate_code_and_tell_both(action, nouvelle, valideur):
    derniere = CertificationFactory(code="120000")
    replace_one(action.pk, nouvelle.pk, by=valideur)
    replace_one(action.pk, derniere.pk, by=valideur)
    action.refresh_from_db()
    assert action.certification_precedente == "114763"
    codes = [ligne.details["ancien"] for ligne in action.evenements.order_by("pk")]
    assert codes == ["31999", "114763"]
    assert list(Formation.objects.values_list("certification", flat=True)) == ["120000"]


def test_replaying_does_nothing(action, nouvelle, valideur):
    replace_one(action.pk, nouvelle.pk, by=valideur, revision=1)
    phrase = refused("deja_fait", replace_one, action.pk, nouvelle.pk, by=valideur, revision=1)
    assert "114763" in phrase


@pytest.mark.parametrize("qui", ["of", "agent", "autre", "inactif"])
def test_only_a_valideur_replaces(qui, action, nouvelle, of):
    by = {
        "of": of,
        "agent": UserFactory(agent=True),
        "autre": UserFactory(organisme=OrganismeFactory()),
        "inactif": UserFactory(valideur=True, is_active=False),
    }[qui]
    assert "valideur" in refused("role", replace_one, action.pk, nouvelle.pk, by=by)


def test_a_code_that_is_unknown_or_no_longer_in_force_is_not_given(action, ancienne, valideur):
    CertificationFactory(code="1", retiree_le="2020-01-01")
    CertificationFactory(code="2", annee_derniere_session=timezone.localdate().year - 1)
    CertificationFactory(code="3", annee_derniere_session=timezone.localdate().year)
    refused("inconnu", replace_one, action.pk, "999", by=valideur)
    refused("ferme", replace_one, action.pk, "1", by=valideur)
    refused("ferme", replace_one, action.pk, "2", by=valideur)
    assert replace_one(action.pk, "3", by=valideur).formation.certification_id == "3"


def test_an_action_without_code_has_none_to_replace(nouvelle, valideur):
    libre = ActionFactory(formation__certification=None, formation__intitule_libre="Soudure")
    refused("hors_certifinfo", replace_one, libre.pk, nouvelle.pk, by=valideur)


def test_nobody_replaces_what_they_have_not_read(action, nouvelle, valideur):
    autre = CertificationFactory()
    refused("perimee", replace_one, action.pk, nouvelle.pk, by=valideur, revision=7)
    phrase = refused("perimee", replace_one, action.pk, nouvelle.pk, by=valideur, ancien=autre.pk)
    assert "31999" in phrase


def test_acknowledging_lowers_the_counter_and_keeps_the_old_code(action, nouvelle, valideur, of):
    replace_one(action.pk, nouvelle.pk, by=valideur)
    assert Action.objects.in_state("code_remplace").get() == action
    for _ in range(2):
        acknowledge(action.pk, nouvelle.pk, by=of)
    action.refresh_from_db()
    assert not Action.objects.in_state("code_remplace").exists()
    assert action.certification_precedente == "31999"
    ligne = action.evenements.get(type="acknowledge_code")
    assert (ligne.auteur, ligne.revision, ligne.details["nouveau"]) == (of, action.revision, "114763")


def test_the_carif_oref_does_not_acknowledge_for_the_organisme(action, nouvelle, valideur):
    replace_one(action.pk, nouvelle.pk, by=valideur)
    refused("role", acknowledge, action.pk, nouvelle.pk, by=valideur)


def test_a_code_replaced_again_meanwhile_is_not_acknowledged_unread(action, nouvelle, valideur, of):
    replace_one(action.pk, nouvelle.pk, by=valideur)
    replace_one(action.pk, CertificationFactory(code="120000").pk, by=valideur)
    assert "120000" in refused("perimee", acknowledge, action.pk, nouvelle.pk, by=of)


def test_the_preview_counts_what_will_change(
    formation, en_ligne, action, nouvelle, django_assert_num_queries
):
    ActionFactory(formation=formation, archivee=True)
    ailleurs = ActionFactory(formation__certification=formation.certification)
    FormationFactory(organisme=ailleurs.organisme, certification=nouvelle)
    with django_assert_num_queries(1):
        apercu = remplacement.preview(
            remplacement.carrying(Action.objects.all(), "31999"), nouveau=nouvelle.pk
        )
    touchees = {row.pk: row for row in apercu.actions}
    assert touchees.keys() == {en_ligne.pk, action.pk, ailleurs.pk}
    assert (apercu.nb_organismes, apercu.nb_sessions, apercu.nb_en_ligne) == (2, 2, 1)
    assert not apercu.est_tronque
    assert [pk for pk, row in touchees.items() if row.est_reunie] == [ailleurs.pk]


def test_the_preview_stops_at_what_a_batch_holds(formation, action, monkeypatch):
    ActionFactory(formation=formation)
    monkeypatch.setattr(remplacement.Lot, "MAXIMUM", 1)
    apercu = remplacement.preview(Action.objects.all())
    assert (apercu.actions, apercu.est_tronque) == ([action], True)


@pytest.mark.parametrize("sessions", [1, 3])
def test_replacing_costs_the_same_however_much_is_online(
    sessions, formation, ancienne, nouvelle, valideur, django_assert_num_queries
):
    type(ancienne).objects.filter(pk=ancienne.pk).update(annee_derniere_session=None)
    action = ActionFactory(formation=formation)
    for _ in range(sessions):
        DispositifFactory(session=SessionFactory(action=action))
    publier(action)
    with django_assert_num_queries(19):
        replace_one(action.pk, nouvelle.pk, by=valideur, prevenir=False)
    assert Diffusion.objects.filter(certification_code="114763").count() == sessions
