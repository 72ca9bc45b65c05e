"""The page of the security journal."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import connexion
from accounts.consultation.filters import JournalFilter
from accounts.models import EvenementSecurite
from accounts.navigateurs import in_words
from sofi import export
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
def journal(request: HttpRequest) -> HttpResponseBase:
    """Who came in, was refused, was given what: the latest first."""
    lines = EvenementSecurite.objects.select_related("user", "auteur", "organisme")
    filtre = JournalFilter(request.GET, lines)
    if export.asked(request):
        return export.export(request, "journal-securite", JOURNAL, filtre.qs.order_by("-le", "-pk"))
    page = page_by_key(filtre.qs, request.GET, key="le", descending=True, size=PAR_PAGE)
    lignes = [(ligne, in_words(ligne.navigateur), _details(ligne)) for ligne in page.rows]
    contexte = {
        "page": page,
        "lignes": lignes,
        "form": filtre.form,
        "filtres": filtre.chips(),
        "telechargements": export.links(request),
    }
    return render(request, "accounts/journal.html", contexte)


def _details(ligne: EvenementSecurite) -> str:
    """The details of a line, in words: « rôle : saisie »."""
    known = [(mot, ligne.details[nom]) for nom, mot in DETAILS.items() if ligne.details.get(nom)]
    return ", ".join(f"{mot}\u00a0: {LIMITES.get(valeur, valeur)}" for mot, valeur in known)


#: The journal as a file: what the page says, no more.
JOURNAL: export.Colonnes = [
    ("Le", lambda ligne: ligne.le),
    ("Quoi", lambda ligne: ligne.get_type_display()),
    ("Qui", lambda ligne: ligne.user or "Adresse sans compte"),
    ("Par", lambda ligne: ligne.auteur),
    ("Organisme", lambda ligne: ligne.organisme),
    ("Adresse IP", lambda ligne: ligne.ip),
    ("Navigateur", lambda ligne: in_words(ligne.navigateur)),
    ("Détail", _details),
]
