"""Using an activation key."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import cles
from accounts.activation.forms import ActivationForm
from accounts.facteur import parcours
from accounts.middleware import CLE_ESPACE
from sofi.chiffrement import Illisible, chiffrer, dechiffrer
from sofi.origine import origine_of

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
        if form.is_valid() and (acces := form.use(origine_of(request), request.session)):
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
    """Lead to the organisme's home: the password is proven, the second factor comes next."""
    est_deja_la = request.user == acces.user
    if request.user.is_authenticated and not est_deja_la:
        logout(request)
    request.session.pop(CLE_DU_LIEN, None)
    messages.success(request, _welcome(acces))
    reponse = redirect("/") if est_deja_la else parcours.entrer(request, acces.user)
    if request.user == acces.user:
        _work_for_it(request, acces)
    return reponse


def _work_for_it(request, acces: cles.Acces) -> None:
    """Work from now on for what the key opened; the staff enter a space by its own page, journalled."""
    if acces.organisme and not acces.user.est_personnel:
        request.session[CLE_ESPACE] = acces.organisme.pk
    elif acces.user.est_personnel and not request.user.est_personnel:  # as read before the key was used
        request.session.pop(CLE_ESPACE, None)


def _welcome(acces: cles.Acces) -> str:
    if acces.est_nouveau:
        return f"Bienvenue, {acces.user.prenom}\u00a0! Votre compte est créé."
    pour = acces.organisme.nom if acces.organisme else "le Carif-Oref"
    return f"Votre clé est acceptée\u00a0: votre compte travaille aussi pour {pour}."
