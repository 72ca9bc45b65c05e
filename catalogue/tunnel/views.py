"""Steps A, S and D: show, save, delete (manual steps 3 to 6)."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from catalogue import arbre, saisie
from catalogue.enums import STATUTS_MODIFIABLES, StatutAction
from catalogue.models import Action, Dispositif, Formation, Session
from catalogue.permissions import audience_of
from catalogue.saisie import Row, SaisieRefusee, action_of
from catalogue.tunnel import orphelines, prefill, steps
from catalogue.tunnel.conflit import explain
from catalogue.tunnel.etape_form import EtapeForm
from catalogue.tunnel.forms import ActionForm, DispositifForm, SessionForm

#: Where a row may be saved instead: addresses, and what they are called.
Ailleurs = Sequence[tuple[str, str]]
step = require_http_methods(["GET", "HEAD", "POST"])
ENREGISTRE = "L’enregistrement a bien été effectué."
CORRIGE = "La correction est enregistrée. L’organisme la lira avec la décision."
TEMPLATES = {
    Action: "tunnel/action.html",
    Session: "tunnel/session.html",
    Dispositif: "tunnel/dispositif.html",
}


@step
def action_create(request: HttpRequest, formation_pk: int) -> HttpResponse:
    """Step A of a new action of a formation."""
    formations = Formation.objects.editable_by(request.user).select_related("certification")
    formation = formations.filter(pk=formation_pk).first()
    return _step(request, _new_action(formation)) if formation else _without_formation(request, formation_pk)


@step
def action(request: HttpRequest, pk: int) -> HttpResponse:
    """Step A of an action."""
    return _step(request, _found(_action(request, pk)))


@step
def session_create(request: HttpRequest, action_pk: int) -> HttpResponse:
    """Step S of a new session of an action."""
    return _step(request, _new_session(_found(_action(request, action_pk))))


@step
def session(request: HttpRequest, pk: int) -> HttpResponse:
    """Step S of a session."""
    if row := _session(request, pk):
        return _step(request, row)
    return _gone(request, _new_session(get_object_or_404(_actions(request.user), pk=_parent(request))))


@step
def dispositif_create(request: HttpRequest, session_pk: int) -> HttpResponse:
    """Step D of a new dispositif of a session."""
    parente = _session(request, session_pk)
    return _step(request, _new_dispositif(parente)) if parente else _without_session(request, session_pk)


@step
def dispositif(request: HttpRequest, pk: int) -> HttpResponse:
    """Step D of a dispositif."""
    if row := _dispositif(request, pk):
        return _step(request, row)
    parente = _sessions(request.user).filter(pk=_parent(request)).first()
    return (
        _gone(request, _new_dispositif(parente)) if parente else _without_session(request, _parent(request))
    )


def _found(row: Row | None) -> Row:
    if row is None:
        raise Http404
    return row


# A screen shows the whole action: its row is taken from the tree, read once. A save needs the row alone.


def _action(request: HttpRequest, pk: int) -> Action | None:
    rows = _actions(request.user).filter(pk=pk)
    return rows.first() if request.method == "POST" else arbre.read(rows)


def _session(request: HttpRequest, pk: int) -> Session | None:
    if request.method == "POST":
        return _sessions(request.user).filter(pk=pk).first()
    tree = arbre.read(_actions(request.user).filter(sessions=pk))
    return tree and next((row for row in tree.sessions.all() if row.pk == pk), None)


def _dispositif(request: HttpRequest, pk: int) -> Dispositif | None:
    if request.method == "POST":
        return _dispositifs(request.user).filter(pk=pk).first()
    tree = arbre.read(_actions(request.user).filter(sessions__dispositifs=pk))
    dispositifs = (d for row in tree.sessions.all() for d in row.dispositifs.all()) if tree else ()
    return next((row for row in dispositifs if row.pk == pk), None)


def _actions(user):
    return Action.objects.editable_by(user).select_related("formation__certification")


def _sessions(user):
    return Session.objects.editable_by(user).select_related("action__formation__certification")


def _dispositifs(user):
    return Dispositif.objects.editable_by(user).select_related("session__action__formation__certification")


def _new_action(formation: Formation) -> Action:
    return Action(formation=formation, organisme_id=formation.organisme_id)


def _new_session(racine: Action) -> Session:
    return Session(action=racine, organisme_id=racine.organisme_id)


def _new_dispositif(parente: Session) -> Dispositif:
    return Dispositif(session=parente, organisme_id=parente.organisme_id)


def _gone(request: HttpRequest, row: Row) -> HttpResponse:
    """A row deleted while it was being typed: the same screen, ready to make it anew as `row`."""
    return _kept(request, row, SaisieRefusee("supprimee", saisie.SUPPRIMEE))


def _without_session(request: HttpRequest, pk: int | None) -> HttpResponse:
    """A dispositif typed while its session was deleted: the same screen, to save it in another. Else 404."""
    racine = _found(orphelines.action_without(pk, _posted_pk(request, "action"), request.user))
    row = _new_dispositif(Session(pk=pk, action=racine, organisme_id=racine.organisme_id))
    refus = SaisieRefusee("orpheline", saisie.SANS_SESSION)
    return _kept(request, row, refus, orphelines.in_sessions(racine))


def _without_formation(request: HttpRequest, pk: int) -> HttpResponse:
    """An action typed while its formation went away with its code: the same screen, to save it in the one
    that took its place. Else 404."""
    formations = orphelines.formations_after(pk, request.user) if request.method == "POST" else []
    row = _new_action(_found(next(iter(formations), None)))
    refus = SaisieRefusee("orpheline", saisie.SANS_FORMATION)
    return _kept(request, row, refus, orphelines.in_formations(formations))


def _kept(request: HttpRequest, row: Row, refus: SaisieRefusee, ailleurs: Ailleurs = ()) -> HttpResponse:
    """The screen of a new row that was not saved, with what was typed."""
    form = _form(row, request)
    form.is_valid()  # fills what can be filled, and says what cannot
    return _page(request, row, form, refus, ailleurs)


def _parent(request: HttpRequest) -> int | None:
    """The row one step up, as the form says it."""
    return _posted_pk(request, "parent")


def _posted_pk(request: HttpRequest, nom: str) -> int | None:
    """The key posted as `nom`; None for anything else, thousands of digits included."""
    try:
        return int(request.POST.get(nom, ""))
    except ValueError:
        return None


def _step(request: HttpRequest, row: Row) -> HttpResponse:
    """Show the form of `row`, or save it and go on."""
    if request.method != "POST":
        return (None if _corrects(request, row) else _closed(request, row)) or _page(request, row)
    form = _form(row, request)
    if not form.is_valid():
        return _page(request, row, form)
    try:
        enregistree = form.save_step(request.user)
    except SaisieRefusee as refus:
        if refus.code == "orpheline":
            without = _without_formation if isinstance(row, Action) else _without_session
            return without(request, steps.parent_pk(row))
        if refus.code != "site":
            return _page(request, row, form, refus)
        form = _form(row, request)
        form.is_valid()  # no longer in the list: the field says so
        return _page(request, row, form)
    est_correction = _corrects(request, enregistree)
    messages.success(request, CORRIGE if est_correction else ENREGISTRE)
    return redirect(_after(request, enregistree))


def _corrects(request: HttpRequest, row: Row) -> bool:
    """Whether this is a valideur correcting a stored row of an action that waits for their decision."""
    # Asked first of the person: an organisme's save does not read its action again for this.
    return request.user.est_carif and row.pk is not None and saisie.may_correct(action_of(row), request.user)


def _form(row: Row, request: HttpRequest, **options) -> EtapeForm:
    """The form of `row`'s step, bound to what was posted."""
    data = request.POST if request.method == "POST" else None
    match row:
        case Action():
            return ActionForm(data, instance=row, **options)
        case Session():
            return SessionForm(data, instance=row, **options)
        case Dispositif():
            return DispositifForm(data, instance=row, tous_types=request.user.est_carif, **options)


