"""What is missing from an action before it may be sent, and what looks wrong.

Coherence (dates in order, amounts, formats) is checked at each save by forms and constraints;
completeness is checked here only, at submission. The same findings feed the récapitulatif,
« reprendre la saisie » and the Carif-Oref's page. Numbers in comments are the rules of `domain.md` §7.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils import timezone

from catalogue.enums import ModalitesEnseignement, ModalitesES, StatutSite
from catalogue.models import Action, Dispositif, FicheRepertoire, Remplacement, Session, Site

FINANCEMENT_PRIVE = "financement-prive"
AJOUTER_SESSION = "ajouter_session"
AJOUTER_DISPOSITIF = "ajouter_dispositif"


@dataclass(frozen=True)
class Constat:
    """One finding: its rule, its sentence, and the field to go to.

    `etape` is ``formation``, ``action``, ``session``, ``dispositif`` or ``organisme`` and `pk` the row;
    for a missing session (or dispositif) it is the parent's row and `champ` is `AJOUTER_SESSION`
    (`AJOUTER_DISPOSITIF`). `est_bloquant` findings forbid sending; others are advice.
    """

    code: str
    message: str
    etape: str
    pk: int
    champ: str
    est_bloquant: bool = True

    @property
    def est_champ(self) -> bool:
        """Whether it is about a field of its row, rather than about a row to add below."""
        return self.champ not in (AJOUTER_SESSION, AJOUTER_DISPOSITIF)


def findings(action: Action, on: date | None = None) -> list[Constat]:
    """All findings about `action` (fetched by `Action.objects.with_tree()`), in the order of the tunnel.

    One query, for replaced codes, whatever the number of sessions.
    """
    on = on or timezone.localdate()
    return [
        *_of_organisme(action),
        *_of_certification(action),
        *of_steps(action, on),
    ]


def of_steps(action: Action, on: date | None = None) -> list[Constat]:
    """The findings about what is typed in steps A, S and D, in their order. No query on a fetched tree."""
    on = on or timezone.localdate()
    sessions = (c for session in action.sessions.all() for c in _of_session(action, session, on))
    return [*_of_action(action, on), *sessions]


def blocking(action: Action, on: date | None = None) -> list[Constat]:
    """The findings that forbid sending."""
    return [c for c in findings(action, on) if c.est_bloquant]


def _of_organisme(action: Action) -> Iterator[Constat]:
    organisme = action.organisme
    if not organisme.nda:  # 17: not exportable to France Travail
        yield Constat(
            "nda_absent",
            "Le numéro de déclaration d’activité de votre organisme n’est pas renseigné.",
            "organisme",
            organisme.pk,
            "nda",
        )
    site = action.site_dispensateur
    contacts = [organisme.telephone, organisme.courriel, *((site.telephone, site.courriel) if site else ())]
    if not any(contacts):  # 20: LHÉO contact-formation
        yield Constat(
            "contact_absent",
            "Ni l’organisme ni le site dispensateur n’ont de téléphone ou d’e-mail.",
            "organisme",
            organisme.pk,
            "telephone",
        )


def _of_certification(action: Action) -> Iterator[Constat]:
    certification = action.formation.certification
    if certification is None:
        return
    pk = action.formation_id
    if certification.retiree_le:  # 1
        yield Constat(
            "code_retire",
            f"Le code Certifinfo {certification.code} n’existe plus dans Certif Info.",
            "formation",
            pk,
            "certification",
        )
    jours = [s.date_debut for s in action.sessions.all() if s.date_debut]
    if not jours:
        return
    yield from _of_fiches(action, certification.numeros_fiches, max(jours))
    debuts = [jour.year for jour in jours]
    derniere = certification.annee_derniere_session
    if derniere and max(debuts) > derniere:  # 2, after the old code's last year
        yield Constat(
            "code_termine",
            f"La dernière session de ce code Certifinfo est en {derniere} : une session commence après.",
            "formation",
            pk,
            "certification",
        )
        return
    remplacements = Remplacement.objects.filter(ancien_code=certification.code).select_related("nouvelle")
    ouverts = [
        r.nouvelle_id for r in remplacements if (r.nouvelle.annee_premiere_session or 0) <= max(debuts)
    ]
    if ouverts:  # 2
        yield Constat(
            "code_remplace",
            f"Ce code Certifinfo est remplacé par {', '.join(sorted(ouverts))}.",
            "formation",
            pk,
            "certification",
            est_bloquant=False,
        )


def _of_fiches(action: Action, numeros: list[str], jour: date) -> Iterator[Constat]:
    """Rule 3: no RNCP or RS sheet of the certification is known to run on `jour`. One query, if any."""
    fiches = list(FicheRepertoire.objects.filter(numero__in=numeros)) if numeros else []
    if fiches and all(
        fiche.est_active is False or (fiche.fin_enregistrement and fiche.fin_enregistrement < jour)
        for fiche in fiches
    ):
        noms = ", ".join(fiche.numero for fiche in fiches)
        yield Constat(
            "fiche_expiree",
            f"L’enregistrement {noms} ne court plus le {jour:%d/%m/%Y}, début d’une session.",
            "formation",
            action.formation_id,
            "certification",
            est_bloquant=False,
        )


#: Fields an action must have to be sent, with the words of the missing one.
OBLIGATOIRES_ACTION = {
    "site_dispensateur": "Choisissez le site dispensateur.",
    "niveau_entree": "Indiquez le niveau d’entrée.",
    "type_parcours": "Indiquez le type de parcours.",
    "modalites_es": "Dites si les entrées et sorties sont permanentes ou à dates fixes.",
}
OBLIGATOIRES_SESSION = {
    "site_lieu": "choisissez le site lieu",
    "date_debut": "indiquez la date de début",
    "date_fin": "indiquez la date de fin",
    "rythmes": "cochez au moins un rythme",
    "modalites_enseignement": "indiquez les modalités d’enseignement",
    "capacite": "indiquez la capacité d’accueil",
}
OBLIGATOIRES_DISPOSITIF = {
    "type": "choisissez le dispositif",
    "publics": "cochez au moins un public",
}

#: What a title's complement should not hold: price, telephone, e-mail, praise.
_PUBLICITAIRE = re.compile(r"€|\beuros?\b|@|(?:\d[ .]?){10}|gratuit|meilleur|n°\s*1|100\s*%", re.I)
#: Whole words, not acronyms nor references: « CACES R489 » is no shouting, « OPTION BOUCHERIE » is.
_MOTS = re.compile(r"[^\W\d_]{4,}")


def _of_action(action: Action, on: date) -> Iterator[Constat]:
    for champ, message in OBLIGATOIRES_ACTION.items():
        if not getattr(action, champ):
            yield Constat(f"{champ}_absent", message, "action", action.pk, champ)
    if not action.duree_totale:  # 8
        yield Constat(
            "duree_absente",
            "Indiquez la durée en centre ou en entreprise, en heures.",
            "action",
            action.pk,
            "duree_centre",
        )
    complement = action.complement_intitule
    if _PUBLICITAIRE.search(complement) or (
        complement.isupper() and len(_MOTS.findall(complement)) > 1
    ):  # 13
        yield Constat(
            "complement_publicitaire",
            "Le complément d’intitulé ressemble à une annonce (prix, contact, capitales).",
            "action",
            action.pk,
            "complement_intitule",
            est_bloquant=False,
        )
    for code, texte, bloquant in _of_site(action.site_dispensateur):
        yield Constat(
            code,
            f"Site dispensateur : {texte}.",
            "action",
            action.pk,
            "site_dispensateur",
            bloquant,
        )
    if action.duree_hebdo and action.duree_totale and action.duree_hebdo > action.duree_totale:  # 8
        yield Constat(
            "duree_hebdo_excessive",
            f"La durée hebdo dépasse la durée totale ({action.duree_totale} h).",
            "action",
            action.pk,
            "duree_hebdo",
            est_bloquant=False,
        )
    certification = action.formation.certification
    fixes = action.modalites_es == ModalitesES.DATES_FIXES
    if certification and certification.est_habilitation and fixes:  # 7
        yield Constat(
            "habilitation_dates_fixes",
            "Pour les habilitations, privilégiez les entrées/sorties permanentes à l’année.",
            "action",
            action.pk,
            "modalites_es",
            est_bloquant=False,
        )
    sessions = action.sessions.all()
    if not sessions:
        yield Constat(
            "session_absente", "Ajoutez au moins une session.", "action", action.pk, AJOUTER_SESSION
        )
    elif all(_is_past(session, on) for session in sessions):  # 5
        yield Constat(
            "sessions_terminees",
            "Toutes les sessions sont terminées : ajoutez la prochaine.",
            "action",
            action.pk,
            AJOUTER_SESSION,
        )


def _is_past(session: Session, on: date) -> bool:
    """Whether a session was published and has ended: history, which a renewed action keeps as it is."""
    return session.numero is not None and session.date_fin is not None and session.date_fin < on


def _of_site(site: Site | None) -> Iterator[tuple[str, str, bool]]:
    """Rule 11: code, sentence, weight of a place's state; unchecked, it blocks validation only."""
    if site and site.statut == StatutSite.FERME:
        yield "site_ferme", f"le site « {site.nom} » est fermé, choisissez-en un autre", True
    if site and site.statut == StatutSite.A_VALIDER:
        yield "site_non_actif", f"le site « {site.nom} » attend encore la validation du Carif-Oref", False


