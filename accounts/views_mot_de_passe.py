"""« Réinitialiser votre mot de passe », and changing it from « Mon compte »."""

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import appareils, connexion
from accounts import changement_mot_de_passe as domaine
from accounts.forms import ChangementForm, DemandeMotDePasseForm, NouveauMotDePasseForm, refus_apres
from sofi.acces import read_only
from sofi.chiffrement import Illisible, chiffrer, dechiffrer
from sofi.forms import NBSP
from sofi.origine import origine_of

#: Where the browser's session keeps what the link holds, encrypted.
CLE_DU_LIEN = "mot_de_passe_lien"
CHANGE = f"Votre mot de passe est changé{NBSP}: connectez-vous avec le nouveau."


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def demander(request: HttpRequest) -> HttpResponse:
    """Ask for the link; the answer is the same whoever asks."""
    form = DemandeMotDePasseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        domaine.demander(form.cleaned_data["email"], origine=origine_of(request))
        return redirect("accounts:password_reset_envoye")
    return render(request, "accounts/mot_de_passe_demande.html", {"form": form})


@login_not_required
@read_only
def envoye(request: HttpRequest) -> HttpResponse:
    """« Consultez votre messagerie »."""
    return render(request, "accounts/mot_de_passe_envoye.html")


@login_not_required
@never_cache
@read_only
def ouvrir_lien(request: HttpRequest, uid: str, secret: str) -> HttpResponse:
    """Take the secret out of the address, where the history and the pages linked would have it."""
    request.session[CLE_DU_LIEN] = chiffrer(f"{uid[:20]} {secret[:100]}").decode()
    return redirect("accounts:password_reset_nouveau")


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def choisir(request: HttpRequest) -> HttpResponse:
    """Choose the new password, for whoever followed the link in this browser."""
    try:
        secret = _secret_of_link(request)
        user = domaine.person_of_link(*secret)
        form = NouveauMotDePasseForm(user, request.POST if request.method == "POST" else None)
        if not form.is_valid():
            return render(request, "accounts/mot_de_passe_nouveau.html", {"form": form, "personne": user})
        domaine.changer_par_lien(*secret, form.cleaned_data["nouveau"], origine=origine_of(request))
    except domaine.LienPerime:
        return render(request, "accounts/mot_de_passe_lien_perime.html")
    if request.user == user:
        logout(request)
    else:
        del request.session[CLE_DU_LIEN]
    messages.success(request, CHANGE)
    return redirect("accounts:login")


def _secret_of_link(request) -> list[str]:
    try:
        return dechiffrer(request.session[CLE_DU_LIEN].encode()).split(" ", 1)
    except (KeyError, Illisible):
        raise domaine.LienPerime from None


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def changer(request: HttpRequest) -> HttpResponse:
    """« Changer mon mot de passe »: the present one, then the new one twice."""
    user = request.user
    form = ChangementForm(user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        actuel, nouveau = form.cleaned_data["actuel"], form.cleaned_data["nouveau"]
        try:
            domaine.changer(user, actuel, nouveau, session=request.session, origine=origine_of(request))
        except connexion.TropDEssais as refus:
            form.add_error(None, refus_apres(refus.attente))
        except domaine.MotDePasseFaux:
            form.add_error("actuel", form.FAUX)
        else:
            return _changed(request, user)
    return render(request, "accounts/mot_de_passe.html", {"form": form})


def _changed(request, user) -> HttpResponse:
    """Keep this browser signed in, under another key, and a known device."""
    user.refresh_from_db()
    update_session_auth_hash(request, user)
    messages.success(request, "Votre mot de passe est changé. Vos autres sessions sont fermées.")
    response = redirect("accounts:compte")
    appareils.mark(response, user)
    return response
