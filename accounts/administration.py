"""« Administration »: where each of the administrators' pages is."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from sofi.acces import administrateur_required

# (title, URL name, what one does there)
PAGES = (
    (
        "Personnel",
        "accounts:personnel",
        "Les comptes du Carif-Oref\u00a0: inviter, changer un rôle, fermer un compte.",
    ),
    (
        "Journal de sécurité",
        "accounts:journal",
        "Connexions, clés, rôles et seconds facteurs\u00a0: qui, quand, depuis où.",
    ),
    (
        "Journal de sécurité",
        "accounts:journal",
        "Connexions, refus, clés, rôles et seconds facteurs\u00a0: qui, quand, et d’où.",
    ),
    (
        "Courriels non partis",
        "courriels:non_partis",
        "Les messages que SOFI n’a pas pu remettre, pourquoi, et le moyen de les renvoyer.",
    ),
)


@administrateur_required
@require_safe
def administration(request):
    """The administrators' pages, each with what it is for."""
    pages = [{"titre": titre, "url": reverse(nom), "texte": texte} for titre, nom, texte in PAGES]
    return render(request, "accounts/administration.html", {"pages": pages})