def nom_session(session: Session) -> str:
    """How a finding names a session: by its dates when it has them."""
    return f"Session du {session.date_debut:%d/%m/%Y}" if session.date_debut else "Session sans date"


def _of_session(action: Action, session: Session, on: date) -> Iterator[Constat]:
    if _is_past(session, on):
        return
    nom = nom_session(session)

    def constat(code: str, texte: str, champ: str, *, bloquant: bool = True) -> Constat:
        return Constat(code, f"{nom} : {texte}.", "session", session.pk, champ, bloquant)

    for champ, texte in OBLIGATOIRES_SESSION.items():
        if getattr(session, champ) in (None, "", [], 0):
            yield constat(f"{champ}_absent", texte, champ)
    if session.date_fin and session.date_fin < on:  # 5
        yield constat(
            "session_terminee", "elle est déjà terminée, changez ses dates ou supprimez-la", "date_fin"
        )
    yield from _durations(action, session, constat)
    if session.date_debut and _twin(action, session):  # 19
        yield constat(
            "session_double",
            "une autre session a le même lieu et les mêmes dates",
            "date_debut",
            bloquant=False,
        )
    site = session.site_lieu
    for code, texte, bloquant in _of_site(site):
        yield constat(code, texte, "site_lieu", bloquant=bloquant)
    distance = session.modalites_enseignement == ModalitesEnseignement.DISTANCE
    if site and not distance and site.departement not in settings.CARIF.departements:  # 11
        yield constat("site_hors_region", "le site lieu est hors de la région", "site_lieu", bloquant=False)
    dispositifs = list(session.dispositifs.all())
    if not any(d.est_actif for d in dispositifs):  # 10
        yield Constat(
            "dispositif_absent",
            f"{nom} : ajoutez au moins un dispositif actif.",
            "session",
            session.pk,
            AJOUTER_DISPOSITIF,
        )
    places = sum(d.nb_places or 0 for d in dispositifs if d.est_actif)
    if session.capacite is not None and places > session.capacite:  # 9
        yield constat(
            "places_dispositifs",
            f"ses dispositifs totalisent {places} places pour une capacité de {session.capacite}",
            "capacite",
            bloquant=False,
        )
    for dispositif in dispositifs:
        yield from _of_dispositif(nom, dispositif)


