"""Batches: choose the actions on the queue, confirm, then read what became of each."""

from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from catalogue import annulation, lots
from catalogue.enums import DecisionLot, ResultatLot
from catalogue.models import Action, Lot, Session
from catalogue.validation.exports import LOTS
from catalogue.validation.file import clean_query, queue_for, with_query
from catalogue.validation.filters import FileFilter
from catalogue.validation.forms_lots import BOUTONS, CONSEILS, FORMS, LotForm, prepared_texts, read_selection
from catalogue.validation.lignes import LONGS_TEXTES
from catalogue.validation.remedes import remede_of
from sofi import export
from sofi.acces import carif_required
from sofi.paging import page_by_key


@carif_required
@require_POST
def lot_preparer(request: HttpRequest) -> HttpResponse:
    """Say what the batch chosen on the queue will do, and ask what goes with it."""
    decision = _decision(request)
    if not decision:
        return redirect("validation:file")
    lignes, laissees = _whole_filter(request) if request.POST.get("tout") else (_ticked(request), 0)
    return _confirm(request, decision, FORMS[decision](), lignes, laissees=laissees)


@carif_required
@require_POST
def lot_creer(request: HttpRequest) -> HttpResponse:
    """Order the batch that was confirmed; « charger » first puts a prepared text in the form."""
    decision = _decision(request)
    if not decision:
        return redirect("validation:file")
    lignes, laissees = _ticked(request), _number(request.POST.get("laissees", ""))
    if "charger" in request.POST:
        form = _with_prepared_text(request, decision)
        return _confirm(request, decision, form, lignes, laissees=laissees)
    form = FORMS[decision](request.POST)
    if not form.is_valid():
        return _confirm(request, decision, form, lignes, laissees=laissees)
    try:
        lot = lots.create(request.user, decision, lignes, form.parametres(), form.cleaned_data["jeton"])
    except lots.LotRefuse as refus:
        form.add_error(None, str(refus))
        form.renew()
        return _confirm(request, decision, form, lignes, laissees=laissees, deja=refus.lot)
    filtres = clean_query(request.POST.get("filtres", ""))
    return redirect(with_query(reverse("validation:lot", args=[lot.pk]), filtres))


def _decision(request: HttpRequest) -> str:
    """The decision asked for, or '' when it is none this person may take from the queue."""
    decision = request.POST.get("decision", "")
    return decision if decision in FORMS and decision in lots.offered_to(request.user) else ""


def _ticked(request: HttpRequest) -> list[tuple[int, int]]:
    return read_selection(request.POST.getlist("selection"))


def _whole_filter(request: HttpRequest) -> tuple[list[tuple[int, int]], int]:
    """The first actions of the queue within the filters it was showing, up to the size of a batch.

    With how many more there are. Two queries on the partial index of what waits.
    """
    params = QueryDict(clean_query(request.POST.get("filtres", "")))
    filtre = FileFilter(params, queue_for(request.user), user=request.user)
    rows = filtre.qs.order_by(filtre.cle, "pk").values_list("pk", "revision")
    lignes = list(rows[: Lot.MAXIMUM])
    return lignes, filtre.qs.count() - len(lignes) if len(lignes) == Lot.MAXIMUM else 0


def _number(valeur: str) -> int:
    """A number the page itself wrote; 0 when it is forged."""
    return int(valeur) if valeur.isascii() and valeur.isdecimal() and len(valeur) < 10 else 0


def _with_prepared_text(request: HttpRequest, decision: str) -> LotForm:
    choisi = request.POST.get("modele", "")
    texte = next((t.texte for t in prepared_texts(decision) if str(t.pk) == choisi), "")
    garde = request.POST.get("texte", "")
    return FORMS[decision](initial={"texte": texte or garde})


def _confirm(
    request,
    decision: str,
    form: LotForm,
    lignes: list[tuple[int, int]],
    *,
    laissees: int = 0,
    deja: Lot | None = None,
) -> HttpResponse:
    """The page of confirmation, with the actions that are still there.

    `laissees` more are in the filters than a batch holds; `deja` is what the same page ordered before.
    """
    actions = Action.objects.visible_to(request.user).filter(pk__in=dict(lignes[: Lot.MAXIMUM + 1]))
    actions = actions.select_related("organisme", "formation__certification", "examinateur")
    actions = list(actions.defer(*LONGS_TEXTES).order_by("soumise_le", "pk"))
    revisions = dict(lignes)
    context = {
        "decision": decision,
        "nom": DecisionLot(decision).label,
        "bouton": BOUTONS[decision],
        "conseil": CONSEILS[decision],
        "form": form,
        "textes": prepared_texts(decision),
        "actions": [(action, revisions[action.pk]) for action in actions],
        "tenues": sum(action.examinateur_id not in (None, request.user.pk) for action in actions),
        "laissees": laissees,
        "deja": deja,
        "maximum": Lot.MAXIMUM,
        "filtres": clean_query(request.POST.get("filtres", "")),
    }
    return render(request, "validation/lot_confirmer.html", context)


@carif_required
@require_safe
def lot_list(request: HttpRequest) -> HttpResponseBase:
    """The batches the person asked for, the latest first."""
    mine = Lot.objects.filter(auteur=request.user).annotate(
        nombre=Count("lignes"),
        faites=Count("lignes", filter=Q(lignes__resultat=ResultatLot.FAIT)),
        refusees=Count("lignes", filter=Q(lignes__resultat=ResultatLot.REFUSE)),
    )
    if export.asked(request):
        return export.export(request, "lots", LOTS, mine.order_by("-cree_le", "-pk"))
    page = page_by_key(mine, request.GET, key="cree_le", descending=True)
    context = {"page": page, "telechargements": export.links(request)}
    return render(request, "validation/lot_list.html", context)


@carif_required
@require_safe
def lot(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a batch is, and what became of each of its actions: those not done first."""
    found = get_object_or_404(Lot.objects.select_related("auteur"), pk=pk)
    lignes = found.lignes.select_related("action__organisme", "action__formation__certification")
    # Of an action whose sessions have all begun, `premier_debut` is none of theirs.
    commence = Session.objects.filter(action=OuterRef("action"), date_debut=OuterRef("action__premier_debut"))
    lignes = lignes.annotate(commence_alors=Exists(commence))
    lignes = list(lignes.defer(*(f"action__{texte}" for texte in LONGS_TEXTES)))
    for ligne in lignes:
        ligne.remede = remede_of(ligne)
    context = {
        "lot": found,
        "total": len(lignes),
        "filtres": clean_query(request.GET.urlencode()),
        "refusees": [ligne for ligne in lignes if ligne.resultat == ResultatLot.REFUSE],
        "faites": [ligne for ligne in lignes if ligne.resultat == ResultatLot.FAIT],
        "restantes": [ligne for ligne in lignes if ligne.resultat == ResultatLot.A_FAIRE],
    }
    # A decision is undone one by one, from its dossier, the day it is taken.
    fini_le = timezone.localdate(found.termine_le) if found.termine_le else timezone.localdate()
    context["annulable"] = found.decision in annulation.ANNULABLES and fini_le == timezone.localdate()
    context["traitees"] = context["total"] - len(context["restantes"])
    return render(request, "validation/lot.html", context)
