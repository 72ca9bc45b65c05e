"""« Formations »: what the organisme offers, each formation with its actions and their states."""

from django.db.models import Count, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalogue.enums import STATUTS_MODIFIABLES, StatutAction
from catalogue.models import Action, Formation, Organisme
from catalogue.models.fields import Unaccent
from catalogue.permissions import audience_of

PAR_PAGE = 20


@require_safe
def formation_list(request: HttpRequest) -> HttpResponse:
    """The formations the person may read, newest first, paged by key, with a small search."""
    q = request.GET.get("q", "").strip()[:200].replace("\x00", "")
    formations, precedent, suivant = _page(search(Formation.objects.visible_to(request.user), q), request.GET)
    audience = audience_of(request.user)
    saisit_pour = set() if request.user.est_carif else _organismes_typed_by(request.user)
    lignes = [
        {
            "formation": formation,
            "peut_saisir": formation.organisme_id in saisit_pour,
            "actions": [
                {
                    "action": action,
                    "etat": StatutAction(action.statut).label_for(audience),
                    "est_modifiable": action.statut in STATUTS_MODIFIABLES,
                }
                for action in formation.actions.all()
            ],
        }
        for formation in formations
    ]
    context = {
        "q": q,
        "lignes": lignes,
        "peut_creer": bool(saisit_pour),
        "precedent_url": precedent,
        "suivant_url": suivant,
    }
    return render(request, "tunnel/formation_list.html", context)


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


def _page(formations: QuerySet, params: QueryDict) -> tuple[list[Formation], str, str]:
    """One page of `formations` by key, and the addresses of the pages before and after ("" at an end)."""
    avant, apres = (_key(params.get(name)) for name in ("avant", "apres"))
    actions = Action.objects.annotate(nb_sessions=Count("sessions")).order_by("-pk")
    formations = formations.select_related("certification", "organisme").prefetch_related(
        Prefetch("actions", actions)
    )
    if apres:  # going back: read upwards from the key, then turn round
        rows = list(formations.filter(pk__gt=apres).order_by("pk")[: PAR_PAGE + 1])
        plus_recentes, plus_anciennes = len(rows) > PAR_PAGE, True
        rows = rows[:PAR_PAGE][::-1]
    else:
        if avant:
            formations = formations.filter(pk__lt=avant)
        rows = list(formations.order_by("-pk")[: PAR_PAGE + 1])
        plus_recentes, plus_anciennes = bool(avant), len(rows) > PAR_PAGE
        rows = rows[:PAR_PAGE]
    if not rows:
        return [], "", ""
    return (
        rows,
        _address(params, apres=rows[0].pk) if plus_recentes else "",
        _address(params, avant=rows[-1].pk) if plus_anciennes else "",
    )


def _key(value: str | None) -> int | None:
    return int(value) if value and value.isdecimal() and len(value) < 19 else None


def _address(params: QueryDict, **key: int) -> str:
    """The same list from another key, its search kept."""
    query = QueryDict(mutable=True)
    if params.get("q"):
        query["q"] = params["q"]
    query.update({name: str(value) for name, value in key.items()})
    return f"?{query.urlencode()}"
