"""Who may do what with a page: those of the staff do not exist (404) for others, public ones are read."""

from functools import wraps

from django.http import Http404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe


def read_only(view):
    """A public page that is only read: to other methods 405, and not the 403 of a form without its token.

    As nothing runs, there is nothing to forge. Pages behind the sign-in keep the check of the token: what is
    posted to them when a session has ended is kept (`accounts.saisies_gardees`).
    """
    return csrf_exempt(require_safe(view))


def _kept_for(attribute: str):
    """Build a decorator that answers 404 unless `request.user.<attribute>` is true."""

    def decorator(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not getattr(request.user, attribute):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return decorator


#: Any member of the staff, working as the Carif-Oref (not in an organisation's space).
carif_required = _kept_for("est_carif")
#: Administrators only: staff accounts, second factors, security journal, mail that could not leave.
administrateur_required = _kept_for("est_administrateur")
