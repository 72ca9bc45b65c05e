"""Rules: what the Carif-Oref does around the decisions: dossiers, codes, batches, Certif Info."""

import tempfile
from collections import defaultdict
from functools import partial
from pathlib import Path
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import rule

from catalogue import attribution, lots, remplacement
from catalogue.enums import DecisionLot
from catalogue.models import Action, Certification
from catalogue.referentiels.certifinfo import import_certifinfo
from tests.etats import lecture
from tests.etats.courrier import EQUIPE
from tests.etats.jeu import RANG
from tests.etats.modele import ARCHIVEE, EXAMINABLES
from tests.referentiels.conftest import COLONNES, ligne


class Atelier:
    """What the Carif-Oref does besides deciding."""

    @rule(rang=RANG, qui=RANG, rend=st.booleans())
    def claim_or_release(self, rang, qui, rend):
        action, modele = self.pick(rang)
        self.claim(action, modele, self.person(qui), rend=rend)

    @rule(rang=RANG)
    def two_colleagues_claim(self, rang):
        """What chance alone brings too seldom: one takes the dossier, the other wants it."""
        action, modele = self.pick(rang)
        self.claim(action, modele, "agent")
        self.claim(action, modele, "valideur")

    def claim(self, action, modele, qui, *, rend=False):
        accepted = qui in EQUIPE and modele.statut in EXAMINABLES and modele.examinateur in ("", qui)
        door, nouveau = (attribution.release, "") if rend else (attribution.claim, qui)
        if self.attempt(accepted, partial(door, action.pk, by=self.monde.gens[qui])):
            if modele.examinateur != nouveau:
                self.line(action.pk, "release" if rend else "claim", qui)
            modele.examinateur = nouveau

    @rule(rang=RANG, qui=RANG, a=RANG)
    def assign(self, rang, qui, a):
        action, modele = self.pick(rang)
        qui, a = self.person(qui), self.person(a)
        accepted = qui in EQUIPE and modele.statut in EXAMINABLES and a in EQUIPE
        call = partial(attribution.assign, action.pk, to=self.monde.gens[a].pk, by=self.monde.gens[qui])
        if self.attempt(accepted, call):
            if modele.examinateur != a:
                self.line(action.pk, "assign", qui)
            modele.examinateur = a

    # Certifinfo codes

    def replaceable(self, modele, nouveau) -> bool:
        return modele.code not in ("", nouveau) and modele.statut != ARCHIVEE

    @rule(rang=RANG, qui=RANG, lequel=RANG)
    def replace_code(self, rang, qui, lequel):
        self.replace(*self.pick(rang), self.person(qui), self.monde.certifications[lequel % 3].pk)

    def replace(self, action, modele, qui, nouveau):
        accepted = (
            qui == "valideur"
            and self.replaceable(modele, nouveau)
            and self.offre.en_vigueur(nouveau, self.horloge.jour)
        )
        call = partial(remplacement.replace_one, action.pk, nouveau, by=self.monde.gens[qui])
        if self.attempt(accepted, call, en_ligne=True):
            self.line(action.pk, "replace_certification", qui)
            modele.replace_code(nouveau)
            self.courrier.on_codes({modele.organisme: [action.pk]}, nouveau, self.horloge.now)

    @rule(qui=RANG, ancien=RANG, lequel=RANG, perimee=RANG)
    def replace_batch(self, qui, ancien, lequel, perimee):
        """All actions at once; one of them was perhaps changed since the page was opened."""
        qui = "valideur" if qui > 1 else self.person(qui)
        codes = [certification.pk for certification in self.monde.certifications]
        ancien, nouveau, jeton = codes[ancien % 3], codes[lequel % 3], uuid4()
        revisions = dict(Action.objects.order_by("pk").values_list("pk", "revision"))
        pks = list(revisions)
        if perimee < len(pks):
            revisions[pks[perimee]] -= 1
        parametres = {"ancien": ancien, "nouveau": nouveau}

        def act():
            lignes = list(revisions.items())
            lot = lots.create(self.monde.gens[qui], DecisionLot.REPLACE, lignes, parametres, jeton)
            lots.execute(lot.pk)
            return lot

        if not self.attempt(qui == "valideur", act, en_ligne=True):
            return
        touchees, est_offert = defaultdict(list), self.offre.en_vigueur(nouveau, self.horloge.jour)
        for pk, modele in self.offre.actions.items():
            est_lue = revisions[pk] == modele.revision and modele.code == ancien
            if est_lue and est_offert and self.replaceable(modele, nouveau):
                self.line(pk, "replace_certification", qui)
                modele.replace_code(nouveau)
                touchees[modele.organisme].append(pk)
        self.courrier.on_codes(touchees, nouveau, self.horloge.now)

    @rule(rang=RANG, qui=RANG, lequel=RANG)
    def acknowledge_code(self, rang, qui, lequel):
        action, modele = self.pick(rang)
        qui, code = self.person(qui), self.monde.certifications[lequel % 3].pk
        self.acknowledge(action, modele, qui, code)

    @rule(rang=RANG)
    def acknowledge_right_code(self, rang):
        """By somebody who may, of the code the action carries."""
        action, modele = self.pick(rang)
        if modele.code:
            self.acknowledge(action, modele, f"aide{modele.organisme}", modele.code)

    def acknowledge(self, action, modele, qui, code):
        accepted = self.monde.role(qui, modele.organisme) == "of" and code == modele.code
        by = self.monde.gens[qui]
        if self.attempt(accepted, partial(remplacement.acknowledge, action.pk, code, by=by)):
            if modele.code_a_lire:
                self.line(action.pk, "acknowledge_code", qui)
            modele.code_a_lire = False

    @rule(rang=RANG, lequel=RANG, derniere=st.sampled_from([None, 2026, 2027]), ancien=RANG)
    def import_certif_info(self, rang, lequel, derniere, ancien):
        """An extract of the open file: a code ends, or goes on; it replaces another, or none; it is given."""
        code, autre = (self.monde.certifications[rang % 3] for rang in (lequel, ancien))
        valeurs = {
            "Code_Diplome": code.pk,
            "Libelle_Diplome": code.intitule,
            "Annee_Derniere_Session": str(derniere or ""),
        }
        if autre != code:
            valeurs |= {"Code_Ancien_Diplome": autre.pk, "Intitulé_Ancien_Diplome": autre.intitule}
        with tempfile.TemporaryDirectory() as dossier:
            path = Path(dossier) / "export.csv"
            path.write_bytes("\r\n".join([";".join(COLONNES), ligne(**valeurs), ""]).encode("cp1252"))
            call = partial(import_certifinfo, path, jour=self.horloge.jour, est_complet=False)
            self.attempt(True, call)
        self.offre.codes[code.pk] = derniere
        assert Certification.objects.get(pk=code.pk).annee_derniere_session == derniere
        self.temoin.certifications = lecture.read("certifications")
        self.replace(*self.pick(rang), "valideur", code.pk)
