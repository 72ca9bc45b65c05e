"""Rules: messages, notices, mornings, « demandes AIF », and time that passes."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from catalogue import avis, demandes_aif, fil
from catalogue.hors_certifinfo import Offre
from catalogue.models import DemandeAIF, Formation, PreferenceAvis
from sofi.typographie import NBSP
from tests.etats.courrier import EQUIPE, FIN_SESSION, MODES, TYPES, team
from tests.etats.jeu import RANG
from tests.etats.modele import (
    A_TRAITER,
    AIF_REFUSEE,
    ANNULEE,
    ENVOYEE,
    EXAMINABLES,
    FERME,
    PRISE,
    TRANSFORMEE,
    VALIDATION,
    ActionModele,
    AifModele,
)
from tests.etats.monde import ECART, model_of, new_session
from tests.factories import ActionFactory, DemandeAIFFactory, DispositifFactory

MAX_DEMANDES = 3


class Echanges:
    """What people write to each other, and what time brings."""

    @rule(rang=RANG, qui=RANG, muet=RANG, attend=st.booleans())
    def post_message(self, rang, qui, muet, attend):
        action, modele = self.pick(rang)
        qui, texte, jeton = self.person(qui), "" if muet == 0 else self.words(), uuid4()
        accepted = bool(self.monde.role(qui, modele.organisme) and texte)
        by = self.monde.gens[qui]
        if self.attempt(accepted, partial(fil.post, action.pk, texte, attend=attend, jeton=jeton, by=by)):
            self.line(action.pk, "message", qui, texte)
            self.courrier.on_transition("message", action.pk, modele, qui, texte, self.horloge.now)
            mien, autre = ("carif", "of") if qui in EQUIPE else ("of", "carif")
            if attend:
                modele.reponse_due = autre
            elif modele.reponse_due == mien:
                modele.reponse_due = ""

    @rule(qui=RANG, types=st.just(TYPES) | st.sampled_from([*zip(TYPES)]), mode=st.sampled_from(MODES))
    def choose_notice(self, qui, types, mode):
        """One person chooses, one kind of notice or all of them."""
        self.choose([self.person(qui)], types, mode)

    @rule(mode=st.sampled_from(MODES[1:]))
    def everybody_chooses(self, mode):
        """What chance alone brings too seldom: whoever is told next has chosen."""
        self.choose(self.monde.noms, TYPES, mode)

    def choose(self, noms, types, mode):
        PreferenceAvis.objects.bulk_create(
            [
                PreferenceAvis(user=self.monde.gens[nom], type=type_, mode=mode)
                for nom in noms
                for type_ in types
            ],
            update_conflicts=True,
            unique_fields=["user", "type"],
            update_fields=["mode"],
        )
        self.courrier.choix |= {(nom, type_): mode for nom in noms for type_ in types}
        self.changed()

    # Time

    @rule(lendemain=st.booleans())
    def morning(self, lendemain):
        """What the worker does each hour, at twenty past six."""
        if lendemain:
            self.wait_until_morning()
        self.call_morning(rejoue=True)

    @rule(rang=RANG)
    @precondition(lambda self: any(m.statut in EXAMINABLES for m in self.offre.actions.values()))
    def nobody_answers(self, rang):
        """Two reminders, then no more: where the delays count."""
        pks = [pk for pk, modele in self.offre.actions.items() if modele.statut in EXAMINABLES]
        action, modele = self.read(pks[rang % len(pks)])
        if modele.statut == VALIDATION:
            self.move("request_changes", action.pk, "agent")
        for jours in (5, 10, 16):
            self.horloge.avance(days=jours)
            self.wait_until_morning()
            self.call_morning()

    @rule(rang=RANG, avant=st.sampled_from([30, 30, 0, -1]))
    def a_session_ends(self, rang, avant):
        """Where an end counts: the morning it is announced; online, its last day and the day after."""
        modeles = self.offre.actions.values()
        if avant == FIN_SESSION:
            fins = {s.fin for modele in modeles for s in modele.sessions.values() if s.numero}
        else:
            fins = {fin for modele in modeles for _, fin, *_ in modele.en_ligne.values()}
        jours = sorted((fin - self.horloge.jour).days - avant for fin in fins)
        if jours := [jour for jour in jours if jour > 0]:
            self.wait(days=jours[rang % len(jours)])
            if avant == FIN_SESSION:
                self.wait_until_morning()
                self.call_morning()

    def wait_until_morning(self):
        heures = (30 - self.horloge.now.hour) % 24 or 24
        self.wait(hours=heures)

    def call_morning(self, *, rejoue=False):
        self.attempt(True, partial(avis.morning, self.horloge.now), rejoue=rejoue)
        self.courrier.on_morning(self.offre, self.horloge.now)

    @rule(jours=st.sampled_from([1, 1, 3, 20, 100]))
    def days_pass(self, jours):
        self.wait(days=jours)

    @rule(heures=st.integers(1, 15))
    def hours_pass(self, heures):
        self.wait(hours=heures)

    def wait(self, **delta):
        self.horloge.avance(**delta)
        self.est_neuf = True

    # « Demandes AIF hors Certifinfo »

    def pick_demande(self, rang) -> tuple[DemandeAIF, AifModele]:
        pk = sorted(self.offre.demandes)[rang % len(self.offre.demandes)]
        return DemandeAIF.objects.get(pk=pk), self.offre.demandes[pk]

    def aif_happened(self, type_, demande, modele, qui, texte=""):
        """Its line, and the mail to its organisme."""
        self.line(demande.pk, type_, qui, texte, journal="aif")
        noms = {"creation": "recue", "take": "prise", "transform": "transformee", "refuse": "refusee"}
        if nom := noms.get(type_):
            people = {qui} if type_ == "creation" else team(modele.organisme)
            lien = f"/aif/{demande.pk}/"
            self.courrier.tell(people, "aif", f"aif_{nom}", texte, lien, self.horloge.now)

    @rule(rang=st.integers(0, 2), qui=RANG)
    @precondition(lambda self: len(self.offre.demandes) < MAX_DEMANDES)
    def aif_send(self, rang, qui):
        qui, jeton, organisme = self.person(qui), uuid4(), self.monde.organismes[rang]
        by = self.monde.gens[qui]

        def act():
            return demandes_aif.create(DemandeAIFFactory.build(organisme=organisme, auteur=by), jeton, by=by)

        if demande := self.attempt(self.monde.role(qui, rang) == "of", act):
            modele = self.offre.demandes[demande.pk] = AifModele(rang)
            self.aif_happened("creation", demande, modele, qui)

    @rule(rang=RANG, qui=RANG)
    @precondition(lambda self: self.offre.demandes)
    def aif_cancel(self, rang, qui):
        demande, modele = self.pick_demande(rang)
        qui = self.person(qui)
        accepted = self.monde.role(qui, modele.organisme) == "of" and modele.statut == ENVOYEE
        if self.attempt(accepted, partial(demandes_aif.cancel, demande.pk, by=self.monde.gens[qui])):
            modele.statut = ANNULEE
            self.aif_happened("cancel", demande, modele, qui)

    @rule(rang=RANG, qui=RANG, de_force=st.booleans())
    @precondition(lambda self: self.offre.demandes)
    def aif_take(self, rang, qui, de_force):
        demande, modele = self.pick_demande(rang)
        qui = self.person(qui)
        de = demande.examinateur_id if de_force else None
        accepted = qui in EQUIPE and modele.statut in A_TRAITER
        accepted = accepted and (modele.examinateur in ("", qui) or de_force)
        if self.attempt(accepted, partial(demandes_aif.take, demande.pk, by=self.monde.gens[qui], de=de)):
            if not modele.examinateur:
                self.aif_happened("take", demande, modele, qui)
            elif modele.examinateur != qui:  # its organisme has been told already
                self.line(demande.pk, "take", qui, journal="aif")
            modele.statut, modele.examinateur = PRISE, qui

    @rule(rang=RANG, qui=RANG, muet=st.booleans())
    @precondition(lambda self: self.offre.demandes)
    def aif_refuse(self, rang, qui, muet):
        demande, modele = self.pick_demande(rang)
        qui, texte = self.person(qui), "" if muet else self.words()
        accepted = bool(qui in EQUIPE and modele.statut in A_TRAITER and texte)
        by = self.monde.gens[qui]
        call = partial(demandes_aif.refuse, demande.pk, texte, by=by, version=demande.version)
        if self.attempt(accepted, call):
            modele.statut, modele.examinateur = AIF_REFUSEE, qui
            self.aif_happened("refuse", demande, modele, qui, texte)

    @rule(rang=RANG, qui=RANG)
    @precondition(lambda self: self.offre.demandes)
    def aif_transform(self, rang, qui):
        """Typed as a whole offer, sent to validation."""
        demande, modele = self.pick_demande(rang)
        qui, jeton = "collegue" if qui > 5 else self.person(qui), uuid4()
        site = self.offre.sites[modele.organisme]
        # Whoever has typed it already is given what they typed.
        est_faite = (modele.statut, modele.examinateur) == (TRANSFORMEE, qui)
        accepted = est_faite or (qui in EQUIPE and modele.statut in A_TRAITER and site != FERME)
        by, version = self.monde.gens[qui], demande.version
        self.monde.nb_sessions += 1
        longueur = ECART * self.monde.nb_sessions

        def act():
            offre = self.offer_of(modele.organisme, longueur)
            return demandes_aif.transform(demande.pk, offre, jeton, by=by, version=version)

        if (action := self.attempt(accepted, act)) and not est_faite:
            modele.statut, modele.examinateur = TRANSFORMEE, qui
            self.aif_happened("transform", demande, modele, qui)
            nouveau = self.offre.actions[action.pk] = ActionModele(
                modele.organisme, action.duree_centre, "", statut=VALIDATION, revision=4
            )
            session = action.sessions.get()
            nouveau.sessions[session.pk] = model_of(session, 1)
            self.line(action.pk, "creation", qui, self.origin_of(demande))
            for type_ in ("creation", "creation", "submit"):
                self.line(action.pk, type_, qui)
            self.courrier.on_transition("submit", action.pk, nouveau, qui, "", self.horloge.now)

    def origin_of(self, demande) -> str:
        """What the journal of the offer says of the request it comes from."""
        siret = demande.siret
        chiffres = NBSP.join([siret[:3], siret[3:6], siret[6:9], siret[9:]])
        lignes = [f"Demande {demande.numero} de {demande.auteur}."]
        lignes += [f"Dispensateur{NBSP}: {demande.nom_usage}, SIRET {chiffres}."]
        return "\n".join(lignes)

    def offer_of(self, rang, longueur) -> Offre:
        """The four unsaved rows of one screen."""
        organisme = self.monde.organismes[rang]
        formation = Formation(organisme=organisme, intitule_libre="Voilerie", objectif_libre="Coudre")
        action = ActionFactory.build(
            formation=formation,
            organisme=organisme,
            site_dispensateur=self.monde.sites[rang],
            duree_entreprise=None,
        )
        session = new_session(action, self.horloge.jour + timedelta(days=30), longueur)
        dispositif = DispositifFactory.build(session=session, organisme=organisme, type=self.monde.dispositif)
        return Offre(formation, action, session, dispositif)
