"""Views that belong to no area: the site's health, and what is said when a request fails."""

import sys

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache

from sofi.acces import read_only
from sofi.pannes import ATTENTE, is_passing

TEXT = "text/plain; charset=utf-8"


@login_not_required
@read_only
@never_cache
def alive(request):
    """Say that the process answers, without asking the database."""
    return HttpResponse("vivant\n", content_type=TEXT)


@login_not_required
@read_only
@never_cache
def ready(request):
    """Say whether this process can serve pages: 200, or 503 and why, for a load balancer."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return HttpResponse("base de données injoignable\n", status=503, content_type=TEXT)
    if waiting:
        return HttpResponse("migrations en attente\n", status=503, content_type=TEXT)
    return HttpResponse("prêt\n", content_type=TEXT)


@login_not_required
def csrf_failure(request, reason=""):
    """Explain a refused form: cookies off, or a page left open since another sign-in."""
    return render(request, "403_csrf.html", status=403)


def bad_request(request, exception) -> HttpResponse:
    """Refuse what cannot be read. Django's own view reads the form again, to no better end: a 500."""
    return _say_alone("400.html", 400)


def server_error(request) -> HttpResponse:
    """Say that something broke: 503 when it is the database, which comes back, 500 for any fault of ours."""
    # Django calls this view while it handles the exception, and gives it nothing else.
    if is_passing(sys.exc_info()[1]):
        return _say_alone("503.html", 503, {"Retry-After": str(ATTENTE)})
    return _say_alone("500.html", 500)


def _say_alone(page: str, statut: int, entetes: dict | None = None) -> HttpResponse:
    """A page rendered without the request: neither its database nor its person is to be counted on."""
    return HttpResponse(render_to_string(page), status=statut, headers=entetes)
