"""« Où en est ma session ? »: from the sending to the partners' feed, one step after the other."""

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from catalogue.completude import nom_session
from catalogue.enums import StatutAction
from catalogue.lheo import profils
from catalogue.models import Action, Diffusion
from sofi.typographie import NBSP, date_longue

S = StatutAction
FAIT, EN_COURS, A_VENIR = "fait", "en_cours", "a_venir"
NON_EXPORTEE = "Non exportée"
MOTS = {FAIT: "Fait", EN_COURS: "En cours", A_VENIR: "À venir"}


def follow(action: Action, on: date | None = None) -> list[dict]:
    """Each session of `action` with its steps; none once it is archived.

    No query on a tree fetched with its diffusions and their fragments. Who examines it stays between
    colleagues.
    """
    if action.statut == S.ARCHIVEE:
        return []
    on = on or timezone.localdate()
    en_ligne = {diffusion.session_id: diffusion for diffusion in action.diffusions.all()}
    return [
        {
            "session": session,
            "nom": nom_session(session),
            "etapes": _steps(action, en_ligne.get(session.pk), on),
        }
        for session in action.sessions.all()
    ]


def _steps(action: Action, diffusion: Diffusion | None, on: date) -> list[dict]:
    return [
        _sent(action, diffusion),
        _examined(action, diffusion),
        _validated(action, diffusion),
        _online(diffusion, on),
        _in_feed(diffusion, on),
    ]


def _step(titre: str, etat: str, precision: str) -> dict:
    return {"titre": titre, "etat": etat, "mot": MOTS[etat], "precision": precision}


def _jour(instant: datetime) -> str:
    return f"le {date_longue(timezone.localdate(instant))}"


def _sent(action: Action, diffusion: Diffusion | None) -> dict:
    if action.statut == S.EN_SAISIE and not diffusion:
        return _step("Envoyée", A_VENIR, "L’action n’est pas encore envoyée au Carif-Oref.")
    return _step("Envoyée", FAIT, f"{_jour(action.soumise_le).capitalize()}.")


def _examined(action: Action, diffusion: Diffusion | None) -> dict:
    match action.statut:
        case S.EN_ATTENTE_VALIDATION if action.prise_le:
            return _step("Examinée", EN_COURS, f"Au Carif-Oref, depuis {_jour(action.prise_le)}.")
        case S.EN_ATTENTE_VALIDATION:
            return _step(
                "Examinée", EN_COURS, f"Dans la file du Carif-Oref depuis {_jour(action.soumise_le)}."
            )
        case S.EN_ATTENTE_REPONSE:
            return _step("Examinée", EN_COURS, "Le Carif-Oref attend votre réponse à sa question.")
        case S.VALIDEE | S.REFUSEE:
            return _step("Examinée", FAIT, f"{_jour(action.decidee_le).capitalize()}.")
    return _step("Examinée", FAIT if diffusion else A_VENIR, "")


def _validated(action: Action, diffusion: Diffusion | None) -> dict:
    if diffusion:
        suite = "" if action.statut == S.VALIDEE else " Vos changements, eux, ne sont pas encore validés."
        return _step("Validée", FAIT, f"{_jour(action.validee_le).capitalize()}.{suite}")
    if action.statut == S.REFUSEE:
        return _step(
            "Validée", A_VENIR, f"Refusée {_jour(action.decidee_le)}{NBSP}: modifiez-la, puis renvoyez-la."
        )
    return _step("Validée", A_VENIR, "")


def _online(diffusion: Diffusion | None, on: date) -> dict:
    site = settings.CARIF.site_regional
    if diffusion is None:
        return _step("En ligne", A_VENIR, f"Sous 24{NBSP}h sur {site}, une fois validée.")
    if diffusion.date_fin < on:
        return _step("En ligne", FAIT, f"Jusqu’au {date_longue(diffusion.date_fin)}, fin de la session.")
    return _step(
        "En ligne", FAIT, f"Depuis {_jour(diffusion.publiee_le)}, sous le numéro {diffusion.numero}."
    )


def _in_feed(diffusion: Diffusion | None, on: date) -> dict:
    titre = "Transmise à France Travail"
    if diffusion is None:
        return _step(titre, A_VENIR, f"Sous 48{NBSP}h, une fois validée.")
    if raisons := _left_out(diffusion, on):
        return _step(titre, A_VENIR, " ".join(raisons)) | {"mot": NON_EXPORTEE}
    if diffusion.transmise_le:
        return _step(titre, FAIT, f"Exportée{NBSP}: dans le flux depuis {_jour(diffusion.transmise_le)}.")
    if diffusion.date_fin < on:
        return _step(titre, A_VENIR, "La session est terminée.")
    return _step(titre, EN_COURS, f"Prévue sous 48{NBSP}h après la validation.")


def _left_out(diffusion: Diffusion, on: date) -> list[str]:
    """Why the session is not in France Travail's feed, in the words of its organisme; none when it is."""
    fragment = diffusion.fragment
    raisons = profils.reasons(fragment.exclusions, diffusion.date_fin, on)
    if fragment.fautes:
        raisons.append("Sa fiche est à corriger avec le Carif-Oref\u00a0: appelez-le.")
    return raisons