def _twin(action: Action, session: Session) -> bool:
    """Whether another session of the action has the same place and dates."""
    cle = (session.site_lieu_id, session.date_debut, session.date_fin)
    autres = (s for s in action.sessions.all() if s.pk != session.pk)
    return any((s.site_lieu_id, s.date_debut, s.date_fin) == cle for s in autres)


def _durations(action: Action, session: Session, constat) -> Iterator[Constat]:
    """Hours against dates (rule 6) and length of an entrées/sorties permanentes period (rule 7)."""
    if not (session.date_debut and session.date_fin):
        return
    jours = (session.date_fin - session.date_debut).days + 1
    if action.modalites_es == ModalitesES.DATES_FIXES and action.duree_totale:
        if action.duree_totale > jours * 24:
            yield constat(
                "duree_impossible",
                f"{action.duree_totale} heures ne tiennent pas en {jours} j",
                "date_fin",
            )
        elif action.duree_totale > jours * 10:
            yield constat(
                "duree_intense",
                f"{action.duree_totale} heures en {jours} j, soit plus de 10 heures par jour",
                "date_fin",
                bloquant=False,
            )
    permanentes = action.modalites_es == ModalitesES.PERMANENTES
    if permanentes and jours > 366:
        yield constat(
            "esp_trop_longue",
            "en entrées/sorties permanentes, préférez une session par année civile",
            "date_fin",
            bloquant=False,
        )


def _of_dispositif(nom: str, dispositif: Dispositif) -> Iterator[Constat]:
    quoi = dispositif.type.libelle if dispositif.type_id else "dispositif"
    for champ, texte in OBLIGATOIRES_DISPOSITIF.items():
        if not getattr(dispositif, champ):
            yield Constat(
                f"dispositif_{champ}_absent", f"{nom}, {quoi} : {texte}.", "dispositif", dispositif.pk, champ
            )
    prive = dispositif.type_id == FINANCEMENT_PRIVE
    if prive and dispositif.est_actif and dispositif.cout_stagiaire is None:  # 16
        yield Constat(
            "prix_absent",
            f"{nom}, {quoi} : indiquez le coût pour le stagiaire.",
            "dispositif",
            dispositif.pk,
            "cout_stagiaire",
            est_bloquant=False,
        )
