"""Sign-in and sign-out."""

from django.conf import settings
from django.contrib.auth import logout as forget_session
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import appareils, connexion, journal
from accounts.facteur import parcours
from accounts.forms import REFUS, ConnexionForm, refus_apres
from accounts.models import TypeEvenementSecurite
from sofi.origine import origine_of


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """« Connexion SOFI » (manual, step 1)."""
    if request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL)
    form = ConnexionForm(request.POST if request.method == "POST" else None)
    suite = connexion.chemin_sur(request, (request.POST or request.GET).get("next", ""))
    if request.method == "POST" and form.is_valid():
        try:
            user = connexion.identifier(
                form.cleaned_data["username"],
                form.cleaned_data["password"],
                origine=origine_of(request),
                appareil=appareils.read(request.COOKIES.get(settings.APPAREIL_COOKIE_NAME)),
            )
        except connexion.TropDEssais as refus:
            form.add_error(None, refus_apres(refus.attente))
        else:
            if user:
                return parcours.entrer(request, user, suite)
            form.add_error(None, REFUS)
    return render(request, "accounts/login.html", {"form": form, "next": suite})


@require_POST
@never_cache
def logout(request: HttpRequest) -> HttpResponse:
    """« Déconnexion »: end this browser's session."""
    with transaction.atomic():
        user = request.user
        journal.record(TypeEvenementSecurite.DECONNEXION, user=user, auteur=user, origine=origine_of(request))
        forget_session(request)
    response = redirect(settings.LOGOUT_REDIRECT_URL)
    # « Back » on a shared computer shows nothing of what was seen.
    response.headers["Clear-Site-Data"] = '"cache"'
    return response
