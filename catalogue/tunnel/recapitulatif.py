"""« Récapitulatif F-A »: everything typed on one page, what is missing, and what may be done (steps 7, 8)."""

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalogue import completude, historique, lecture, workflow
from catalogue.enums import STATUTS_MODIFIABLES, EtatCertification, StatutAction, TypeEvenement
from catalogue.models import Action, Demande, Session
from catalogue.permissions import Role, audience_of, role_on
from catalogue.tunnel import steps, suivi_session
from catalogue.tunnel.etape_form import TransitionForm
from catalogue.tunnel.forms import ActionForm, SessionForm
from catalogue.tunnel.question import build_question, kept_text
from sofi.typographie import apostrophes

#: What this area may start; the other transitions belong to the Carif-Oref's workshop.
TRANSITIONS = ("submit", "withdraw", "answer", "reopen", "archive", "restore")
#: Journal rows shown at once.
HISTORIQUE = 10


@require_safe
def recapitulatif(request: HttpRequest, pk: int) -> HttpResponse:
    """The récapitulatif of an action, for whoever may read it."""
    return page(request, pk)


def page(request: HttpRequest, pk: int, form: TransitionForm | None = None) -> HttpResponse:
    """The récapitulatif; `form` is a refused answer, shown again with its text (status 409)."""
    demandes = Demande.objects.ouvertes().select_related("posee_par").prefetch_related("points")
    ouvertes = Prefetch("demandes", demandes, "ouvertes")
    actions = (
        Action.objects.visible_to(request.user)
        .with_tree()
        .prefetch_related(ouvertes, suivi_session.DIFFUSIONS)
    )
    action = get_object_or_404(actions, pk=pk)
    role = role_on(request.user, action)
    permises = {t.name: t for t in workflow.available(action, role) if t.name in TRANSITIONS}
    if form is None and "answer" in permises:
        initial = {"revision": action.revision, "texte": kept_text(request, action)}
        form = TransitionForm(permises["answer"], initial=initial)
    est_modifiable = role is not None and action.statut in STATUTS_MODIFIABLES
    evenements = action.evenements.readable_by(request.user).select_related("auteur")
    lignes = list(evenements[: HISTORIQUE + 1])
    question = build_question(action)
    context = {
        "action": action,
        "formation": action.formation,
        "etat": StatutAction(action.statut).label_for(audience_of(request.user)),
        "ruban": steps.build_ribbon("", action.formation, action, *steps.first_branch(action)),
        "permises": permises,
        "est_modifiable": est_modifiable,
        "peut_saisir": role is Role.OF,
        "form": form,
        "question": question,
        # Taken back or answered by a colleague meanwhile: there is no form any more to show the answer in.
        "perdue": form if form and form.errors and not question else None,
        "refus": next((e for e in lignes if e.type == TypeEvenement.REFUSE), None),
        "historique": [historique.describe(evenement) for evenement in lignes[:HISTORIQUE]],
        "a_une_suite": len(lignes) > HISTORIQUE,
        "suivi": suivi_session.follow(action),
        **_findings(action),
        **build_cards(action, est_modifiable=est_modifiable),
    }
    return render(request, "tunnel/recapitulatif.html", context, status=409 if form and form.errors else 200)


def _findings(action: Action) -> dict:
    """What is missing apart from what looks wrong, each with the address of its field."""
    constats = [
        {"texte": c.message, "url": steps.constat_url(c), "c": c} for c in completude.findings(action)
    ]
    return {
        "manques": [c for c in constats if c["c"].est_bloquant],
        "avertissements": [c for c in constats if not c["c"].est_bloquant],
    }


def build_cards(action: Action, *, est_modifiable: bool = False) -> dict:
    """The cards of the page, in the manual's order: « Rappel formation », « action », « session »."""
    return {
        "rappel_formation": _formation(action),
        "rappel_action": _lines(action, ActionForm, est_modifiable),
        "rappels_session": [
            {
                "session": session,
                "titre": f"Rappel s{completude.nom_parmi(session, action.sessions.all())[1:]}",
                "lignes": _lines(session, SessionForm, est_modifiable),
                "dispositifs": [
                    {"row": d, "url": f"{steps.url_of(d)}?retour={steps.RECAPITULATIF}"}
                    for d in session.dispositifs.all()
                ],
            }
            for session in action.sessions.all()
        ],
    }


def _formation(action: Action) -> list[dict]:
    formation, certification = action.formation, action.formation.certification
    lignes = [
        {"libelle": "Certifinfo", "valeur": certification.code if certification else "Hors Certifinfo"},
        {"libelle": "Intitulé", "valeur": apostrophes(formation.intitule)},
        {"libelle": "Objectif général", "valeur": _objectif_general(certification)},
    ]
    if action.certification_precedente:
        lignes.insert(1, {"libelle": "Ancien code", "valeur": action.certification_precedente})
    if certification:
        lignes.append({"libelle": "Niveau de sortie", "valeur": certification.niveau_libelle})
    return lignes


def _objectif_general(certification) -> str:
    """LHÉO `objectif-general-formation`, which Certif Info does not hold: deduced, or « Indéterminé »."""
    if certification is None or certification.etat == EtatCertification.NON_CERTIFIANTE:
        return "Indéterminé"
    return "Certification"


def _lines(row: Action | Session, form_class: type, est_modifiable: bool) -> list[dict]:
    """Each field of a step with its « Modifier » that comes back here; places with their number."""
    url = f"{steps.url_of(row)}?retour={steps.RECAPITULATIF}" if est_modifiable else ""
    lignes = lecture.lignes(row, form_class.Meta.fields, url)
    site = row.site_dispensateur if isinstance(row, Action) else row.site_lieu
    if site:
        lignes[0]["valeur"] = f"{site.pk} {site.nom}"
    if isinstance(row, Session):
        lignes.insert(1, {"libelle": "Commune", "valeur": site.ville if site else ""})
        if row.numero:
            lignes.append({"libelle": "Référence publique", "valeur": row.numero})
    return lignes
