"""Rules on the Certifinfo code of the formation (1, 2) and on its RNCP and RS sheets (3)."""

from collections.abc import Iterator
from datetime import date

from catalogue.completude.constat import Constat, Poids
from catalogue.completude.faits import Faits, a_controler
from catalogue.models import Action
from sofi.typographie import NBSP, date_longue


def of_certification(action: Action, faits: Faits) -> Iterator[Constat]:
    """The findings about the code, on the days the sessions that are not over start."""
    certification = action.formation.certification
    if certification is None:
        return
    if certification.retiree_le:  # 1
        yield _constat(
            action,
            "code_retire",
            f"Le code Certifinfo {certification.code} n’existe plus dans Certif Info"
            f"{NBSP}: refaites la formation sous un code en vigueur.",
        )
    jours = [s.date_debut for s in a_controler(action, faits.on) if s.date_debut]
    if not jours:
        return
    yield from _of_fiches(action, faits, max(jours))
    annee = max(jours).year
    successeurs = [r for r in faits.remplacements if (r.nouvelle.annee_premiere_session or 0) <= annee]
    codes = tuple(r.nouvelle_id for r in successeurs)
    par = " ou ".join(f"{r.nouvelle_id} ({r.nouvelle.intitule})" for r in successeurs)
    derniere = certification.annee_derniere_session
    if derniere and annee > derniere:  # 2, after the old code's last year
        suite = f"il est remplacé par {par}." if par else "changez ses dates, ou de code."
        yield _constat(
            action,
            "code_termine",
            f"La dernière session du code Certifinfo {certification.code} est en {derniere}, "
            f"une session commence après{NBSP}: {suite}",
            successeurs=codes,
        )
    elif successeurs:  # 2
        yield _constat(
            action,
            "code_remplace",
            f"Le code Certifinfo {certification.code} est remplacé par {par}{NBSP}: "
            f"prenez le nouveau code pour les sessions de {annee}.",
            Poids.AVERTISSEMENT,
            codes,
        )


def _of_fiches(action: Action, faits: Faits, jour: date) -> Iterator[Constat]:
    """Rule 3: no RNCP or RS sheet of the certification is known to run on `jour`."""
    fiches = faits.fiches
    if not fiches or not all(
        fiche.est_active is False or (fiche.fin_enregistrement and fiche.fin_enregistrement < jour)
        for fiche in fiches
    ):
        return
    noms = ", ".join(sorted(fiche.numero for fiche in fiches))
    yield _constat(
        action,
        "fiche_expiree",
        f"L’enregistrement {noms} ne court plus le {date_longue(jour)}, début d’une session{NBSP}: "
        "vérifiez que la certification pourra encore être délivrée.",
        Poids.AVERTISSEMENT,
    )
    yield _constat(
        action,
        "fiche_a_trancher",
        f"{noms} n’est plus enregistrée au début d’une session{NBSP}: à vous de trancher. "
        "La date limite de délivrance peut être plus tardive que la fin d’enregistrement.",
        Poids.INTERNE,
    )


def _constat(
    action: Action,
    code: str,
    message: str,
    poids: Poids = Poids.BLOQUANT,
    successeurs: tuple[str, ...] = (),
) -> Constat:
    return Constat(code, message, "formation", action.formation_id, "certification", poids, successeurs)
