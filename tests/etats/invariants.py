"""The invariants; numbers are those of the quality plan (R2), `IMPOSSIBLE` is in `lecture`.

After every act that wrote something, and after every day that passes:
 (1) what is online is the model's, and is one set in `Diffusion`, search rows, LHÉO fragments; whatever left
     is a `Retrait`, for the reason the model says, and only that (but what is over: its row stays);
 (2) online ⇒ that very revision approved by a valideur; whole F-A-S-D, one active dispositif;
 (3) the lines of the three journals are those the act must write: type, author, side, words, revision;
 (4) a refusal has its reason; (6) dates; (7) places; (8) one open question an action; (10) no orphan: what
     no foreign key holds (the deferred ones are checked at the end of the sequence);
 (9) the tiles, and (15) what is seen, of one person, each in turn: every fifth act, and at the end of one
     sequence in three;
(11) the certifications are those the importer wrote;
(12) the mails and the notices are those the model says: to whom, which words, which address;
(13) what has ended is no longer « actif »; (16) what was archived stays as it was;
(17) what went online is valid LHÉO: `lheo.controle`, and the published schema where it is.
At each act (`jeu.attempt`): (3) a refusal writes nothing in any table, (5) only what may put online does,
(14) the same call again writes nothing.
"""

import re
from collections import Counter
from collections.abc import Iterator
from operator import itemgetter
from typing import NamedTuple
from xml.etree import ElementTree

from django.conf import settings
from django.db import connection
from lxml import etree

from catalogue.lheo import schema
from catalogue.lheo.controle import ENFANTS, number_fault, value_fault
from catalogue.models import Action, AvisEnAttente, DemandeAIF, Diffusion, Session
from catalogue.tableau_de_bord.compteurs import ACTIONS, SESSIONS, SITES, count
from sofi.chiffrement import dechiffrer
from sofi.models import Courriel
from tests.etats import lecture
from tests.etats.modele import (
    A_VALIDER,
    ACTIF,
    ARCHIVEE,
    FERME,
    REFUSEE,
    REPONSE,
    SAISIE,
    VALIDATION,
    VALIDEE,
)

#: Somebody's tiles are read one act in so many, and at the end of a sequence in three: they cost the most.
TOUR, TOUR_A_LA_FIN = 5, 3


class Ligne(NamedTuple):
    """A line of a journal: of which one, about which row, by whom, for which side, with which words."""

    journal: str
    pk: int
    type: str
    auteur: str
    par_carif: bool
    texte: str


class Temoin:
    """What was seen last time: so that each act changes what it says, and nothing else."""

    def __init__(self, jeu):
        self.dernieres = lecture.read("dernieres")[0]
        self.certifications = lecture.read("certifications")
        self.archivees: dict[int, str] = {}
        #: Public number → key of the session it was given to.
        self.numeros = {row[0]: row[1] for row in lecture.read("diffusions")}
        #: Fragments found valid.
        self.valides: set[str] = set()
        self.actes = 0


def check(jeu) -> None:
    """All invariants, after one act."""
    impossible = lecture.read("impossible")
    assert not impossible, impossible
    the_actions(jeu)
    online_equals_model(jeu)
    the_lines(jeu)
    the_mails(jeu)
    the_archived_stay(jeu)
    assert lecture.read("certifications") == jeu.temoin.certifications, "une certification a changé"
    jeu.temoin.actes += 1
    if not jeu.temoin.actes % TOUR:
        what_somebody_sees(jeu)


def what_somebody_sees(jeu) -> None:
    """(9), (15): of one person, each in turn."""
    jeu.tour += 1
    nom = jeu.person(jeu.tour)
    the_tiles(jeu, nom)
    what_is_seen(jeu, nom)


def the_actions(jeu) -> None:
    """Each action is as the model says."""
    attendues = [
        (
            pk,
            action.statut,
            action.revision,
            jeu.monde.gens[action.examinateur].email if action.examinateur else "",
            action.code,
            action.code_a_lire,
            action.reponse_due,
        )
        for pk, action in sorted(jeu.offre.actions.items())
    ]
    assert lecture.read("actions") == attendues


def online_equals_model(jeu) -> None:
    """(1), (5), (13), (17): what the public reads is what was validated, and leaves search once ended."""
    temoin, en_ligne = jeu.temoin, {}
    for numero, session, action, *shown, xml, fautes in lecture.read("diffusions"):
        if session:
            temoin.numeros.setdefault(numero, session)
        en_ligne[action, temoin.numeros.get(numero)] = tuple(shown)
        if xml not in temoin.valides:
            the_fragment(xml, fautes)
            temoin.valides.add(xml)
    assert en_ligne == {
        (pk, session): shown
        for pk, action in jeu.offre.actions.items()
        for session, shown in action.en_ligne.items()
    }
    retires = {temoin.numeros.get(numero): motif for numero, motif in lecture.read("retraits")}
    assert retires == {s: m for action in jeu.offre.actions.values() for s, m in action.retirees.items()}
    jour = jeu.horloge.jour
    actives = Diffusion.objects.actives(jour).count()
    assert actives == sum(fin >= jour for _, fin, *_ in en_ligne.values())


