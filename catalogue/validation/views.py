"""The Carif-Oref's workshop: the dossier of an action, and the decision. The queue is in `views_file`."""

from django.contrib import messages
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from catalogue import arbre, derogations, notes, workflow, workflow_site
from catalogue.models import Action, Site
from catalogue.validation import presence
from catalogue.validation.cadence import load_cadence
from catalogue.validation.decisions import DECISIONS
from catalogue.validation.dossier import AUTOUR, Ecart, build_dossier
from catalogue.validation.file import after_decision, clean_query, position, surroundings, with_query
from catalogue.validation.forms import NoteForm
from catalogue.validation.forms_question import QuestionForm
from catalogue.validation.views_question import render_question
from sofi.acces import carif_required
from sofi.typographie import apostrophes


@carif_required
@require_safe
def dossier(request, pk):
    """The four levels of an action, what is wrong with it, its history, and the decisions.

    `?texte=` starts a decision from a prepared text; the rest of the address is the queue's filters.
    """
    texte = request.GET.get("texte", "")
    return _render_dossier(request, pk, request.GET.urlencode(), texte_prepare=texte)


@carif_required
@require_POST
def decision(request, pk, nom):
    """Carry out one of `DECISIONS`, then go back to the queue; refused, show the dossier again."""
    if nom not in DECISIONS:
        raise Http404
    action = get_object_or_404(Action.objects.visible_to(request.user).with_tree(), pk=pk)
    filtres = request.POST.get("filtres", "")
    form = DECISIONS[nom](request.POST, action=action)
    if not form.is_valid():
        if (
            request.POST.get("page") == "question"
            and nom == QuestionForm.nom
            and "revision" not in form.errors
        ):
            form = QuestionForm(request.POST, action=action, niveau=request.POST.get("niveau", ""))
            return render_question(request, action, form)
        return _render_dossier(request, pk, filtres, bound=form)
    try:
        workflow.apply(pk, nom, by=request.user, **form.arguments)
    except workflow.TransitionRefusee as refus:
        if refus.code != "deja_fait":
            form.add_error(None, str(refus))
            return _render_dossier(request, pk, filtres, bound=form, status=409)
        messages.info(request, str(refus))
    else:
        messages.success(request, _done(request, nom, action, filtres))
    return after_decision(request, action, filtres)


@carif_required
@require_POST
def site_valider(request, pk, site_pk):
    """Declare active a place of the action, then show its dossier again."""
    action = get_object_or_404(Action.objects.visible_to(request.user), pk=pk)
    site = get_object_or_404(Site.objects.visible_to(request.user), pk=site_pk, organisme=action.organisme_id)
    try:
        workflow_site.approve_site(site.pk, action.pk, by=request.user)
    except workflow.TransitionRefusee as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, f"Le site «\u00a0{site.nom}\u00a0» est validé.")
    return redirect(_back(request, pk))


@carif_required
@require_POST
def avertissement(request, pk):
    """Let a warning pass with its reason (`acte=ecarter`), or bring it back (`acte=retablir`).

    Refused, the dossier is shown again with the reason that was typed.
    """
    get_object_or_404(Action.objects.visible_to(request.user), pk=pk)
    cle, motif = request.POST.get("cle", ""), request.POST.get("motif", "")
    retablit = request.POST.get("acte") == "retablir"
    try:
        if retablit:
            derogations.unwaive(pk, cle, by=request.user)
        else:
            derogations.waive(pk, cle, motif, by=request.user)
    except derogations.DerogationRefusee as refus:
        ecart = Ecart(cle, motif, str(refus))
        status = 200 if refus.code == "motif" else 409
        return _render_dossier(request, pk, request.POST.get("filtres", ""), status, ecart=ecart)
    fait = "rétabli." if retablit else "écarté, avec votre motif."
    messages.success(request, f"L’avertissement est {fait}")
    return redirect(_back(request, pk))


@carif_required
@require_POST
def note(request, pk):
    """Leave an internal note, then show the dossier again."""
    action = get_object_or_404(Action.objects.visible_to(request.user), pk=pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _render_dossier(request, pk, request.POST.get("filtres", ""), note=form)
    notes.add(action, form.cleaned_data["texte"], form.cleaned_data["jeton"], by=request.user)
    messages.success(request, "La note est enregistrée. L’organisme ne la voit pas.")
    return redirect(f"{_back(request, pk)}#notes")


def _back(request, pk):
    """The dossier again, within the queue's filters."""
    filtres = clean_query(request.POST.get("filtres", ""))
    return with_query(reverse("validation:dossier", args=[pk]), filtres)


def _render_dossier(request, pk, filtres, status=200, **saisie):
    """The dossier, with what was typed (`build_dossier`), within the queue's filters of any address."""
    action = arbre.read(Action.objects.visible_to(request.user).filter(pk=pk), *AUTOUR)
    if action is None:
        raise Http404
    regards = presence.see(pk, request.user)
    cadence, filtres = load_cadence(), clean_query(filtres)
    context = build_dossier(action, request.user, cadence, **saisie)
    context |= {"filtres": filtres, "regards": regards}
    context |= {"couples": [(nom, v) for nom, valeurs in QueryDict(filtres).lists() for v in valeurs]}
    context |= surroundings(action, request.user, filtres, cadence)
    return render(request, "validation/dossier.html", context, status=status)


#: What the queue says after each decision on the action named before it.
FAIT = {
    "approve": "est validée\u00a0: ses sessions sont en ligne.",
    "request_changes": "attend la réponse de l’organisme\u00a0: votre question est envoyée.",
    "cancel_question": "est de nouveau à valider\u00a0: la question est retirée.",
    "undo": "est de nouveau à valider\u00a0: la décision est annulée.",
    "refuse": "est refusée\u00a0: l’organisme lira le motif.",
    "reopen": "est de nouveau en cours de saisie.",
    "archive": "est archivée\u00a0: ses sessions ne sont plus en ligne.",
    "restore": "est restaurée, en cours de saisie.",
}


#: How a decision is taken back, from the dossier (`catalogue.annulation`).
ANNULER = {
    "approve": "Annuler la décision",
    "refuse": "Annuler la décision",
    "request_changes": "Annuler la question",
}


def _done(request, nom, action, filtres):
    """The message of a decision: the way back, then to the next dossier unless that is where one goes."""
    filtres = clean_query(filtres)
    dossier = with_query(reverse("validation:dossier", args=[action.pk]), filtres)
    fait = format_html(
        '«\u00a0<a href="{}">{}</a>\u00a0» {}', dossier, apostrophes(action.intitule), FAIT[nom]
    )
    if nom in ANNULER:
        fait = format_html('{} <a href="{}#decision">{}</a>', fait, dossier, ANNULER[nom])
    if request.POST.get("suivant"):
        return fait
    place = position(action, request.user, filtres)
    if place.suivant is None:
        return fait if filtres or place.total else format_html("{} La file est vide.", fait)
    url = with_query(reverse("validation:dossier", args=[place.suivant]), filtres)
    return format_html('{} <a href="{}">Ouvrir le dossier suivant</a>', fait, url)
