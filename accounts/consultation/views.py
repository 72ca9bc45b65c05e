"""The page of the security journal."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import connexion
from accounts.consultation.filters import JournalFilter
from accounts.models import EvenementSecurite
from accounts.navigateurs import in_words
from sofi.acces import administrateur_required
from sofi.paging import page_by_key

PAR_PAGE = 50
#: Details worth a word on screen, and how they are called there.
DETAILS = {"nombre": "nombre", "limite": "sur", "role": "rôle", "motif": "motif"}
LIMITES = {
    connexion.COMPTE: "un compte",
    connexion.APPAREIL: "un navigateur connu",
    connexion.RESEAU: "une connexion internet",
    connexion.SITE: "tout le site",
}


@administrateur_required
@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    """Who came in, was refused, was given what: the latest first."""
    lines = EvenementSecurite.objects.select_related("user", "auteur", "organisme")
    filtre = JournalFilter(request.GET, lines)
    page = page_by_key(filtre.qs, request.GET, key="le", descending=True, size=PAR_PAGE)
    lignes = [(ligne, in_words(ligne.navigateur), _details(ligne)) for ligne in page.rows]
    contexte = {"page": page, "lignes": lignes, "form": filtre.form, "filtres": filtre.chips()}
    return render(request, "accounts/journal.html", contexte)


def _details(ligne: EvenementSecurite) -> str:
    """The details of a line, in words: « rôle : saisie »."""
    known = [(mot, ligne.details[nom]) for nom, mot in DETAILS.items() if ligne.details.get(nom)]
    return ", ".join(f"{mot}\u00a0: {LIMITES.get(valeur, valeur)}" for mot, valeur in known)
