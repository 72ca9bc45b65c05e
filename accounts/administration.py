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
        "Connexions, refus, clés, rôles et seconds facteurs\u00a0: qui, quand, et d’où.",
    ),
    (
        "Courriels non partis",
        "courriels:non_partis",
        "Les messages que SOFI n’a pas pu remettre, pourquoi, et le moyen de les renvoyer.",
    ),
    (
        "Clés d’API",
        "api:cles",
        "Les partenaires qui lisent beaucoup l’API\u00a0: donner une clé, la révoquer.",
    ),
    (
        "Types de dispositif",
        "reglages:dispositifs",
        "La liste de l’étape D\u00a0: financeurs, Qualiopi, apprentissage\u00a0; ouvrir, fermer.",
    ),
    (
        "Textes préparés",
        "reglages:textes",
        "De quoi commencer une question, un refus ou un archivage.",
    ),
    (
        "Jours fermés",
        "reglages:jours",
        "Jours fériés, ponts et fermetures, qui ne comptent pas dans les délais.",
    ),
    (
        "Délais de l’atelier",
        "reglages:delais",
        "Le délai visé, l’urgence, les relances et l’annonce des fins de session.",
    ),
)


@administrateur_required
@require_safe
def administration(request):
    """The administrators' pages, each with what it is for."""
    pages = [{"titre": titre, "url": reverse(nom), "texte": texte} for titre, nom, texte in PAGES]
    return render(request, "accounts/administration.html", {"pages": pages})
