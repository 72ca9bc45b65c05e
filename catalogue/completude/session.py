"""Rules on a session: dates (4, 5), hours (6 to 8), places (9), dispositifs (10), region (11)."""

from collections.abc import Iterable, Iterator
from datetime import date
from math import ceil

from django.conf import settings

from catalogue.completude.action import HEURES_PAR_SEMAINE, est_apprentissage
from catalogue.completude.constat import AJOUTER_DISPOSITIF, Constat, Poids, nom_parmi
from catalogue.completude.dispositif import of_dispositif
from catalogue.completude.doublons import of_twins
from catalogue.completude.faits import Faits, est_passee
from catalogue.completude.lieux import of_site
from catalogue.enums import ModalitesEnseignement, ModalitesES, Rythme
from catalogue.models import Action, Session
from sofi.typographie import NBSP, quantite

#: Fields a session must have, with the words of the missing one.
OBLIGATOIRES_SESSION = {
    "site_lieu": "choisissez le site lieu",
    "date_debut": "indiquez la date de début",
    "date_fin": "indiquez la date de fin",
    "rythmes": "cochez au moins un rythme",
    "modalites_enseignement": "indiquez les modalités d’enseignement",
    "capacite": "indiquez la capacité d’accueil",
}
#: A session that starts later is a slip of the year (rule 4).
ANNEES_A_L_AVANCE = 3
HEURES_PAR_JOUR = 10
#: How far the weekly hours may be from the whole (rule 8): 10 % short of the hours to teach; or, for full
#: time, a third of them at least, since a period holds holidays and weeks without anything.
MARGE_HAUTE = 1.1
MARGE_BASSE = 3


class _Dire:
    """Says findings of one session, by its name."""

    def __init__(self, session: Session, soeurs: Iterable[Session]):
        self.session = session
        self.nom = nom_parmi(session, soeurs)

    def __call__(self, code: str, texte: str, champ: str, poids: Poids = Poids.BLOQUANT) -> Constat:
        return Constat(code, f"{self.nom}{NBSP}: {texte}.", "session", self.session.pk, champ, poids)


def of_session(action: Action, session: Session, faits: Faits) -> Iterator[Constat]:
    """The findings about a session and its dispositifs.

    A session of the past is history, which the next validation puts online again as it stands: only what a
    sheet cannot do without is asked of it.
    """
    dire = _Dire(session, action.sessions.all())
    du_passe = est_passee(session, faits.on)
    for champ, texte in OBLIGATOIRES_SESSION.items():
        if getattr(session, champ) in (None, "", [], 0):
            yield dire(f"{champ}_absent", texte, champ)
    if not du_passe:
        yield from _a_venir(action, session, faits, dire)
    if not any(d.est_actif for d in session.dispositifs.all()):  # 10
        yield dire("dispositif_absent", "ajoutez au moins un dispositif actif", AJOUTER_DISPOSITIF)
    for dispositif in session.dispositifs.all():
        constats = of_dispositif(dire.nom, dispositif)
        yield from (c for c in constats if c.est_bloquant or not du_passe)


def _a_venir(action: Action, session: Session, faits: Faits, dire: _Dire) -> Iterator[Constat]:
    """What is asked of a session that someone may still join."""
    yield from _dates(session, faits.on, dire)
    if session.date_debut and session.date_fin:
        yield from _heures(action, session, dire)
        yield from _permanentes(action, session, dire)
    yield from of_twins(action, session, faits, dire)
    yield from _lieu(session, faits, dire)
    yield from _places(session, dire)


def _dates(session: Session, on: date, dire: _Dire) -> Iterator[Constat]:
    """Rules 4 and 5; « fin ≥ début » is a constraint."""
    if session.date_debut and session.date_debut > years_after(on, ANNEES_A_L_AVANCE):
        yield dire(
            "debut_lointain",
            f"elle commence dans plus de {ANNEES_A_L_AVANCE} ans, vérifiez l’année de la date de début",
            "date_debut",
        )
    if session.date_fin and session.date_fin < on:
        yield dire(
            "session_terminee", "elle est déjà terminée, changez ses dates ou supprimez-la", "date_fin"
        )


def years_after(jour: date, annees: int) -> date:
    """The same day `annees` years later; the 28th for a 29 February that does not exist."""
    try:
        return jour.replace(year=jour.year + annees)
    except ValueError:
        return jour.replace(year=jour.year + annees, day=28)


