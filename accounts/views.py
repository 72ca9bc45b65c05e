"""Sign-in and sign-out, and what the sign-in page's three links say until they have their journeys."""

from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.facteur import parcours
from accounts.forms import ConnexionForm


class Connexion(auth_views.LoginView):
    """Sign-in by e-mail and password."""

    template_name = "accounts/login.html"
    authentication_form = ConnexionForm
    redirect_authenticated_user = True

    def form_valid(self, form):
        return parcours.entrer(self.request, form.get_user(), self.request.POST.get("next", ""))


login = require_http_methods(["GET", "HEAD", "POST"])(Connexion.as_view())
# Required by decorator, and not by the class, which also answers OPTIONS.
logout = require_POST(auth_views.LogoutView.as_view())


@login_not_required
@require_safe
def a_venir(request, demarche: str, titre: str):
    """Say honestly that a journey is not online yet, and how the Carif-Oref does it meanwhile."""
    return render(request, "accounts/a_venir.html", {"demarche": demarche, "titre": titre})
