"""Everything an agent reads before deciding on an action."""

from dataclasses import dataclass
from uuid import uuid4

from django.utils import timezone

from catalogue import annulation, completude, corrections, derogations, saisie, textes, workflow
from catalogue.enums import Audience, StatutAction, StatutSite
from catalogue.models import Action, Derogation, Diffusion
from catalogue.permissions import role_on
from catalogue.validation import alentours, fiches
from catalogue.validation.annotations import Annotations
from catalogue.validation.cadence import Cadence, Delai
from catalogue.validation.cibles import titre_session
from catalogue.validation.comparaison import changes
from catalogue.validation.decisions import DECISIONS
from catalogue.validation.forms import DecisionForm, NoteForm
from sofi.preparees import Lecture
from sofi.typographie import date_longue

#: What a dossier shows of an action besides its tree.
AUTOUR = ("organisme", "formation__certification__type_diplome", "examinateur")
#: Of one action, its key: what the staff let pass, and what is online.
DEROGATIONS = Lecture(lambda cle: Derogation.objects.filter(action=cle).select_related("par"))
EN_LIGNE = Lecture(lambda cle: Diffusion.objects.filter(action=cle).order_by("publiee_le", "numero"))


@dataclass(frozen=True)
class Ecart:
    """A waiver that was refused: the warning it named (`Constat.cle`), the reason typed, and why not."""

    cle: str
    motif: str
    erreur: str


def build_dossier(
    action: Action,
    user,
    cadence: Cadence,
    bound: DecisionForm | None = None,
    note: NoteForm | None = None,
    ecart: Ecart | None = None,
    texte_prepare: str = "",
) -> dict:
    """The context of `validation/dossier.html` for an action read by `catalogue.arbre`, with `AUTOUR`.

    `bound` is the form of a refused decision, shown again with its errors and what was typed; `note` that
    of a refused note, `ecart` a refused waiver; `texte_prepare` the key of the prepared text to start from.
    A bounded number of queries, whatever the number of sessions: what few actions have is read where it is.
    """
    presences = alentours.presences(action)
    constats, ecartes = derogations.split(
        completude.findings(action, interne=True),
        DEROGATIONS.rows(action.pk) if presences.a_derogations else [],
    )
    bloquants = [c for c in constats if c.est_bloquant]
    diffusions = EN_LIGNE.rows(action.pk) if presences.a_diffusions else []
    changements = changes(action, diffusions)
    corriges = corrections.since_sending(action) if presences.a_corrections and _waits(action) else []
    annotations = Annotations(constats, ecartes, changements, corriges)
    decisions = _decisions(action, user, bound, texte_prepare)
    sites = _sites_to_check(action)
    # The warning may be gone, or weigh more now: what was typed is then shown apart.
    ecartable = ecart and any(a.constat.cle == ecart.cle for a in annotations.alertes if a.peut_etre_ecarte)
    obstacle = _obstacle(bloquants, sites)
    signalements = alentours.reports(action) if presences.a_signalements else []
    return {
        "action": action,
        "etat_libelle": StatutAction(action.statut).label_for(Audience.CARIF),
        "delai": _delai(action, cadence),
        "est_validee": action.statut == StatutAction.VALIDEE,
        "en_erreur": bool(bound or note or ecart),
        "erreurs": [
            *(bound.error_summary if bound else []),
            *(note.error_summary if note else []),
            *([{"texte": ecart.erreur, "ancre": f"motif-{ecart.cle}" if ecartable else ""}] if ecart else []),
        ],
        "texte_perdu": _orphan_text(bound, decisions) or (ecart.motif if ecart and not ecartable else ""),
        "ecart": ecart,
        "alertes": [alerte for alerte in annotations.alertes if not alerte.motif],
        "bloquants": [alerte for alerte in annotations.alertes if alerte.constat.est_bloquant],
        "sites": sites,
        "obstacle": obstacle,
        "en_ligne": _online(diffusions),
        "changements": changements,
        "liens_changements": annotations.liens(),
        "corrections": corriges,
        "peut_corriger": saisie.may_correct(action, user),
        "decisions": decisions,
        # What a shortcut of the keyboard leads to.
        "noms_decisions": {d["form"].nom for d in decisions} - ({"approve"} if obstacle else set()),
        "peut_envoyer": any(t.name == "submit" for t in workflow.available(action, role_on(user, action))),
        "demandes": alentours.questions(action) if presences.a_demandes else [],
        "signalements": signalements[: alentours.MAX_SIGNALEMENTS],
        "autres_signalements": len(signalements) > alentours.MAX_SIGNALEMENTS,
        "soeurs": alentours.sisters(action),
        "notes": alentours.notes(action) if presences.a_notes else [],
        "note_form": note or NoteForm(initial={"jeton": uuid4()}),
        "evenements": alentours.history(action),
        **_fiches(action, annotations, diffusions if changements else []),
    }


def _waits(action: Action) -> bool:
    return action.statut == StatutAction.EN_ATTENTE_VALIDATION


def _fiches(action: Action, annotations: Annotations, en_ligne: list[Diffusion]) -> dict:
    """The four levels and the organisme; what did not change since `en_ligne` is folded.

    `en_ligne` is empty when nothing is to be folded: a first sending, or a version with no change at all.
    """
    renouvelee, jour = bool(en_ligne), timezone.localdate()
    sessions_en_ligne = {ligne.session_id for ligne in en_ligne}
    organisme = action.organisme
    return {
        "fiche_formation": annotations.fiche(
            "formation",
            action.formation_id,
            "Formation",
            fiches.faits_formation(action, jour),
            renouvelee=renouvelee,
        ),
        "fiche_action": annotations.fiche(
            "action", action.pk, "Action", fiches.faits_action(action), renouvelee=renouvelee
        ),
        "fiches_session": [
            _session(session, annotations, session.pk in sessions_en_ligne)
            for session in action.sessions.all()
        ],
        "fiche_organisme": annotations.fiche(
            "organisme",
            organisme.pk,
            "Organisme",
            fiches.faits_organisme(organisme, jour),
            renouvelee=renouvelee,
        ),
    }


def _delai(action: Action, cadence: Cadence) -> Delai | None:
    """How long a waiting action has waited, as the queue says it."""
    if not _waits(action):
        return None
    return cadence.delai(timezone.localdate(action.soumise_le), action.premier_debut)


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
    """A session and its dispositifs, each folded when it is online already and nothing is said of it."""
    dispositifs = session.dispositifs.all()
    fiche = annotations.fiche(
        "session", session.pk, titre_session(session), fiches.faits_session(session), renouvelee=renouvelee
    )
    alertes = [alerte for d in dispositifs for alerte in annotations.of_row("dispositif", d.pk)]
    corriges = [c for d in dispositifs for c in annotations.corrections_of("dispositif", d.pk)]
    return {
        "fiche": fiche,
        "dispositifs": [fiches.faits_dispositif(d) for d in dispositifs],
        "dispositifs_replies": renouvelee and not (alertes or corriges or fiche.changements),
        "alertes": alertes,
        "corrections": corriges,
    }
