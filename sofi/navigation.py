"""The main navigation and who is signed in, for templates/base.html."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import SimpleLazyObject

# (label, URL name, view names or namespaces (ending in « : ») that belong to the entry): six at most
AIDE = ("Aide en ligne", "aide:accueil", ("aide:",))
OFFRE = ("Chercher une formation", "diffusion:recherche", ("diffusion:", "suivis:"))
ACCUEIL = ("Tableau de bord", "tableau_de_bord:accueil", ("tableau_de_bord:", "signalements:"))
FORMATIONS = ("Formations", "tunnel:formation_list", ("tunnel:", "echanges:", "aif:"))
CREER = ("Créer une formation", "tunnel:formation_create", ("tunnel:formation_create",))
NOTRE_ORGANISME = (
    "Notre organisme",
    "etablissements:notre_organisme",
    (
        *("etablissements:organisme_edit", "etablissements:site_create", "etablissements:site_edit"),
        *("etablissements:site_delete", "etablissements:contact_create", "etablissements:contact_edit"),
        *("etablissements:contact_delete", "accounts:equipe", "accounts:equipe_inviter"),
        *("accounts:equipe_membre", "accounts:equipe_retirer", "accounts:equipe_quitter"),
    ),
)
ANNUAIRE = ("Annuaire", "etablissements:annuaire", ("etablissements:annuaire_sites",))
LECTURE = (ACCUEIL, FORMATIONS, NOTRE_ORGANISME, ANNUAIRE, AIDE)
SAISIE = (ACCUEIL, FORMATIONS, CREER, NOTRE_ORGANISME, ANNUAIRE, AIDE)
CARIF = (
    (
        "Atelier",
        "validation:file",
        (
            *("validation:", "echanges:", "tableau_de_bord:", "aif:", "tunnel:aif_transformer"),
            *("signalements:",),
            *("etablissements:sites_a_valider", "etablissements:site_decision"),
            *("accounts:demande_list", "accounts:demande"),
            *("accounts:demande_accepter", "accounts:demande_refuser"),
        ),
    ),
    (
        "Annuaire",
        "etablissements:annuaire",
        ("etablissements:", "accounts:organisme_cles", "accounts:cle_lettre"),
    ),
    ("Offre", "tunnel:formation_list", ("tunnel:",)),
    ("Certifications", "referentiels:certification_list", ("referentiels:", "remplacements:")),
    ("Pilotage", "pilotage:tableau", ("pilotage:",)),
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
    """Who is signed in, and whom they work for, as the band and the 404 page say it."""

    nom: str
    organisme: str
    #: For the staff in an organisation's space: the organisme they act for; '' otherwise.
    agit_pour: str = ""
    #: The person's other organisations: (key, name).
    autres: tuple[tuple[int, str], ...] = ()
    #: Their own pages, beside their name: (label, address).
    liens: tuple[tuple[str, str], ...] = ()


def _belongs(view_name: str, members: tuple[str, ...]) -> bool:
    return any(
        view_name.startswith(member) if member.endswith(":") else view_name == member for member in members
    )


def build_navigation(plan, view_name: str) -> list[Entree]:
    """Return the entries of ``plan``, the one that holds ``view_name`` marked as current.

    When several entries claim the page, the one that names it exactly wins (« Créer une formation »
    over « Formations »).
    """
    exact = {name for _, _, members in plan for name in members if not name.endswith(":")}
    entries = []
    for label, url_name, members in plan:
        claimed = _belongs(view_name, members) and (view_name not in exact or view_name in members)
        current = "page" if view_name == url_name else "true" if claimed else ""
        entries.append(Entree(label, reverse(url_name), current, url_name == AIDE[1]))
    return entries


def navigation(request):
    """Context processor: ``navigation`` (entries), ``identite`` (who is signed in) and ``url_connexion``.

    Lazy: a page that does not show the frame pays nothing.
    """
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    view_name = _page_of(request)
    offers_sign_in = not signed_in and view_name != "accounts:login"

    def entries():
        if not signed_in:
            return build_navigation((OFFRE, AIDE), view_name)
        # Before their second factor, people are led to it from anywhere else.
        return build_navigation((AIDE,) if request.facteur_attendu else _plan(request), view_name)

    return {
        "navigation": SimpleLazyObject(entries),
        "identite": SimpleLazyObject(lambda: identify(request)) if signed_in else None,
        "url_connexion": reverse("accounts:login") if offers_sign_in else "",
    }


def _page_of(request) -> str:
    """The name of the view asked for; for an organisme's sheet, of the page that leads there."""
    match = request.resolver_match
    if match and match.view_name == "etablissements:organisme":
        espace = getattr(request.user, "espace", None)
        return NOTRE_ORGANISME[1] if match.kwargs["pk"] == espace else ANNUAIRE[1]
    return match.view_name if match else ""


def _plan(request):
    """The entries for the person signed in, by what they may do."""
    if request.user.est_carif:
        return CARIF
    return SAISIE if request.rattachement and request.rattachement.permet_la_saisie else LECTURE


def identify(request) -> Identite:
    """Name the person signed in, and whom they work for: the Carif-Oref or their organisme."""
    user, nom = request.user, request.user.get_full_name()
    if user.est_carif:
        return Identite(nom, "Carif-Oref", liens=_own_pages(request))
    organisme = getattr(request.organisme, "nom", "")
    if user.est_personnel:
        pour = organisme or "un organisme supprimé"
        return Identite(nom, f"Carif-Oref, pour {pour}", agit_pour=pour, liens=_own_pages(request))
    autres = [row.organisme for row in request.rattachements if row.organisme_id != user.espace]
    autres = tuple((autre.pk, autre.nom) for autre in autres)
    return Identite(nom, organisme, autres=autres, liens=_own_pages(request, plusieurs=bool(autres)))


def _own_pages(request, *, plusieurs: bool = False) -> tuple[tuple[str, str], ...]:
    """The pages of the person's own, that belong to no area; none before the second factor."""
    if request.facteur_attendu:
        return ()
    pages = (
        ("Reprendre ma saisie gardée", "accounts:saisie_gardee", request.a_saisie_gardee),
        ("Mon compte", "accounts:compte", True),
        ("Changer d’organisme", "accounts:espaces", plusieurs),
        ("Flux", "flux:suivi", request.user.est_carif),
        ("Administration", "accounts:administration", request.user.est_administrateur),
    )
    return tuple((label, reverse(url_name)) for label, url_name, is_offered in pages if is_offered)
