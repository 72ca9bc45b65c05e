"""Typing: the sheet of an organisme, its places and its contacts. Create, change, delete."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from catalogue.etablissements import saisie
from catalogue.etablissements.champs import FicheForm
from catalogue.etablissements.conflit import explain
from catalogue.etablissements.doublons import same_address
from catalogue.etablissements.fiches import usages
from catalogue.etablissements.forms import ContactForm, OrganismeForm, SiteForm
from catalogue.etablissements.saisie import Row, SaisieRefusee
from catalogue.models import Contact, Organisme, Site
from sofi.acces import carif_required

saisir = require_http_methods(["GET", "HEAD", "POST"])
ENREGISTRE = "L’enregistrement a bien été effectué."


@carif_required
@saisir
def organisme_create(request: HttpRequest) -> HttpResponse:
    """The Carif-Oref adds an organisme."""
    return _fiche(request, Organisme())


@saisir
def organisme_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the sheet of an organisme; its identity is the Carif-Oref's."""
    return _fiche(request, get_object_or_404(Organisme.objects.editable_by(request.user), pk=pk))


@saisir
def site_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a place to an organisme."""
    return _fiche(request, Site(organisme=_organisme(request, pk)))


@saisir
def site_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a place."""
    row = Site.objects.editable_by(request.user).select_related("organisme").filter(pk=pk).first()
    return _fiche(request, row) if row else _gone(request, Site)


@saisir
def contact_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a contact to an organisme, or to one of its places with `?site=`."""
    return _fiche(request, Contact(organisme=_organisme(request, pk)))


@saisir
def contact_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a contact."""
    row = Contact.objects.editable_by(request.user).select_related("organisme", "site").filter(pk=pk).first()
    return _fiche(request, row) if row else _gone(request, Contact)


def _organisme(request: HttpRequest, pk) -> Organisme:
    return get_object_or_404(Organisme.objects.editable_by(request.user), pk=pk)


def _posted_pk(request: HttpRequest, nom: str) -> int | None:
    """The key sent as `nom`; None for anything else, thousands of digits included."""
    try:
        return int((request.POST.get(nom) or request.GET.get(nom) or "")[:18])
    except ValueError:
        return None


def _gone(request: HttpRequest, modele: type[Row]) -> HttpResponse:
    """A row deleted while it was being typed: the same screen, ready to make it anew. Otherwise 404."""
    row = modele(organisme=_organisme(request, _posted_pk(request, "organisme")))
    form = _form(request, row)
    form.is_valid()  # fills what can be filled, and says what cannot
    return _page(request, row, form, SaisieRefusee("supprimee", saisie.SUPPRIMEE))


def _form(request: HttpRequest, row: Row) -> FicheForm:
    """The form of `row`, bound to what was posted."""
    data = request.POST if request.method == "POST" else None
    match row:
        case Organisme():
            return OrganismeForm(data, instance=row, tout=request.user.est_carif)
        case Site():
            return SiteForm(data, instance=row)
        case Contact():
            initial = {} if row.pk else {"site": _posted_pk(request, "site")}
            return ContactForm(data, instance=row, initial=initial)


def _fiche(request: HttpRequest, row: Row) -> HttpResponse:
    """Show the form of `row`, or save it and go back to its sheet."""
    form = _form(request, row)
    if request.method != "POST" or not form.is_valid():
        return _page(request, row, form)
    try:
        enregistree = form.save_fiche(request.user)
    except SaisieRefusee as refus:
        if refus.code == "siret":
            form.add_error("siret", str(refus))
            return _page(request, row, form)
        return _page(request, row, form, refus)
    messages.success(request, ENREGISTRE)
    _warn(request, form, enregistree)
    return redirect(_after(enregistree))


