"""« Personnel »: the staff's accounts, for administrators; to anybody else these pages do not exist."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import cles
from accounts.models import RoleCarif, User
from accounts.personnel import regles
from accounts.personnel.forms import InvitationForm, MotifForm, RechercheForm, RoleForm
from sofi import export
from sofi.acces import administrateur_required
from sofi.origine import origine_of
from sofi.paging import page_by_key

PAR_PAGE = 50
#: The staff as a file.
PERSONNEL: export.Colonnes = [
    ("Personne", str),
    ("E-mail", lambda membre: membre.email),
    ("Rôle", lambda membre: membre.get_role_carif_display()),
    ("Second facteur", lambda membre: membre.a_un_facteur),
    ("Dernière connexion", lambda membre: membre.last_login),
    ("Compte actif", lambda membre: membre.is_active),
]
PAGE = require_http_methods(["GET", "HEAD", "POST"])


@administrateur_required
@require_safe
def personnel(request: HttpRequest) -> HttpResponseBase:
    """The staff by name, the invitations that wait, and the way to help whoever lost their second factor."""
    if export.asked(request):
        return export.export(request, "personnel", PERSONNEL, regles.membres().order_by("nom", "pk"))
    context = {
        "page": page_by_key(regles.membres(), request.GET, key="nom", size=PAR_PAGE),
        "invitations": regles.invitations()[:PAR_PAGE],
        "form": RechercheForm(),
        "telechargements": export.links(request),
    }
    return render(request, "accounts/personnel.html", context)


@administrateur_required
@PAGE
def inviter(request: HttpRequest) -> HttpResponse:
    """Invite a colleague: they receive a key for the chosen role."""
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            regles.inviter(**form.cleaned_data, par=request.user, origine=origine_of(request))
        except regles.PersonnelRefuse as refus:
            form.add_error(None, str(refus))
        else:
            messages.success(request, f"L’invitation est partie à {form.cleaned_data['email']}.")
            return redirect("accounts:personnel")
    return render(request, "accounts/personnel_inviter.html", {"form": form})


@administrateur_required
@PAGE
def membre(request: HttpRequest, pk: int) -> HttpResponse:
    """One member of the staff: their role, their account, their second factor."""
    membre = get_object_or_404(regles.membres(), pk=pk)
    form = RoleForm(request.POST or None, initial={"role": membre.role_carif})
    if request.method == "POST" and form.is_valid():
        role = RoleCarif(form.cleaned_data["role"])
        fait = f"{membre} a maintenant le rôle «\u00a0{role.label}\u00a0»."
        return _do(request, regles.changer_role, pk, role, fait=fait)
    context = {"form": form, "membre": membre, "est_vous": membre == request.user}
    return render(request, "accounts/personnel_membre.html", context)


@administrateur_required
@PAGE
def desactiver(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account, once the administrator has read what it does."""
    membre = get_object_or_404(regles.membres(), pk=pk)
    if request.method == "POST":
        return _do(request, regles.desactiver, pk, fait=f"Compte désactivé\u00a0: {membre}.")
    context = {"membre": membre, "est_vous": membre == request.user}
    return render(request, "accounts/personnel_desactiver.html", context)


@administrateur_required
@require_POST
def reactiver(request: HttpRequest, pk: int) -> HttpResponse:
    """Open an account again."""
    membre = get_object_or_404(regles.membres(), pk=pk)
    return _do(request, regles.reactiver, pk, fait=f"Compte réactivé\u00a0: {membre}.")


@administrateur_required
@require_safe
def chercher(request: HttpRequest) -> HttpResponse:
    """Find by e-mail the person, of an organisation or not, whose second factor is lost."""
    form = RechercheForm(request.GET)
    if form.is_valid():
        user = User.objects.filter(email=form.cleaned_data["email"]).first()
        if user:
            return redirect("accounts:personnel_facteur", user.pk)
        form.add_error("email", "Personne n’a de compte à cette adresse\u00a0: vérifiez-la.")
    return render(request, "accounts/personnel_chercher.html", {"form": form})


@administrateur_required
@PAGE
def facteur(request: HttpRequest, pk: int) -> HttpResponse:
    """Take away the second factor of somebody else, and say why."""
    personne = get_object_or_404(regles.with_facteur(User.objects.filter(anonymise_le=None)), pk=pk)
    form = MotifForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        fait = f"Second facteur retiré\u00a0: {personne}. Un e-mail lui dit comment en installer un autre."
        return _do(request, regles.retirer_facteur, pk, form.cleaned_data["motif"], fait=fait)
    context = {"form": form, "personne": personne, "est_vous": personne == request.user}
    return render(request, "accounts/personnel_facteur.html", context)


@administrateur_required
@require_POST
def invitation_annuler(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the key of an invitation useless."""
    cle = get_object_or_404(regles.invitations(), pk=pk)
    return _with_key(request, cles.revoquer, cle, f"L’invitation pour {cle.prenom} {cle.nom} est annulée.")


@administrateur_required
@require_POST
def invitation_renvoyer(request: HttpRequest, pk: int) -> HttpResponse:
    """Send another key to the person invited; the first no longer works."""
    cle = get_object_or_404(regles.invitations(), pk=pk)
    fait = f"Une nouvelle invitation est partie à {cle.email}\u00a0: la précédente ne sert plus."
    return _with_key(request, cles.renvoyer, cle, fait)


def _do(request, act, *args, fait: str) -> HttpResponse:
    """Do `act` and say `fait`, or why it was refused."""
    try:
        act(*args, par=request.user, origine=origine_of(request))
    except regles.PersonnelRefuse as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, fait)
    return redirect("accounts:personnel")


def _with_key(request, act, cle, fait: str) -> HttpResponse:
    try:
        act(cle, par=request.user, origine=origine_of(request))
    except cles.CleClose:
        messages.warning(
            request, "Cette invitation vient d’être utilisée ou annulée\u00a0: rien n’a été changé."
        )
    else:
        messages.success(request, fait)
    return redirect("accounts:personnel")
