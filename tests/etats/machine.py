"""A rule-based machine: people of three organisations, the Carif-Oref and a clock act at random.

Each rule does one act in the product and in the model (`tests.etats.modele`), which says beforehand whether
it must be accepted; the invariants are looked at after each of them.
"""

from collections import Counter
from contextlib import ExitStack
from copy import deepcopy
from datetime import timedelta
from functools import partial
from uuid import uuid4

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from catalogue import attribution, remplacement, saisie, workflow
from catalogue.models import Action, Dispositif, PointDemande, Session
from catalogue.points import CocheRefusee, Point, tick
from tests.etats import invariants
from tests.etats.modele import (
    ARCHIVEE,
    CARIF,
    COMPLETES,
    COURRIELS,
    MODIFIABLES,
    MOTIVEES,
    REPONSE,
    TRANSITIONS,
    VALIDATION,
    ActionModele,
    SessionModele,
)
from tests.etats.monde import Horloge, Monde
from tests.factories import ActionFactory, DispositifFactory, FormationFactory, SessionFactory

RANG = st.integers(0, 11)
TRANSITION = st.sampled_from(sorted(TRANSITIONS))
#: Days between the lengths of two sessions; edits move an end by less than half of it.
ECART = 81
POINTS = ("action.duree_centre", "action.url")
REFUS = (
    workflow.TransitionRefusee,
    saisie.SaisieRefusee,
    attribution.AttributionRefusee,
    remplacement.RemplacementRefuse,
    CocheRefusee,
)


