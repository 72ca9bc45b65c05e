"""What has no Certifinfo code, typed by the Carif-Oref: a whole offer on one screen, and its texts later."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from catalogue import demandes_aif, hors_certifinfo
from catalogue.demandes_aif import DemandeRefusee
from catalogue.demandes_aif import lecture as lecture_aif
from catalogue.enums import StatutAction
from catalogue.hors_certifinfo import TEXTES, OffreRefusee
from catalogue.models import Action, DemandeAIF, Formation, Organisme
from catalogue.saisie import SaisieRefusee
from catalogue.tunnel import offre_initiale
from catalogue.tunnel.offre_forms import OffreForm, TextesEnregistresForm
from sofi.acces import carif_required

saisir = require_http_methods(["GET", "HEAD", "POST"])
#: Formations shown beside the screen, in case the offer is there already.
DEJA_MONTREES = 10


@carif_required
@saisir
def offre_create(request: HttpRequest, organisme_pk: int) -> HttpResponse:
    """A whole offer without code, for an organisme that made no request."""
    organisme = get_object_or_404(Organisme.objects.editable_by(request.user), pk=organisme_pk)
    return _screen(request, organisme)


@carif_required
@saisir
def transformer(request: HttpRequest, pk: int) -> HttpResponse:
    """Turn a « Demande AIF hors Certifinfo » into an offer."""
    demandes = DemandeAIF.objects.editable_by(request.user).select_related("organisme", "examinateur")
    demande = get_object_or_404(demandes, pk=pk)
    if request.method != "POST" and demande.statut not in demandes_aif.A_TRAITER:
        messages.info(request, f"Cette demande est déjà « {demande.get_statut_display()} ».")
        return redirect("aif:demande", demande.pk)
    return _screen(request, demande.organisme, demande)


def _screen(request: HttpRequest, organisme: Organisme, demande: DemandeAIF | None = None) -> HttpResponse:
    """Show the five forms, or save them all and go on to the offer."""
    if request.method != "POST":
        depart = offre_initiale.for_demande(demande) if demande else offre_initiale.for_organisme(organisme)
        return _page(request, OffreForm(None, organisme, depart), organisme, demande)
    form = OffreForm(request.POST, organisme)
    if not form.is_valid():
        return _page(request, form, organisme, demande)
    try:
        action = _save(request, form, demande)
    except OffreRefusee as refus:
        form.refuse(str(refus), refus.constats)
        return _page(request, form, organisme, demande)
    except SaisieRefusee:  # the place chosen is gone: its field says so
        form = OffreForm(request.POST, organisme)
        form.is_valid()
        return _page(request, form, organisme, demande)
    except DemandeRefusee as refus:
        if refus.code == "perimee":
            return _page(request, form, organisme, refus.actuelle, refus)
        messages.warning(request, str(refus))
        return redirect("aif:demande", demande.pk)
    return _done(request, action)


def _save(request: HttpRequest, form: OffreForm, demande: DemandeAIF | None) -> Action:
    """Write the offer, and close the request it comes from."""
    options = {"by": request.user, "envoyer": request.POST.get("suite") != "brouillon"}
    if demande is None:
        return hors_certifinfo.create_offer(form.build_offre(), form.jeton, **options)
    version = _posted_version(request)
    return demandes_aif.transform(demande.pk, form.build_offre(), form.jeton, version=version, **options)


def _posted_version(request: HttpRequest) -> int:
    """The version of the request that was read; 0, which no request has, for anything else."""
    try:
        return int(request.POST.get("demande_version", "")[:9])
    except ValueError:
        return 0


def _done(request: HttpRequest, action: Action) -> HttpResponse:
    """On to the file of what was sent, or to the récapitulatif of what was only saved."""
    if action.statut == StatutAction.EN_SAISIE:
        messages.success(request, "L’offre est enregistrée, sans être envoyée : complétez-la ici.")
        return redirect("tunnel:recapitulatif", action.pk)
    messages.success(request, f"L’offre est créée : c’est l’action {action.pk}, prête à être validée.")
    return redirect("validation:dossier", action.pk)


def _page(
    request: HttpRequest,
    form: OffreForm,
    organisme: Organisme,
    demande: DemandeAIF | None,
    refus: DemandeRefusee | None = None,
) -> HttpResponse:
    """The screen. Status 409 when the request changed meanwhile: what was typed is still there."""
    deja = Formation.objects.filter(organisme=organisme, certification=None).order_by("-pk")
    context = {
        "form": form,
        "organisme": organisme,
        "demande": demande,
        "demande_lignes": lecture_aif.lines(demande) if demande else [],
        "refus": refus,
        "titre": "Transformer la demande en offre" if demande else "Nouvelle offre hors Certifinfo",
        "deja": deja[:DEJA_MONTREES],
        "annuler": _cancel_url(organisme, demande),
    }
    return render(request, "tunnel/offre_hors_certifinfo.html", context, status=409 if refus else 200)


def _cancel_url(organisme: Organisme, demande: DemandeAIF | None) -> str:
    if demande:
        return reverse("aif:demande", args=[demande.pk])
    return reverse("etablissements:organisme", args=[organisme.pk])


@carif_required
@saisir
def formation_textes(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the title, objectif and programme of a formation without code."""
    formations = Formation.objects.editable_by(request.user).filter(certification=None)
    formation = get_object_or_404(formations.select_related("organisme"), pk=pk)
    if request.method != "POST":
        return _texts_page(request, formation, TextesEnregistresForm(instance=formation))
    titre = formation.intitule
    form = TextesEnregistresForm(request.POST, instance=formation)
    if not form.is_valid():
        return _texts_page(request, formation, form, titre=titre)
    try:
        hors_certifinfo.update_texts(form.instance, form.cleaned_data["empreinte"], by=request.user)
    except OffreRefusee as refus:
        return _texts_page(request, formation, form, refus, titre=titre)
    messages.success(request, "L’enregistrement a bien été effectué.")
    return redirect("tunnel:formation", formation.pk)


def _texts_page(request, formation, form, refus: OffreRefusee | None = None, titre: str = "") -> HttpResponse:
    """The three texts. Status 409 when a colleague saved others: theirs are shown beside what was typed."""
    ecarts = []
    if refus:
        actuelle = refus.actuelle
        ecarts = [
            {"libelle": form[champ].label, "valeur": getattr(actuelle, champ), "ancre": form[champ].auto_id}
            for champ in TEXTES
            if getattr(actuelle, champ) != getattr(form.instance, champ)
        ]
        form.data = form.data.copy()
        form.data["empreinte"] = hors_certifinfo.fingerprint(actuelle)
    context = {
        "formation": formation,
        "form": form,
        "titre_objet": titre or formation.intitule,
        "refus": refus,
        "ecarts": ecarts,
        "en_ligne": formation.actions.filter(diffusions__isnull=False).exists(),
    }
    return render(request, "tunnel/formation_textes.html", context, status=409 if refus else 200)
