"""What the law wants said, and where everything is: pages that anybody reads, linked at the foot of each."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from sofi.acces import read_only

#: How long `security.txt` may be believed: RFC 9116 advises less than a year.
VALIDITE = timedelta(days=300)


@login_not_required
@read_only
def mentions(request: HttpRequest) -> HttpResponse:
    """Who publishes and hosts the site."""
    contexte = {"editeur": settings.EDITEUR, "licence": settings.LICENCE}
    return render(request, "legal/mentions.html", contexte)


@login_not_required
@read_only
def donnees(request: HttpRequest) -> HttpResponse:
    """What is kept of people, why, how long, and whom to ask."""
    cookies = {
        "session": settings.SESSION_COOKIE_NAME,
        "csrf": settings.CSRF_COOKIE_NAME,
        "appareil": settings.APPAREIL_COOKIE_NAME,
    }
    return render(request, "legal/donnees.html", {"editeur": settings.EDITEUR, "cookies": cookies})


@login_not_required
@read_only
def accessibilite(request: HttpRequest) -> HttpResponse:
    """The declaration of accessibility (RGAA)."""
    return render(request, "legal/accessibilite.html", {"editeur": settings.EDITEUR})


@login_not_required
@read_only
def ecoconception(request: HttpRequest) -> HttpResponse:
    """What the site does to weigh little."""
    return render(request, "legal/ecoconception.html")


@login_not_required
@read_only
def plan(request: HttpRequest) -> HttpResponse:
    """The public pages, by what one comes for."""
    return render(request, "legal/plan.html")


@login_not_required
@read_only
def securite(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a vulnerability (`/.well-known/security.txt`, RFC 9116)."""
    expire = (timezone.now() + VALIDITE).replace(hour=0, minute=0, second=0, microsecond=0)
    lignes = (
        f"Contact: mailto:{settings.CARIF.courriel}",
        f"Expires: {expire:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: fr, en",
        f"Canonical: {settings.SOFI_URL}{reverse('legal:securite')}",
        "",
    )
    return HttpResponse("\n".join(lignes), content_type="text/plain; charset=utf-8")