def _heures(action: Action, session: Session, dire: _Dire) -> Iterator[Constat]:
    """Rules 6 and 8: hours against dates, at fixed dates. A week begun counts whole."""
    total = action.duree_totale
    if action.modalites_es != ModalitesES.DATES_FIXES or not total:
        return
    jours = (session.date_fin - session.date_debut).days + 1
    semaines = ceil(jours / 7)
    heures, duree = quantite(total, "heures"), quantite(jours, "jours" if jours > 1 else "jour")
    if total > jours * 24:
        yield dire(
            "duree_impossible",
            f"{heures} ne tiennent pas en {duree}, corrigez ses dates ou les durées de l’action",
            "date_fin",
        )
        return
    if total > jours * HEURES_PAR_JOUR:
        yield dire(
            "duree_intense",
            f"{heures} en {duree}, soit plus de {HEURES_PAR_JOUR} heures par jour, vérifiez-le",
            "date_fin",
            Poids.AVERTISSEMENT,
        )
    elif total > semaines * HEURES_PAR_SEMAINE:
        yield dire(
            "duree_intense",
            f"{heures} en {duree}, soit plus de {HEURES_PAR_SEMAINE} heures par semaine, vérifiez-le",
            "date_fin",
            Poids.AVERTISSEMENT,
        )
    yield from _hebdo(action, session, semaines, dire)


def _hebdo(action: Action, session: Session, semaines: int, dire: _Dire) -> Iterator[Constat]:
    """Rule 8: weekly hours by weeks are about the whole."""
    if not action.duree_hebdo or action.duree_hebdo > action.duree_totale:
        return
    prevu = float(action.duree_hebdo) * semaines
    if action.duree_totale > prevu * MARGE_HAUTE or (
        session.rythmes == [Rythme.TEMPS_PLEIN] and action.duree_totale * MARGE_BASSE < prevu
    ):
        yield dire(
            "duree_hebdo_incoherente",
            f"la durée hebdo donne {quantite(round(prevu), 'heures')} en "
            f"{quantite(semaines, 'semaines' if semaines > 1 else 'semaine')}, "
            f"l’action en annonce {quantite(action.duree_totale, 'heures')}, "
            "vérifiez la durée hebdo ou les dates",
            "date_fin",
            Poids.AVERTISSEMENT,
        )


def _permanentes(action: Action, session: Session, dire: _Dire) -> Iterator[Constat]:
    """Rule 7: entrées/sorties permanentes « à l’année »."""
    if action.modalites_es != ModalitesES.PERMANENTES:
        return
    if (session.date_fin - session.date_debut).days + 1 > 366:
        yield dire(
            "esp_trop_longue",
            "en entrées/sorties permanentes, préférez une session par année civile",
            "date_fin",
            Poids.AVERTISSEMENT,
        )
    elif session.date_fin.year > session.date_debut.year:
        yield dire(
            "esp_deux_annees",
            "en entrées/sorties permanentes, préférez une session qui finit avec l’année, le "
            f"31/12/{session.date_debut.year}, et une autre ensuite",
            "date_fin",
            Poids.AVERTISSEMENT,
        )


def _lieu(session: Session, faits: Faits, dire: _Dire) -> Iterator[Constat]:
    site = session.site_lieu
    for code, texte, poids in of_site(site, faits, uai_exige=est_apprentissage(session)):
        yield dire(code, texte, "site_lieu", poids)
    distance = session.modalites_enseignement == ModalitesEnseignement.DISTANCE
    if site and not distance and site.departement not in settings.CARIF.departements:  # 11
        yield dire(
            "site_hors_region",
            "le site lieu est hors de la région, vérifiez-le",
            "site_lieu",
            Poids.AVERTISSEMENT,
        )


def _places(session: Session, dire: _Dire) -> Iterator[Constat]:
    """Rule 9; places left within the capacity are a constraint."""
    places = sum(d.nb_places or 0 for d in session.dispositifs.all() if d.est_actif)
    if session.capacite is not None and places > session.capacite:
        yield dire(
            "places_dispositifs",
            f"ses dispositifs totalisent {places} places pour une capacité de {session.capacite}, "
            "corrigez l’un ou l’autre",
            "capacite",
            Poids.AVERTISSEMENT,
        )
