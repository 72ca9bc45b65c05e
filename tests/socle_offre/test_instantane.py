"""What is online: frozen at validation, changed by the next one, and by nothing else."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from catalogue import instantane, saisie, workflow
from catalogue.enums import StatutSite
from catalogue.models import Action, Diffusion, Session
from tests.factories import (
    ActionFactory,
    CertificationFactory,
    DispositifFactory,
    FormationFactory,
    SessionFactory,
    UserFactory,
    publier,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def of_and_action():
    """A person of the organisme, and their action online with two sessions."""
    action = ActionFactory(complete=True)
    DispositifFactory(session=SessionFactory(action=action))
    of = UserFactory(organisme=action.organisme)
    return of, publier(action)


def online(action):
    return list(Diffusion.objects.filter(action=action).order_by("numero").values())


def send_and_approve(action, of):
    workflow.apply(action.pk, "submit", by=of)
    return workflow.apply(action.pk, "approve", by=UserFactory(valideur=True))


def edit(row, by, **fields):
    row = type(row).objects.get(pk=row.pk)
    for name, value in fields.items():
        setattr(row, name, value)
    return saisie.update(row, list(fields), row.version, by=by)


def test_approving_writes_one_row_per_session_with_its_number(of_and_action):
    _, action = of_and_action

    rows = Diffusion.objects.filter(action=action)

    assert {row.session_id: row.numero for row in rows} == dict(action.sessions.values_list("pk", "numero"))
    assert all(row.numero.startswith(f"{settings.CARIF.code_lheo}_") for row in rows)
    assert {row.revision for row in rows} == {action.revision}
    assert {row.publiee_le for row in rows} == {row.modifiee_le for row in rows} == {action.validee_le}


def test_nothing_is_online_before_validation():
    action = ActionFactory(complete=True)
    workflow.apply(action.pk, "submit", by=UserFactory(organisme=action.organisme))

    assert not Diffusion.objects.exists()
    assert Session.objects.get().numero is None


def test_an_edit_after_reopening_shows_nowhere(of_and_action):
    of, action = of_and_action
    session, other = action.sessions.order_by("pk")
    before = online(action)

    workflow.apply(action.pk, "reopen", by=of)
    edit(action, of, complement_intitule="en soirée", duree_centre=1)
    edit(session, of, date_debut=session.date_debut + timedelta(days=1), capacite=99)
    edit(session.dispositifs.get(), of, cout_stagiaire=Decimal("1.00"))
    saisie.delete(other, by=of)

    after = online(action)
    deleted = next(row for row in before if row["session_id"] == other.pk)
    deleted["session_id"] = None
    assert after == before


@pytest.mark.parametrize("name", ["withdraw", "request_changes", "refuse"])
def test_no_other_outcome_of_a_new_review_changes_what_is_online(of_and_action, name):
    of, action = of_and_action
    before = online(action)
    workflow.apply(action.pk, "reopen", by=of)
    edit(action, of, duree_centre=1)
    workflow.apply(action.pk, "submit", by=of)

    by = of if name == "withdraw" else UserFactory(valideur=True)
    workflow.apply(action.pk, name, by=by, texte="Un mot")

    assert online(action) == before


def test_the_next_validation_updates_the_same_numbers(of_and_action):
    of, action = of_and_action
    before = online(action)
    session = action.sessions.first()

    workflow.apply(action.pk, "reopen", by=of)
    edit(action, of, complement_intitule="en soirée")
    edit(session, of, capacite=99)
    new = DispositifFactory(session=SessionFactory(action=action)).session
    action = send_and_approve(action, of)

    rows = {row["session_id"]: row for row in online(action)}
    assert len(rows) == 3
    for old in before:
        row = rows[old["session_id"]]
        assert row["numero"] == old["numero"]
        assert row["intitule"].endswith("en soirée")
        assert (row["publiee_le"], row["modifiee_le"]) == (old["publiee_le"], action.validee_le)
    assert rows[session.pk]["contenu"]["session"]["capacite"] == 99
    assert rows[new.pk]["publiee_le"] == action.validee_le
    assert rows[new.pk]["numero"] not in {old["numero"] for old in before}


def test_a_deleted_session_leaves_at_the_next_validation_and_its_number_never_serves_again(of_and_action):
    of, action = of_and_action
    gone = action.sessions.last()

    workflow.apply(action.pk, "reopen", by=of)
    saisie.delete(gone, by=of)
    assert Diffusion.objects.filter(numero=gone.numero, session=None).exists()
    DispositifFactory(session=SessionFactory(action=action))
    send_and_approve(action, of)

    numbers = {row["numero"] for row in online(action)}
    assert len(numbers) == 2
    assert gone.numero not in numbers


def test_archiving_takes_offline_and_restoring_puts_nothing_back(of_and_action):
    of, action = of_and_action
    numbers = set(action.sessions.values_list("numero", flat=True))
    jour = timezone.localdate()
    assert Session.objects.publiques_actives(jour).count() == 2

    workflow.apply(action.pk, "archive", by=of, texte="Terminée")
    assert online(action) == []
    assert (Session.objects.actives().count(), Session.objects.inactives().count()) == (0, 2)

    workflow.apply(action.pk, "restore", by=of)
    assert online(action) == []
    assert Session.objects.publiques_actives(jour).count() == 0

    send_and_approve(action, of)
    assert {row["numero"] for row in online(action)} == numbers
    assert (Session.objects.actives().count(), Session.objects.inactives().count()) == (2, 0)


def test_only_the_approved_or_archived_action_changes(of_and_action):
    of, action = of_and_action
    before = online(action)

    other = publier()
    assert online(action) == before
    assert Diffusion.objects.count() == 3

    workflow.apply(action.pk, "archive", by=of, texte="Terminée")
    assert len(online(other)) == Diffusion.objects.count() == 1


def test_inactive_dispositifs_stay_offline():
    action = ActionFactory(complete=True)
    session = action.sessions.get()
    DispositifFactory(session=session, est_actif=False, codes_externes="FERME")

    publier(action)

    assert len(Diffusion.objects.get().contenu["dispositifs"]) == 1


def test_what_is_written_says_the_whole_sheet():
    certification = CertificationFactory(
        code="31999",
        intitule="CAP boucher",
        niveau=3,
        code_rncp="37535",
        codes_rs=["5001"],
        objectif="Désosser",
    )
    action = ActionFactory(
        formation=FormationFactory(certification=certification),
        complement_intitule="en un an",
        duree_hebdo=Decimal("35.00"),
    )
    annee = timezone.localdate().year + 1
    debut, fin = date(annee, 1, 1), date(annee, 12, 31)
    session = SessionFactory(action=action, date_debut=debut, date_fin=fin)
    DispositifFactory(session=session, cout_stagiaire=Decimal("1234.5"), codes_externes="AIF-44")
    publier(action)

    row = Diffusion.objects.get()
    contenu = row.contenu

    assert (row.intitule, row.certification_code, row.niveau) == ("CAP boucher – en un an", "31999", 3)
    assert (row.departement, row.ville) == ("44", "Nantes")
    assert (row.date_debut, row.date_fin) == (debut, fin)
    assert contenu["organisme"]["siret"] == action.organisme.siret
    assert contenu["formation"]["objectif"] == "Désosser"
    assert contenu["formation"]["certification"]["code_rncp"] == "37535"
    assert contenu["action"]["duree_hebdo"] == "35.00"
    assert contenu["session"]["date_debut"] == f"{annee}-01-01"
    assert contenu["session"]["site_lieu"]["nom"] == session.site_lieu.nom
    assert contenu["dispositifs"][0]["cout_stagiaire"] == "1234.50"
    assert contenu["dispositifs"][0]["financeurs"] == ["5", "10"]
    assert json.loads(json.dumps(contenu)) == contenu


def test_a_formation_without_code_goes_online_too():
    formation = FormationFactory(certification=None, intitule_libre="Anglais des affaires")
    publier(ActionFactory(formation=formation, complete=True))

    row = Diffusion.objects.get()

    assert (row.intitule, row.certification_code, row.niveau) == ("Anglais des affaires", "", None)
    assert row.contenu["formation"]["certification"] is None


def test_a_site_checked_meanwhile_does_not_change_what_is_online(of_and_action):
    _, action = of_and_action
    before = online(action)
    site = action.site_dispensateur
    site.nom, site.statut = "Autre nom", StatutSite.ACTIF
    site.save()

    assert online(action) == before


def action_of(number):
    """An action of as many sessions, one dispositif each, read as `publish` wants it."""
    action = ActionFactory(validee=True)
    for _ in range(number):
        DispositifFactory(session=SessionFactory(action=action))
    return Action.objects.with_tree().get(pk=action.pk)


@pytest.mark.parametrize("number", [1, 3])
def test_publishing_costs_seven_queries_whatever_the_sessions(django_assert_num_queries, number):
    action = action_of(number)

    # What is online; new numbers; writing; what is no longer withdrawn; search, its words, LHÉO fragments.
    with django_assert_num_queries(7):
        instantane.publish(action, timezone.now())


@pytest.mark.parametrize("number", [1, 3])
def test_publishing_again_and_withdrawing_cost_the_same_whatever_the_sessions(
    django_assert_num_queries, number
):
    action = action_of(number)
    instantane.publish(action, timezone.now())

    # As the first time, but that no session is without a number to be given: one query less.
    with django_assert_num_queries(6):
        instantane.publish(action, timezone.now())
    # What is online; the rows that go, read, then what is beside them, then themselves; their traces.
    with django_assert_num_queries(6):
        instantane.withdraw(action, timezone.now())


@pytest.fixture
def bientot_un_million():
    """The next number is the last of six digits; no rollback would put a sequence back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value, is_called FROM catalogue_session_numero")
        avant = cursor.fetchone()
        cursor.execute("SELECT setval('catalogue_session_numero', 999998)")
        yield cursor
        cursor.execute("SELECT setval('catalogue_session_numero', %s, %s)", avant)


@pytest.mark.parametrize("lignes", [1, 1_000_000])
def test_numbers_follow_each_other_in_the_order_of_the_sessions_beyond_six_digits(bientot_un_million, lignes):
    """However PostgreSQL finds the rows: by the sessions first when it thinks that there are few."""
    action = action_of(3)
    bientot_un_million.execute(
        "UPDATE pg_class SET (relpages, reltuples) = (1, %s) WHERE relname = 'catalogue_session'", [lignes]
    )

    instantane.publish(action, timezone.now())

    numeros = [session.numero for session in action.sessions.all()]
    assert numeros == [f"{settings.CARIF.code_lheo}_{rang}" for rang in (999999, 1000000, 1000001)]
    assert list(action.sessions.order_by("pk").values_list("numero", flat=True)) == numeros
