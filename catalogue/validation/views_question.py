"""The page of a question that points at fields: those of one level at a time, everything typed kept."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from catalogue import textes, workflow
from catalogue.models import Action
from catalogue.permissions import role_on
from catalogue.validation import presence
from catalogue.validation.cibles import OFFRE
from catalogue.validation.file import clean_query, position, with_query
from catalogue.validation.forms_question import QuestionForm
from sofi.acces import carif_required


@carif_required
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the fields the question points at. Nothing is written here: the page sends to `decision`.

    A POST shows the page again with what was typed, and the level `niveau`, or the prepared text asked for.
    """
    action = get_object_or_404(Action.objects.visible_to(request.user).with_tree(), pk=pk)
    if not any(t.name == QuestionForm.nom for t in workflow.available(action, role_on(request.user, action))):
        filtres = (request.POST or request.GET).get("filtres", "")
        return redirect(with_query(reverse("validation:dossier", args=[pk]), clean_query(filtres)))
    prepares = textes.proposed([QuestionForm.usage], action)[QuestionForm.usage]
    saisie = request.POST.dict()
    if "charger" in saisie:
        choisi = next((texte for t, texte in prepares if str(t.pk) == saisie.get("modele")), "")
        saisie["texte"] = "\n\n".join(filter(None, [saisie.get("texte", "").strip(), choisi]))
    niveau = saisie.get("niveau") or request.GET.get("niveau") or OFFRE
    form = QuestionForm(action=action, niveau=niveau, initial=saisie)
    return render_question(request, action, form, prepares)


def render_question(request, action: Action, form: QuestionForm, prepares=None) -> HttpResponse:
    """The page of `form`: a question on the fetched tree `action`, being typed or refused."""
    presence.see(action.pk, request.user)
    if prepares is None:
        prepares = textes.proposed([QuestionForm.usage], action)[QuestionForm.usage]
    filtres = clean_query(request.POST.get("filtres") or request.GET.get("filtres", ""))
    context = {
        "action": action,
        "form": form,
        "textes": prepares,
        "filtres": filtres,
        # What was read: the page does not make it fresher than it is.
        "revision": request.POST.get("revision") or action.revision,
        "suite": position(action, request.user, filtres).suivant,
    }
    return render(request, "validation/question.html", context)
