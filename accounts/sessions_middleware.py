"""Sessions seen by requests: where from, when last, and the kindness due to somebody whose session ended."""

from contextlib import suppress

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.utils.functional import SimpleLazyObject

from accounts import saisies_gardees
from sofi.forms import NBSP
from sofi.origine import origine_of

FINIE = (
    f"Votre session a pris fin{NBSP}: par sécurité, SOFI vous déconnecte après un temps sans activité, "
    "ou au bout d’une journée. Reconnectez-vous pour reprendre là où vous en étiez."
)
FINIE_ET_GARDEE = (
    f"Votre session a pris fin. Rien n’est perdu{NBSP}: ce que vous veniez de saisir est gardé. "
    "Reconnectez-vous pour le reprendre."
)
FINIE_ET_PERDUE = (
    "Votre session a pris fin, et ce formulaire est trop long pour être gardé. Reconnectez-vous, "
    "puis revenez en arrière dans votre navigateur pour retrouver votre saisie."
)


class SessionsMiddleware:
    """After the CSRF check and before the sign-in is required."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.session.origine = origine_of(request)
        request.a_saisie_gardee = SimpleLazyObject(
            lambda: bool(saisies_gardees.kept_for(request.session, request.user.pk))
        )
        response = self.get_response(request)
        session = request.session
        # A page that is not there, or not theirs, or that failed, has taken nothing of what was sent.
        is_taken = response.status_code not in (403, 404) and response.status_code < 500
        if is_taken and (renvoyee := getattr(request, "saisie_renvoyee", "")):
            saisies_gardees.forget(session, renvoyee)
        if session.accessed and not session.modified:
            if session.personne_expiree:
                saisies_gardees.expect(session, session.personne_expiree, session.espace_expire)
            else:
                session.mark_as_seen()
        return response

    def process_view(self, request, view, args, kwargs):
        """Send back to the sign-in page, with a word, whoever had a session until it ended by itself."""
        if not getattr(view, "login_required", True):
            return None
        chemin, is_form = request.get_full_path(), request.method == "POST"
        if request.user.is_authenticated:
            if is_form:
                request.saisie_renvoyee = chemin
            return None
        if expiree := request.session.personne_expiree:
            saisies_gardees.expect(request.session, expiree, request.session.espace_expire)
        personne = saisies_gardees.waiting_for(request.session)
        if personne is None:
            return None
        _tell_once(request, _keep_the_form(request, personne) if is_form else FINIE)
        return redirect_to_login(settings.LOGIN_REDIRECT_URL if is_form else chemin, settings.LOGIN_URL)

    def process_exception(self, request, exception):
        """Keep the form of a page that exists in another space of the person's: another tab went there."""
        if request.method != "POST" or not isinstance(exception, Http404) or not _works_elsewhere(request):
            return
        with suppress(saisies_gardees.TropLong):
            chemin = request.get_full_path()
            # Read by the 404 page.
            request.saisie_gardee = saisies_gardees.keep(
                request.session, request.user.pk, chemin, request.POST
            )


def _works_elsewhere(request) -> bool:
    """Whether what this person may not open here, they may when they work for somebody else."""
    user = request.user
    if not user.is_authenticated:
        return False
    return (user.est_personnel and not user.est_carif) or len(request.rattachements) > 1


def _tell_once(request, texte: str) -> None:
    """Say `texte`, unless it waits already: a page left open asks again and again, who looks at a dossier."""
    attente = messages.get_messages(request)
    if texte not in [message.message for message in attente]:
        messages.info(request, texte)
    attente.used = False  # they were looked at, not shown


def _keep_the_form(request, personne: int) -> str:
    """Keep what was posted, and return what to say of it."""
    try:
        kept = saisies_gardees.keep(request.session, personne, request.get_full_path(), request.POST)
    except saisies_gardees.TropLong:
        return FINIE_ET_PERDUE
    return FINIE_ET_GARDEE if kept else FINIE
