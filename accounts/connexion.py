"""Coming in: what happens once a person has shown who they are."""

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import journal, saisies_gardees
from accounts.models import TypeEvenementSecurite
from accounts.origine import origine_of

BACKEND = settings.AUTHENTICATION_BACKENDS[0]


def terminer(request, user, suite: str = "") -> HttpResponseRedirect:
    """Sign `user` in, every proof having been given, and lead to `suite` (a path of ours, else the home).

    What they were typing when their last session ended comes first. Changes the key of the browser's
    session and writes the journal. Whoever adds something to the session (the mark of the second factor)
    does so after this call.
    """
    login(request, user, backend=BACKEND)
    journal.record(TypeEvenementSecurite.CONNEXION, user=user, origine=origine_of(request))
    if saisies_gardees.kept_for(request.session, user.pk):
        return redirect("accounts:saisie_gardee")
    return redirect(chemin_sur(request, suite) or resolve_url(settings.LOGIN_REDIRECT_URL))


def chemin_sur(request, chemin: str) -> str:
    """Return `chemin` when it leads to this site, and '' otherwise."""
    # « login » or « 12 » would be taken by redirect() for the name of a page.
    est_sur = chemin.startswith("/") and url_has_allowed_host_and_scheme(
        chemin, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return chemin if est_sur else ""
