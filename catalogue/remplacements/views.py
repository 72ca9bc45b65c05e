"""The Carif-Oref's pages on codes to replace: the list, one code and all it touches, one action."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from catalogue import lots
from catalogue.certifications.a_remplacer import codes_to_replace
from catalogue.certifications.remplacements import live_successors, successors_of
from catalogue.certifications.situation import situation_of
from catalogue.enums import Audience, DecisionLot, StatutAction
from catalogue.models import Action, Certification, Lot
from catalogue.remplacement import RemplacementRefuse, carrying, preview, replace_one
from sofi import export
from sofi.acces import carif_required
from sofi.paging import page_by_key

from .comparaison import compare
from .exports import CODES
from .filters import CodesFilter
from .forms import ChoixForm, LotForm, RevisionForm

PAR_PAGE = 50


@carif_required
@require_safe
def code_list(request: HttpRequest) -> HttpResponseBase:
    """The codes no longer to be used that actions still carry, with what replaces them; paged by key."""
    jour = timezone.localdate()
    filtre = CodesFilter(request.GET, codes_to_replace(jour.year))
    if export.asked(request):
        # Codes, not actions: a few hundred lines of a referential.
        lignes = _lines(list(filtre.qs.order_by("tri", "pk")), jour)
        return export.export(request, "codes-a-remplacer", CODES, lignes)
    page = page_by_key(filtre.qs, request.GET, key="tri", size=PAR_PAGE)
    context = {
        "lignes": _lines(page.rows, jour),
        "page": page,
        "form": filtre.form,
        "filtres": filtre.chips(),
        "telechargements": export.links(request),
    }
    return render(request, "remplacements/code_list.html", context)


def _lines(rows: list[Certification], jour: date) -> list[dict]:
    """Each code with its situation, what replaces it, and how many carry it. Two queries or three."""
    codes = [certification.pk for certification in rows]
    successeurs, nombres = successors_of(codes, jour), _counts(codes)
    return [
        {
            **nombres[certification.pk],
            "certification": certification,
            "situation": situation_of(certification, successeurs[certification.pk], jour),
            "successeurs": successeurs[certification.pk],
        }
        for certification in rows
    ]


def _counts(codes: list[str]) -> dict[str, dict]:
    """How many actions carry each of `codes`, in how many organismes. One query."""
    actions = Action.objects.filter(formation__certification=OuterRef("pk")).order_by()
    nombres = (
        actions.exclude(statut=StatutAction.ARCHIVEE)
        .values("formation__certification")
        .values_list(
            JSONObject(nb_actions=Count("pk"), nb_organismes=Count("formation__organisme", distinct=True))
        )
    )
    # Code by code, for the index on formations to be used: joined, PostgreSQL reads every action there is.
    lues = Certification.objects.filter(pk__in=codes).values_list("pk", Subquery(nombres))
    aucune = {"nb_actions": 0, "nb_organismes": 0}
    return {code: nombre or aucune for code, nombre in lues}


@carif_required
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest, code: str) -> HttpResponse:
    """One code: what may replace it, all the actions this would touch, and the batch that does it."""
    ancienne = get_object_or_404(Certification.objects.select_related("type_diplome"), pk=code)
    is_post = request.method == "POST"
    if is_post and not request.user.est_valideur:
        raise PermissionDenied
    choix = _choose(ancienne, request.POST if is_post else request.GET)
    actions = carrying(Action.objects.visible_to(request.user), code)
    apercu = preview(actions, choix.certification.pk if choix.certification else "")
    lot = LotForm(request.POST if is_post else None, apercu)
    if is_post and (ordonne := _order(request.user, choix, lot)):
        return redirect("validation:lot", ordonne.pk)
    context = {
        **_told(choix),
        "apercu": apercu,
        "lot": lot,
        "maximum": Lot.MAXIMUM,
        "lignes": [
            (row, StatutAction(row.statut).label_for(Audience.CARIF), lot.is_ticked(row))
            for row in apercu.actions
        ],
    }
    return render(request, "remplacements/code.html", context)


def _order(user, choix: ChoixForm, form: LotForm) -> Lot | None:
    """The batch that `form` orders, or had ordered the first time it was sent; ``None`` with its errors."""
    est_complet = form.is_valid() and choix.is_valid()
    parametres = {"ancien": choix.ancienne.pk, "nouveau": choix.certification and choix.certification.pk}
    try:
        if deja := Lot.objects.filter(jeton=form.cleaned_data.get("jeton"), auteur=user).first():
            # What it did has left the list since, and is known by the batch itself.
            proposees = {*deja.lignes.values_list("action_id", flat=True), *dict(form.lignes)}
            lignes = [ligne for ligne in form.cochees if ligne[0] in proposees]
            lots.check_same(deja, DecisionLot.REPLACE, lignes, parametres)
            return deja
        if not est_complet:
            return None
        return lots.create(user, DecisionLot.REPLACE, form.lignes, parametres, form.cleaned_data["jeton"])
    except lots.LotRefuse as refus:
        form.add_error(None, str(refus))
        form.renew()
        return None


@carif_required
@require_http_methods(["GET", "HEAD", "POST"])
def action(request: HttpRequest, pk: int) -> HttpResponse:
    """The code of one action: choose what replaces it, see what changes, replace it."""
    actions = Action.objects.visible_to(request.user).filter(formation__certification__isnull=False)
    actions = actions.select_related("organisme", "formation__certification__type_diplome")
    row = get_object_or_404(actions, pk=pk)
    if request.method != "POST":
        return _render_action(request, row, _choose(row.formation.certification, request.GET))
    if not request.user.est_valideur:
        raise PermissionDenied
    choix, form = _choose(row.formation.certification, request.POST), RevisionForm(request.POST)
    if not (choix.is_valid() and form.is_valid()):
        return _render_action(request, row, choix)
    try:
        replace_one(pk, choix.certification.pk, by=request.user, **form.cleaned_data)
    except RemplacementRefuse as refus:
        if refus.code != "deja_fait":
            choix.add_error(None, str(refus))
            return _render_action(request, row, choix, status=409)
        messages.info(request, str(refus))
    else:
        messages.success(
            request,
            f"Le code de l’action {pk} est remplacé par {choix.certification.pk} : l’organisme est prévenu.",
        )
    return redirect("validation:dossier", pk)


def _render_action(request, row: Action, choix: ChoixForm, status: int = 200) -> HttpResponse:
    seule = Action.objects.visible_to(request.user).filter(pk=row.pk)
    apercu = preview(seule, choix.certification.pk if choix.certification else "")
    context = {
        **_told(choix),
        "action": row,
        "touchee": apercu.actions[0],
        "est_archivee": row.statut == StatutAction.ARCHIVEE,
    }
    return render(request, "remplacements/action.html", context, status=status)


def _choose(ancienne: Certification, data) -> ChoixForm:
    """The choice of what replaces `ancienne`, checked when one is made or when only one is proposed."""
    choix = ChoixForm(data, ancienne, live_successors(ancienne.pk, timezone.localdate()))
    choix.is_valid()
    return choix


def _told(choix: ChoixForm) -> dict:
    """What both pages say of a code and of the one chosen in its place."""
    jour, nouvelle = timezone.localdate(), choix.certification
    successeurs = choix.successeurs
    return {
        "ancienne": choix.ancienne,
        "situation": situation_of(choix.ancienne, successeurs, jour),
        "successeurs": successeurs,
        "choix": choix,
        "nouvelle": nouvelle,
        "nouvelle_situation": situation_of(nouvelle, [], jour) if nouvelle else None,
        "comparaison": compare(choix.ancienne, nouvelle) if nouvelle else None,
    }
