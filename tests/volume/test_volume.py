"""The made-up offer of the measures is one that people could have typed, sent and seen online."""

import os
import signal
from datetime import date

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.models import F, ForeignKey, Q
from django.utils import timezone

from accounts.models import User
from catalogue import completude, workflow
from catalogue.enums import StatutAction
from catalogue.management.commands.generate_volume import VERROU
from catalogue.models import (
    Action,
    Commune,
    Demande,
    Diffusion,
    Evenement,
    FicheRecherche,
    FragmentLheo,
    Organisme,
    Retrait,
    Session,
)
from catalogue.volume import copie
from catalogue.volume.offre import SORTIES, SOURCES, Volume
from tests.etats.impossible import IMPOSSIBLE
from tests.factories import UserFactory, publier

pytestmark = pytest.mark.django_db(transaction=True)
JOUR = date(2027, 3, 15)
SESSIONS = 1_000


@pytest.fixture(autouse=True)
def nomenclatures():
    call_command("load_nomenclatures", verbosity=0)


def digest() -> list[tuple]:
    """The sources, keys and random tokens included, but for instants that follow the clock."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*), md5(string_agg(concat_ws('|', s.id, s.jeton, s.numero, s.date_debut,
                s.date_fin, s.site_lieu_id, a.statut, a.jeton, f.certification_id, o.siret), ''
                ORDER BY s.id))
            FROM catalogue_session s
            JOIN catalogue_action a ON a.id = s.action_id
            JOIN catalogue_formation f ON f.id = a.formation_id
            JOIN catalogue_organisme o ON o.id = s.organisme_id"""
        )
        return cursor.fetchall()


def test_the_offer_is_coherent_and_goes_on_by_itself():
    assert Volume(SESSIONS, 1, JOUR).write() == SESSIONS == Session.objects.count()

    for model in (*SOURCES, *SORTIES):
        assert model.objects.exists(), model
        for field in (f for f in model._meta.concrete_fields if isinstance(f, ForeignKey)):
            pointed = Q(**{f"{field.name}__isnull": True}) | Q(
                **{f"{field.attname}__in": field.related_model.objects.values("pk")}
            )
            assert not model.objects.exclude(pointed).exists(), field
    for path in ("formation__organisme", "site_dispensateur__organisme"):
        assert not Action.objects.exclude(organisme=F(path)).exists()
    assert set(Action.objects.values_list("statut", flat=True)) == set(StatutAction.values)
    # The sequences go on after the made-up rows, and the indexes are back.
    action = publier()
    assert Diffusion.objects.filter(action=action).count() == 1


def test_what_is_online_is_searched_and_exported_and_nothing_impossible_is_there():
    Volume(SESSIONS, 1, JOUR).write()

    en_ligne = set(Diffusion.objects.values_list("pk", flat=True))
    assert en_ligne == set(FicheRecherche.objects.values_list("pk", flat=True))
    assert en_ligne == set(FragmentLheo.objects.values_list("pk", flat=True))
    assert not en_ligne & set(Retrait.objects.values_list("pk", flat=True))
    assert not FragmentLheo.objects.exclude(fautes=[]).exists()
    assert Demande.objects.ouvertes().count() == Action.objects.en_attente_reponse().count()
    assert Evenement.objects.filter(type="approve").values("action").distinct().count() == (
        Diffusion.objects.values("action").distinct().count()
    )
    with connection.cursor() as cursor:
        cursor.execute(IMPOSSIBLE)
        assert cursor.fetchall() == []


def test_most_of_what_waits_could_be_approved_today_and_drafts_are_mixed():
    Volume(3 * SESSIONS, 1, timezone.localdate()).write()
    by = UserFactory(valideur=True)
    reponse = Action.objects.with_tree().en_attente_reponse()
    brouillons = Action.objects.with_tree().filter(statut=StatutAction.EN_SAISIE, soumise_le=None)

    def share(reponses: list[bool]) -> float:
        assert len(reponses) > 5
        return sum(reponses) / len(reponses)

    assert share([not completude.blocking(action) for action in reponse]) > 0.7
    assert 0 < share([not completude.blocking(action) for action in brouillons]) < 1
    # Last: approved, it waits no more. A few have gone stale since they were sent.
    attente = Action.objects.en_attente_validation().values_list("pk", flat=True)
    assert share([is_approved(pk, by) for pk in list(attente)]) > 0.85


