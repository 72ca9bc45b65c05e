"""« Recevoir les nouvelles sessions par e-mail »: a form without account, then the pages of the links.

Opening a link changes nothing, as programs that read mail open them all: a button does.
"""

from datetime import timedelta

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from catalogue import recherches_suivies as suivies
from catalogue.enums import StatutSuivi
from catalogue.recherche.filtres import OffreFilter
from catalogue.recherches_suivies.requete import read
from sofi import limites
from sofi.acces import read_only
from sofi.forms import NBSP, AdresseField, SofiFormMixin
from sofi.origine import origine_of

PAGE = require_http_methods(["GET", "HEAD", "POST"])
#: Requests allowed in an hour to a network; in a day about an address: more are not written to it.
MAX_RESEAU, MAX_ADRESSE = 10, 10
HEURE, JOUR = timedelta(hours=1), timedelta(days=1)
TROP = (
    f"Il y a eu trop de demandes depuis votre connexion internet{NBSP}: recommencez dans une heure, ou "
    "suivez cette recherche par son flux RSS."
)
TROP_LONGUE = f"Cette recherche a trop de critères pour être suivie{NBSP}: retirez-en."
TROP_SUIVIES = (
    f"Cette adresse suit déjà {suivies.MAX_SUIVIES} recherches. Arrêtez-en une par le lien au bas de ses "
    "e-mails, puis appuyez de nouveau."
)


class SuivreForm(SofiFormMixin, forms.Form):
    """Where to write."""

    courriel = AdresseField(
        label="Votre adresse e-mail",
        max_length=160,
        help_text="Elle ne sert qu’à vous envoyer ces nouveautés, et elle est effacée quand vous arrêtez.",
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autocapitalize": "none"}),
    )


@login_not_required
@PAGE
def demander(request: HttpRequest) -> HttpResponse:
    """Ask for the news of the search of the address; the answer is the same whatever the e-mail address."""
    filtre = OffreFilter(request.GET)
    if not filtre.form.is_valid():  # the page of the search says what is wrong
        return redirect(_with_search("diffusion:recherche", request))
    form = SuivreForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _ask(request, form, filtre):
        return redirect(_with_search("suivis:demandee", request))
    return render(request, "suivis/demander.html", _search(request, filtre) | {"form": form})


def _ask(request: HttpRequest, form: SuivreForm, filtre: OffreFilter) -> bool:
    """Have the address asked, within the limits; False when the form says why not."""
    if not limites.essayer("suivre:reseau", limites.reseau_of(origine_of(request)), MAX_RESEAU, HEURE):
        form.add_error(None, TROP)
        return False
    courriel = form.cleaned_data["courriel"]
    try:
        suivies.canonical(filtre)
        # Nothing is said above the limit: it would tell that others ask about this address.
        if limites.essayer("suivre:adresse", courriel, MAX_ADRESSE, JOUR):
            suivies.ask(courriel, filtre, timezone.now())
    except suivies.RechercheTropLongue:
        form.add_error(None, TROP_LONGUE)
        return False
    return True


@login_not_required
@read_only
def demandee(request: HttpRequest) -> HttpResponse:
    """What comes next, whoever asked."""
    filtre = OffreFilter(request.GET)
    if not filtre.form.is_valid():
        return redirect(_with_search("diffusion:recherche", request))
    return render(request, "suivis/demandee.html", _search(request, filtre))


@login_not_required
@never_cache
@PAGE
def confirmer(request: HttpRequest, jeton: str) -> HttpResponse:
    """The page of the link that confirms."""
    try:
        suivi = suivies.find(jeton, timezone.now())
        if request.method == "POST":
            suivies.confirm(jeton, timezone.now())
            return redirect("suivis:confirmer", jeton)
    except suivies.TropDeRecherches:
        return _show(request, "suivis/confirmer.html", suivi, refus=TROP_SUIVIES)
    except suivies.LienPerime:
        return render(request, "suivis/perime.html", status=404)
    return _show(request, "suivis/confirmer.html", suivi)


@login_not_required
@never_cache
@PAGE
def continuer(request: HttpRequest, jeton: str) -> HttpResponse:
    """The page of the link that follows a search for a year more."""
    try:
        suivi = suivies.find_open(jeton)
        if request.method == "POST":
            suivies.carry_on(jeton, timezone.now())
            return redirect("suivis:continuer", jeton)
    except suivies.TropDeRecherches:
        return _show(request, "suivis/continuer.html", suivi, refus=TROP_SUIVIES)
    except suivies.LienPerime:
        return render(request, "suivis/perime.html", status=404)
    return _show(request, "suivis/continuer.html", suivi)


@login_not_required
@never_cache
@csrf_exempt  # RFC 8058: a mail program posts, with no cookie of ours; the link is the proof
@PAGE
def arreter(request: HttpRequest, jeton: str) -> HttpResponse:
    """Stop: one button, or one click in a mail program, which follows no redirection."""
    try:
        if request.method == "POST":
            suivies.stop(jeton)
        suivi = suivies.find_open(jeton)
    except suivies.LienForge:
        return render(request, "suivis/perime.html", status=404)
    except suivies.LienPerime:
        return render(request, "suivis/arretee.html")
    return _show(request, "suivis/arreter.html", suivi)


def _show(request: HttpRequest, page: str, suivi, **contexte) -> HttpResponse:
    """A page about a followed search; its criteria, if they are still understood."""
    filtre = read(suivi.requete, jour=timezone.localdate())
    contexte |= {
        "criteres": suivies.criteria(filtre) if filtre.form.is_valid() else [],
        "url_recherche": _url("diffusion:recherche", suivi.requete),
        "est_suivie": suivi.statut == StatutSuivi.SUIVIE,
        "suivi": suivi,
    }
    return render(request, page, contexte)


def _search(request: HttpRequest, filtre: OffreFilter) -> dict:
    """The valid search of the address, for a page."""
    return {
        "criteres": suivies.criteria(filtre),
        "url_recherche": _with_search("diffusion:recherche", request),
    }


def _with_search(nom: str, request: HttpRequest) -> str:
    """The page called `nom`, about the search of the address."""
    return _url(nom, request.GET.urlencode())


def _url(nom: str, requete: str) -> str:
    return f"{reverse(nom)}?{requete}" if requete else reverse(nom)