def _page(
    request: HttpRequest,
    row: Row,
    form: EtapeForm | None = None,
    refus: SaisieRefusee | None = None,
    ailleurs: Ailleurs = (),
) -> HttpResponse:
    """The screen of a step. Status 409 when the save was refused: what was typed is still there, to be saved
    `ailleurs` when what it was typed for is gone."""
    racine = action_of(row)
    est_lu = racine.pk is None or request.method != "POST"
    tree = racine if est_lu else arbre.read(Action.objects.filter(pk=racine.pk))
    if form is None:
        initial = prefill.for_new(row, tree) if row.pk is None else {}
        form = _form(row, request, initial=initial)
        est_prerempli = any(initial.values())
    else:
        est_prerempli = False
    context = {
        "form": form,
        "row": row,
        "action": tree,
        "formation": racine.formation,
        "conflit": explain(form, refus, request.user) if refus else None,
        "ailleurs": ailleurs,
        "est_prerempli": est_prerempli,
        "precedent": steps.previous_url(row),
        "retour": _retour(request),
        "est_correction": _corrects(request, row),
        "parent": steps.parent_pk(row),
        **steps.build_screen(row, tree),
    }
    return render(request, TEMPLATES[type(row)], context, status=409 if refus else 200)


def _closed(request: HttpRequest, row: Row) -> HttpResponse | None:
    """The way to the récapitulatif when the action is no longer being typed; it offers to reopen."""
    racine = action_of(row)
    if racine.pk is None or racine.statut in STATUTS_MODIFIABLES:
        return None
    etat = StatutAction(racine.statut).label_for(audience_of(request.user))
    messages.warning(request, f"Cette action n’est pas modifiable dans son état : « {etat} ».")
    return redirect(steps.recapitulatif_url(racine.pk))