def the_fragment(xml: str, fautes: list[str]) -> None:
    """(17): a fragment that says no fault has none, by the limits of LHÉO and by the published schema."""
    element = ElementTree.fromstring(xml)  # noqa: S314 - ours
    assert not (fautes and element.find(".//code-CERTIFINFO") is not None), fautes
    if fautes:
        return
    assert list(_faults(element)) == []
    if xsd := schema.load():  # where the reference files are (SOFI_REFERENCE)
        document = etree.fromstring(f'<lheo xmlns="{schema.ESPACE}"><offres>{xml}</offres></lheo>')
        assert xsd.validate(document), xsd.error_log


def _faults(element: ElementTree.Element) -> Iterator[str]:
    """What breaks the limits of `lheo.controle` in a whole element; the product looks as it writes."""
    if element.tag not in ENFANTS:
        if faute := value_fault(element.tag, element.text or ""):
            yield faute
        return
    attendus, presents = ENFANTS[element.tag], [e for e in element if e.tag != "extras"]
    tags = [enfant.tag for enfant in presents]
    if inconnus := [tag for tag in tags if tag not in attendus]:
        yield f"{inconnus} dans {element.tag}"
        return
    rangs = [attendus[tag][0] for tag in tags]
    if rangs != sorted(rangs):
        yield f"désordre dans {element.tag}"
    for tag, (_, mini, maxi) in attendus.items():
        if faute := number_fault(element.tag, tag, tags.count(tag), mini, maxi):
            yield faute
    for enfant in presents:
        yield from _faults(enfant)


def the_lines(jeu) -> None:
    """(3): a change is a line of the journal, of its author; the last one bears the action's revision."""
    dernieres, ecrites, revisions = list(jeu.temoin.dernieres), [], {}
    for journal, cle, pk, type_, adresse, par_carif, pour_of, texte, revision, statut in lecture.read(
        "lignes", *dernieres[:3]
    ):
        rang = ("action", "etablissement", "aif").index(journal)
        dernieres[rang] = max(dernieres[rang], cle)
        qui = jeu.monde.name_of(adresse)
        assert not pour_of
        ecrites.append(Ligne(journal, pk, type_, qui, par_carif, texte))
        if journal == "action":
            assert revision >= revisions.get(pk, (0,))[0]
            revisions[pk] = revision, statut
    ecrites, attendues = Counter(ecrites), Counter(jeu.lignes)
    assert ecrites == attendues, f"en trop {ecrites - attendues}, manquent {attendues - ecrites}"
    for pk, (revision, statut) in revisions.items():
        assert (revision, statut) == (jeu.offre.actions[pk].revision, jeu.offre.actions[pk].statut)
    jeu.lignes = []
    jeu.temoin.dernieres = (*dernieres[:3], jeu.temoin.dernieres[3])


def the_mails(jeu) -> None:
    """(12): the outbox holds the mails of what happened, each once; waiting notices are the model's."""
    dernier = jeu.temoin.dernieres[3]
    nouveaux = list(Courriel.objects.filter(job__gt=dernier))
    ecrits = sorted(
        ((c.nom, jeu.monde.name_of(c.destinataire), dechiffrer(c.corps)) for c in nouveaux),
        key=itemgetter(0, 1),
    )
    attendus = sorted(jeu.courrier.attendus, key=lambda attendu: (attendu.nom, attendu.qui, attendu.mots))
    assert [courriel[:2] for courriel in ecrits] == [(attendu.nom, attendu.qui) for attendu in attendus]
    for attendu in attendus:
        memes = [texte for nom, qui, texte in ecrits if (nom, qui) == (attendu.nom, attendu.qui)]
        assert any(_says(texte, attendu) for texte in memes), f"{attendu} dans {memes}"
    jeu.courrier.attendus = []
    if nouveaux:
        jeu.temoin.dernieres = (*jeu.temoin.dernieres[:3], max(courriel.job for courriel in nouveaux))
    the_notices(jeu)


def _says(texte: str, attendu) -> bool:
    """Whether a mail says the words, and leads to the pages, that it must."""
    plat = re.sub(r"\s+", " ", texte)
    liens = re.findall(rf"{re.escape(settings.SOFI_URL)}/\S*", texte)
    return (
        all(re.sub(r"\s+", " ", mots) in plat + " " for mots in attendu.mots)
        and all(any(lien.endswith(fin) for lien in liens) for fin in attendu.liens)
        and not any(mots in plat for mots in attendu.absents)
    )


