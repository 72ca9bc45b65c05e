"""What every rule plays with: the model beside the base, and `attempt`, which does one act and judges it."""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from copy import deepcopy

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from catalogue import attribution, demandes_aif, fil, hors_certifinfo, lots, remplacement, saisie, workflow
from catalogue.models import Action
from catalogue.points import CocheRefusee
from tests.etats import invariants
from tests.etats.courrier import Courrier
from tests.etats.lecture import see
from tests.etats.modele import ActionModele
from tests.etats.monde import Horloge, Monde

RANG = st.integers(0, 11)


class RefusHttp(Exception):
    """A page that changed nothing."""


REFUS = (
    workflow.TransitionRefusee,
    saisie.SaisieRefusee,
    attribution.AttributionRefusee,
    remplacement.RemplacementRefuse,
    demandes_aif.DemandeRefusee,
    hors_certifinfo.OffreRefusee,
    fil.MessageRefuse,
    lots.LotRefuse,
    CocheRefusee,
    RefusHttp,
)


class Jeu(RuleBasedStateMachine):
    """One sequence, undone at its end."""

    #: Set by the test that runs the machine.
    monde: Monde

    def __init__(self):
        super().__init__()
        self.horloge = Horloge()
        self.offre = deepcopy(self.monde.offre)
        self.monde.nb_sessions = len(self.offre.actions)
        self.courrier = Courrier()
        #: The lines of the journals that the act under way must write.
        self.lignes: list[invariants.Ligne] = []
        self.mots = self.tour = 0
        #: Whether something happened since the invariants were looked at.
        self.est_neuf = True
        #: Whether all was well so far: what fails first is what is told.
        self.est_sain = True
        self.pile = ExitStack()
        self.pile.enter_context(transaction.atomic())
        self.pile.callback(transaction.set_rollback, True)
        self.pile.enter_context(self.horloge.lue_partout())
        self.vu = see()
        self.temoin = invariants.Temoin(self)

    @initialize(tour=RANG)
    def somebody_looks(self, tour):
        """Whose turn it is to be looked at (`invariants.what_somebody_sees`)."""
        self.tour = tour

    def teardown(self):
        with self.pile:
            if self.est_sain:
                invariants.at_the_end(self)

    @invariant()
    def everything_holds(self):
        if self.est_neuf:
            self.est_sain = False
            invariants.check(self)
        self.est_neuf, self.est_sain = False, True

    def pick(self, rang: int) -> tuple[Action, ActionModele]:
        """An action, as it stands, and its model."""
        return self.read(sorted(self.offre.actions)[rang % len(self.offre.actions)])

    def read(self, pk: int) -> tuple[Action, ActionModele]:
        """The action of key `pk`, as it stands, and its model."""
        action = Action.objects.select_related("organisme", "site_dispensateur").get(pk=pk)
        return action, self.offre.actions[pk]

    def person(self, rang: int) -> str:
        return self.monde.noms[rang % len(self.monde.noms)]

    def words(self) -> str:
        """A text no other act has."""
        self.mots += 1
        return f"Le motif n° {self.mots} : « l’été »"

    def line(self, pk: int, type_: str, qui: str, texte: str = "", journal: str = "action") -> None:
        """The act under way writes this line in a journal; an action's bears its revision."""
        self.lignes.append(invariants.Ligne(journal, pk, type_, qui, not qui[-1].isdigit(), texte))

    def changed(self) -> None:
        """Something was written beside `attempt`."""
        self.vu, self.est_neuf = see(), True

    def attempt(self, accepted: bool, call: Callable, *, en_ligne: bool = False, rejoue: bool = True):
        """Do `call`, which the model says is accepted or not, then (`rejoue`) again: that changes nothing.

        A refusal changes nothing at all; an act that is not `en_ligne`, nothing of what the public reads.
        """
        avant, result, refus = self.vu, None, None
        self.est_sain = False
        try:
            result = call()
        except REFUS as error:
            refus = error
        self.vu = see()
        assert accepted == (refus is None), f"{'refusé' if refus else 'accepté'} à tort : {refus}"
        if refus is not None:
            assert self.vu == avant, "un refus a changé quelque chose"
            return None
        assert en_ligne or self.vu.en_ligne == avant.en_ligne, "ce que le public lit a changé"
        if rejoue:
            with suppress(*REFUS):
                call()
            assert see() == self.vu, "la seconde fois a changé quelque chose"
        self.est_neuf = True
        return result if result is not None else True
