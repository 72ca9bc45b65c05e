"""Nobody in before the second factor they owe: the staff always, the others when they chose it."""

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject
from django_otp import DEVICE_ID_SESSION_KEY

from accounts.facteur.parcours import verification_url
from accounts.models import Totp, User

#: Mark of a session opened by somebody who had no generator: asking the database at each page is needless.
SANS_GENERATEUR = "facteur_aucun"
#: What a person who has yet to set up their factor may use, besides the public pages.
INSTALLATION = frozenset(("accounts:second_facteur", "accounts:facteur_installer", "accounts:logout"))
#: The same for whoever has a generator and has not shown a code: neither removing nor replacing it.
VERIFICATION = frozenset(("accounts:logout",))


def est_oblige(user: User) -> bool:
    """Whether `user` may not work without a second factor (setting SOFI_SECOND_FACTEUR)."""
    return user.est_personnel or settings.SECOND_FACTEUR == "tous"


def is_done(request) -> bool:
    """Whether the person signed in has given the second factor they owe, if they owe one."""
    if DEVICE_ID_SESSION_KEY in request.session:
        return True
    return SANS_GENERATEUR in request.session and not est_oblige(request.user)


def forget_generator(session) -> None:
    """Note that the person of `session` has just taken their generator away: the code they gave is void."""
    session.pop(DEVICE_ID_SESSION_KEY, None)
    session[SANS_GENERATEUR] = True


class SecondFacteurMiddleware:
    """Sends whoever owes a second factor to the page where they give it, or set it up.

    Only that page, signing out and the public pages answer meanwhile. `request.facteur_attendu` tells
    the templates that the person is not in yet.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        # Lazy: a page that does not look at who asks costs no query.
        request.facteur_attendu = SimpleLazyObject(
            lambda: request.user.is_authenticated and not is_done(request)
        )
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        is_public = not getattr(view, "login_required", True)
        if is_public or not request.facteur_attendu:
            return None
        has_generator = Totp.objects.filter(user=request.user).exists()
        if request.resolver_match.view_name in (VERIFICATION if has_generator else INSTALLATION):
            return None
        if not has_generator:
            return redirect("accounts:second_facteur")
        suite = request.get_full_path() if request.method in ("GET", "HEAD") else ""
        return redirect(verification_url(suite))


@receiver(user_logged_in)
def note_absence_of_generator(sender, request, user, **kwargs):
    """Mark the session of whoever signs in and has no generator; the page asks them if they owe one."""
    if not Totp.objects.filter(user=user).exists():
        request.session[SANS_GENERATEUR] = True
