"""Rules on an action: what must be filled, durations (8), entrées/sorties (7), complement (13), web (12)."""

from collections.abc import Iterator

from django.core.exceptions import ValidationError

from catalogue.completude.adresses_web import est_accueil_reseau_social
from catalogue.completude.constat import AJOUTER_SESSION, Constat, Poids
from catalogue.completude.faits import Faits, est_passee
from catalogue.completude.intitule import of_complement
from catalogue.completude.lieux import of_site
from catalogue.enums import ModalitesES
from catalogue.lheo.limites import maximum
from catalogue.models import Action
from catalogue.models.offre import MAX_ENTIER
from catalogue.models.organisme import url_web
from sofi.typographie import NBSP, quantite

#: Fields an action must have to be sent, with the words of the missing one.
OBLIGATOIRES_ACTION = {
    "site_dispensateur": "Choisissez le site dispensateur.",
    "niveau_entree": "Indiquez le niveau d’entrée.",
    "type_parcours": "Indiquez le type de parcours.",
    "modalites_es": "Dites si les entrées et sorties sont permanentes ou à dates fixes.",
}
#: Above that, a full week of training is unusual (the legal week is 35 hours, some courses ask for 39).
HEURES_PAR_SEMAINE = 40


def of_action(action: Action, faits: Faits) -> Iterator[Constat]:
    """The findings about what is typed in step A, and about having a session at all."""
    for champ, message in OBLIGATOIRES_ACTION.items():
        if not getattr(action, champ):
            yield _constat(action, f"{champ}_absent", message, champ)
    yield from _durees(action)
    yield from _textes(action)
    yield from _web(action)
    for code, texte, poids in of_site(action.site_dispensateur, faits, uai_exige=_apprentissage(action)):
        yield _constat(action, code, f"Site dispensateur{NBSP}: {texte}.", "site_dispensateur", poids)
    certification = action.formation.certification
    fixes = action.modalites_es == ModalitesES.DATES_FIXES
    if certification and certification.est_habilitation and fixes:  # 7
        yield _constat(
            action,
            "habilitation_dates_fixes",
            "Pour les habilitations, privilégiez les entrées/sorties permanentes à l’année.",
            "modalites_es",
            Poids.AVERTISSEMENT,
        )
    sessions = action.sessions.all()
    if not sessions:
        yield _constat(action, "session_absente", "Ajoutez au moins une session.", AJOUTER_SESSION)
    elif all(est_passee(session, faits.on) for session in sessions):  # 5
        yield _constat(
            action,
            "sessions_terminees",
            f"Toutes les sessions sont terminées{NBSP}: ajoutez la prochaine.",
            AJOUTER_SESSION,
        )


def _durees(action: Action) -> Iterator[Constat]:
    """Rules 6 and 8: some hours, within what LHÉO writes, and a week that can be lived."""
    if not action.duree_totale:
        yield _constat(
            action,
            "duree_absente",
            "Indiquez la durée en centre ou en entreprise, en heures.",
            "duree_centre",
        )
        return
    if action.duree_totale > MAX_ENTIER:
        yield _constat(
            action,
            "duree_trop_longue",
            f"La durée totale dépasse {quantite(MAX_ENTIER, 'heures')}{NBSP}: "
            "corrigez l’une des deux durées.",
            "duree_centre",
        )
    if action.duree_hebdo and action.duree_hebdo > action.duree_totale:
        yield _constat(
            action,
            "duree_hebdo_excessive",
            f"La durée hebdo dépasse la durée totale ({action.duree_totale}{NBSP}h){NBSP}: "
            "corrigez l’une des deux.",
            "duree_hebdo",
            Poids.AVERTISSEMENT,
        )
    if action.duree_hebdo and action.duree_hebdo > HEURES_PAR_SEMAINE:
        yield _constat(
            action,
            "duree_hebdo_intense",
            f"La durée hebdo dépasse {HEURES_PAR_SEMAINE} heures{NBSP}: vérifiez-la.",
            "duree_hebdo",
            Poids.AVERTISSEMENT,
        )


def _textes(action: Action) -> Iterator[Constat]:
    """Rules 13, 14 and 15: what the public will read, in the room LHÉO gives it."""
    formation, complement = action.formation, action.complement_intitule
    for code, message in of_complement(complement, formation.intitule, formation.certification):
        yield _constat(action, code, message, "complement_intitule", Poids.AVERTISSEMENT)
    trop = len(action.intitule) - maximum("intitule-formation")
    if complement and trop > 0:
        yield _constat(
            action,
            "intitule_trop_long",
            f"L’intitulé et son complément dépassent {maximum('intitule-formation')} caractères{NBSP}: "
            f"raccourcissez le complément d’intitulé de {trop} caractères, ou videz-le.",
            "complement_intitule",
        )
    contenu = len(formation.programme) + len(action.complement_descriptif) + 2
    trop = contenu - maximum("contenu-formation")
    if action.complement_descriptif and trop > 0:
        yield _constat(
            action,
            "descriptif_trop_long",
            f"Le programme et le complément descriptif dépassent {maximum('contenu-formation')} caractères"
            f"{NBSP}: raccourcissez le complément descriptif de {trop} caractères, ou videz-le.",
            "complement_descriptif",
        )
    if len(action.commentaire_duree) > maximum("duree-indicative"):
        yield _constat(
            action,
            "commentaire_duree_long",
            f"Le commentaire durée dépasse {maximum('duree-indicative')} caractères{NBSP}: le public le lit "
            "en entier, les partenaires n’en recevront que le début.",
            "commentaire_duree",
            Poids.AVERTISSEMENT,
        )
    if not action.commentaire_prerequis.strip():
        yield _constat(
            action,
            "prerequis_absent",
            f"Le commentaire prérequis est vide{NBSP}: le public lira «{NBSP}aucune{NBSP}». "
            "S’il y a des conditions pour entrer, écrivez-les.",
            "commentaire_prerequis",
            Poids.AVERTISSEMENT,
        )


def _web(action: Action) -> Iterator[Constat]:
    """Rule 12: an address that a browser understands, of a page of the organisation."""
    if not action.url:
        return
    try:
        url_web(action.url)
    except ValidationError as error:
        yield _constat(action, "url_fausse", f"URL vers le site de l’OF{NBSP}: {error.messages[0]}", "url")
        return
    if est_accueil_reseau_social(action.url):
        yield _constat(
            action,
            "url_reseau_social",
            "L’URL vers le site de l’OF est la page d’accueil d’un réseau social"
            f"{NBSP}: indiquez la page de la formation, ou la vôtre.",
            "url",
            Poids.AVERTISSEMENT,
        )


def _apprentissage(action: Action) -> bool:
    """Whether an active dispositif of a session is apprenticeship (rule 21)."""
    return any(est_apprentissage(session) for session in action.sessions.all())


def est_apprentissage(session) -> bool:
    """Whether an active dispositif of the fetched `session` is apprenticeship."""
    return any(d.est_actif and d.type_id and d.type.est_apprentissage for d in session.dispositifs.all())


def _constat(action: Action, code: str, message: str, champ: str, poids: Poids = Poids.BLOQUANT) -> Constat:
    return Constat(code, message, "action", action.pk, champ, poids)
