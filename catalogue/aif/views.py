"""The requests of an organisme, and all of them for the Carif-Oref: list, read, send, change."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from catalogue import demandes_aif
from catalogue.aif import exports
from catalogue.aif.conflit import explain
from catalogue.aif.filters import DemandeFilter
from catalogue.aif.forms import DemandeForm, initial_for
from catalogue.demandes_aif import A_TRAITER, DemandeRefusee, lecture
from catalogue.enums import StatutAction, StatutAIF
from catalogue.models import DemandeAIF, Organisme
from catalogue.permissions import audience_of
from sofi import export
from sofi.paging import page_by_key

saisir = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def demande_list(request: HttpRequest) -> HttpResponse:
    """The requests: an OF's own, newest first; for the Carif-Oref those to deal with, oldest first."""
    demandes = DemandeAIF.objects.visible_to(request.user).select_related("organisme", "examinateur")
    if request.user.est_carif:
        return _staff_list(request, demandes)
    if export.asked(request):
        colonnes = exports.demandes(est_carif=False)
        return export.export(request, "demandes-aif", colonnes, demandes.order_by("-cree_le", "-pk"))
    page = page_by_key(demandes, request.GET, key="cree_le", descending=True)
    context = {
        "page": page,
        "lignes": _rows(page.rows),
        "peut_saisir": _may_type(request),
        "telechargements": export.links(request),
    }
    return render(request, "aif/demande_list.html", context)


def _staff_list(request: HttpRequest, demandes) -> HttpResponse:
    filtre = DemandeFilter(request.GET, demandes, user=request.user)
    rows, traitees = filtre.qs, bool(filtre.form.cleaned_data.get("etat"))
    if not traitees:
        rows = rows.a_traiter()
    if export.asked(request):
        colonnes = exports.demandes(est_carif=True)
        return export.export(request, "demandes-aif", colonnes, rows.order_by("cree_le", "pk"))
    page = page_by_key(rows, request.GET, key="cree_le", descending=traitees)
    context = {
        "page": page,
        "lignes": _rows(page.rows),
        "form": filtre.form,
        "filtres": filtre.chips(),
        "traitees": traitees,
        "telechargements": export.links(request),
    }
    return render(request, "aif/demande_list.html", context)


def _rows(demandes) -> list[tuple]:
    """Each request with the look of its state and its words."""
    return [(row, lecture.ETATS[row.statut], StatutAIF(row.statut).label) for row in demandes]


def _may_type(request: HttpRequest) -> bool:
    """Whether the person may type for the organisme they work for."""
    organisme = request.organisme
    return bool(organisme) and Organisme.objects.editable_by(request.user).filter(pk=organisme.pk).exists()


@require_safe
def demande(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what it says, where it stands, and what may be done."""
    demandes = DemandeAIF.objects.visible_to(request.user)
    row = get_object_or_404(
        demandes.select_related("organisme", "auteur", "examinateur", "action__formation"), pk=pk
    )
    est_carif = request.user.est_carif
    peut_saisir = not est_carif and DemandeAIF.objects.editable_by(request.user).filter(pk=pk).exists()
    context = {
        "demande": row,
        "etat": lecture.ETATS[row.statut],
        "lignes": lecture.lines(row),
        "historique": lecture.history(row.evenements),
        "est_a_traiter": row.statut in A_TRAITER,
        "est_libre": row.statut == StatutAIF.ENVOYEE,
        "est_a_moi": row.examinateur_id == request.user.pk,
        "peut_changer": peut_saisir and row.statut == StatutAIF.ENVOYEE,
        "peut_refaire": peut_saisir and row.statut in (StatutAIF.REFUSEE, StatutAIF.ANNULEE),
        "etat_action": _state_of(row.action, request.user) if row.action else "",
        "siret_inconnu": est_carif and not _knows_siret(row),
    }
    return render(request, "aif/demande.html", context)


def _state_of(action, user) -> str:
    return StatutAction(action.statut).label_for(audience_of(user))


def _knows_siret(row: DemandeAIF) -> bool:
    """Whether the dispensateur's SIRET is the organisme's or one of its places'."""
    return row.siret == row.organisme.siret or row.organisme.sites.filter(siret=row.siret).exists()


@saisir
def demande_create(request: HttpRequest) -> HttpResponse:
    """A new request, in the name of the organisme the person works for."""
    if request.user.est_carif:
        messages.info(
            request,
            "Le Carif-Oref crée l’offre lui-même : trouvez l’organisme, ouvrez sa fiche, puis « Nouvelle "
            "offre hors Certifinfo ».",
        )
        return redirect("etablissements:annuaire")
    pk = request.organisme.pk if request.organisme else None
    organisme = get_object_or_404(Organisme.objects.editable_by(request.user), pk=pk)
    ancienne = _former(request, organisme)
    return _form(request, DemandeAIF(organisme=organisme), initial_for(organisme, ancienne))


def _former(request: HttpRequest, organisme: Organisme) -> DemandeAIF | None:
    """The request of `organisme` to do again, named by `?depuis=` its number."""
    numero = request.GET.get("depuis", "").replace("\x00", "")
    return DemandeAIF.objects.filter(organisme=organisme, numero=numero).first() if numero else None


@saisir
def demande_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a request that the Carif-Oref has not taken yet."""
    demandes = DemandeAIF.objects.editable_by(request.user).select_related("organisme")
    row = get_object_or_404(demandes, pk=pk)
    if request.user.est_carif or (request.method != "POST" and row.statut != StatutAIF.ENVOYEE):
        messages.warning(request, "Cette demande n’est plus modifiable.")
        return redirect("aif:demande", pk)
    return _form(request, row)


def _form(request: HttpRequest, row: DemandeAIF, initial: dict | None = None) -> HttpResponse:
    """Show the form of `row`, or save it and go to its page."""
    est_nouvelle = row.pk is None
    form = DemandeForm(request.POST if request.method == "POST" else None, instance=row, initial=initial)
    if request.method != "POST" or not form.is_valid():
        return _page(request, row, form)
    try:
        enregistree = _save(form, row, request.user)
    except DemandeRefusee as refus:
        return _page(request, row, form, refus)
    envoyee = f"Votre demande est envoyée : elle porte le numéro {enregistree.numero}."
    messages.success(request, envoyee if est_nouvelle else "Votre demande est modifiée.")
    return redirect("aif:demande", enregistree.pk)


def _save(form: DemandeForm, row: DemandeAIF, by) -> DemandeAIF:
    if row.pk is None:
        return demandes_aif.create(form.instance, form.cleaned_data["jeton"], by=by, champs=form.champs)
    return demandes_aif.update(form.instance, form.champs, form.cleaned_data["version"] or 0, by=by)


def _page(request, row: DemandeAIF, form: DemandeForm, refus: DemandeRefusee | None = None) -> HttpResponse:
    """The form's screen. Status 409 when the save was refused: what was typed is still there."""
    actuelle = refus.actuelle if refus else None
    if row.pk or actuelle:
        annuler = reverse("aif:demande", args=[(actuelle or row).pk])
    else:
        annuler = reverse("aif:demande_list")
    context = {
        "form": form,
        "demande": row,
        "conflit": explain(form, refus, request.user) if refus else None,
        "annuler": annuler,
    }
    return render(request, "aif/demande_form.html", context, status=409 if refus else 200)
