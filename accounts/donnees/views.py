"""« Vos données personnelles »: what is held, a copy to take away, and the deletion of the account."""

import json
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import journal
from accounts.donnees import export, suppression
from accounts.models import TypeEvenementSecurite
from accounts.preuve import PreuveForm
from sofi import limites
from sofi.origine import origine_of

#: Copies that a person may take in a period: each reads every table that names them.
COPIES = 10
PERIODE = timedelta(hours=1)


@require_safe
def donnees(request: HttpRequest) -> HttpResponse:
    """What is held about the person, in words."""
    user = request.user
    context = {
        "rattachements": user.rattachements.select_related("organisme").order_by("pk"),
        "obstacles": suppression.obstacles(user),
    }
    return render(request, "accounts/donnees.html", context)


@require_POST
def copie(request: HttpRequest) -> HttpResponse:
    """Everything held about the person, as a JSON file to keep: a file, never a page."""
    user = request.user
    if not limites.essayer("donnees:copie", str(user.pk), COPIES, PERIODE):
        messages.warning(request, "Vous avez déjà pris plusieurs copies\u00a0: recommencez dans une heure.")
        return redirect("accounts:donnees")
    journal.record(
        TypeEvenementSecurite.DONNEES_EXPORTEES, user=user, auteur=user, origine=origine_of(request)
    )
    contenu = {"copie_du": timezone.now().isoformat(timespec="seconds")} | export.collect(user)
    texte = json.dumps(contenu, ensure_ascii=False, indent=2)
    headers = {
        "Content-Disposition": 'attachment; filename="mes-donnees-sofi.json"',
        "Cache-Control": "no-store",
    }
    return HttpResponse(texte, content_type="application/json", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
def supprimer(request: HttpRequest) -> HttpResponse:
    """Delete the account of the person, who types their password and reads first what it does."""
    form = PreuveForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            suppression.anonymiser(request.user, origine=origine_of(request))
        except suppression.SuppressionRefusee as refus:
            messages.error(request, str(refus))
            return redirect("accounts:donnees")
        logout(request)
        messages.success(request, "Votre compte est supprimé. Merci d’avoir utilisé SOFI.")
        return redirect("accounts:login")
    context = {"form": form, "obstacles": suppression.obstacles(request.user)}
    return render(request, "accounts/donnees_supprimer.html", context)
