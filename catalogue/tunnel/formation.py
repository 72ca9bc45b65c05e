"""F: find a certification, know what it is, pick it; then its read-only sheet (manual step 2)."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from catalogue.certifications.fiche import fiche_of_certification, fiche_of_formation
from catalogue.certifications.recherche import build_search, clean_query
from catalogue.certifications.remplacements import live_successors
from catalogue.certifications.situation import situation_of
from catalogue.models import Action, Certification, Formation, Organisme
from catalogue.tunnel.liste import action_lines
from catalogue.tunnel.steps import build_ribbon
from sofi.paging import page_by_key

ACTIONS_PAR_PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
def formation_create(request: HttpRequest) -> HttpResponse:
    """One box to find a certification, its sheet once found; POST picks it for the organisme."""
    if not request.organisme:
        return _without_organisme(request)
    organismes = Organisme.objects.editable_by(request.user)
    organisme = get_object_or_404(organismes, pk=request.organisme.pk)
    if request.method == "POST":
        return _pick(request, organisme)
    jour = timezone.localdate()
    code = clean_query(request.GET.get("code"))
    choisie = Certification.objects.filter(pk=code).first() if code else None
    context = {"pour_choisir": True, "q": ""}
    if choisie is None:
        context |= build_search(request.GET, jour=jour)
        context["code_inconnu"] = bool(code)
        choisie = _exact(context)
    if choisie:
        context |= _choice(request, organisme, choisie, jour)
    return render(request, "tunnel/formation_create.html", context)


def _without_organisme(request: HttpRequest) -> HttpResponse:
    """The Carif-Oref chooses for whom first; somebody of no organisme reads why they cannot."""
    if request.user.est_carif:
        messages.info(
            request,
            "Une formation se crée au nom d’un organisme\u00a0: trouvez-le ici, ouvrez sa fiche, puis "
            "«\u00a0Agir pour cet organisme\u00a0».",
        )
        return redirect("etablissements:annuaire")
    messages.info(
        request,
        "Une formation se crée au nom d’un organisme de formation\u00a0: ce compte n’en représente aucun.",
    )
    return redirect("tunnel:formation_list")


def _exact(recherche: dict) -> Certification | None:
    """The certification whose code was typed in full, if that is what was typed."""
    trouvees = recherche["resultats"].trouvees
    if trouvees and trouvees[0].certification.code == recherche["q"]:
        return trouvees[0].certification
    return None


def _choice(request, organisme, certification, jour) -> dict:
    """What is shown before choosing `certification`, and what the organisme already has on it."""
    successeurs = live_successors(certification.code, jour)
    formation = Formation.objects.filter(organisme=organisme.pk, certification=certification).first()
    actions = Action.objects.filter(formation=formation).annotate(nb_sessions=Count("sessions"))
    return {
        "certification": certification,
        "fiche": fiche_of_certification(certification, jour),
        "situation": situation_of(certification, successeurs, jour),
        "successeurs": successeurs,
        "formation": formation,
        "lignes": action_lines(actions.order_by("-pk")[:ACTIONS_PAR_PAGE], request.user) if formation else [],
    }


def _pick(request: HttpRequest, organisme: Organisme) -> HttpResponse:
    """Make the formation, or find the one a first click made, and lead to its first action."""
    certification = get_object_or_404(Certification, pk=clean_query(request.POST.get("code")))
    retour = f"{reverse('tunnel:formation_create')}?code={certification.code}"
    if request.POST.get("organisme", str(organisme.pk)) != str(organisme.pk):  # changed in another tab
        messages.warning(
            request,
            f"Vous travaillez maintenant pour {organisme.nom}\u00a0: "
            "vérifiez que c’est bien pour lui, puis choisissez de nouveau.",
        )
        return redirect(retour)
    jour = timezone.localdate()
    situation = situation_of(certification, live_successors(certification.code, jour), jour)
    if not situation.est_choisissable:
        messages.error(request, f"{situation.phrase} Choisissez une autre certification.")
        return redirect(retour)
    wanted = Formation(organisme=organisme, certification=certification)
    Formation.objects.bulk_create([wanted], ignore_conflicts=True)  # whoever clicks first makes it
    formation = Formation.objects.get(organisme=organisme, certification=certification)
    return redirect("tunnel:action_create", formation.pk)


@require_safe
def formation(request: HttpRequest, pk: int) -> HttpResponse:
    """The read-only sheet of a formation, and its actions, newest first."""
    formations = Formation.objects.visible_to(request.user)
    formation = get_object_or_404(
        formations.select_related("organisme", "certification__type_diplome"), pk=pk
    )
    jour = timezone.localdate()
    certification = formation.certification
    successeurs = live_successors(certification.code, jour) if certification else []
    actions = formation.actions.annotate(nb_sessions=Count("sessions"))
    page = page_by_key(actions, request.GET, key="cree_le", descending=True, size=ACTIONS_PAR_PAGE)
    context = {
        "formation": formation,
        "ruban": build_ribbon("F", formation),
        "fiche": fiche_of_formation(formation, jour),
        "situation": situation_of(certification, successeurs, jour) if certification else None,
        "successeurs": successeurs,
        "page": page,
        "lignes": action_lines(page.rows, request.user),
        "peut_saisir": Formation.objects.editable_by(request.user).filter(pk=pk).exists(),
        "peut_choisir": not request.user.est_carif,
    }
    return render(request, "tunnel/formation.html", context)
