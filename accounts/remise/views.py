"""The keys of an organisme, given and taken back by the Carif-Oref, and the letter that carries one."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import cles
from accounts.cles import lettre
from accounts.models import CleActivation
from accounts.remise.forms import CleForm
from accounts.remise.lignes import lines_of, members_of
from catalogue.models import Organisme
from sofi import export
from sofi.acces import carif_required
from sofi.courriels import lien
from sofi.origine import origine_of
from sofi.paging import page_by_key

PAR_PAGE = 50
#: The keys of an organisme as a file: to whom, never the key.
CLES: export.Colonnes = [
    ("Pour", lambda ligne: f"{ligne.cle.prenom} {ligne.cle.nom}"),
    ("E-mail", lambda ligne: ligne.cle.email),
    ("Rôle", lambda ligne: ligne.cle.get_role_display()),
    ("Donnée par", lambda ligne: ligne.cle.emise_par),
    ("Donnée le", lambda ligne: ligne.cle.emise_le),
    ("État", lambda ligne: ligne.etat),
    ("Depuis le", lambda ligne: ligne.quand),
]


@carif_required
@require_http_methods(["GET", "HEAD", "POST"])
def organisme_cles(request, pk):
    """Who works for the organisme, its keys, newest first, and the form that gives one more."""
    organisme = get_object_or_404(Organisme.objects.visible_to(request.user), pk=pk)
    rows = organisme.cles.select_related("emise_par")
    if request.method != "POST" and export.asked(request):
        lignes = lines_of(rows.order_by("-emise_le", "-pk"), timezone.now())
        return export.export(request, f"cles-{pk}", CLES, lignes)
    page = page_by_key(rows, request.GET, key="emise_le", descending=True, size=PAR_PAGE)
    derniere = organisme.cles.order_by("-pk").values_list("pk", flat=True).first() or 0
    form = CleForm(request.POST if request.method == "POST" else None, initial={"derniere": derniere})
    if form.is_valid():
        return _issue(request, organisme, form.cleaned_data)
    contexte = {
        "organisme": organisme,
        "membres": members_of(organisme),
        "lignes": lines_of(page.rows, timezone.now()),
        "page": page,
        "form": form,
        "telechargements": export.links(request),
    }
    return render(request, "accounts/cles.html", contexte)


def _issue(request, organisme, champs):
    try:
        cle, texte = cles.emettre(
            organisme=organisme, par=request.user, origine=origine_of(request), **champs
        )
    except cles.CleClose:
        return _already(request, organisme.pk)
    return _given(request, cle, texte, champs["par_lettre"])


@carif_required
@require_POST
def cle_renvoyer(request, pk):
    """Give the same person a new key, by mail or by letter: the one they had can be used no more."""
    cle = _get(request, pk)
    par_lettre = "par_lettre" in request.POST
    try:
        nouvelle, texte = cles.renvoyer(
            cle, par=request.user, origine=origine_of(request), par_lettre=par_lettre
        )
    except cles.CleClose:
        return _already(request, cle.organisme_id)
    return _given(request, nouvelle, texte, par_lettre)


@carif_required
@require_POST
def cle_revoquer(request, pk):
    """Make a key useless."""
    cle = _get(request, pk)
    try:
        cles.revoquer(cle, par=request.user, origine=origine_of(request))
    except cles.CleClose:
        return _already(request, cle.organisme_id)
    messages.success(request, f"La clé donnée à {cle.prenom} {cle.nom} est annulée.")
    return redirect("accounts:organisme_cles", cle.organisme_id)


@carif_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cle_lettre(request, pk):
    """The letter of a key just given, to be printed; posted, it is forgotten."""
    cle = _get(request, pk)
    if request.method == "POST":
        lettre.forget(request.session)
        messages.success(request, f"La lettre pour {cle.prenom} {cle.nom} est imprimée, et effacée d’ici.")
        return redirect("accounts:organisme_cles", cle.organisme_id)
    texte = lettre.kept(request.session, cle)
    contexte = {
        "cle": cle,
        "groupes": texte.split("-") if texte else [],
        "url": lien("accounts:cle_activation"),
    }
    return render(request, "accounts/lettre.html", contexte)


def _get(request, pk) -> CleActivation:
    """A key of an organisme; those of the staff are kept by its administrators."""
    organismes = Organisme.objects.visible_to(request.user)
    return get_object_or_404(
        CleActivation.objects.select_related("organisme"), pk=pk, organisme__in=organismes
    )


def _given(request, cle, texte, par_lettre):
    if par_lettre:
        lettre.keep(request.session, cle, texte)
        return redirect("accounts:cle_lettre", cle.pk)
    messages.success(request, f"Une nouvelle clé pour {cle.prenom} {cle.nom} part par e-mail à {cle.email}.")
    return redirect("accounts:organisme_cles", cle.organisme_id)


def _already(request, organisme_pk):
    messages.info(
        request,
        "Rien n’a été fait de plus\u00a0: cette clé vient d’être donnée, remplacée, annulée ou utilisée. "
        "La liste ci-dessous est à jour.",
    )
    return redirect("accounts:organisme_cles", organisme_pk)
