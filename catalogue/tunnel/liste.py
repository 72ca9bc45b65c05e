"""« Formations »: what the organisme offers, each formation with its actions and their states."""

from django.db.models import Count, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalogue.enums import STATUTS_MODIFIABLES, StatutAction
from catalogue.models import Action, Formation, Organisme
from catalogue.models.fields import Unaccent
from catalogue.permissions import audience_of
from catalogue.tunnel.exports import FORMATIONS
from sofi import export
from sofi.paging import page_by_key

PAR_PAGE = 20
#: Actions shown under each formation; its own sheet has them all.
ACTIONS_MONTREES = 10


@require_safe
def formation_list(request: HttpRequest) -> HttpResponseBase:
    """The formations the person may read, newest first, paged by key, with a small search."""
    q = request.GET.get("q", "").strip()[:200].replace("\x00", "")
    actions = Action.objects.annotate(nb_sessions=Count("sessions")).order_by("-pk")
    formations = search(Formation.objects.visible_to(request.user), q)
    formations = formations.select_related("certification", "organisme")
    if export.asked(request):
        rows = formations.annotate(nb_actions=Count("actions")).order_by("-pk")
        return export.export(request, "formations", FORMATIONS, rows)
    formations = formations.prefetch_related(
        Prefetch("actions", actions[: ACTIONS_MONTREES + 1], to_attr="recentes")
    )
    page = page_by_key(formations, request.GET, key="id", descending=True, size=PAR_PAGE)
    saisit_pour = set() if request.user.est_carif else _organismes_typed_by(request.user)
    lignes = [
        {
            "formation": formation,
            "peut_saisir": formation.organisme_id in saisit_pour,
            "actions": action_lines(formation.recentes[:ACTIONS_MONTREES], request.user),
            "a_d_autres_actions": len(formation.recentes) > ACTIONS_MONTREES,
        }
        for formation in page.rows
    ]
    context = {
        "q": q,
        "lignes": lignes,
        "peut_creer": bool(saisit_pour),
        "precedent_url": page.previous_url,
        "suivant_url": page.next_url,
        "telechargements": export.links(request),
    }
    return render(request, "tunnel/formation_list.html", context)


def action_lines(actions, user) -> list[dict]:
    """Each action with its state in the words of `user`, and whether it is still being typed."""
    audience = audience_of(user)
    return [
        {
            "action": action,
            "etat": StatutAction(action.statut).label_for(audience),
            "est_modifiable": action.statut in STATUTS_MODIFIABLES,
        }
        for action in actions
    ]


def _organismes_typed_by(user) -> set[int]:
    """The organisations for which `user` may type. One query."""
    return set(Organisme.objects.editable_by(user).values_list("pk", flat=True))


def search(formations: QuerySet, q: str) -> QuerySet:
    """The formations whose title holds every word of `q` (accents and case aside), or whose code is `q`."""
    mots = Q()
    for mot in q.split():
        nu = Lower(Unaccent(Value(mot)))
        mots &= Q(certification__tri__contains=nu) | Q(intitule_libre__icontains=mot)
    return formations.filter(mots | Q(certification=q)) if q else formations
