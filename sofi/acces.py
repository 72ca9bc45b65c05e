"""Pages kept for the Carif-Oref's staff: for anybody else they do not exist (404)."""

from functools import wraps

from django.http import Http404


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