def _warn(request: HttpRequest, form: FicheForm, row: Row) -> None:
    """Say what looks odd in what was saved, without stopping it."""
    if isinstance(row, Site) and (doublons := same_address(row)):
        noms = ", ".join(str(autre) for autre in doublons)
        form.avertissements.append(f"Un autre site de l’organisme est à la même adresse : {noms}.")
    for avertissement in form.avertissements:
        messages.warning(request, avertissement)


def _after(row: Row) -> str:
    """The sheet where a saved row is read."""
    match row:
        case Site():
            return reverse("etablissements:site", args=[row.pk])
        case Contact(site_id=int()):
            return reverse("etablissements:site", args=[row.site_id])
        case Contact():
            return reverse("etablissements:organisme", args=[row.organisme_id])
    return reverse("etablissements:organisme", args=[row.pk])


#: Title of the page of a new row, of a stored one, and the button.
TITRES = {
    Organisme: ("Ajouter un organisme", "Modifier la fiche de l’organisme"),
    Site: ("Ajouter un site", "Modifier le site"),
    Contact: ("Ajouter un contact", "Modifier le contact"),
}


def _page(
    request: HttpRequest, row: Row, form: FicheForm, refus: SaisieRefusee | None = None
) -> HttpResponse:
    """The screen of a form. Status 409 when the save was refused: what was typed is still there."""
    organisme = row if isinstance(row, Organisme) else row.organisme
    conflit = explain(form, refus, request.user) if refus else None
    context = {
        "form": form,
        "row": row,
        "organisme": organisme if organisme.pk else None,
        "titre": TITRES[type(row)][1 if row.pk else 0],
        "conflit": conflit,
        "envoi": _create_url(row) if conflit and conflit.code == "supprimee" else "",
        "annuler": _cancel_url(row),
        "sera_reverifie": bool(row.pk) and saisie.needs_recheck(row, saisie.CHAMPS_VERIFIES, request.user),
        "identite_protegee": isinstance(row, Organisme) and not request.user.est_carif,
    }
    return render(request, "etablissements/saisie.html", context, status=409 if refus else 200)


def _create_url(row: Row) -> str:
    """Where a row deleted meanwhile is made anew from what was typed."""
    return reverse(f"etablissements:{row._meta.model_name}_create", args=[row.organisme_id])


def _cancel_url(row: Row) -> str:
    """Where « Annuler » leads: the sheet the person came from."""
    if row.pk:
        return _after(row)
    if isinstance(row, Organisme):
        return reverse("etablissements:annuaire")
    return reverse("etablissements:organisme", args=[row.organisme_id])


@saisir
def site_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then delete a place; one that is used says by what, and is to be closed instead."""
    row = Site.objects.editable_by(request.user).select_related("organisme").filter(pk=pk).first()
    return _delete(request, row)


@saisir
def contact_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then delete a contact."""
    row = Contact.objects.editable_by(request.user).select_related("organisme", "site").filter(pk=pk).first()
    return _delete(request, row)


def _delete(request: HttpRequest, row: Site | Contact | None) -> HttpResponse:
    """The confirmation page, or the act. A second click finds the row gone and is told so."""
    if row is None:
        organisme = _organisme(request, _posted_pk(request, "organisme"))
        messages.info(request, "C’est déjà fait : la suppression avait été enregistrée.")
        return redirect("etablissements:organisme", pk=organisme.pk)
    if request.method == "POST":
        try:
            saisie.delete(row, by=request.user)
        except SaisieRefusee as refus:
            messages.error(request, str(refus))
            return redirect("etablissements:site_delete", pk=row.pk)
        messages.success(request, "La suppression a bien été effectuée.")
        return redirect("etablissements:organisme", pk=row.organisme_id)
    est_site = isinstance(row, Site)
    context = {
        "row": row,
        "est_site": est_site,
        "usages": usages(row, request.user.est_carif) if est_site else [],
        "nb_contacts": row.contacts.count() if est_site else 0,
        "annuler": _after(row),
    }
    return render(request, "etablissements/supprimer.html", context)