def _retour(request: HttpRequest) -> str:
    """Where the person came from and goes back to: récapitulatif or dossier; nothing else is followed."""
    asked = request.POST.get("retour") or request.GET.get("retour")
    known = (steps.RECAPITULATIF, *((steps.DOSSIER,) if request.user.est_carif else ()))
    return asked if asked in known else ""


def _after(request: HttpRequest, row: Row) -> str:
    """Where a save leads: back where one came from, on to the next step, or the same screen."""
    match _retour(request):
        case steps.DOSSIER:
            return reverse("validation:dossier", args=[action_of(row).pk])
        case steps.RECAPITULATIF:
            return steps.recapitulatif_url(action_of(row).pk)
    return steps.next_url(row) if request.POST.get("suite") == "continuer" else steps.url_of(row)


@step
def session_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then delete a session and its dispositifs."""
    return _delete(request, _sessions(request.user).filter(pk=pk).first(), "session")


@step
def dispositif_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then delete a dispositif."""
    return _delete(request, _dispositifs(request.user).filter(pk=pk).first(), "dispositif")


def _delete(request: HttpRequest, row: Session | Dispositif | None, nom: str) -> HttpResponse:
    """The confirmation page, or the act. A second click finds the row gone and is told so."""
    if row is None:
        racine = get_object_or_404(_actions(request.user), pk=_posted_pk(request, "action"))
        messages.info(request, "C’est déjà fait : la suppression avait été enregistrée.")
        return redirect(steps.recapitulatif_url(racine.pk))
    if request.method != "POST":
        context = {
            "row": row,
            "nom": nom,
            "action": action_of(row),
            "annuler": steps.url_of(row),
            "est_derniere": _is_last_online(row),
        }
        return _closed(request, row) or render(request, "tunnel/supprimer.html", context)
    try:
        saisie.delete(row, by=request.user)
    except SaisieRefusee as refus:
        messages.error(request, str(refus))
        return redirect(steps.recapitulatif_url(action_of(row).pk))
    messages.success(request, "La suppression a bien été effectuée.")
    return redirect(steps.previous_url(row))


def _is_last_online(row: Session | Dispositif) -> bool:
    """Whether `row` is a published session that its action has no other beside: nothing else can be sent."""
    if not isinstance(row, Session) or row.numero is None:
        return False
    return not Session.objects.filter(action=row.action_id).exclude(pk=row.pk).exists()


@require_safe
def reprendre(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to the first incomplete step of an action being typed, else to its récapitulatif."""
    racine = _found(arbre.read(Action.objects.editable_by(request.user).filter(pk=pk)))
    if racine.statut not in STATUTS_MODIFIABLES:
        return redirect(steps.recapitulatif_url(racine.pk))
    return redirect(steps.first_incomplete_url(racine))
