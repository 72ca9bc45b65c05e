"""« Où en est ma session ? »: from the sending to the partners' feed, one step after the other."""

from datetime import date, datetime

from django.conf import settings
from django.db.models import Prefetch, Subquery
from django.utils import timezone

from catalogue.completude import nom_parmi
from catalogue.enums import ProfilFlux, StatutAction, StatutExport
from catalogue.lheo import profils
from catalogue.models import Action, Diffusion, ExportFlux, FragmentLheo
from sofi.typographie import NBSP, date_longue

S = StatutAction
FAIT, EN_COURS, A_VENIR = "fait", "en_cours", "a_venir"
EXPORTEE, NON_EXPORTEE = "Exportée", "Non exportée"
MOTS = {FAIT: "Fait", EN_COURS: "En cours", A_VENIR: "À venir"}
#: Days after which a session that has not left is no longer « on its way » (the manual's 48 hours).
JOURS_DE_TRANSMISSION = 2
#: The runs that changed the file in place: a feed that is held, or fails, leaves the one before.
ECRITS = ExportFlux.objects.filter(
    profil=ProfilFlux.FRANCE_TRAVAIL, statut__in=[StatutExport.ECRIT, StatutExport.VIDE]
)
#: What is online of an action with what the schema says of it, without their long texts, and when the feed
#: of France Travail was last written.
DIFFUSIONS = Prefetch(
    "diffusions",
    Diffusion.objects.select_related("fragment")
    .defer("contenu", "fragment__xml")
    .annotate(flux_ecrit_le=Subquery(ECRITS.order_by("-pk").values("commence_le")[:1])),
)


def follow(action: Action, on: date | None = None) -> list[dict]:
    """Each session of `action` with its steps; none once it is archived.

    No query on a tree fetched with its `DIFFUSIONS`. Who examines it stays between colleagues.
    """
    if action.statut == S.ARCHIVEE:
        return []
    on = on or timezone.localdate()
    en_ligne = {diffusion.session_id: diffusion for diffusion in action.diffusions.all()}
    sessions = action.sessions.all()
    return [
        {
            "session": session,
            "nom": nom_parmi(session, sessions),
            "etapes": _steps(action, en_ligne.get(session.pk), on),
        }
        for session in sessions
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
    fragment = getattr(diffusion, "fragment", None)
    if fragment is None:
        return _step(titre, EN_COURS, f"Pas encore transmise{NBSP}: le Carif-Oref vérifie.")
    if fragment.exclusions:
        raisons = " ".join(profils.reasons(fragment.exclusions))
        return _step(titre, A_VENIR, raisons) | {"mot": NON_EXPORTEE}
    if _is_exported(fragment, diffusion.flux_ecrit_le):
        fin = " La session est terminée." if diffusion.date_fin < on else ""
        precision = f"Dans le flux écrit {_jour(diffusion.flux_ecrit_le)}.{fin}"
        return _step(titre, FAIT, precision) | {"mot": EXPORTEE}
    if diffusion.date_fin < profils.oldest_end(on):
        return _step(titre, A_VENIR, profils.TERMINEE) | {"mot": NON_EXPORTEE}
    if fragment.fautes:
        return _step(
            titre,
            EN_COURS,
            f"Mise de côté{NBSP}: sa fiche ne suit pas le format d’échange. Le Carif-Oref est prévenu.",
        )
    return _step(titre, EN_COURS, _awaited(diffusion, on))


def _is_exported(fragment: FragmentLheo, flux_ecrit_le: datetime | None) -> bool:
    """Whether the file in place, written at `flux_ecrit_le`, holds what is online: as it is, on that day."""
    return (
        flux_ecrit_le is not None
        and not fragment.fautes
        and fragment.ecrit_le <= flux_ecrit_le
        and fragment.date_fin >= profils.oldest_end(timezone.localdate(flux_ecrit_le))
    )


def _awaited(diffusion: Diffusion, on: date) -> str:
    """What is said of a sheet the file in place does not hold as it is: it may hold the one before."""
    est_nouvelle = diffusion.flux_ecrit_le is None or diffusion.publiee_le > diffusion.flux_ecrit_le
    depuis = diffusion.publiee_le if est_nouvelle else diffusion.fragment.ecrit_le
    if (on - timezone.localdate(depuis)).days > JOURS_DE_TRANSMISSION:
        quoi = "Pas encore transmise" if est_nouvelle else "Sa dernière version n’est pas encore partie"
        return f"{quoi}{NBSP}: le Carif-Oref vérifie."
    return f"{'Prévue' if est_nouvelle else 'Sa dernière version part'} sous 48{NBSP}h après la validation."
