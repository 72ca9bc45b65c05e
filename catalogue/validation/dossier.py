"""Everything an agent reads before deciding on an action."""

from dataclasses import dataclass

from django.utils import timezone

from catalogue import annulation, completude, points, workflow
from catalogue.certifications.fiche import fiche_of_formation
from catalogue.enums import Audience, StatutAction, StatutSite
from catalogue.models import Action, Diffusion, Evenement, PointDemande
from catalogue.permissions import role_on
from catalogue.validation import fiches
from catalogue.validation.cibles import titre_session
from catalogue.validation.comparaison import changes
from catalogue.validation.forms import DECISIONS, DecisionForm
from sofi.typographie import date_longue, il_y_a

#: The journal shows its latest lines; the whole of it stays in the database.
MAX_EVENEMENTS = 50


@dataclass(frozen=True)
class Alerte:
    """A finding of `catalogue.completude`, with the place of the page it speaks of."""

    message: str
    ancre: str


def build_dossier(action: Action, user, bound: DecisionForm | None = None) -> dict:
    """The context of `validation/dossier.html` for an action fetched by `Action.objects.with_tree()`.

    `bound` is the form of a refused decision, shown again with its errors and what was typed.
    A constant number of queries, whatever the number of sessions.
    """
    constats = completude.findings(action)
    bloquants = [c for c in constats if c.est_bloquant]
    diffusions = list(action.diffusions.order_by("publiee_le", "numero"))
    sites = _sites_to_check(action)
    decisions = _decisions(action, user, bound)
    return {
        "action": action,
        "etat_libelle": StatutAction(action.statut).label_for(Audience.CARIF),
        "attente": _attente(action),
        "est_validee": action.statut == StatutAction.VALIDEE,
        "en_erreur": bound is not None,
        "erreurs": bound.error_summary if bound else [],
        "texte_perdu": _orphan_text(bound, decisions),
        "bloquants": [_alerte(c) for c in bloquants],
        "avertissements": [_alerte(c) for c in constats if not c.est_bloquant],
        "sites": sites,
        "obstacle": _obstacle(bloquants, sites),
        "en_ligne": _online(diffusions),
        # Only a complete action can be compared: what it would publish must exist.
        "changements": changes(action, diffusions) if diffusions and not bloquants else [],
        "demandes": _demandes(action),
        "ancres": {
            "organisme": f"organisme-{action.organisme_id}",
            "formation": f"formation-{action.formation_id}",
            "action": f"action-{action.pk}",
        },
        "organisme": fiches.faits_organisme(action.organisme),
        "formation": fiche_of_formation(action.formation, timezone.localdate()),
        "faits_action": fiches.faits_action(action),
        "sessions": [_session(session) for session in action.sessions.all()],
        "decisions": decisions,
        "peut_envoyer": any(t.name == "submit" for t in workflow.available(action, role_on(user, action))),
        "evenements": _history(action),
    }


def _attente(action: Action) -> str:
    if action.statut != StatutAction.EN_ATTENTE_VALIDATION:
        return ""
    jours = (timezone.localdate() - timezone.localtime(action.soumise_le).date()).days
    return il_y_a(jours)


def _decisions(action: Action, user, bound: DecisionForm | None) -> list[dict]:
    """One form per transition that `user` may start now, `bound` in its place."""
    offered = {t.name: t.label for t in workflow.available(action, role_on(user, action))}
    if "undo" in offered and annulation.obstacle(action, timezone.now()):
        del offered["undo"]
    return [
        {"label": offered[nom], "form": bound if bound and bound.nom == nom else form(action=action)}
        for nom, form in DECISIONS.items()
        if nom in offered
    ]


def _orphan_text(bound: DecisionForm | None, decisions: list[dict]) -> str:
    """What was typed in a decision that is no longer offered, so that it is not lost."""
    if bound is None or any(decision["form"] is bound for decision in decisions):
        return ""
    return bound.data.get("texte", "")


def _alerte(constat: completude.Constat) -> Alerte:
    return Alerte(constat.message, f"{constat.etape}-{constat.pk}")


def _sites_to_check(action: Action) -> list:
    """The places of the action that are not active, each once."""
    sites = [action.site_dispensateur, *(session.site_lieu for session in action.sessions.all())]
    uniques = {site.pk: site for site in sites if site and site.statut != StatutSite.ACTIF}
    return list(uniques.values())


def _obstacle(bloquants: list, sites: list) -> str:
    """What must come before « Valider »; empty when nothing does."""
    if bloquants:
        return "Il manque des informations\u00a0: posez une question à l’organisme, ou complétez l’action."
    return "Un lieu n’est pas validé\u00a0: validez-le d’abord." if sites else ""


def _online(diffusions: list[Diffusion]) -> dict | None:
    """What the public sees now: since when, and under which numbers."""
    if not diffusions:
        return None
    return {
        "depuis": date_longue(timezone.localtime(diffusions[0].publiee_le).date()),
        "numeros": [ligne.numero for ligne in diffusions],
    }


def _demandes(action: Action) -> list[dict]:
    """The questions, the latest first, with their points. Two queries."""
    demandes = action.demandes.select_related("posee_par", "repondue_par").prefetch_related("points")
    return [
        {"demande": demande, "points": [_point(action, point) for point in demande.points.all()]}
        for demande in demandes
    ]


def _point(action: Action, point: PointDemande) -> dict:
    return {
        "libelle": points.libelle(action, point),
        "cause": point.get_cause_display(),
        "texte": point.texte,
        "est_corrige": point.corrige_le is not None,
    }


def _session(session) -> dict:
    return {
        "pk": session.pk,
        "titre": titre_session(session),
        "faits": fiches.faits_session(session),
        "dispositifs": [fiches.faits_dispositif(d) for d in session.dispositifs.all()],
    }


def _history(action: Action) -> list[dict]:
    return [
        {
            "quand": timezone.localtime(evenement.le),
            "qui": evenement.qui,
            "quoi": _what(evenement),
            "texte": evenement.texte,
        }
        for evenement in action.evenements.select_related("auteur")[:MAX_EVENEMENTS]
    ]


def _what(evenement: Evenement) -> str:
    """« Modification (session) » for an edit; the name of the transition otherwise."""
    objet = evenement.details.get("objet", "")
    quoi = evenement.get_type_display()
    return f"{quoi} ({objet})" if objet and objet != "site" else quoi
