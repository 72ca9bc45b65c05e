"""Views that belong to no area: the site's health, and the refusal of a forged or stale form."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from sofi.acces import read_only

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
