"""The main navigation and who is signed in, for templates/base.html."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

# (label, URL name, view names or namespaces (ending in « : ») that belong to the entry)
AIDE = ("Aide en ligne", "aide:accueil", ("aide:",))
OF = (
    ("Tableau de bord", "tableau_de_bord:accueil", ("tableau_de_bord:",)),
    ("Formations", "tunnel:formation_list", ("tunnel:",)),
    ("Créer une formation", "tunnel:formation_create", ("tunnel:formation_create",)),
    AIDE,
)
CARIF = (
    ("Atelier", "validation:file", ("validation:", "tableau_de_bord:")),
    ("Offre", "tunnel:formation_list", ("tunnel:",)),
    ("Certifications", "referentiels:certification_list", ("referentiels:",)),
    AIDE,
)


@dataclass(frozen=True)
class Entree:
    """One link of the navigation; ``courante`` is the value of aria-current, or ''."""

    libelle: str
    url: str
    courante: str
    est_aide: bool


@dataclass(frozen=True)
class Identite:
    """Who is signed in, as the band says it."""

    nom: str
    organisme: str


def _address(url_name: str) -> str:
    """The address called ``url_name``, or '' while its area is not there."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def _belongs(view_name: str, members: tuple[str, ...]) -> bool:
    return any(
        view_name.startswith(member) if member.endswith(":") else view_name == member for member in members
    )


def build_navigation(plan, view_name: str) -> list[Entree]:
    """Return the entries of ``plan``, the one that holds ``view_name`` marked as current.

    When several entries claim the page, the one that names it exactly wins (« Créer une formation »
    over « Formations »). An entry whose address does not exist yet is left out.
    """
    exact = {name for _, _, members in plan for name in members if not name.endswith(":")}
    entries = []
    for label, url_name, members in plan:
        url = _address(url_name)
        if not url:
            continue
        claimed = _belongs(view_name, members) and (view_name not in exact or view_name in members)
        current = "page" if view_name == url_name else "true" if claimed else ""
        entries.append(Entree(label, url, current, url_name == AIDE[1]))
    return entries


def navigation(request):
    """Context processor: ``navigation`` (entries), ``identite`` (who is signed in) and ``url_connexion``.

    Lazy: a page that does not show the frame pays nothing.
    """
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    view_name = request.resolver_match.view_name if request.resolver_match else ""
    offers_sign_in = not signed_in and view_name != "accounts:login"

    def entries():
        plan = (CARIF if user.est_carif else OF) if signed_in else (AIDE,)
        return build_navigation(plan, view_name)

    return {
        "navigation": SimpleLazyObject(entries),
        "identite": SimpleLazyObject(lambda: identify(request)) if signed_in else None,
        "url_connexion": reverse("accounts:login") if offers_sign_in else "",
    }


def identify(request) -> Identite:
    """Name the person signed in, and whom they work for: the Carif-Oref or their organisme."""
    organisme = "Carif-Oref" if request.user.est_carif else getattr(request.organisme, "nom", "")
    return Identite(request.user.get_full_name(), organisme)
