"""Rules: what people type in an action, its sessions and their dispositifs."""

from copy import deepcopy
from datetime import timedelta
from functools import partial
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from catalogue import saisie
from catalogue.models import Dispositif
from tests.etats.jeu import RANG
from tests.etats.modele import MODIFIABLES, VALIDATION
from tests.etats.monde import ECART, model_of, new_action, new_session
from tests.factories import DispositifFactory

MAX_ACTIONS, MAX_SESSIONS = 6, 4


class Saisies:
    """What is typed."""

    def may_type(self, qui, modele) -> bool:
        return bool(self.monde.role(qui, modele.organisme)) and modele.statut in MODIFIABLES

    def save(self, action, row, champs, modele, qui, *, change) -> bool:
        """Save `row` of `action`; `change`: whether it holds something new."""
        corrects = qui == "valideur" and modele.statut == VALIDATION
        by, version = self.monde.gens[qui], row.version
        saved = self.attempt(
            self.may_type(qui, modele) or corrects,
            lambda: saisie.update(deepcopy(row), champs, version, by=by),
        )
        if saved and change:
            modele.revision += 1
            self.line(action.pk, "modification", qui)
        return bool(saved)

    @rule(rang=RANG, qui=RANG, duree=st.sampled_from([None, 10, 400]))
    def edit_action(self, rang, qui, duree):
        action, modele = self.pick(rang)
        change = action.duree_centre != duree
        action.duree_centre = duree
        if self.save(action, action, ["duree_centre"], modele, self.person(qui), change=change):
            modele.duree = duree

    def mend(self, pk, qui):
        """Type all that is missing of an action, so that it may be sent; time undoes what is typed."""
        action, modele = self.read(pk)
        jour = self.horloge.jour
        self.open_site(modele.organisme)
        if modele.statut not in MODIFIABLES:
            return
        if modele.duree is None:
            action.duree_centre = modele.duree = 400
            self.save(action, action, ["duree_centre"], modele, qui, change=True)
        for session in action.sessions.select_related("action").order_by("pk"):
            typee = modele.sessions[session.pk]
            if not typee.passee(jour) and (typee.fin < jour or not typee.dispositifs):
                self.remove_session(action, session, modele, qui)
        if not modele.vivantes(jour):
            self.create_session(action, modele, qui, 30, dispositif=True)
        sans_fin = [code for code, derniere in self.offre.codes.items() if derniere is None]
        if modele.manque(jour, self.offre.codes.get(modele.code)) and sans_fin:
            self.replace(*self.read(pk), "valideur", sans_fin[0])

    @rule(rang=RANG, qui=RANG, lequel=RANG, places=st.integers(0, 12), decalage=st.integers(-40, 40))
    def edit_session(self, rang, qui, lequel, places, decalage):
        action, modele = self.pick(rang)
        if not (session := self.session_of(action, lequel)):
            return
        fin = session.date_debut + timedelta(days=modele.sessions[session.pk].longueur + decalage)
        change = (session.places_disponibles, session.date_fin) != (places, fin)
        session.places_disponibles, session.date_fin = places, fin
        champs = ["places_disponibles", "date_fin"]
        if self.save(action, session, champs, modele, self.person(qui), change=change):
            modele.sessions[session.pk].places, modele.sessions[session.pk].fin = places, fin

    @staticmethod
    def session_of(action, lequel):
        sessions = list(action.sessions.select_related("action").order_by("pk"))
        return sessions[lequel % len(sessions)] if sessions else None

    @rule(rang=RANG, qui=RANG, dans=st.integers(1, 300), dispositif=st.booleans())
    def add_session(self, rang, qui, dans, dispositif):
        action, modele = self.pick(rang)
        if len(modele.sessions) < MAX_SESSIONS:
            self.create_session(action, modele, self.person(qui), dans, dispositif=dispositif)

    def create_session(self, action, modele, qui, dans, *, dispositif):
        jeton, debut, by = uuid4(), self.horloge.jour + timedelta(days=dans), self.monde.gens[qui]
        self.monde.nb_sessions += 1
        longueur = ECART * self.monde.nb_sessions

        def act():
            return saisie.create(new_session(action, debut, longueur), jeton, by=by)[0]

        if session := self.attempt(self.may_type(qui, modele), act):
            modele.sessions[session.pk] = model_of(session, 0)
            modele.revision += 1
            self.line(action.pk, "creation", qui)
            if dispositif:
                self.create_dispositif(action, session, modele, qui)

    def create_dispositif(self, action, session, modele, qui):
        jeton, by = uuid4(), self.monde.gens[qui]

        def act():
            row = DispositifFactory.build(
                session=session, organisme=action.organisme, type=self.monde.dispositif
            )
            return saisie.create(row, jeton, by=by)[0]

        if self.attempt(self.may_type(qui, modele), act):
            modele.sessions[session.pk].dispositifs += 1
            modele.revision += 1
            self.line(action.pk, "creation", qui)

    @rule(rang=RANG, qui=RANG, lequel=RANG)
    def delete_session(self, rang, qui, lequel):
        action, modele = self.pick(rang)
        if not (session := self.session_of(action, lequel)):
            return
        self.remove_session(action, session, modele, self.person(qui))

    def remove_session(self, action, session, modele, qui):
        pk, by = session.pk, self.monde.gens[qui]
        # What is online stays so, but no longer says of which session it is.
        en_ligne = pk in modele.en_ligne
        call = partial(saisie.delete, session, by=by)
        if self.attempt(self.may_type(qui, modele), call, en_ligne=en_ligne):
            del modele.sessions[pk]
            modele.revision += 1
            self.line(action.pk, "suppression", qui)

    @rule(rang=RANG, qui=RANG, lequel=RANG)
    def switch_dispositif(self, rang, qui, lequel):
        action, modele = self.pick(rang)
        rows = list(
            Dispositif.objects.filter(session__action=action)
            .select_related("session__action", "organisme", "type")
            .order_by("pk")
        )
        if not rows:
            return
        row = rows[lequel % len(rows)]
        row.est_actif = not row.est_actif
        if self.save(action, row, ["est_actif"], modele, self.person(qui), change=True):
            modele.sessions[row.session_id].dispositifs += 1 if row.est_actif else -1

    @rule(rang=st.integers(0, 2))
    @precondition(lambda self: len(self.offre.actions) < MAX_ACTIONS)
    def create_action(self, rang):
        """A draft appears by itself: its creation is tested elsewhere (tests/tunnel)."""
        new_action(self.monde, self.offre, rang, self.horloge.jour)
        self.changed()
