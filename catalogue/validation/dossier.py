"""Everything an agent reads before deciding on an action."""

from uuid import uuid4

from django.utils import timezone

from catalogue import annulation, completude, corrections, derogations, saisie, textes, workflow
from catalogue.certifications.fiche import fiche_of_formation
from catalogue.enums import Audience, StatutAction, StatutSite
from catalogue.models import Action, Diffusion
from catalogue.permissions import role_on
from catalogue.validation import alentours, fiches
from catalogue.validation.annotations import Annotations
from catalogue.validation.cibles import titre_session
from catalogue.validation.comparaison import changes
from catalogue.validation.decisions import DECISIONS
from catalogue.validation.forms import DecisionForm, NoteForm
from sofi.typographie import date_longue, il_y_a


def build_dossier(
    action: Action,
    user,
    bound: DecisionForm | None = None,
    note: NoteForm | None = None,
    texte_prepare: str = "",
) -> dict:
    """The context of `validation/dossier.html` for an action fetched by `Action.objects.with_tree()`.

    `bound` is the form of a refused decision, shown again with its errors and what was typed; `note` that
    of a refused note; `texte_prepare` the key of the prepared text to start from.
    A constant number of queries, whatever the number of sessions.
    """
    ecartees = action.derogations.select_related("par")
    constats, ecartes = derogations.split(completude.findings(action, interne=True), ecartees)
    bloquants = [c for c in constats if c.est_bloquant]
    diffusions = list(action.diffusions.order_by("publiee_le", "numero"))
    # Only a complete action can be compared: what it would publish must exist.
    changements = changes(action, diffusions) if diffusions and not bloquants else []
    corriges = corrections.since_sending(action) if _waits(action) else []
    annotations = Annotations(constats, ecartes, changements, corriges)
    decisions = _decisions(action, user, bound, texte_prepare)
    sites = _sites_to_check(action)
    return {
        "action": action,
        "etat_libelle": StatutAction(action.statut).label_for(Audience.CARIF),
        "attente": _attente(action),
        "est_validee": action.statut == StatutAction.VALIDEE,
        "en_erreur": bool(bound or note),
        "erreurs": [*(bound.error_summary if bound else []), *(note.error_summary if note else [])],
        "texte_perdu": _orphan_text(bound, decisions),
        "alertes": [alerte for alerte in annotations.alertes if not alerte.motif],
        "bloquants": [alerte for alerte in annotations.alertes if alerte.constat.est_bloquant],
        "sites": sites,
        "obstacle": _obstacle(bloquants, sites),
        "en_ligne": _online(diffusions),
        "changements": changements,
        "corrections": corriges,
        "peut_corriger": saisie.may_correct(action, user),
        "decisions": decisions,
        "peut_envoyer": any(t.name == "submit" for t in workflow.available(action, role_on(user, action))),
        "demandes": alentours.questions(action),
        "soeurs": alentours.sisters(action),
        "notes": alentours.notes(action),
        "note_form": note or NoteForm(initial={"jeton": uuid4()}),
        "evenements": alentours.history(action, user),
        **_fiches(action, annotations, bool(changements)),
    }


def _waits(action: Action) -> bool:
    return action.statut == StatutAction.EN_ATTENTE_VALIDATION


def _fiches(action: Action, annotations: Annotations, renouvelee: bool) -> dict:
    """The four levels and the organisme; folded where nothing changed, when it is `renouvelee`."""
    formation = [
        fiches.Fait(ligne.libelle, ligne.valeur)
        for ligne in fiche_of_formation(action.formation, timezone.localdate())
    ]
    if action.certification_precedente:
        formation.insert(1, fiches.Fait("Ancien code", action.certification_precedente))
    organisme = action.organisme
    return {
        "fiche_formation": annotations.fiche(
            "formation", action.formation_id, "Formation", formation, renouvelee=renouvelee
        ),
        "fiche_action": annotations.fiche(
            "action", action.pk, "Action", fiches.faits_action(action), renouvelee=renouvelee
        ),
        "fiches_session": [_session(session, annotations, renouvelee) for session in action.sessions.all()],
        "fiche_organisme": annotations.fiche(
            "organisme", organisme.pk, "Organisme", fiches.faits_organisme(organisme), renouvelee=renouvelee
        ),
    }


def _attente(action: Action) -> str:
    if not _waits(action):
        return ""
    jours = (timezone.localdate() - timezone.localtime(action.soumise_le).date()).days
    return il_y_a(jours)


def _decisions(action: Action, user, bound: DecisionForm | None, texte_prepare: str) -> list[dict]:
    """One form per transition that `user` may start now, `bound` in its place, with its prepared texts."""
    offered = {t.name: t.label for t in workflow.available(action, role_on(user, action))}
    if "undo" in offered and annulation.obstacle(action, timezone.now()):
        del offered["undo"]
    formes = [form for nom, form in DECISIONS.items() if nom in offered]
    prepares = textes.proposed([form.usage for form in formes if form.usage], action)
    return [
        {
            "label": offered[form.nom],
            "form": bound
            if bound and bound.nom == form.nom
            else form(action=action, initial=_initial(prepares.get(form.usage, []), texte_prepare)),
            "textes": prepares.get(form.usage, []),
        }
        for form in formes
    ]


def _initial(prepares: list, texte_prepare: str) -> dict:
    """The prepared text that was asked for, if it is one of `prepares`."""
    texte = next((texte for prepare, texte in prepares if str(prepare.pk) == texte_prepare), "")
    return {"texte": texte}


def _orphan_text(bound: DecisionForm | None, decisions: list[dict]) -> str:
    """What was typed in a decision that is no longer offered, so that it is not lost."""
    if bound is None or any(decision["form"] is bound for decision in decisions):
        return ""
    return bound.ecrit


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


def _session(session, annotations: Annotations, renouvelee: bool) -> dict:
    dispositifs = session.dispositifs.all()
    return {
        "fiche": annotations.fiche(
            "session",
            session.pk,
            titre_session(session),
            fiches.faits_session(session),
            renouvelee=renouvelee,
        ),
        "dispositifs": [fiches.faits_dispositif(d) for d in dispositifs],
        "alertes": [alerte for d in dispositifs for alerte in annotations.of_row("dispositif", d.pk)],
        "corrections": [c for d in dispositifs for c in annotations.corrections_of("dispositif", d.pk)],
    }
