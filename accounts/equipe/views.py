"""« Équipe »: everybody of the organisme reads the list, its managers change it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import cles
from accounts.equipe import regles
from accounts.equipe.forms import InvitationForm, RoleForm
from accounts.models import Rattachement
from catalogue.enums import RoleOrganisme
from catalogue.models import Organisme
from sofi import export
from sofi.origine import origine_of
from sofi.paging import page_by_key

PAR_PAGE = 50
#: The team as a file.
EQUIPE: export.Colonnes = [
    ("Personne", lambda membre: membre.user),
    ("E-mail", lambda membre: membre.user.email),
    ("Rôle", lambda membre: membre.get_role_display()),
    ("Depuis le", lambda membre: timezone.localdate(membre.cree_le)),
    ("Compte actif", lambda membre: membre.user.is_active),
]
AUTRE_ORGANISME = (
    "Vous travaillez maintenant pour un autre organisme que sur la page d’où vous venez\u00a0: "
    "rien n’a été changé."
)
PAGE = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def equipe(request: HttpRequest) -> HttpResponseBase:
    """The members, the first come first, and for a manager the invitations that wait."""
    organisme = _organisme(request)
    membres = regles.membres(organisme, request.user)
    if export.asked(request):
        return export.export(request, "equipe", EQUIPE, membres.order_by("pk"))
    gere = request.rattachement.role == RoleOrganisme.GESTIONNAIRE
    page = page_by_key(membres, request.GET, key="id", size=PAR_PAGE)
    vous = request.rattachement.pk
    gestionnaires = Rattachement.objects.gestionnaires().filter(organisme=organisme).select_related("user")
    context = {
        "organisme": organisme,
        "gere": gere,
        "page": page,
        "telechargements": export.links(request),
        "vous": vous,
        "gestionnaires": list(gestionnaires.order_by("pk")[:5]),
        "invitations": regles.invitations(organisme, request.user)[:PAR_PAGE] if gere else [],
    }
    return render(request, "accounts/equipe.html", context)


@PAGE
def inviter(request: HttpRequest) -> HttpResponse:
    """Invite a colleague: they receive a key for the chosen role."""
    organisme = _managed(request)
    form = InvitationForm(request.POST or None, organisme=organisme)
    if request.method == "POST" and form.is_valid():
        try:
            regles.inviter(organisme, **form.colleague, par=request.user, origine=origine_of(request))
        except regles.EquipeRefusee as refus:
            form.add_error(None, str(refus))
        else:
            messages.success(request, f"L’invitation est partie à {form.cleaned_data['email']}.")
            return redirect("accounts:equipe")
    return render(request, "accounts/equipe_inviter.html", {"form": form, "organisme": organisme})


@PAGE
def membre(request: HttpRequest, pk: int) -> HttpResponse:
    """One member: their role, and the way to take them out of the team."""
    organisme = _managed(request)
    membre = get_object_or_404(regles.membres(organisme, request.user), pk=pk)
    form = RoleForm(request.POST or None, initial={"role": membre.role})
    if request.method == "POST" and form.is_valid():
        role = RoleOrganisme(form.cleaned_data["role"])
        fait = f"{membre.user} a maintenant le rôle «\u00a0{role.label}\u00a0»."
        return _do(request, regles.changer_role, organisme, pk, role, fait=fait)
    context = {
        "form": form,
        "organisme": organisme,
        "membre": membre,
        "est_vous": membre.user == request.user,
        "est_seul": regles.est_seul_gestionnaire(membre),
    }
    return render(request, "accounts/equipe_membre.html", context)


@PAGE
def retirer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a member out of the team, once the manager has read what it does."""
    organisme = _managed(request)
    membre = get_object_or_404(regles.membres(organisme, request.user), pk=pk)
    if request.method == "POST":
        fait = f"{membre.user} ne fait plus partie de l’équipe."
        return _do(request, regles.retirer, organisme, pk, fait=fait)
    return render(request, "accounts/equipe_retirer.html", {"organisme": organisme, "membre": membre})


@PAGE
def quitter(request: HttpRequest) -> HttpResponse:
    """Leave the team by oneself. A member of the staff in its space does not belong to it: 404."""
    organisme = _organisme(request)
    membre = get_object_or_404(regles.membres(organisme, request.user), user=request.user)
    if request.method == "POST":
        if request.POST.get("organisme") != str(organisme.pk):  # a double click, or another tab
            messages.warning(request, AUTRE_ORGANISME)
            return redirect("accounts:equipe")
        fait = f"Vous ne faites plus partie de l’équipe «\u00a0{organisme.nom}\u00a0»."
        return _do(request, regles.quitter, organisme, fait=fait, suite="/")
    context = {"organisme": organisme, "est_seul": regles.est_seul_gestionnaire(membre)}
    return render(request, "accounts/equipe_quitter.html", context)


@require_POST
def invitation_annuler(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the key of an invitation useless."""
    cle = get_object_or_404(regles.invitations(_managed(request), request.user), pk=pk)
    return _with_key(request, cles.revoquer, cle, f"L’invitation pour {cle.prenom} {cle.nom} est annulée.")


@require_POST
def invitation_renvoyer(request: HttpRequest, pk: int) -> HttpResponse:
    """Send another key to the person invited; the first no longer works."""
    cle = get_object_or_404(regles.invitations(_managed(request), request.user), pk=pk)
    fait = f"Une nouvelle invitation est partie à {cle.email}\u00a0: la précédente ne sert plus."
    return _with_key(request, regles.renvoyer, cle, fait)


def _organisme(request) -> Organisme:
    """The organisme whose team it is: the one the person works for."""
    if not request.organisme:
        raise Http404
    return request.organisme


def _managed(request) -> Organisme:
    """The organisme, if the person manages its team."""
    return get_object_or_404(Organisme.objects.managed_by(request.user), pk=_organisme(request).pk)


def _do(request, act, *args, fait: str, suite: str = "accounts:equipe") -> HttpResponse:
    """Do `act` and say `fait`, or why it was refused."""
    try:
        act(*args, par=request.user, origine=origine_of(request))
    except regles.EquipeRefusee as refus:
        messages.error(request, str(refus))
        return redirect("accounts:equipe")
    messages.success(request, fait)
    return redirect(suite)


def _with_key(request, act, cle, fait: str) -> HttpResponse:
    try:
        act(cle, par=request.user, origine=origine_of(request))
    except regles.EquipeRefusee as refus:
        messages.error(request, str(refus))
    except cles.CleClose:
        messages.warning(
            request, "Cette invitation vient d’être utilisée ou annulée\u00a0: rien n’a été changé."
        )
    else:
        messages.success(request, fait)
    return redirect("accounts:equipe")
