"""Using an activation key."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import cles, connexion
from accounts.activation.forms import ActivationForm
from accounts.middleware import CLE_ESPACE
from accounts.origine import origine_of
from sofi.chiffrement import Illisible, chiffrer, dechiffrer

#: Where the browser's session keeps the key that came by the mail's link, encrypted.
CLE_DU_LIEN = "cle_activation"


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def activation(request):
    """« J’ai reçu une clé d’activation et je veux créer mon compte » (manual, step 1)."""
    if "cle" in request.GET:
        # Out of the address at once: it would stay in the history, and be sent with each link followed.
        request.session[CLE_DU_LIEN] = chiffrer(request.GET["cle"][:100].replace("\0", "")).decode()
        return redirect("accounts:cle_activation")
    if request.method != "POST":
        form = ActivationForm(initial={"cle": _key_of_link(request), "email": _own_email(request)})
    else:
        form = ActivationForm(request.POST)
        if form.is_valid() and (acces := form.use(origine_of(request))):
            return _enter(request, acces)
    return render(request, "accounts/activation.html", {"form": form})


def _key_of_link(request) -> str:
    try:
        return dechiffrer(request.session[CLE_DU_LIEN].encode())
    except (KeyError, Illisible):
        return ""


def _own_email(request) -> str:
    return request.user.email if request.user.is_authenticated else ""


def _enter(request, acces: cles.Acces):
    """Lead to the organisme's home: a new account at once, one that exists through its own sign-in."""
    request.session.pop(CLE_DU_LIEN, None)
    if acces.est_nouveau:
        reponse = connexion.terminer(request, acces.user)
        messages.success(request, f"Bienvenue, {acces.user.prenom}\u00a0! Votre compte est créé.")
    elif request.user == acces.user:
        reponse = redirect("/")
    else:  # its second factor, if it has one, is asked there
        messages.success(request, _attached(acces, "Connectez-vous pour y entrer."))
        return redirect("accounts:login")
    if acces.organisme:
        request.session[CLE_ESPACE] = acces.organisme.pk
        if not acces.est_nouveau:
            messages.success(request, _attached(acces, "Vous y êtes."))
    return reponse


def _attached(acces: cles.Acces, suite: str) -> str:
    pour = acces.organisme.nom if acces.organisme else "le Carif-Oref"
    return format_html("Votre clé est acceptée\u00a0: votre compte travaille aussi pour {}. {}", pour, suite)
