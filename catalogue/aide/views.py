"""« Aide en ligne »: public pages, readable before signing in."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalogue.aide.regles import regles
from catalogue.aide.themes import BY_SLUG, THEMES


@login_not_required
@require_safe
def accueil(request):
    """List the themes."""
    return render(request, "aide/accueil.html", {"themes": THEMES})


@login_not_required
@require_safe
def theme(request, slug):
    """Show one theme, with the way to the others."""
    if slug not in BY_SLUG:
        raise Http404
    found = BY_SLUG[slug]
    return render(request, found.template, {"theme": found, "themes": THEMES, "regles": regles()})
