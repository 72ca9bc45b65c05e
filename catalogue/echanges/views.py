"""« Échanges »: the thread of an action, read and written by both sides."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from catalogue import fil as domaine
from catalogue.echanges.exports import HISTORIQUE
from catalogue.echanges.forms import MessageForm
from catalogue.echanges.lignes import describe
from catalogue.historique import describe as describe_event
from catalogue.models import Action
from catalogue.permissions import role_on
from sofi import export
from sofi.paging import page_by_key

TAILLE = 30


@require_http_methods(["GET", "HEAD", "POST"])
def fil(request: HttpRequest, pk: int) -> HttpResponse:
    """The thread of an action, for whoever may read it; whoever may type in it writes a message."""
    user = request.user
    actions = Action.objects.visible_to(user).select_related("organisme", "formation__certification")
    action = get_object_or_404(actions, pk=pk)
    form = _form(request, action) if role_on(user, action) else None
    if request.method == "POST":
        if form is None:
            messages.error(request, "Votre rôle permet de lire ces échanges, pas d’y écrire.")
            return redirect("echanges:fil", pk=pk)
        if form.is_valid():
            domaine.post(action.pk, by=user, **form.cleaned_data)
            messages.success(request, "Votre message est envoyé.")
            return redirect("echanges:fil", pk=pk)
    page = page_by_key(domaine.lines(action), request.GET, key="id", descending=True, size=TAILLE)
    contexte = {
        "action": action,
        "form": form,
        "page": page,
        "lignes": describe(action, page.rows, user),
        "url_action": _url(request, pk),
    }
    if page.rows and not request.GET:
        domaine.mark_read(action, user, page.rows[0])
    return render(request, "echanges/fil.html", contexte)


@require_safe
def historique(request: HttpRequest, pk: int) -> HttpResponseBase:
    """All that was done to an action, the latest first: who, when, what it was and what it became."""
    actions = Action.objects.visible_to(request.user).select_related("organisme", "formation__certification")
    action = get_object_or_404(actions, pk=pk)
    # `action__organisme`: a line written in an organisme's space names it.
    lignes = action.evenements.readable_by(request.user).select_related("auteur", "action__organisme")
    if export.asked(request):
        rows = map(describe_event, lignes.order_by("-pk").iterator(export.PAQUET))
        return export.export(request, f"historique-{pk}", HISTORIQUE, rows)
    page = page_by_key(lignes, request.GET, key="id", descending=True, size=TAILLE)
    contexte = {
        "action": action,
        "page": page,
        "evenements": [describe_event(row) for row in page.rows],
        "telechargements": export.links(request),
        "url_action": _url(request, pk),
    }
    return render(request, "echanges/historique.html", contexte)


def _url(request: HttpRequest, pk: int) -> str:
    """The action's own page: the dossier for the Carif-Oref, else the récapitulatif."""
    return reverse("validation:dossier" if request.user.est_carif else "tunnel:recapitulatif", args=[pk])


def _form(request: HttpRequest, action: Action) -> MessageForm:
    destinataire = str(action.organisme) if request.user.est_carif else "le Carif-Oref"
    return MessageForm(request.POST or None, destinataire=destinataire)
