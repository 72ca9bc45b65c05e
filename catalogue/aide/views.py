"""« Aide en ligne »: public pages, readable before signing in."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render

from catalogue.aide.regles import regles
from catalogue.aide.themes import BY_SLUG, THEMES
from sofi.acces import read_only


@login_not_required
@read_only
def accueil(request):
    """List the themes."""
    return render(request, "aide/accueil.html", {"themes": THEMES})


@login_not_required
@read_only
def theme(request, slug):
    """Show one theme, with the way to the others."""
    if slug not in BY_SLUG:
        raise Http404
    found = BY_SLUG[slug]
    return render(request, found.template, {"theme": found, "themes": THEMES, "regles": regles()})
