"""« Réglages »: types of dispositif, prepared texts and delays, for administrators. Closed days: `jours`."""

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from catalogue import textes
from catalogue.enums import UsageTexte
from catalogue.models import Delais, Dispositif, EvenementReglage, TexteType, TypeDispositif
from catalogue.reglages import exemple, lecture
from catalogue.reglages.exports import HISTORIQUE
from catalogue.reglages.forms import DelaisForm, ReglageForm, TexteTypeForm, TypeDispositifForm
from catalogue.reglages.saisie import Reglage, ReglageRefuse
from sofi import export
from sofi.acces import administrateur_required
from sofi.paging import page_by_key

saisir = require_http_methods(["GET", "HEAD", "POST"])
ENREGISTRE = "L’enregistrement a bien été effectué."
FORMS = {TypeDispositif: TypeDispositifForm, TexteType: TexteTypeForm, Delais: DelaisForm}
#: Title of the page of a new row and of a stored one, and the list it goes back to.
PAGES = {
    TypeDispositif: (
        "Ajouter un type de dispositif",
        "Modifier le type de dispositif",
        "reglages:dispositifs",
    ),
    TexteType: ("Ajouter un texte préparé", "Modifier le texte préparé", "reglages:textes"),
    Delais: ("", "Délais de l’atelier", "accounts:administration"),
}


@administrateur_required
@require_safe
def dispositifs(request: HttpRequest) -> HttpResponse:
    """The types of dispositif, in the order organisations read them. A nomenclature: some dozens of rows."""
    utilise = Exists(Dispositif.objects.filter(type=OuterRef("pk")))
    lignes = [
        {"type": row, "financeurs": lecture.valeur("financeurs", row.financeurs)}
        for row in TypeDispositif.objects.annotate(est_utilise=utilise)
    ]
    return render(request, "reglages/dispositifs.html", {"lignes": lignes})


@administrateur_required
@require_safe
def textes_prepares(request: HttpRequest) -> HttpResponse:
    """The prepared texts, by what they are for."""
    rows = list(TexteType.objects.all())
    usages = [
        {"libelle": usage.label, "textes": [row for row in rows if row.usage == usage]}
        for usage in UsageTexte
    ]
    return render(request, "reglages/textes.html", {"usages": usages})


@administrateur_required
@saisir
def dispositif_create(request: HttpRequest) -> HttpResponse:
    """Add a type of dispositif."""
    return _fiche(request, TypeDispositif())


@administrateur_required
@saisir
def dispositif_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change, close or reopen a type of dispositif."""
    return _fiche(request, get_object_or_404(TypeDispositif, pk=code))


@administrateur_required
@saisir
def texte_create(request: HttpRequest) -> HttpResponse:
    """Add a prepared text; `?usage=` says what for."""
    return _fiche(request, TexteType(usage=request.GET.get("usage", "")))


@administrateur_required
@saisir
def texte_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change, close or reopen a prepared text."""
    return _fiche(request, get_object_or_404(TexteType, pk=pk))


@administrateur_required
@saisir
def delais(request: HttpRequest) -> HttpResponse:
    """Change the delays of the workshop; a base that has lost them gets the defaults back."""
    return _fiche(request, Delais.current())


def _fiche(request: HttpRequest, row: Reglage) -> HttpResponse:
    """Show the form of a setting, read a prepared text as it would leave, or save."""
    form = FORMS[type(row)](request.POST if request.method == "POST" else None, instance=row)
    if request.method != "POST":
        return _page(request, form)
    if not form.is_valid() or "apercu" in request.POST:
        return _page(request, form)
    try:
        form.save_reglage(request.user)
    except ReglageRefuse as refus:
        if refus.code == "existe":
            form.add_error(refus.champ, str(refus))
            return _page(request, form)
        return _page(request, form, refus)
    messages.success(request, ENREGISTRE)
    return redirect(_liste(row))


def _liste(row: Reglage) -> str:
    return reverse("reglages:delais" if isinstance(row, Delais) else PAGES[type(row)][2])


def _page(request: HttpRequest, form: ReglageForm, refus: ReglageRefuse | None = None) -> HttpResponse:
    """The screen of a form. Status 409 when the save was refused: what was typed is still there."""
    row = form.instance
    is_new = row._state.adding
    ecarts = form.show_stored(refus) if refus and refus.code == "perime" else []
    context = {
        "form": form,
        "titre": PAGES[type(row)][not is_new],
        "objet": "" if isinstance(row, Delais) else form.objet,
        "liste": reverse(PAGES[type(row)][2]),
        "historique": "" if is_new else _history_url(row),
        "refus": refus,
        "ecarts": ecarts,
        "placeholders": textes.PLACEHOLDERS if isinstance(row, TexteType) else {},
        "apercu": exemple.fill_example(form["texte"].value() or "") if isinstance(row, TexteType) else "",
    }
    return render(request, "reglages/fiche.html", context, status=409 if refus else 200)


def _history_url(row: Reglage) -> str:
    return reverse("reglages:historique") + f"?objet={row._meta.model_name}&cle={row.pk}"


@administrateur_required
@require_safe
def historique(request: HttpRequest) -> HttpResponseBase:
    """Each version of each setting, newest first; of one kind with `?objet=`, of one row with `&cle=`."""
    objet, cle = request.GET.get("objet", ""), request.GET.get("cle", "")
    if (objet and objet not in lecture.FAMILLES) or "\0" in cle:
        raise Http404
    lignes = EvenementReglage.objects.select_related("auteur")
    if objet:
        lignes = lignes.filter(objet=objet)
    if cle:
        lignes = lignes.filter(objet_pk=cle)
    if export.asked(request):
        rows = map(lecture.evenement, lignes.order_by("-pk").iterator(export.PAQUET))
        return export.export(request, "reglages", HISTORIQUE, rows)
    page = page_by_key(lignes, request.GET, key="id", descending=True)
    context = {
        "page": page,
        "lignes": [lecture.evenement(ligne) for ligne in page.rows],
        "familles": [("", "Tous", not objet)]
        + [(code, nom, code == objet) for code, (_, nom) in lecture.FAMILLES.items()],
        "un_seul": bool(cle),
        "telechargements": export.links(request),
    }
    return render(request, "reglages/historique.html", context)
