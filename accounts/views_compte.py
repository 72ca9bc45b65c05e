"""« Mon compte »: who I am here, my sessions, and what was kept when one ended."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import mes_sessions, saisies_gardees
from accounts.navigateurs import in_words
from sofi.origine import origine_of


@require_safe
def compte(request: HttpRequest) -> HttpResponse:
    """« Mon compte »: who I am here, for whom, and what I may change of it."""
    rattachements = request.user.rattachements.select_related("organisme").order_by("pk")
    return render(request, "accounts/compte.html", {"rattachements": rattachements})


@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """The browsers in which I am signed in, and the last tries at signing in as me."""
    essais = [(ligne, in_words(ligne.navigateur)) for ligne in mes_sessions.list_sign_ins(request.user)]
    lignes = mes_sessions.list_sessions(request.user, request.session)
    return render(request, "accounts/sessions.html", {"sessions": lignes, "essais": essais})


@require_POST
def sessions_fermer(request: HttpRequest) -> HttpResponse:
    """Sign out of the browser `session`, or of all the others without it."""
    origine = origine_of(request)
    if reference := request.POST.get("session"):
        closed = int(mes_sessions.close_one(request.user, reference, origine))
    else:
        closed = mes_sessions.close_others(request.user, request.session, origine)
    if closed > 1:
        messages.success(request, f"{closed} navigateurs sont déconnectés.")
    elif closed:
        messages.success(request, "Ce navigateur est déconnecté.")
    else:
        messages.info(request, "Il n’y avait plus rien à déconnecter.")
    return redirect("accounts:sessions")


@require_http_methods(["GET", "HEAD", "POST"])
def saisie_gardee(request: HttpRequest) -> HttpResponse:
    """Give back what was typed when the session ended; POST gives up the one of the address `chemin`."""
    if request.method == "POST":
        saisies_gardees.forget(request.session, request.POST.get("chemin", ""))
    gardees = saisies_gardees.kept_for(request.session, request.user.pk)
    if not gardees:
        return redirect("/")
    return render(request, "accounts/saisie_gardee.html", {"saisies": gardees})
