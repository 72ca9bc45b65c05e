"""« Jours fermés »: the days that do not count in the delays, year by year."""

from datetime import date

from django.contrib import messages
from django.db.models import Max, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from catalogue.models import JourFerme
from catalogue.reglages import saisie
from catalogue.reglages.forms import ANNEES, AnneeForm, JourFermeForm
from catalogue.reglages.saisie import ReglageRefuse
from sofi.acces import administrateur_required
from sofi.typographie import date_longue


@administrateur_required
@require_http_methods(["GET", "HEAD", "POST"])
def jours(request: HttpRequest) -> HttpResponse:
    """The closed days of the year `?annee=`, and the form that adds one."""
    form = JourFermeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            row = form.save_reglage(request.user)
        except ReglageRefuse as refus:
            form.add_error(refus.champ, str(refus))
        else:
            messages.success(request, f"Le {date_longue(row.jour)} est fermé.")
            return redirect(_url(row.jour.year))
    return _page(request, _year_of(request), form)


def _page(request: HttpRequest, annee: int, form: JourFermeForm, feries: AnneeForm | None = None):
    bornes = JourFerme.objects.aggregate(premier=Min("jour"), dernier=Max("jour"))
    annees = {annee, timezone.localdate().year} | {jour.year for jour in bornes.values() if jour}
    context = {
        "annee": annee,
        "annees": [(un, _url(un)) for un in range(min(annees), max(annees) + 1)],
        "jours": [(row, date_longue(row.jour), _weekday(row.jour)) for row in _of_year(annee)],
        "form": form,
        "en_erreur": bool(feries and feries.errors),
        "feries": feries or AnneeForm(initial={"annee": annee}, prefix="feries"),
        "historique": reverse("reglages:historique") + "?objet=jourferme",
    }
    return render(request, "reglages/jours.html", context)


@administrateur_required
@require_POST
def jours_feries(request: HttpRequest) -> HttpResponse:
    """Add the public holidays of a year; those that are there already are left alone."""
    form = AnneeForm(request.POST, prefix="feries")
    if not form.is_valid():
        return _page(request, timezone.localdate().year, JourFermeForm(), form)
    annee = form.cleaned_data["annee"]
    nombre = saisie.add_feries(annee, by=request.user)
    if nombre:
        texte = "Un jour férié ajouté" if nombre == 1 else f"{nombre} jours fériés ajoutés"
        messages.success(request, f"{texte} pour {annee}.")
    else:
        messages.info(request, f"Les jours fériés de {annee} étaient déjà dans la liste.")
    return redirect(_url(annee))


@administrateur_required
@require_http_methods(["GET", "HEAD", "POST"])
def jour_supprimer(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then open a closed day again. A second click, which says the year, finds it open."""
    row = JourFerme.objects.filter(pk=pk).first()
    annee = row.jour.year if row else _year(request.POST.get("annee", ""))  # 404 to whoever says nothing
    if request.method == "POST":
        saisie.delete_jour(pk, by=request.user)
        messages.success(request, "Ce jour est de nouveau ouvert.")
        return redirect(_url(annee))
    return render(
        request,
        "reglages/jour_supprimer.html",
        {"row": row, "quand": date_longue(row.jour), "retour": _url(row.jour.year)},
    )


def _of_year(annee: int):
    return JourFerme.objects.filter(jour__range=(date(annee, 1, 1), date(annee, 12, 31)))


def _weekday(jour: date) -> str:
    return ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")[jour.weekday()]


def _year_of(request: HttpRequest) -> int:
    """The year of the address, this one by default; 404 for anything else."""
    texte = request.GET.get("annee", "")
    return _year(texte) if texte else timezone.localdate().year


def _year(texte: str) -> int:
    """The year that `texte` says; 404 when it is none of ours."""
    if not (texte.isascii() and texte.isdecimal() and len(texte) == 4):
        raise Http404
    if not ANNEES[0] <= int(texte) <= ANNEES[1]:
        raise Http404
    return int(texte)


def _url(annee: int) -> str:
    return f"{reverse('reglages:jours')}?annee={annee}"
