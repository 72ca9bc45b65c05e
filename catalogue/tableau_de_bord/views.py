"""The home of a training organisation, and the lists behind its ten counters."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalogue.enums import ROLES_SAISIE, RoleOrganisme
from catalogue.permissions import audience_of
from sofi import export
from sofi.paging import page_by_key

from .a_faire import age_of_drafts, build_a_faire, build_qualiopi, build_reports
from .compteurs import ACTIONS, GROUPES, SESSIONS, SITES, Etat, Groupe, count_tabs, read_accueil
from .exports import columns
from .filters import FILTERS
from .lignes import describe, with_row
from .premiers_pas import build_premiers_pas


@require_safe
def accueil(request):
    """« Tableau de bord » of an OF (manual, after signing in); the Carif-Oref's home is its queue."""
    if request.user.est_carif:
        return redirect("validation:file")
    lecture = read_accueil(request.user)
    nombres, precisions = lecture.nombres, age_of_drafts(lecture.premier_brouillon, timezone.localdate())
    groupes = [
        {
            "titre": groupe.titre,
            "compteurs": [
                {
                    "libelle": etat.libelle,
                    "nombre": nombres[groupe.titre, etat.code],
                    "url": groupe.url(etat),
                    "agir": etat.agir,
                }
                for etat in groupe.etats
                if etat.est_compteur
            ],
        }
        for groupe in GROUPES
    ]
    peut_saisir = _may_type(request)
    contexte = {
        "groupes": groupes,
        "a_faire": build_a_faire(nombres, precisions) + (_own_tasks(request, lecture) if peut_saisir else []),
        "est_vide": not nombres[ACTIONS.titre, ""],
        "premiers_pas": _premiers_pas(request, nombres) if peut_saisir else [],
        "peut_saisir": peut_saisir,
    }
    return render(request, "tableau_de_bord/accueil.html", contexte)


def _own_tasks(request, lecture) -> list[dict]:
    """What waits beside the offer: errors reported by visitors, the Qualiopi certificate."""
    return build_reports(lecture.signalements) + build_qualiopi(request.organisme, timezone.localdate())


def _premiers_pas(request, nombres) -> list:
    gere = request.rattachement.role == RoleOrganisme.GESTIONNAIRE
    return build_premiers_pas(request.organisme, nombres, gere=gere)


@require_safe
def action_list(request):
    """The actions behind « Actions », or in one state with `?etat=`."""
    return _render_list(request, ACTIONS, "tableau_de_bord/action_list.html")


@require_safe
def session_list(request):
    """The sessions behind « Sessions », or in one state with `?etat=`."""
    return _render_list(request, SESSIONS, "tableau_de_bord/session_list.html")


@require_safe
def site_list(request):
    """The places behind « Sites et contacts », or in one state with `?etat=`."""
    return _render_list(request, SITES, "tableau_de_bord/site_list.html")


def _render_list(request, groupe: Groupe, template: str):
    """One page of what the person may see of `groupe` in the state of the address; 404 if unknown."""
    user = request.user
    etat = groupe.find(request.GET.get("etat", ""))
    if etat is None:
        raise Http404
    filtre = FILTERS[groupe.model](request.GET, with_row(groupe.queryset(user, etat)), user=user)
    audience, today = audience_of(user), timezone.localdate()
    if export.asked(request):
        rows = filtre.qs.order_by(f"{'-' if etat.descending else ''}{etat.cle}", "pk")
        return export.export(
            request, f"{groupe.model._meta.model_name}s", columns(groupe.model, audience, today), rows
        )
    page = page_by_key(filtre.qs, request.GET, key=etat.cle, descending=etat.descending)
    peut_saisir = _may_type(request)
    contexte = {
        "groupe": groupe,
        "etat": etat,
        "onglets": _tabs(user, groupe, etat),
        "page": page,
        "lignes": [(row, describe(row, audience, today, peut_saisir=peut_saisir)) for row in page.rows],
        "form": filtre.form,
        "filtres": filtre.chips(),
        "url_etat": groupe.url(etat),
        "telechargements": export.links(request),
        "autres": [
            {"libelle": autre.titre, "url": autre.url(autre.tous)} for autre in GROUPES if autre is not groupe
        ],
        "est_carif": user.est_carif,
        "peut_saisir": peut_saisir,
    }
    return render(request, template, contexte)


def _may_type(request) -> bool:
    """Whether an OF's person may type, and so is offered to. The staff do it from the action's dossier."""
    return bool(request.rattachement) and request.rattachement.role in ROLES_SAISIE


def _tabs(user, groupe: Groupe, courant: Etat) -> list[dict]:
    """The states of a list as links, with their numbers where counting them is cheap."""
    nombres = count_tabs(user, groupe)
    return [
        {
            "libelle": etat.onglet,
            "url": groupe.url(etat),
            "nombre": nombres.get((groupe.titre, etat.code)),
            "courant": etat is courant,
        }
        for etat in groupe.etats
    ]