def the_notices(jeu) -> None:
    """What waits for the digests."""
    rows = AvisEnAttente.objects.values_list("user__email", "type", "url", "texte")
    ecrits = sorted((jeu.monde.name_of(adresse), type_, url, texte) for adresse, type_, url, texte in rows)
    attendus = sorted((avis.qui, avis.type, avis.lien, avis.mots) for avis in jeu.courrier.attente)
    assert len(ecrits) == len(attendus)
    for avis in attendus:
        assert any(
            avis[:2] == ecrit[:2] and ecrit[2].endswith(avis[2]) and avis[3] in ecrit[3] for ecrit in ecrits
        ), f"{avis} n’attend pas"


def the_archived_stay(jeu) -> None:
    """(16): nothing of an archived action moves, but its thread and « J’ai pris connaissance »."""
    archivees = dict(lecture.read("archivees"))
    for pk, digest in archivees.items():
        assert jeu.temoin.archivees.get(pk, digest) == digest, "une action archivée a changé"
    jeu.temoin.archivees = archivees


def the_tiles(jeu, nom: str) -> None:
    """(9): the dashboard's counters, all of them, as `nom` reads them."""
    rang, jour = jeu.monde.rang_of(nom), jeu.horloge.jour
    actions = [a for a in jeu.offre.actions.values() if rang in (None, a.organisme)]
    statuts = Counter(action.statut for action in actions)
    sessions = [(s, a.statut == ARCHIVEE) for a in actions for s in a.sessions.values()]
    actives = [s for s, archivee in sessions if s.numero and not archivee and s.fin >= jour]
    mois, annee = (1, jour.year + 1) if jour.month == 12 else (jour.month + 1, jour.year)
    sites = Counter(site for place, site in enumerate(jeu.offre.sites) if rang in (None, place))
    attendus = {
        (ACTIONS.titre, ""): len(actions),
        (ACTIONS.titre, "en_saisie"): statuts[SAISIE],
        (ACTIONS.titre, "en_attente_validation"): statuts[VALIDATION],
        (ACTIONS.titre, "en_attente_reponse"): statuts[REPONSE],
        (ACTIONS.titre, "validees"): statuts[VALIDEE],
        (ACTIONS.titre, "refusees"): statuts[REFUSEE],
        (ACTIONS.titre, "archivees"): statuts[ARCHIVEE],
        (ACTIONS.titre, "code_remplace"): sum(a.code_a_lire and a.statut != ARCHIVEE for a in actions),
        (SESSIONS.titre, ""): len(sessions),
        (SESSIONS.titre, "en_preparation"): sum(not s.numero for s, _ in sessions),
        (SESSIONS.titre, "actives"): len(actives),
        (SESSIONS.titre, "expirantes"): sum(
            # The same day of the next month, or its last one: tuples compare as the calendar does.
            (s.fin.year, s.fin.month, s.fin.day) < _end_of_month(annee, mois, jour.day)
            for s in actives
        ),
        (SESSIONS.titre, "inactives"): sum(
            s.numero and (s.fin < jour or archivee) for s, archivee in sessions
        ),
        (SESSIONS.titre, "publiques_actives"): sum(
            shown[1] >= jour and pk in a.sessions for a in actions for pk, shown in a.en_ligne.items()
        ),
        (SITES.titre, ""): sites.total(),
        (SITES.titre, "a_valider"): sites[A_VALIDER],
        (SITES.titre, "actifs"): sites[ACTIF],
        (SITES.titre, "fermes"): sites[FERME],
    }
    lus = count(jeu.monde.gens[nom])
    # The drafts and the messages are counted by lists of their own: (9) is about the manual's.
    assert {cle: (lus.get(cle), n) for cle, n in attendus.items() if lus.get(cle) != n} == {}


def _end_of_month(annee: int, mois: int, jour: int) -> tuple[int, int, int]:
    dernier = (31, 29 if annee % 4 == 0 else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[mois - 1]
    return annee, mois, min(jour, dernier)


def what_is_seen(jeu, nom: str) -> None:
    """(15): everything for the Carif-Oref, one's organisme's for the others."""
    user, rang = jeu.monde.gens[nom], jeu.monde.rang_of(nom)
    actions = {pk: a for pk, a in jeu.offre.actions.items() if rang in (None, a.organisme)}
    sessions = {pk for action in actions.values() for pk in action.sessions}
    demandes = {pk for pk, demande in jeu.offre.demandes.items() if rang in (None, demande.organisme)}
    for modele, attendues in ((Action, set(actions)), (Session, sessions), (DemandeAIF, demandes)):
        assert set(modele.objects.visible_to(user).values_list("pk", flat=True)) == attendues


def at_the_end(jeu) -> None:
    """What costs too much to look at after each act."""
    if not jeu.tour % TOUR_A_LA_FIN:
        what_somebody_sees(jeu)
    connection.check_constraints()  # (10): the deferred foreign keys
