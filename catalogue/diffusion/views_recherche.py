"""« Chercher une formation »: the public search, one plain GET form."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from catalogue.diffusion.facettes import build_facets
from catalogue.diffusion.phrases import say_missing, say_order, say_total, title_of
from catalogue.diffusion.resultats import load_cards
from catalogue.recherche import lieux, numero, suites
from catalogue.recherche.fautes import Faute
from catalogue.recherche.filtres import TRIS, OffreFilter
from catalogue.recherche.lecture import search
from catalogue.recherche.mots_de_filtres import values_of
from catalogue.recherche.numero import Destination, Sorte
from catalogue.recherche.ordre import DISTANCE, PERTINENCE, Resultats, read_key
from sofi.acces import read_only
from sofi.forms import SummaryError
from sofi.paging import AFTER, BEFORE

#: Asked with « chercher plutôt … »: the words as they were typed, whatever they find.
EXACT = "exact"
#: What the form keeps without showing it; the kilometres it proposes to whoever names no place.
CACHES, RAYON_PROPOSE = ("organisme", "certification", "formacode", "tri"), "20"
#: What the boxes above the results hold: the rest is folded on a telephone.
BARRE = {"q", "lieu", "rayon"}
#: The filters that narrow a search besides its words.
RESSERRE = OffreFilter.base_filters.keys() - {"q", "rayon", "tri"}
PAGES = {
    Sorte.SESSION: "diffusion:session",
    Sorte.ACTION: "diffusion:action",
    Sorte.ORGANISME: "diffusion:organisme",
    Sorte.OFFRE: "diffusion:formation",
    Sorte.FORMATION: "diffusion:formation",
}
#: Those whose page lists much that a search may narrow.
OUBLIEUSES = {Sorte.ORGANISME, Sorte.FORMATION}


@login_not_required
@read_only
def recherche(request: HttpRequest) -> HttpResponse:
    """Search what is online; a number typed alone leads to what it names. Six queries in general."""
    filtre = OffreFilter(request.GET, jour=timezone.localdate())
    if destination := _destination(filtre):
        return redirect(_address(destination, filtre.data))
    faute = Faute(filtre.valeurs.get("q", ""))
    filtre, found, tape = _search(filtre, faute)
    params, chips = filtre.data, filtre.chips()
    liens = suites.links(params)
    return render(
        request,
        "diffusion/recherche.html",
        {
            "filtre": filtre,
            "form": filtre.form,
            "titre": title_of(filtre, found, est_resserree=bool(chips)),
            "total": say_total(found),
            "cartes": load_cards(found, lieu=filtre.endroit, jour=filtre.jour) if found.cles else [],
            "facettes": build_facets(filtre, found),
            "filtres": chips,
            # Beside the two boxes above.
            "nb_filtres": sum(chip["nom"] not in ("q", "lieu") for chip in chips),
            "rayon": params.get("rayon") or ("0" if filtre.endroit else RAYON_PROPOSE),
            "caches": _kept(filtre),
            "erreurs": _errors(filtre),
            "est_ouvert": bool(filtre.form.errors.keys() - BARRE - set(CACHES)),
            "tris": _orders(filtre, found),
            "faute_d_ordre": say_order(filtre, found),
            "precedent_url": _url(params, **{BEFORE: found.precedent}) if found.precedent else "",
            "suivant_url": _url(params, **{AFTER: found.suivant}) if found.suivant else "",
            "tape": tape,
            "url_tape": _url(params, q=tape, **{EXACT: "oui"}) if tape else "",
            # Of a page kept or shared: its sessions have ended since.
            "est_depassee": bool(not found.cles and found.total),
            "url_debut": _url(params),
            "aucun": _nothing(filtre, faute) if not found.cles else {},
            "suites": liens,
            "adresse": settings.SOFI_URL + liens["recherche"],
        },
    )


def _destination(filtre: OffreFilter) -> Destination | None:
    """What the number typed names; none once the results of it are being read."""
    q = filtre.valeurs.get("q", "")
    if not q or AFTER in filtre.data or BEFORE in filtre.data or EXACT in filtre.data:
        return None
    return numero.find(q, jour=filtre.jour)


def _address(destination: Destination, params: QueryDict) -> str:
    """The page of what a number names, or the same search narrowed to it."""
    # The page of a formation, or of an organisme, would forget the other filters.
    oublie = destination.sorte in OUBLIEUSES and any(params.get(nom) for nom in RESSERRE)
    if not oublie and (page := PAGES.get(destination.sorte)):
        return reverse(page, args=[destination.valeurs[0]])
    return f"{reverse('diffusion:recherche')}?{destination.narrow(params).urlencode()}"


def _kept(filtre: OffreFilter) -> list[tuple[str, str]]:
    """What the form sends again without showing it; nothing that was refused: nobody could mend it."""
    sent = (name for name in CACHES if name not in filtre.form.errors)
    return [(name, value) for name in sent for value in filtre.data.getlist(name) if value]


def _errors(filtre: OffreFilter) -> list[SummaryError]:
    """What was not understood; what has no box on the page leads to none."""
    ancres = {filtre.form[name].auto_id for name in CACHES}
    return [
        SummaryError(erreur.texte, "" if erreur.ancre in ancres else erreur.ancre)
        for erreur in filtre.form.error_summary
    ]


def _search(filtre: OffreFilter, faute: Faute) -> tuple[OffreFilter, Resultats, str]:
    """The results; when there is none, those of the words put right, with what had been typed."""
    params = filtre.data
    found = search(filtre, apres=read_key(params.get(AFTER)), avant=read_key(params.get(BEFORE)))
    if found.cles or found.total or EXACT in params:
        return filtre, found, ""
    if corrige := faute.correction:
        params = params.copy()
        params["q"] = corrige
        other = OffreFilter(params, jour=filtre.jour)
        others = search(other)
        if others.cles:
            return other, others, filtre.valeurs["q"]
    return filtre, found, ""


def _orders(filtre: OffreFilter, found: Resultats) -> list[dict]:
    """The orders that this search may have, with their addresses."""
    if not found.cles or (found.total < 2 and found.est_exact):
        return []
    useless = {PERTINENCE: not filtre.stems, DISTANCE: filtre.endroit is None}
    return [
        {"libelle": label, "url": _url(filtre.data, tri=code), "est_courant": code == found.tri}
        for code, label in TRIS
        if not useless.get(code)
    ]


def _nothing(filtre: OffreFilter, faute: Faute) -> dict:
    """What to say when nothing was found: which words nobody offers, and what may be tried instead."""
    params, absents = filtre.data, faute.absents
    # Going farther finds no word that nobody offers.
    plus_loin = lieux.wider(filtre.endroit) if filtre.endroit and not absents else []
    dernier_debut = filtre.valeurs.get("debut_max")
    est_passe = bool(dernier_debut and dernier_debut < filtre.jour)
    return {
        "manque": say_missing(absents),
        "presents": _links(faute.presents, params),
        "url_presents": _links([" ".join(faute.presents)], params)[0]["url"],
        "proches": _links(faute.proches, params),
        "par_filtres": _by_filters(filtre, faute) if absents else {},
        "plus_loin": [{"km": km, "url": _url(params, rayon=str(km))} for km in plus_loin],
        "url_sans_passe": _without(params, "debut_max") if est_passe else "",
    }


def _by_filters(filtre: OffreFilter, faute: Faute) -> dict:
    """The same search, where filters say the words that nobody offers; empty when one has no filter."""
    valeurs = values_of(filtre, faute.absents)
    if not valeurs:
        return {}
    params = filtre.data.copy()
    for nom in ("q", EXACT):
        params.pop(nom, None)
    for nom, dits in valeurs.items():
        params.setlist(nom, list(dict.fromkeys([*params.getlist(nom), *dits])))
    libelles = [libelle for dits in valeurs.values() for libelle in dits.values()]
    reste = {"q": " ".join(faute.presents)} if faute.presents else {}
    return {"libelle": ", ".join(libelles), "url": _url(params, **reste)}


def _links(mots: list[str], params: QueryDict) -> list[dict]:
    """Words, with the same search of each."""
    rest = params.copy()
    rest.pop(EXACT, None)
    return [{"mot": mot, "url": _url(rest, q=mot)} for mot in mots]


def _without(params: QueryDict, nom: str) -> str:
    """The same search without a filter."""
    rest = params.copy()
    rest.pop(nom, None)
    return _url(rest)


def _url(params: QueryDict, **changes: str) -> str:
    """The same search from its first page, but for `changes`."""
    params = params.copy()
    for key in (AFTER, BEFORE):
        params.pop(key, None)
    for name, value in changes.items():
        params[name] = value
    return f"?{params.urlencode()}"
