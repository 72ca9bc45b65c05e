"""The list of what partners must take away: every session that left, once, at the moment it did."""

from datetime import UTC, datetime, timedelta
from datetime import timezone as fuseau

import pytest
from django.db.models import F
from django.utils import timezone

from catalogue import workflow
from catalogue.lheo import flux, retraits
from catalogue.models import Action, Diffusion, ExportFlux, FragmentLheo, Retrait, Session
from tests.factories import ActionFactory, DispositifFactory, SessionFactory, UserFactory, publier
from tests.lheo.outils import age, numbers_in, spoil

pytestmark = pytest.mark.django_db


def left(depuis: datetime) -> dict[str, str]:
    """Why each session that left since `depuis` did."""
    lignes = [ligne.split(";") for ligne in list(retraits.lines(depuis, timezone.now()))[1:]]
    numeros = [numero for numero, *_ in lignes]
    assert len(numeros) == len(set(numeros))
    return {numero: motif for numero, _, motif in lignes}


@pytest.mark.parametrize("decalage", [-23, 0, 23])
def test_the_ends_of_the_calendar(decalage):
    archivee, finie = publier(), publier()
    retiree, terminee = archivee.diffusions.get().pk, finie.diffusions.get().pk
    workflow.apply(archivee.pk, "archive", by=UserFactory(valideur=True), texte="Abandonnée")
    age(terminee, 3)
    zone = fuseau(timedelta(hours=decalage))
    assert left(datetime.min.replace(tzinfo=zone)) == {retiree: "archivee", terminee: "terminee"}
    assert left(datetime.max.replace(tzinfo=zone)) == {}
    assert left(timezone.now().astimezone(UTC) + timedelta(days=1)) == {}


class TestAnEndBroughtForward:
    """Its new end is past when it is approved: no date says when it left."""

    @pytest.fixture
    def action(self):
        """Two sessions online, the first of which began; what it said is older than the last reading."""
        action = ActionFactory(complete=True)
        DispositifFactory(session=SessionFactory(action=action))
        Session.objects.filter(pk=action.sessions.first().pk).update(date_debut=jour(-40))
        publier(action)
        FragmentLheo.objects.update(ecrit_le=timezone.now() - timedelta(days=30))
        return action

    @pytest.fixture
    def numero(self, action):
        return action.sessions.first().numero

    def test_it_left_when_it_was_approved(self, action, numero):
        approve(action, fin=jour(-5))
        assert left(yesterday()) == left(timezone.now()) == left(yesterday(20)) == {numero: "terminee"}
        assert Retrait.objects.get().numero == numero

    def test_it_is_said_once_whatever_is_approved_next(self, action, numero):
        approve(action, fin=jour(-5))
        Retrait.objects.update(le=yesterday(3))
        approve(action, fin=jour(-6))
        assert left(yesterday()) == {}
        assert left(yesterday(4)) == {numero: "terminee"}

    def test_it_comes_back_with_a_later_end(self, action):
        approve(action, fin=jour(-5))
        approve(action, fin=jour(0))
        assert left(yesterday(60)) == {}

    def test_undoing_brings_it_back(self, action, valideur):
        approve(action, fin=jour(-5), by=valideur)
        workflow.apply(action.pk, "undo", by=valideur)
        assert left(yesterday(60)) == {}

    def test_what_had_ended_by_its_date_is_not_said_again(self, action, numero):
        age(numero, 5)
        approve(action, fin=jour(-6))
        assert left(yesterday()) == {}
        assert not Retrait.objects.exists()

    def test_what_was_archived_and_comes_back_over_stays_told(self, action, numero, valideur):
        workflow.apply(action.pk, "archive", by=valideur, texte="Abandonnée")
        workflow.apply(action.pk, "restore", by=valideur)
        Session.objects.filter(numero=numero).update(date_fin=jour(-5))
        publier(action, by=valideur)
        assert left(yesterday()) == {numero: "terminee"}

    def test_archiving_it_says_so(self, action, numero, valideur):
        approve(action, fin=jour(-5))
        workflow.apply(action.pk, "archive", by=valideur, texte="Abandonnée")
        assert left(yesterday())[numero] == "archivee"