def is_approved(pk: int, by: User) -> bool:
    """Whether the valideur's « Valider » is accepted."""
    try:
        workflow.apply(pk, "approve", by=by)
    except workflow.TransitionRefusee:
        return False
    return True


def test_what_waits_was_sent_after_the_last_decision_and_nothing_is_of_tomorrow():
    Volume(3 * SESSIONS, 1, timezone.localdate()).write()

    attente = Action.objects.en_attente_validation()
    assert attente.filter(validee_le__isnull=False).exists()
    assert not attente.filter(decidee_le__gte=F("soumise_le")).exists()
    assert not Evenement.objects.filter(le__gt=timezone.now()).exists()
    for action in attente:
        assert action.premier_debut == action.first_start(timezone.localdate(action.soumise_le))
        assert action.evenements.latest("le", "pk").statut_apres == action.statut


def test_sizes_of_organisations_are_skewed():
    Volume(SESSIONS, 1, JOUR).write()

    nombres = sorted(Session.objects.filter(organisme=o).count() for o in Organisme.objects.all())
    assert nombres[-1] > 3 * nombres[len(nombres) // 2]


def test_the_same_seed_gives_the_same_offer():
    Volume(300, 7, JOUR).write()
    first = digest()
    call_command("flush", interactive=False, verbosity=0)
    call_command("load_nomenclatures", verbosity=0)

    Volume(300, 7, JOUR).write()

    assert digest() == first


@pytest.mark.parametrize(
    ("options", "raison"), [({"sessions": 0}, "au moins une"), ({"sessions": 5}, "déjà")]
)
def test_the_command_refuses_what_would_spoil(options, raison):
    publier()

    with pytest.raises(CommandError, match=raison):
        call_command("generate_volume", **options)


@pytest.mark.parametrize("absent", ["Commune", "TypeDispositif"])
def test_the_command_wants_all_it_draws_from(absent):
    """Found missing half-way, the base would have to be made again."""
    Commune.objects.exclude(actuelle=None).delete()  # each would protect the one it became a part of
    apps.get_model("catalogue", absent).objects.all().delete()

    with pytest.raises(CommandError, match="load_nomenclatures"):
        call_command("generate_volume", sessions=5)
    assert not copie.is_unfinished()


def test_the_command_says_how_many():
    call_command("generate_volume", sessions=50, verbosity=0)

    assert Session.objects.count() == 50
    assert apps.get_model("catalogue", "Dispositif").objects.count() >= 50


def indexes() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE schemaname = 'public'")
        return {nom for (nom,) in cursor.fetchall()}


@pytest.fixture
def unfinished(monkeypatch):
    """A command that is asked to end while it writes; how it ended, and what it left."""
    avant = indexes()
    flush = Volume._flush

    def interrupted(self):
        flush(self)
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(Volume, "_flush", interrupted)
    with pytest.raises(SystemExit) as fin:
        call_command("generate_volume", sessions=50, verbosity=0)
    monkeypatch.undo()
    assert fin.value.code == 143
    yield avant
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {copie.MARQUE}")


def test_asked_to_end_the_command_puts_the_indexes_back_and_the_base_is_known_unfinished(unfinished):
    assert indexes() == unfinished
    with connection.cursor() as cursor:
        cursor.execute("SHOW session_replication_role")
        assert cursor.fetchone() == ("origin",)
    with pytest.raises(CommandError, match=r"interrompue dans cette base.*supprimez la base"):
        call_command("generate_volume", sessions=50, verbosity=0)


def test_a_whole_offer_leaves_no_mark_and_all_the_indexes():
    avant = indexes()
    call_command("generate_volume", sessions=50, verbosity=0)
    assert not copie.is_unfinished()
    assert indexes() == avant


def test_two_offers_are_not_written_at_once():
    autre = connections.create_connection("default")
    try:
        with autre.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [VERROU])
        with pytest.raises(CommandError, match="en train de s’écrire"):
            call_command("generate_volume", sessions=50, verbosity=0)
    finally:
        autre.close()
    assert not Organisme.objects.exists()