class Machine(RuleBasedStateMachine):
    """One sequence, undone at its end."""

    #: Set by the test that runs the machine.
    monde: Monde

    def __init__(self):
        super().__init__()
        self.horloge = Horloge()
        self.modeles: dict[int, ActionModele] = {}
        #: (name of the mail, address) → how many must be in the outbox.
        self.courriels: Counter = Counter()
        self.longueur = 0
        self.pile = ExitStack()
        self.pile.enter_context(transaction.atomic())
        self.pile.callback(transaction.set_rollback, True)
        self.pile.enter_context(self.horloge.lue_partout())
        self.temoin = invariants.Temoin()

    def teardown(self):
        with self.pile:
            invariants.at_the_end(self)

    # What there is to act upon

    @initialize()
    def three_drafts(self):
        for rang in range(3):
            self.new_action(rang)
        self.temoin.forget()

    def new_action(self, rang: int) -> None:
        organisme, site = self.monde.organismes[rang], self.monde.sites[rang]
        certification = self.monde.certifications[0]
        formation = organisme.formations.filter(certification=certification).first()
        formation = formation or FormationFactory(organisme=organisme, certification=certification)
        action = ActionFactory(formation=formation, site_dispensateur=site, duree_entreprise=None)
        modele = self.modeles[action.pk] = ActionModele(rang, action.duree_centre, certification.pk)
        session = self.new_session(action, 30)
        session.save()
        DispositifFactory(session=session, type=self.monde.dispositif)
        modele.sessions[session.pk] = self.model_of(session, 1)

    def new_session(self, action: Action, dans: int) -> Session:
        """A session in `dans` days; no two have lengths an edit could make equal: twins are forbidden."""
        debut = self.horloge.jour + timedelta(days=dans)
        self.longueur += ECART
        return SessionFactory.build(
            action=action,
            organisme=action.organisme,
            site_lieu=action.site_dispensateur,
            date_debut=debut,
            date_fin=debut + timedelta(days=self.longueur),
        )

    def model_of(self, session: Session, dispositifs: int) -> SessionModele:
        places = (session.capacite, session.places_disponibles)
        longueur = (session.date_fin - session.date_debut).days
        return SessionModele(session.date_debut, session.date_fin, *places, dispositifs, longueur)

    def pick(self, rang: int) -> tuple[Action, ActionModele]:
        pk = sorted(self.modeles)[rang % len(self.modeles)]
        return Action.objects.get(pk=pk), self.modeles[pk]

    def person(self, rang: int) -> str:
        return self.monde.noms[rang % len(self.monde.noms)]

    def attempt(self, accepted: bool, call):
        """Do `call`, which the model says is accepted or not; a refusal changes nothing."""
        before, result, refus = self.temoin.see(), None, None
        try:
            result = call()
        except REFUS as error:
            refus = error
        assert accepted == (refus is None), f"{'refusé' if refus else 'accepté'} à tort : {refus}"
        assert refus is None or self.temoin.see() == before, "un refus a changé quelque chose"
        return result

    # Acts

    @rule(
        nom=st.sampled_from(sorted(TRANSITIONS)),
        rang=RANG,
        qui=RANG,
        perimee=st.booleans(),
        muet=st.booleans(),
    )
    def any_transition(self, nom, rang, qui, perimee, muet):
        """Any transition by anybody, however absurd."""
        self.transition(
            nom,
            *self.pick(rang),
            self.person(qui),
            perimee=perimee and qui > 6,
            texte="" if muet else "Un mot",
        )

    @rule(rang=RANG, choix=RANG)
    def likely_transition(self, rang, choix):
        """One that the table allows, by somebody who may: so that stories go far."""
        action, modele = self.pick(rang)
        possibles = [
            (nom, role)
            for nom, (sources, _, roles) in TRANSITIONS.items()
            if modele.statut in sources and nom != "archive"
            for role in roles
        ]
        nom, role = possibles[choix % len(possibles)]
        self.transition(
            nom, action, modele, f"of{modele.organisme}" if role == "of" else role, texte="Un mot"
        )

    def transition(self, nom, action, modele, qui, *, perimee=False, texte):
        sources, _, roles = TRANSITIONS[nom]
        accepted = bool(
            self.monde.role(qui, modele.organisme) in roles
            and modele.statut in sources
            and not perimee
            and (texte or nom not in MOTIVEES)
            and not (modele.points and self.ends_the_question(nom, qui, modele))
            and (nom != "undo" or modele.may_undo(self.horloge.jour))
            and not (nom in COMPLETES and modele.manque(self.horloge.jour))
        )
        points = [Point(champ, "incorrect") for champ in POINTS[: action.revision % 3]]
        call = partial(
            workflow.apply,
            action.pk,
            nom,
            by=self.monde.gens[qui],
            revision=action.revision - perimee,
            texte=texte,
            points=points if nom == "request_changes" else (),
        )
        if self.attempt(accepted, call):
            self.attempt(False, call)  # the second click
            self.expect_mails(nom, modele, qui)
            modele.follow(nom, self.horloge.jour, len(points))

    def ends_the_question(self, nom, qui, modele) -> bool:
        """Whether `nom` by `qui` asks that the points be ticked first: the organisme's ways out of it."""
        return nom == "answer" or (
            nom == "archive" and self.monde.role(qui, modele.organisme) == "of" and modele.statut == REPONSE
        )

    def expect_mails(self, nom, modele, qui):
        """What the transition sends, before the model follows it."""
        equipe = {f"of{modele.organisme}"} - {qui}
        for courriel, a_qui in COURRIELS.get(nom, ()):
            match a_qui:
                case "expediteur":
                    people = equipe if qui in CARIF else {qui}
                case "examinateur":
                    people = {modele.examinateur} - {"", qui}
                case "equipe si carif":
                    people = equipe if qui in CARIF else set()
                case _:
                    people = equipe
            self.courriels.update((courriel, self.monde.gens[nom_].email) for nom_ in people)

    @rule(rang=RANG, qui=RANG, combien=st.integers(0, 3))
    def tick_points(self, rang, qui, combien):
        action, modele = self.pick(rang)
        qui = self.person(qui)
        points = PointDemande.objects.filter(demande__action=action, demande__close_le=None, corrige_le=None)
        coches = list(points.order_by("pk").values_list("pk", flat=True)[:combien])
        accepted = self.monde.role(qui, modele.organisme) == "of" and modele.statut == REPONSE
        self.attempt(accepted, partial(tick, action.pk, coches=coches, by=self.monde.gens[qui]))
        if accepted:
            modele.points -= len(coches)

    # The workshop

    @rule(rang=RANG, qui=RANG, rend=st.booleans())
    def claim_or_release(self, rang, qui, rend):
        action, modele = self.pick(rang)
        qui = self.person(qui)
        accepted = qui in CARIF and modele.statut in (VALIDATION, REPONSE) and modele.examinateur in ("", qui)
        door = attribution.release if rend else attribution.claim
        if self.attempt(accepted, partial(door, action.pk, by=self.monde.gens[qui])):
            modele.examinateur = "" if rend else qui

    @rule(rang=RANG)
    def two_colleagues_claim(self, rang):
        """What chance alone brings too seldom: one takes the dossier, the other wants it."""
        action, modele = self.pick(rang)
        for qui in CARIF:
            accepted = modele.statut in (VALIDATION, REPONSE) and modele.examinateur in ("", qui)
            if self.attempt(accepted, partial(attribution.claim, action.pk, by=self.monde.gens[qui])):
                modele.examinateur = qui

    @rule(rang=RANG, qui=RANG, lequel=RANG)
    def replace_code(self, rang, qui, lequel):
        action, modele = self.pick(rang)
        qui, nouveau = self.person(qui), self.monde.certifications[lequel % 3].pk
        accepted = qui == "valideur" and modele.statut != ARCHIVEE and nouveau != modele.code
        call = partial(remplacement.replace_one, action.pk, nouveau, by=self.monde.gens[qui])
        if self.attempt(accepted, call):
            self.attempt(False, call)
            self.courriels["code_remplace", self.monde.gens[f"of{modele.organisme}"].email] += 1
            modele.code, modele.code_a_lire, modele.decision = nouveau, True, None
            modele.revision += 1
            modele.en_ligne = {pk: (*shown[:4], nouveau) for pk, shown in modele.en_ligne.items()}

    @rule(rang=RANG, qui=RANG, lequel=RANG)
    def acknowledge_code(self, rang, qui, lequel):
        action, modele = self.pick(rang)
        qui, code = self.person(qui), self.monde.certifications[lequel % 3].pk
        accepted = self.monde.role(qui, modele.organisme) == "of" and code == modele.code
        if self.attempt(
            accepted, partial(remplacement.acknowledge, action.pk, code, by=self.monde.gens[qui])
        ):
            modele.code_a_lire = False

    # What people type

    @rule(rang=RANG, qui=RANG, duree=st.sampled_from([None, 10, 400]))
    def edit_action(self, rang, qui, duree):
        action, modele = self.pick(rang)
        change = action.duree_centre != duree
        action.duree_centre = duree
        if self.save(action, ["duree_centre"], modele, self.person(qui), change=change):
            modele.duree = duree

    @rule(rang=RANG, qui=RANG, lequel=RANG, places=st.integers(0, 14), decalage=st.integers(-40, 40))
    def edit_session(self, rang, qui, lequel, places, decalage):
        action, modele = self.pick(rang)
        sessions = list(action.sessions.order_by("pk"))
        if not sessions:
            return
        session = sessions[lequel % len(sessions)]
        fin = session.date_debut + timedelta(days=modele.sessions[session.pk].longueur + decalage)
        if places > session.capacite:
            return  # the form refuses it, and the base too (tests/socle_offre/test_modeles.py)
        change = (session.places_disponibles, session.date_fin) != (places, fin)
        session.places_disponibles, session.date_fin = places, fin
        if self.save(session, ["places_disponibles", "date_fin"], modele, self.person(qui), change=change):
            modele.sessions[session.pk].places, modele.sessions[session.pk].fin = places, fin

    def save(self, row, champs, modele, qui, *, change) -> bool:
        corrects = qui == "valideur" and modele.statut == VALIDATION
        accepted = self.may_type(qui, modele) or corrects
        saved = self.attempt(
            accepted, lambda: saisie.update(deepcopy(row), champs, row.version, by=self.monde.gens[qui])
        )
        if saved and change:
            modele.revision += 1
        return bool(saved)

    def may_type(self, qui, modele) -> bool:
        return bool(self.monde.role(qui, modele.organisme)) and modele.statut in MODIFIABLES

    @rule(rang=RANG, qui=RANG, dans=st.integers(1, 300), dispositif=st.booleans())
    def add_session(self, rang, qui, dans, dispositif):
        action, modele = self.pick(rang)
        qui = self.person(qui)
        jeton, accepted = uuid4(), self.may_type(qui, modele) and len(modele.sessions) < 4
        if not accepted and len(modele.sessions) >= 4:
            return

        def act():
            row, est_nouvelle = saisie.create(self.new_session(action, dans), jeton, by=self.monde.gens[qui])
            return row if est_nouvelle else None

        if row := self.attempt(accepted, act):
            before = self.temoin.see()
            assert act() is None, "le même formulaire a fait deux sessions"
            assert self.temoin.see() == before
            modele.sessions[row.pk] = self.model_of(row, 0)
            modele.revision += 1
            if dispositif:
                self.add_dispositif(row, modele, qui)

    def add_dispositif(self, session, modele, qui):
        row = DispositifFactory.build(
            session=session, organisme=session.organisme, type=self.monde.dispositif
        )
        saisie.create(row, uuid4(), by=self.monde.gens[qui])
        modele.sessions[session.pk].dispositifs += 1
        modele.revision += 1

    @rule(rang=RANG, qui=RANG, lequel=RANG)
    def delete_session(self, rang, qui, lequel):
        action, modele = self.pick(rang)
        sessions = list(action.sessions.order_by("pk"))
        if not sessions:
            return
        session, qui = sessions[lequel % len(sessions)], self.person(qui)

        def act():
            saisie.delete(session, by=self.monde.gens[qui])
            return True

        if self.attempt(self.may_type(qui, modele), act):
            del modele.sessions[session.pk]
            modele.revision += 1

    @rule(rang=RANG, qui=RANG, lequel=RANG)
    def toggle_dispositif(self, rang, qui, lequel):
        action, modele = self.pick(rang)
        rows = list(Dispositif.objects.filter(session__action=action).order_by("pk"))
        if not rows:
            return
        row = rows[lequel % len(rows)]
        row.est_actif = not row.est_actif
        if self.save(row, ["est_actif"], modele, self.person(qui), change=True):
            modele.sessions[row.session_id].dispositifs += 1 if row.est_actif else -1

    @rule(rang=st.integers(0, 2))
    @precondition(lambda self: len(self.modeles) < 5)
    def create_action(self, rang):
        self.new_action(rang)
        self.temoin.forget()

    @rule(jours=st.sampled_from([1, 1, 3, 20, 100]))
    def days_pass(self, jours):
        self.horloge.avance(days=jours)

    @rule(rang=RANG, lendemain=st.booleans())
    def a_session_ends(self, rang, lendemain):
        """Wait for the last day of something online, or for the day after: where its date counts."""
        fins = {fin for modele in self.modeles.values() for _, fin, *_ in modele.en_ligne.values()}
        if fins := sorted(fin for fin in fins if fin > self.horloge.jour):
            self.horloge.avance(days=(fins[rang % len(fins)] - self.horloge.jour).days + lendemain)

    @rule(heures=st.integers(1, 15))
    def hours_pass(self, heures):
        self.horloge.avance(hours=heures)

    # What must hold

    @invariant()
    def everything_holds(self):
        invariants.check(self)
