"""Letting a held feed go: for what was shown, no more, until a file was really written."""

from threading import Event

import pytest
from django.utils import timezone

from catalogue.enums import ProfilFlux, StatutExport
from catalogue.lheo import fichier, flux, fragments
from catalogue.models import Diffusion, ExportFlux
from tests.concurrence import PATIENCE, race
from tests.factories import UserFactory
from tests.lheo.outils import lose, multiply, numbers

pytestmark = pytest.mark.django_db
COMPLET = fichier.NOMS[ProfilFlux.COMPLET]


class TestWhatIsLetGo:
    """A permission is for what was shown, no more."""

    @pytest.fixture
    def permitted(self, hundred, tmp_path):
        """Twenty sessions are gone and fifteen changed: a valideur was shown it, and lets it go."""
        lose(hundred[:20])
        self.change(hundred[20:35])
        complet, _ = flux.export(tmp_path, timezone.now())
        assert (complet.parties, complet.changees) == (20, 15)
        assert flux.let_go(complet, UserFactory(valideur=True), timezone.now())
        return hundred

    def change(self, numeros):
        rows = list(Diffusion.objects.filter(pk__in=numeros))
        for row in rows:
            row.contenu["session"]["places_disponibles"] = 0
        fragments.write(rows)

    def test_it_leaves(self, permitted, tmp_path):
        complet, _ = flux.refresh(tmp_path, timezone.now())
        assert (complet.statut, complet.parties, complet.changees) == (StatutExport.ECRIT, 20, 15)

    def test_a_smaller_loss_leaves_too(self, permitted, tmp_path):
        multiply(20)
        complet, _ = flux.refresh(tmp_path, timezone.now())
        assert (complet.statut, complet.parties, complet.changees) == (StatutExport.ECRIT, 0, 15)

    @pytest.mark.parametrize("more", ["lose", "change"])
    def test_more_is_held_again_says_why_and_may_be_let_go(self, permitted, tmp_path, more):
        lose(permitted[35:36]) if more == "lose" else self.change(permitted[35:36])
        complet, _ = flux.refresh(tmp_path, timezone.now())
        assert complet.statut == StatutExport.RETENU
        assert len(numbers(tmp_path / COMPLET)) == 100
        assert "Sur 100 sessions" in complet.raison
        assert "laissé partir (20 en moins, 15 changées)" in complet.raison
        assert flux.export(tmp_path, timezone.now())[0].statut == StatutExport.RETENU
        dernier = ExportFlux.objects.filter(profil=complet.profil).first()
        assert "laissé partir" not in dernier.raison
        assert flux.let_go(dernier, UserFactory(valideur=True), timezone.now())
        assert flux.refresh(tmp_path, timezone.now())[0].statut == StatutExport.ECRIT

    def test_in_place_of_a_file_that_cannot_be_read(self, hundred, tmp_path):
        (tmp_path / COMPLET).write_bytes(b"?")
        complet, _ = flux.export(tmp_path, timezone.now())
        assert flux.let_go(complet, UserFactory(valideur=True), timezone.now())
        lose(hundred[:1])
        complet, _ = flux.refresh(tmp_path, timezone.now())
        assert complet.statut == StatutExport.RETENU
        assert "laissé partir (un fichier de 100 sessions)" in complet.raison
        assert flux.let_go(complet, UserFactory(valideur=True), timezone.now())
        complet, _ = flux.refresh(tmp_path, timezone.now())
        assert (complet.statut, complet.sessions) == (StatutExport.ECRIT, 99)

    def test_a_run_that_fails_does_not_use_it_up(self, permitted, tmp_path, monkeypatch):
        def full(self):
            raise OSError("plus de place")

        with monkeypatch.context() as patch:
            patch.setattr(fichier.Brouillon, "publish", full)
            for _ in range(2):
                with pytest.raises(OSError, match="plus de place"):
                    flux.refresh(tmp_path, timezone.now())
        assert ExportFlux.objects.first().statut == StatutExport.ECHEC
        assert flux.refresh(tmp_path, timezone.now())[0].statut == StatutExport.ECRIT
        # Written, it is used up.
        lose(permitted[40:70])
        assert flux.refresh(tmp_path, timezone.now())[0].statut == StatutExport.RETENU

    def test_a_held_feed_may_be_let_go_after_a_run_that_failed(self, hundred, tmp_path, monkeypatch):
        lose(hundred[:40])
        complet, _ = flux.export(tmp_path, timezone.now())
        with monkeypatch.context() as patch:
            patch.setattr(fichier.Brouillon, "seal", lambda self: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                flux.export(tmp_path, timezone.now())
        assert flux.let_go(complet, UserFactory(valideur=True), timezone.now())
        assert flux.refresh(tmp_path, timezone.now())[0].statut == StatutExport.ECRIT

    @pytest.mark.parametrize("moment", ["seal", "compare"])
    def test_given_while_a_run_is_writing(self, hundred, tmp_path, monkeypatch, moment):
        lose(hundred[:40])
        retenu, _ = flux.export(tmp_path, timezone.now())
        step, given = getattr(fichier.Brouillon, moment), []

        def meanwhile(self, *args):
            given or given.append(flux.let_go(retenu, UserFactory(valideur=True), timezone.now()))
            return step(self, *args)

        monkeypatch.setattr(fichier.Brouillon, moment, meanwhile)
        assert flux.export(tmp_path, timezone.now())[0].statut == StatutExport.ECRIT
        assert given == [True]


@pytest.mark.django_db(transaction=True)
def test_given_as_a_run_decides_it_is_told_that_it_came_too_late(hundred, tmp_path, monkeypatch):
    """« Laissé partir » is never said of a file that stays held."""
    lose(hundred[:40])
    retenu, _ = flux.export(tmp_path, timezone.now())
    valideur, deciding, suspicion = UserFactory(valideur=True), Event(), flux._suspicion

    def decide(comparaison):
        deciding.set()
        return suspicion(comparaison)

    def let_go():
        assert deciding.wait(PATIENCE)
        return flux.let_go(retenu, valideur, timezone.now())

    monkeypatch.setattr(flux, "_suspicion", decide)
    given, exports = race(let_go, lambda: flux.export(tmp_path, timezone.now()))
    assert (given, exports[0].statut) == (False, StatutExport.RETENU)
    assert ExportFlux.objects.filter(laisse_le=None).count() == ExportFlux.objects.count()
