"""Changing whom one works for: another of one's organisations, or, for the staff, an organisation's space."""

from django.contrib import messages
from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import journal
from accounts.connexion import chemin_sur
from accounts.middleware import CLE_ESPACE
from accounts.models import TypeEvenementSecurite
from catalogue.models import Organisme
from sofi.origine import origine_of


@require_http_methods(["GET", "HEAD", "POST"])
def espaces(request: HttpRequest) -> HttpResponse:
    """The organisations of the person; POST chooses the one they work for from now on."""
    if request.user.est_personnel:
        raise Http404
    if request.method != "POST":
        return render(request, "accounts/espaces.html", {"rattachements": request.rattachements})
    wanted = request.POST.get("organisme", "")
    chosen = next((row for row in request.rattachements if str(row.organisme_id) == wanted), None)
    if chosen is None:
        raise Http404
    request.session[CLE_ESPACE] = chosen.organisme_id
    messages.success(request, f"Vous travaillez maintenant pour {chosen.organisme.nom}.")
    return redirect(_suite(request))


@require_POST
def espace_entrer(request: HttpRequest, pk: int) -> HttpResponse:
    """« Agir pour cet organisme »: from now on the member of the staff types in its name."""
    user = request.user
    if user.est_personnel and user.espace == pk:  # a double click
        return redirect(_suite(request))
    if not user.est_carif:
        raise Http404
    organisme = get_object_or_404(Organisme.objects.visible_to(user), pk=pk)
    with transaction.atomic():
        request.session[CLE_ESPACE] = organisme.pk
        _record(TypeEvenementSecurite.ESPACE_OUVERT, request, organisme)
    return redirect(_suite(request))


@require_POST
def espace_quitter(request: HttpRequest) -> HttpResponse:
    """« Quitter cet espace »: the member of the staff is the Carif-Oref again."""
    if not request.user.est_personnel:
        raise Http404
    _leave(request)
    return redirect(_suite(request))


@receiver(user_logged_out)
def leave_at_sign_out(sender, request, user, **kwargs):
    """Signing out leaves the space, and the journal says so."""
    if user is not None and user.est_personnel:
        _leave(request)


def _leave(request) -> None:
    espace = request.session.pop(CLE_ESPACE, None)
    if espace is not None:
        organisme = Organisme.objects.filter(pk=espace).first()
        _record(TypeEvenementSecurite.ESPACE_QUITTE, request, organisme)


def _record(type_, request, organisme) -> None:
    user = request.user
    journal.record(type_, user=user, auteur=user, organisme=organisme, origine=origine_of(request))


def _suite(request) -> str:
    """Where to go on: the address the form holds when it is one of ours, else the home."""
    return chemin_sur(request, request.POST.get("next", "")) or "/"
