"""Rules: what is decided on an action and on a place, by whoever, through the domain's door or the pages."""

from functools import partial

from django.test import Client
from django.urls import reverse
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from catalogue import workflow, workflow_site
from catalogue.models import PointDemande, Site
from catalogue.points import Point, tick
from catalogue.validation.decisions import DECISIONS
from tests.etats.jeu import RANG, RefusHttp
from tests.etats.lecture import see
from tests.etats.modele import (
    A_VALIDER,
    ACTIF,
    COMPLETES,
    DECISIONS_SITE,
    FERME,
    MOTIVEES,
    PUBLIENT,
    REFUSEE,
    REPONSE,
    SAISIE,
    TRANSITIONS,
    VALIDEE,
)
from tests.etats.saisies import MAX_SESSIONS

POINTS = ("action.duree_centre", "action.url")
#: One decision in so many goes through its page: it costs ten times as much.
PAGES = 8
#: What the récapitulatif offers an organisme.
DE_L_ORGANISME = ("submit", "withdraw", "answer", "reopen", "archive", "restore")


class Decisions:
    """What is decided."""

    @rule(
        nom=st.sampled_from(sorted(TRANSITIONS)),
        rang=RANG,
        qui=RANG,
        perimee=st.booleans(),
        muet=st.booleans(),
    )
    def any_transition(self, nom, rang, qui, perimee, muet):
        """Any transition by anybody, however absurd."""
        texte = "" if muet else self.words()
        self.transition(nom, *self.pick(rang), self.person(qui), perimee=perimee and qui > 6, texte=texte)

    @rule(choix=st.integers(0, 2**16))
    def a_likely_transition(self, choix):
        """One that the table allows, by somebody who may: so that stories go far; at times on an old page.

        Hypothesis draws most the rule that comes first: by how many arguments it has, then by name.
        """
        choix, page = divmod(choix, PAGES)
        choix, lue = divmod(choix, 4)
        choix, qui = divmod(choix, 2)
        choix, rang = divmod(choix, 12)
        action, modele = self.pick(rang)
        possibles = [
            (nom, role)
            for nom, (sources, _, roles) in TRANSITIONS.items()
            if modele.statut in sources and nom != "archive"
            for role in roles
        ]
        nom, role = possibles[choix % len(possibles)]
        auteurs = {"of": ("of", "aide"), "agent": ("agent", "collegue"), "valideur": ("valideur",) * 2}[role]
        auteur = auteurs[qui] + (str(modele.organisme) if role == "of" else "")
        texte, par_page = self.words(), page == 1
        self.transition(nom, action, modele, auteur, perimee=not lue, texte=texte, par_page=par_page)

    # What chance alone brings too seldom, all at once

    def move(self, nom, pk, qui):
        """The transition `nom`, on the action as it now stands."""
        self.transition(nom, *self.read(pk), qui, texte=self.words())

    @rule(
        rang=RANG,
        qui=st.booleans(),
        prend=st.booleans(),
        nom=st.sampled_from(("approve", "refuse", "request_changes")),
    )
    def the_carif_decides(self, rang, qui, prend, nom):
        """The whole way: sent, taken in charge, decided."""
        action, modele = self.pick(rang)
        if modele.statut == SAISIE:
            auteur = f"{'aide' if qui else 'of'}{modele.organisme}"
            self.mend(action.pk, auteur)
            self.move("submit", action.pk, auteur)
        if prend:
            self.claim(action, modele, "valideur")
        self.move(nom, action.pk, "valideur")

    @rule(rang=RANG, dans=st.integers(1, 60))
    def renew_and_publish(self, rang, dans):
        """What comes back each year: one session more."""
        action, modele = self.pick(rang)
        qui = f"aide{modele.organisme}"
        if modele.statut in (VALIDEE, REFUSEE):
            self.move("reopen", action.pk, qui)
        if modele.statut == SAISIE and len(modele.sessions) < MAX_SESSIONS:
            self.create_session(action, modele, qui, dans, dispositif=True)
        self.mend(action.pk, qui)
        self.move("submit", action.pk, qui)
        self.claim(action, modele, "valideur")
        self.move("approve", action.pk, "valideur")

    @rule(lendemain=st.booleans())
    @precondition(lambda self: any(modele.decision for modele in self.offre.actions.values()))
    def undo(self, lendemain):
        """At once, or the day after: too late."""
        if lendemain:
            self.wait(days=1)
        pk = next(pk for pk, modele in self.offre.actions.items() if modele.decision)
        self.move("undo", pk, "valideur")

    @rule(rang=RANG, carif=st.booleans(), restaure=st.booleans())
    def archive(self, rang, carif, restaure):
        """And back, most often, for the rest to live."""
        action, modele = self.pick(rang)
        qui = "agent" if carif else f"of{modele.organisme}"
        self.move("archive", action.pk, qui)
        if restaure or rang > 1:
            self.move("restore", action.pk, qui)

    @rule(rang=RANG)
    def approve_before_its_place(self, rang):
        """A place is closed, then open again: it must be checked before anything goes online from there."""
        action, modele = self.pick(rang)
        organisme = modele.organisme
        if self.offre.sites[organisme] == ACTIF:
            self.site_decision("close", organisme, f"of{organisme}", texte=self.words())
        self.move("approve", action.pk, "valideur")
        self.site_decision("reopen", organisme, f"of{organisme}", texte="")
        self.move("approve", action.pk, "valideur")
        self.site_decision("approve", organisme, "valideur", texte="")

    def transition(self, nom, action, modele, qui, *, perimee=False, texte, par_page=False):
        sources, _, roles = TRANSITIONS[nom]
        jour = self.horloge.jour
        accepted = bool(
            self.monde.role(qui, modele.organisme) in roles
            and modele.statut in sources
            and not perimee
            and (texte or nom not in MOTIVEES)
            and not (self.ends_a_question(nom, qui, modele) and modele.question.points)
            and (nom != "undo" or modele.may_undo(jour))
            and (nom not in COMPLETES or self.offre.peut_partir(nom, modele, jour))
        )
        points = POINTS[: action.revision % 3] if nom == "request_changes" else ()
        revision = action.revision - perimee
        if par_page and (page := self.page(nom, action, qui)):
            call = partial(self.post, page, nom, qui, revision, texte, points)
            texte = texte if nom in MOTIVEES else ""
        else:
            call = partial(
                workflow.apply,
                action.pk,
                nom,
                by=self.monde.gens[qui],
                revision=revision,
                texte=texte,
                points=[Point(champ, "incorrect") for champ in points],
            )
        if self.attempt(accepted, call, en_ligne=nom in PUBLIENT):
            self.line(action.pk, nom, qui, texte)
            self.courrier.on_transition(nom, action.pk, modele, qui, texte, self.horloge.now)
            par_carif = self.monde.rang_of(qui) is None
            modele.follow(nom, jour, texte, len(points), par_carif=par_carif)

    def ends_a_question(self, nom, qui, modele) -> bool:
        """Whether `nom` by `qui` asks that the points be ticked first: the organisme's ways out of it."""
        par_of = self.monde.role(qui, modele.organisme) == "of"
        return modele.statut == REPONSE and (nom == "answer" or (nom == "archive" and par_of))

    def page(self, nom, action, qui) -> str:
        """Where `qui` does it in a browser; '' when no page offers it to them."""
        if self.monde.rang_of(qui) is not None:
            return reverse("tunnel:transition", args=[action.pk, nom]) if nom in DE_L_ORGANISME else ""
        return reverse("validation:decision", args=[action.pk, nom]) if nom in DECISIONS else ""

    def post(self, page, nom, qui, revision, texte, points):
        """Post the form of a decision; raises `RefusHttp` when it changed nothing."""
        avant, client = see(), Client()
        client.force_login(self.monde.gens[qui])
        causes = {f"cause-action-0-{champ.partition('.')[2]}": "incorrect" for champ in points}
        response = client.post(page, {"revision": revision, "texte": texte} | causes)
        assert response.status_code in (200, 302, 404, 409)
        if see() == avant:
            raise RefusHttp(response.status_code)

    @rule(rang=RANG, qui=RANG, combien=st.integers(0, 3))
    @precondition(lambda self: self.waits_for_an_answer())
    def tick_points(self, rang, qui, combien):
        action, modele = self.pick(rang)
        qui = self.person(qui)
        points = PointDemande.objects.filter(demande__action=action, demande__close_le=None, corrige_le=None)
        coches = list(points.order_by("pk").values_list("pk", flat=True)[:combien])
        accepted = self.monde.role(qui, modele.organisme) == "of" and modele.statut == REPONSE
        if self.attempt(accepted, partial(tick, action.pk, coches=coches, by=self.monde.gens[qui])):
            modele.question.points -= len(coches)

    def waits_for_an_answer(self) -> bool:
        return any(modele.statut == REPONSE for modele in self.offre.actions.values())

    @rule(rang=RANG, aide=st.booleans(), coche=st.booleans())
    @precondition(lambda self: self.waits_for_an_answer())
    def answer(self, rang, aide, coche):
        """Every point ticked, or none, then the answer."""
        pks = [pk for pk, modele in self.offre.actions.items() if modele.statut == REPONSE]
        pk = pks[rang % len(pks)]
        qui = f"{'aide' if aide else 'of'}{self.offre.actions[pk].organisme}"
        self.mend(pk, qui)
        action, modele = self.read(pk)
        points = PointDemande.objects.filter(demande__action=action, demande__close_le=None, corrige_le=None)
        coches = list(points.values_list("pk", flat=True))
        self.attempt(False, partial(tick, action.pk, coches=coches, by=self.monde.gens["agent"]))
        if coche:
            self.attempt(True, partial(tick, action.pk, coches=coches, by=self.monde.gens[qui]))
            modele.question.points = 0
        self.transition("answer", action, modele, qui, texte=self.words())

    # Places

    @rule(
        nom=st.sampled_from(sorted(DECISIONS_SITE)),
        rang=st.integers(0, 2),
        qui=RANG,
        perimee=st.booleans(),
        muet=st.booleans(),
    )
    def decide_site(self, nom, rang, qui, perimee, muet):
        """Any decision on a place by anybody."""
        qui = self.person(qui)
        self.site_decision(nom, rang, qui, perimee=perimee and muet, texte="" if muet else self.words())

    @rule(rang=st.integers(0, 2))
    def open_site(self, rang):
        """So that no organisme stays with a closed place."""
        if self.offre.sites[rang] == FERME:
            self.site_decision("reopen", rang, f"aide{rang}", texte="")
        if self.offre.sites[rang] == A_VALIDER:
            self.site_decision("approve", rang, "valideur", texte="")

    def site_decision(self, nom, rang, qui, *, perimee=False, texte):
        source, cible, roles, motivee = DECISIONS_SITE[nom]
        site = Site.objects.get(pk=self.monde.sites[rang].pk)
        accepted = bool(
            self.monde.role(qui, rang) in roles
            and self.offre.sites[rang] == source
            and not perimee
            and (texte or not motivee)
        )
        version = site.version - perimee
        by = self.monde.gens[qui]
        call = partial(workflow_site.apply_to_site, site.pk, nom, by=by, version=version, texte=texte)
        if self.attempt(accepted, call):
            self.site_decided(nom, rang, qui, texte)
            self.offre.sites[rang] = cible

    def site_decided(self, nom, rang, qui, texte):
        """Its line, and the mail to the managers of its organisme when the Carif-Oref decides."""
        pk = self.monde.sites[rang].pk
        self.line(pk, nom, qui, texte, journal="etablissement")
        courriel = {"approve": "site_valide", "refuse": "site_refuse", "close": "site_ferme"}.get(nom)
        if courriel and self.monde.rang_of(qui) is None:
            mots = texte if nom != "approve" else ""
            self.courrier.tell([f"of{rang}"], "site", courriel, mots, f"/sites/{pk}/", self.horloge.now)

    @rule(rang=RANG, qui=RANG)
    def approve_site_from_dossier(self, rang, qui):
        action, modele = self.pick(rang)
        qui, etat = self.person(qui), self.offre.sites[modele.organisme]
        site = self.monde.sites[modele.organisme]
        call = partial(workflow_site.approve_site, site.pk, action.pk, by=self.monde.gens[qui])
        if self.attempt(qui == "valideur" and etat != FERME, call) and etat == A_VALIDER:
            self.site_decided("approve", modele.organisme, qui, "")
            self.line(action.pk, "approve_site", qui, str(site))
            self.offre.sites[modele.organisme] = ACTIF
