"""The sheets of an organisme and of a place: in full for its people, by their public side for the others."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalogue.enums import StatutSite
from catalogue.etablissements import lecture, saisie
from catalogue.etablissements.decisions import forms_for
from catalogue.etablissements.doublons import same_address, same_siret
from catalogue.models import Action, Contact, EvenementEtablissement, Organisme, Session, Site

#: Places and contacts shown on the sheet of an organisme; the list has them all.
SITES_MONTRES = 25
CONTACTS_MONTRES = 50
#: Actions and sessions that use a place, shown on its sheet.
USAGES_MONTRES = 20


@require_safe
def notre_organisme(request: HttpRequest) -> HttpResponse:
    """The sheet of the organisme the person works for; the directory for the Carif-Oref."""
    if request.user.est_carif:
        return redirect("etablissements:annuaire")
    if not request.organisme:
        raise Http404
    return redirect("etablissements:organisme", pk=request.organisme.pk)


@require_safe
def organisme(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet of an organisme: all of it for its people and the Carif-Oref, the directory's for others."""
    row = get_object_or_404(Organisme.objects.readable_by(request.user), pk=pk)
    if not Organisme.objects.visible_to(request.user).filter(pk=pk).exists():
        return _public_organisme(request, row)
    contacts = row.contacts.select_related("site")[:CONTACTS_MONTRES]
    context = {
        "organisme": row,
        "est_carif": request.user.est_carif,
        "est_le_notre": not request.user.est_carif,
        "peut_saisir": Organisme.objects.editable_by(request.user).filter(pk=pk).exists(),
        "lignes": lecture.organisme_lines(row, timezone.localdate()),
        "qualiopi": row.qualiopi_etat(timezone.localdate()),
        "contacts": contacts,
        "historique": lecture.history(row.evenements.all()),
        "offre": _offer_counts(row) if request.user.est_carif else [],
        **_sites_of(row, row.sites.all()),
    }
    return render(request, "etablissements/organisme.html", context)


def _public_organisme(request: HttpRequest, row: Organisme) -> HttpResponse:
    context = {
        "organisme": row,
        "lignes": lecture.public_lines(row, timezone.localdate()),
        **_sites_of(row, Site.objects.annuaire().filter(organisme=row)),
    }
    return render(request, "etablissements/organisme_public.html", context)


def _sites_of(row: Organisme, sites) -> dict:
    """The first places of an organisme, and whether there are others."""
    rows = list(sites.order_by("tri", "pk")[: SITES_MONTRES + 1])
    return {
        "sites": [(site, StatutSite(site.statut).label) for site in rows[:SITES_MONTRES]],
        "a_d_autres_sites": len(rows) > SITES_MONTRES,
    }


def _offer_counts(row: Organisme) -> list[dict]:
    """What an organisme offers, by state, each with the list it counts. Two queries."""
    return [
        {"libelle": libelle, "nombre": nombre, "url": f"{reverse(url)}?etat={etat}&organisme={row.siret}"}
        for modele, url, etats in (
            (
                Action,
                "tableau_de_bord:action_list",
                {
                    "en_attente_validation": "Actions à valider",
                    "en_saisie": "Actions en cours de saisie",
                    "validees": "Actions validées",
                },
            ),
            (Session, "tableau_de_bord:session_list", {"publiques_actives": "Sessions en ligne"}),
        )
        for nombres in [modele.objects.filter(organisme=row).count_by_state()]
        for etat, libelle in etats.items()
        for nombre in [nombres[etat]]
    ]


@require_safe
def site(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet of a place: all of it for its organisme and the Carif-Oref, the directory's for others."""
    rows = Site.objects.readable_by(request.user).select_related("organisme", "commune")
    row = get_object_or_404(rows, pk=pk)
    if not Site.objects.visible_to(request.user).filter(pk=pk).exists():
        context = {"site": row, "lignes": lecture.site_lines(row)}
        return render(request, "etablissements/site_public.html", context)
    return render(request, "etablissements/site.html", _site_context(request, row))


def _site_context(request: HttpRequest, row: Site) -> dict:
    """What the sheet of a place shows to its people and to the Carif-Oref."""
    evenements = EvenementEtablissement.objects.filter(objet="site", objet_pk=row.pk)
    est_carif = request.user.est_carif
    return {
        "site": row,
        "est_carif": est_carif,
        "peut_saisir": Site.objects.editable_by(request.user).filter(pk=row.pk).exists(),
        "libelle_statut": StatutSite(row.statut).label,
        "lignes": lecture.site_lines(row),
        "contacts": Contact.objects.visible_to(request.user).filter(site=row)[:CONTACTS_MONTRES],
        "usages": usages(row, est_carif),
        "historique": lecture.history(evenements),
        "decisions": forms_for(row, request.user),
        "meme_siret": same_siret(row) if est_carif else [],
        "meme_adresse": same_address(row),
    }


def usages(row: Site, est_carif: bool) -> list[dict]:
    """What uses a place: actions and sessions, each with the page that changes it. Two queries."""
    name = "validation:dossier" if est_carif else "tunnel:recapitulatif"
    actions, sessions = saisie.uses(row)
    lignes = [
        {"quoi": f"Action {action.pk}", "intitule": action.intitule, "url": reverse(name, args=[action.pk])}
        for action in actions[:USAGES_MONTRES]
    ]
    return lignes + [
        {
            "quoi": f"Session {session.numero or session.pk}",
            "intitule": session.action.intitule,
            "url": reverse(name, args=[session.action_id]),
        }
        for session in sessions[:USAGES_MONTRES]
    ]
