"""Saving a step: who may, in which state, once, and never over somebody else's work."""

from uuid import uuid4

import pytest

from catalogue import saisie
from catalogue.enums import RoleOrganisme, StatutAction
from catalogue.models import Action, Dispositif, Evenement, Session
from catalogue.saisie import SaisieRefusee
from tests.factories import (
    ActionFactory,
    DispositifFactory,
    FormationFactory,
    SessionFactory,
    SiteFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
MODIFIABLES = {"en_saisie", "en_attente_reponse"}
TRAITS = {
    "en_saisie": {},
    "en_attente_validation": {"attente": True},
    "en_attente_reponse": {"question": True},
    "validee": {"validee": True},
    "refusee": {"refusee": True},
    "archivee": {"archivee": True},
}


@pytest.fixture
def action():
    return ActionFactory()


@pytest.fixture
def by(action):
    return UserFactory(organisme=action.organisme)


def session_of(action, **fields):
    return Session(action=action, organisme_id=action.organisme_id, **fields)


class TestCreate:
    def test_a_row_is_written_logged_and_the_action_s_revision_rises(self, action, by):
        jeton = uuid4()
        session, est_nouvelle = saisie.create(session_of(action, capacite=8), jeton, by=by)
        action.refresh_from_db()
        assert (est_nouvelle, session.jeton, session.version, action.revision) == (True, jeton, 1, 2)
        evenement = Evenement.objects.get()
        assert (evenement.action, evenement.type, evenement.auteur) == (action, "creation", by)
        assert evenement.details == {"objet": "session", "pk": session.pk}
        assert (evenement.revision, evenement.statut_apres) == (2, "en_saisie")

    def test_a_new_action_starts_its_own_journal(self, by, action):
        formation = FormationFactory(organisme=action.organisme)
        row = Action(formation=formation, organisme=formation.organisme)
        cree, _ = saisie.create(row, uuid4(), by=by)
        assert (cree.statut, cree.revision) == ("en_saisie", 1)
        assert cree.evenements.get().type == "creation"

    def test_the_same_token_gives_back_the_first_row(self, action, by):
        jeton = uuid4()
        first, _ = saisie.create(session_of(action, capacite=8), jeton, by=by, champs=["capacite"])
        again, est_nouvelle = saisie.create(session_of(action, capacite=8), jeton, by=by, champs=["capacite"])
        assert (again, est_nouvelle) == (first, False)
        assert Evenement.objects.count() == 1

    def test_a_token_used_under_another_parent_makes_a_row_of_its_own(self, action, by):
        jeton = uuid4()
        first, _ = saisie.create(session_of(action), jeton, by=by)
        other = ActionFactory(formation__organisme=action.organisme)
        second, est_nouvelle = saisie.create(session_of(other), jeton, by=by)
        assert est_nouvelle
        assert (second.pk != first.pk, second.jeton != jeton) == (True, True)

    def test_a_token_of_another_organisme_gives_nothing_of_it(self, action, by):
        foreign = SessionFactory()
        cree, est_nouvelle = saisie.create(session_of(action), foreign.jeton, by=by)
        assert est_nouvelle
        assert cree.organisme == action.organisme

    @pytest.mark.parametrize("statut", StatutAction.values)
    def test_only_in_an_action_being_typed(self, statut):
        action = ActionFactory(**TRAITS[statut])
        by = UserFactory(organisme=action.organisme)
        if statut in MODIFIABLES:
            assert saisie.create(session_of(action), uuid4(), by=by)[1]
            return
        with pytest.raises(SaisieRefusee) as refus:
            saisie.create(session_of(action), uuid4(), by=by)
        assert refus.value.code == "statut"
        assert not action.sessions.exists()
        assert not Evenement.objects.exists()

    def test_a_dispositif_of_a_session_deleted_meanwhile_is_refused(self, by, action):
        session = SessionFactory(action=action)
        row = Dispositif(session=session, organisme_id=session.organisme_id)
        saisie.delete(Session.objects.get(pk=session.pk), by=by)
        with pytest.raises(SaisieRefusee) as refus:
            saisie.create(row, uuid4(), by=by)
        assert refus.value.code == "orpheline"


class TestUpdate:
    def test_only_what_changed_is_written_and_named(self, action, by):
        Action.objects.filter(pk=action.pk).update(complement_intitule="d’un autre champ")
        action.duree_centre = 350
        stored = saisie.update(action, ["duree_centre", "duree_entreprise"], 1, by=by)
        assert (stored.duree_centre, stored.version, stored.revision) == (350, 2, 2)
        assert stored.complement_intitule == "d’un autre champ"
        assert Evenement.objects.get().details["champs"] == ["duree_centre"]

    def test_a_session_s_change_raises_the_action_s_revision_only(self, by, action):
        session = SessionFactory(action=action)
        session.capacite = 20
        stored = saisie.update(session, ["capacite"], 1, by=by)
        action.refresh_from_db()
        assert (stored.version, action.revision, action.version) == (2, 2, 1)
        assert stored.modifie_le > session.cree_le

    def test_nothing_typed_writes_nothing(self, action, by):
        assert saisie.update(action, ["duree_centre"], 1, by=by).version == 1
        assert not Evenement.objects.exists()

    def test_an_older_version_is_refused_with_the_row_as_it_stands(self, action, by):
        theirs = Action.objects.get(pk=action.pk)
        theirs.duree_centre = 300
        saisie.update(theirs, ["duree_centre"], 1, by=by)
        action.duree_centre = 350
        with pytest.raises(SaisieRefusee) as refus:
            saisie.update(action, ["duree_centre"], 1, by=by)
        assert (refus.value.code, refus.value.actuelle.duree_centre) == ("perimee", 300)
        assert action.duree_centre == 350
        assert Evenement.objects.count() == 1

    def test_an_older_version_that_types_the_same_is_accepted(self, action, by):
        theirs = Action.objects.get(pk=action.pk)
        theirs.duree_centre = 350
        saisie.update(theirs, ["duree_centre"], 1, by=by)
        action.duree_centre = 350
        assert saisie.update(action, ["duree_centre"], 1, by=by).version == 2

    def test_a_deleted_row_is_told(self, action, by):
        session = SessionFactory(action=action)
        mine = Session.objects.select_related("action").get(pk=session.pk)
        saisie.delete(session, by=by)
        mine.capacite = 20
        with pytest.raises(SaisieRefusee) as refus:
            saisie.update(mine, ["capacite"], 1, by=by)
        assert refus.value.code == "supprimee"

    @pytest.mark.parametrize("statut", sorted(set(StatutAction.values) - MODIFIABLES))
    def test_never_in_another_state(self, statut):
        action = ActionFactory(**TRAITS[statut])
        action.duree_centre = 350
        with pytest.raises(SaisieRefusee) as refus:
            saisie.update(action, ["duree_centre"], 1, by=UserFactory(organisme=action.organisme))
        assert refus.value.code == "statut"
        assert "rouvrez-la" in str(refus.value)


class TestDelete:
    def test_a_session_goes_with_its_dispositifs(self, action, by):
        dispositif = DispositifFactory(session=SessionFactory(action=action))
        saisie.delete(dispositif.session, by=by)
        assert not Session.objects.exists()
        assert not Dispositif.objects.exists()
        evenement = Evenement.objects.get()
        assert (evenement.type, evenement.details["objet"]) == ("suppression", "session")

    def test_a_second_time_changes_nothing(self, action, by):
        session = SessionFactory(action=action)
        stale = Session.objects.get(pk=session.pk)
        saisie.delete(session, by=by)
        saisie.delete(stale, by=by)
        action.refresh_from_db()
        assert action.revision == 2
        assert Evenement.objects.count() == 1

    def test_never_in_another_state(self, by):
        session = SessionFactory(action__validee=True)
        with pytest.raises(SaisieRefusee) as refus:
            saisie.delete(session, by=UserFactory(organisme=session.organisme))
        assert refus.value.code == "statut"
        assert Session.objects.exists()


def reader(action):
    return UserFactory(organisme=action.organisme, organisme__role=RoleOrganisme.LECTURE)


def typist(action):
    return UserFactory(organisme=action.organisme, organisme__role=RoleOrganisme.SAISIE)


def stranger(action):
    return UserFactory(organisme=SiteFactory().organisme)


def nobody(action):
    return UserFactory()


def disabled(action):
    return UserFactory(organisme=action.organisme, is_active=False)


def former_agent(action):
    return UserFactory(valideur=True, is_active=False)


def agent(action):
    return UserFactory(valideur=True)


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (typist, True),
        (agent, True),
        (reader, False),
        (stranger, False),
        (nobody, False),
        (disabled, False),
        (former_agent, False),
    ],
)
def test_who_may_save(who, may, action):
    """The three doors ask the same question, whatever a view let through."""
    by = who(action)
    session = SessionFactory(action=action)
    action.duree_centre = 350
    new_action = Action(formation=action.formation, organisme_id=action.organisme_id)
    doors = [
        lambda: saisie.create(new_action, uuid4(), by=by),
        lambda: saisie.create(session_of(action), uuid4(), by=by),
        lambda: saisie.update(action, ["duree_centre"], 1, by=by),
        lambda: saisie.delete(session, by=by),
    ]
    for door in doors:
        if may:
            door()
            continue
        with pytest.raises(SaisieRefusee) as refus:
            door()
        assert refus.value.code == "role"
    assert Evenement.objects.count() == (4 if may else 0)