class TestAsOfTheFeed:
    """What the guard keeps is not told to who follows the list; let go, it is told to all of them."""

    @pytest.fixture(autouse=True)
    def moment(self):
        """Of the last step: three days of runs."""
        self.now = timezone.now() - timedelta(days=3)

    def run(self, folder, *, forcer: bool = False) -> str:
        """A run of the feeds, an hour after the step before."""
        self.now += timedelta(hours=1)
        complet = flux.export(folder, self.now, forcer=forcer)[0]
        ExportFlux.objects.update(fini_le=F("commence_le"))
        return complet.statut

    def archive(self, numeros) -> None:
        """They are taken offline half an hour after the last run."""
        rows = Diffusion.objects.filter(pk__in=numeros)
        Retrait.objects.bulk_create(
            Retrait(
                numero=row.pk,
                action_id=row.action_id,
                organisme_id=row.organisme_id,
                motif="archivee",
                le=self.now + timedelta(minutes=30),
            )
            for row in rows
        )
        rows.delete()

    def change(self, numeros) -> None:
        """They say something else half an hour after the last run."""
        for row in FragmentLheo.objects.filter(pk__in=numeros):
            row.xml, row.ecrit_le = f"{row.xml} ", self.now + timedelta(minutes=30)
            row.save(update_fields=["xml", "ecrit_le"])

    def told(self, depuis: datetime) -> set[str]:
        return set(left(depuis))

    def changed(self, client, depuis: datetime) -> set[str]:
        """What the partners' document of changes holds."""
        response = client.get("/flux/modifications.xml", {"depuis": depuis.isoformat()})
        assert response.status_code in (200, 204)
        return set(numbers_in(b"".join(response))) if response.status_code == 200 else set()

    def test_nothing_more_than_the_file_in_place_until_it_is_let_go(self, hundred, tmp_path):
        ExportFlux.objects.update(commence_le=self.now, fini_le=self.now)
        debut = self.now
        self.archive(hundred[:2])
        assert self.told(debut) == set()
        assert self.run(tmp_path) == "ecrit"
        assert self.told(debut) == set(hundred[:2])

        self.archive(hundred[2:60])
        pendant = self.now + timedelta(minutes=45)
        assert self.run(tmp_path) == "retenu"
        self.archive(hundred[60:61])
        assert self.run(tmp_path) == "retenu"
        assert self.told(debut) == set(hundred[:2])
        apres = self.now + timedelta(minutes=45)
        assert self.told(pendant) == self.told(apres) == set()

        retenu = ExportFlux.objects.filter(profil="complet").first()
        assert flux.let_go(retenu, UserFactory(valideur=True), timezone.now())
        assert self.told(pendant) == set()  # not written yet
        assert self.run(tmp_path) == "ecrit"
        assert self.told(debut) == set(hundred[:61])
        # Whoever asked while it was held was told nothing of them.
        assert self.told(pendant) == self.told(apres) == set(hundred[2:61])
        assert self.told(self.now + timedelta(hours=1)) == set()

    def test_what_changed_waits_for_the_file_too(self, client, hundred, tmp_path):
        ExportFlux.objects.update(commence_le=self.now, fini_le=self.now)
        FragmentLheo.objects.update(ecrit_le=self.now - timedelta(days=1))
        debut = self.now
        self.change(hundred[:2])
        assert self.changed(client, debut) == set()
        assert self.run(tmp_path) == "ecrit"
        assert self.changed(client, debut) == set(hundred[:2])

        self.change(hundred[2:60])
        pendant = self.now + timedelta(minutes=45)
        assert self.run(tmp_path) == "retenu"
        assert self.changed(client, debut) == set(hundred[:2])
        assert self.changed(client, pendant) == set()

        retenu = ExportFlux.objects.filter(profil="complet").first()
        assert flux.let_go(retenu, UserFactory(valideur=True), timezone.now())
        assert self.run(tmp_path) == "ecrit"
        assert self.changed(client, debut) == set(hundred[:60])
        assert self.changed(client, pendant) == set(hundred[2:60])
        assert self.changed(client, self.now + timedelta(hours=1)) == set()

    def test_a_sheet_put_aside_and_an_end_wait_for_the_run_too(self, offer, hundred, tmp_path):
        ExportFlux.objects.update(commence_le=self.now, fini_le=self.now)
        debut = self.now
        age(offer[0], 0)
        spoil(hundred[1], dispositifs=[])
        FragmentLheo.objects.filter(pk=hundred[1]).update(ecrit_le=self.now + timedelta(minutes=30))
        assert left(debut) == {}
        self.now = timezone.now() + timedelta(days=1)
        assert self.run(tmp_path) == "ecrit"
        assert left(debut) == {offer[0]: "terminee", hundred[1]: "ecartee"}

    def test_what_a_run_may_not_have_seen_waits_for_the_next(self, hundred, tmp_path):
        """A long transaction dates its withdrawals before others may read them."""
        debut = self.now
        assert self.run(tmp_path) == "ecrit"
        self.archive(hundred[:40])
        Retrait.objects.update(le=self.now - timedelta(seconds=50))
        assert self.told(debut) == set()
        assert self.run(tmp_path, forcer=True) == "ecrit"
        assert self.told(debut) == set(hundred[:40])


@pytest.fixture
def valideur():
    return UserFactory(valideur=True)


def jour(decalage: int):
    return timezone.localdate() + timedelta(days=decalage)


def yesterday(jours: int = 1) -> datetime:
    return timezone.now() - timedelta(days=jours)


def approve(action: Action, *, fin, by=None) -> None:
    """Reopen `action`, end its first session on the day `fin`, approve it."""
    by = by or UserFactory(valideur=True)
    workflow.apply(action.pk, "reopen", by=by)
    Session.objects.filter(pk=action.sessions.first().pk).update(date_fin=fin)
    publier(action, by=by)
