"""What an organisme decides about its action: send, take back, answer, reopen, archive, restore."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from catalogue import workflow
from catalogue.enums import StatutAction
from catalogue.models import Action
from catalogue.permissions import role_on
from catalogue.tunnel import question, recapitulatif, steps
from catalogue.tunnel.etape_form import TransitionForm
from catalogue.workflow import Transition, TransitionRefusee

#: Transitions that first say, on a page of their own, what will happen.
A_CONFIRMER = ("reopen", "archive")
EN_LIGNE = "La version publiée reste en ligne jusqu’à la validation de vos changements."
FAIT = {
    "submit": "Votre action a été envoyée au Carif-Oref.",
    "withdraw": "Vous pouvez de nouveau modifier cette action. Elle n’est plus dans la file du Carif-Oref : "
    "pensez à la renvoyer.",
    "answer": "Votre réponse a été envoyée au Carif-Oref.",
    "reopen": "Vous pouvez modifier cette action. Pensez à la renvoyer au Carif-Oref.",
    "archive": "L’action est archivée : ses sessions ne sont plus en ligne.",
    "restore": "L’action est de nouveau en cours de saisie. Elle reviendra en ligne après une nouvelle "
    "validation.",
}


@require_POST
def transition(request: HttpRequest, pk: int, nom: str) -> HttpResponse:
    """Carry out one transition on an action, or say kindly why not; a text typed is never lost."""
    if nom not in recapitulatif.TRANSITIONS:
        raise Http404
    action = _editable(request, pk)
    voulue = workflow.TRANSITIONS[nom]
    form = TransitionForm(voulue, request.POST)
    if nom == "answer" and (garder := _ticks(request, action, form)):
        return garder
    if not form.is_valid():
        return _refused(request, action, voulue, form)
    texte = form.cleaned_data.get("texte", "")
    try:
        workflow.apply(action.pk, nom, by=request.user, revision=form.cleaned_data["revision"], texte=texte)
    except TransitionRefusee as refus:
        if refus.code != "deja_fait":
            form.add_error(None, str(refus))
            return _refused(request, action, voulue, form)
        messages.info(request, str(refus))
    else:
        messages.success(request, FAIT[nom])
    return redirect(steps.recapitulatif_url(action.pk))


@require_safe
def confirmer(request: HttpRequest, pk: int, nom: str) -> HttpResponse:
    """Say what reopening or archiving an action will do, and ask."""
    if nom not in A_CONFIRMER:
        raise Http404
    action = _editable(request, pk)
    voulue = workflow.TRANSITIONS[nom]
    if voulue not in workflow.available(action, role_on(request.user, action)):
        messages.warning(request, f"« {voulue.label} » n’est pas possible dans l’état de cette action.")
        return redirect(steps.recapitulatif_url(action.pk))
    return _ask(request, action, voulue, TransitionForm(voulue, initial={"revision": action.revision}))


def _editable(request: HttpRequest, pk: int) -> Action:
    actions = Action.objects.editable_by(request.user).select_related("formation__certification")
    return get_object_or_404(actions, pk=pk)


def _ticks(request: HttpRequest, action: Action, form: TransitionForm) -> HttpResponse | None:
    """Keep the ticks that come with an answer, and the text of one to be sent later; the way back then."""
    seulement = "garder" in request.POST
    if action.statut != StatutAction.EN_ATTENTE_REPONSE and not seulement:
        return None  # too late, or a double click: the answer's own refusal says it
    if question.keep_ticks(request, action) and seulement:
        texte = form.data.get("texte", "").strip()
        if texte and "texte" in form.errors:
            return _refused(request, action, form.transition, form)
        question.keep_text(request, action, texte)
        garde = " Votre texte est gardé jusqu’à votre déconnexion." if texte else ""
        messages.success(
            request, f"Vos coches sont enregistrées.{garde} Votre réponse n’est pas encore envoyée."
        )
    return redirect(f"{steps.recapitulatif_url(action.pk)}#repondre") if seulement else None


def _refused(request: HttpRequest, action: Action, voulue: Transition, form: TransitionForm) -> HttpResponse:
    """The same page with the reason; where a text was typed, the form with it, ready to be sent again."""
    if not voulue.texte:
        raisons = [texte for textes in form.errors.values() for texte in textes]
        messages.error(request, " ".join(raisons))
        return redirect(steps.recapitulatif_url(action.pk))
    form.data = form.data.copy()
    form.data["revision"] = Action.objects.values_list("revision", flat=True).get(pk=action.pk)
    if voulue.name == "answer":
        return recapitulatif.page(request, action.pk, form)
    return _ask(request, action, voulue, form)


def _ask(request: HttpRequest, action: Action, voulue: Transition, form: TransitionForm) -> HttpResponse:
    context = {"action": action, "transition": voulue, "form": form, "en_ligne": action.diffusions.exists()}
    return render(request, "tunnel/confirmer.html", context, status=409 if form.errors else 200)
