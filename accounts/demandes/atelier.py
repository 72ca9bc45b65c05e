"""The Carif-Oref's side: the requests for a key, oldest first, and the two answers."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.cles import lettre
from accounts.demandes.depot import nb_a_traiter
from accounts.demandes.filters import DemandeFilter
from accounts.demandes.forms import AccepterForm, RefuserForm
from accounts.demandes.traitement import DemandeTraitee, accepter, refuser
from accounts.demandes.verifications import organisme_of, verify
from accounts.models import DemandeCle, StatutDemande
from sofi import export
from sofi.acces import carif_required
from sofi.origine import origine_of
from sofi.paging import page_by_key
from sofi.typographie import date_longue, grouper

PAR_PAGE = 50
#: The requests as a file.
DEMANDES: export.Colonnes = [
    ("Organisme", lambda demande: demande.raison_sociale),
    ("SIRET", lambda demande: demande.siret),
    ("N° de déclaration d’activité", lambda demande: demande.nda),
    ("Demandeur", lambda demande: f"{demande.prenom} {demande.nom}"),
    ("E-mail", lambda demande: demande.email),
    ("Téléphone", lambda demande: demande.telephone),
    ("Reçue le", lambda demande: demande.cree_le),
    ("Réponse", lambda demande: demande.get_statut_display()),
    ("Répondue le", lambda demande: demande.decidee_le),
    ("Par", lambda demande: demande.decidee_par),
]


@carif_required
@require_safe
def demande_list(request):
    """The requests to answer, oldest first; or those answered, newest first."""
    filtre = DemandeFilter(request.GET, DemandeCle.objects.select_related("decidee_par"))
    traitees = filtre.est_traitees
    if export.asked(request):
        ordre = ("-cree_le", "-pk") if traitees else ("cree_le", "pk")
        return export.export(request, "demandes-de-cle", DEMANDES, filtre.qs.order_by(*ordre))
    page = page_by_key(filtre.qs, request.GET, key="cree_le", descending=traitees, size=PAR_PAGE)
    contexte = {
        "page": page,
        "form": filtre.form,
        "filtres": filtre.chips(),
        "nombre": nb_a_traiter(),
        "traitees": traitees,
        "telechargements": export.links(request),
    }
    return render(request, "accounts/demande_list.html", contexte)


@carif_required
@require_safe
def demande(request, pk):
    """One request: what was typed, beside what is known, and the two answers."""
    return _render(request, _get(pk))


@carif_required
@require_POST
def demande_accepter(request, pk):
    """Accept: the organisme is found or created, and its key leaves."""
    demande = _get(pk)
    form = AccepterForm(request.POST)
    if not form.is_valid():
        return _render(request, demande, accepter=form)
    par_lettre = form.cleaned_data["par_lettre"]
    try:
        cle, texte = accepter(demande, par=request.user, origine=origine_of(request), par_lettre=par_lettre)
    except DemandeTraitee as refus:
        return _already(request, refus.demande)
    if par_lettre:
        lettre.keep(request.session, cle, texte)
        return redirect("accounts:cle_lettre", cle.pk)
    messages.success(
        request, f"Demande acceptée\u00a0: la clé part par e-mail à {cle.prenom} {cle.nom} ({cle.email})."
    )
    return redirect("accounts:demande_list")


@carif_required
@require_POST
def demande_refuser(request, pk):
    """Refuse, with a reason that the requester reads."""
    demande = _get(pk)
    form = RefuserForm(request.POST)
    if not form.is_valid():
        return _render(request, demande, refuser=form)
    motif = form.cleaned_data["motif"]
    try:
        refuser(demande, motif, par=request.user, origine=origine_of(request))
    except DemandeTraitee as refus:
        return _already(request, refus.demande, motif)
    messages.success(request, f"Demande refusée\u00a0: le motif part par e-mail à {demande.email}.")
    return redirect("accounts:demande_list")


def _get(pk) -> DemandeCle:
    """The request; the staff answer all of them, and nobody else comes this far."""
    return get_object_or_404(DemandeCle.objects.select_related("decidee_par", "organisme"), pk=pk)


def _already(request, demande, motif=""):
    """Tell kindly who was quicker: a colleague, and give back the `motif` written; or one's double click."""
    qui = "Vous avez" if demande.decidee_par_id == request.user.pk else f"{demande.decidee_par} a"
    rendu = f" Vous aviez écrit\u00a0: «\u00a0{motif}\u00a0»" if motif not in ("", demande.motif) else ""
    messages.info(
        request, f"{qui} déjà traité cette demande\u00a0: {demande.get_statut_display().lower()}.{rendu}"
    )
    return redirect("accounts:demande", demande.pk)


def _render(request, demande, accepter=None, refuser=None):
    ouverte = demande.statut == StatutDemande.DEMANDEE
    organisme = organisme_of(demande) if ouverte else demande.organisme
    contexte = {
        "demande": demande,
        "ouverte": ouverte,
        "organisme": organisme,
        "constats": verify(demande, organisme) if ouverte else [],
        "lignes": _lines(demande),
        "lignes_organisme": _lines_of_organisme(organisme) if organisme else [],
        "accepter": accepter or AccepterForm(),
        "refuser": refuser or RefuserForm(),
        "form": refuser or accepter,
    }
    return render(request, "accounts/demande_detail.html", contexte)


def _line(libelle, valeur):
    return {"libelle": libelle, "valeur": valeur}


def _lines(demande) -> list[dict]:
    """What was typed, as components/fiche.html shows it."""
    lignes = [
        _line("Raison sociale", demande.raison_sociale),
        _line("SIRET", grouper(demande.siret, 3, 3, 3, 5)),
        _line("NDA", grouper(demande.nda, 2, 2, 5, 2)),
        _line("Demandeur", f"{demande.prenom} {demande.nom}"),
        _line("E-mail", demande.email),
        _line("Téléphone", demande.telephone),
        _line("Message", demande.message or "Aucun"),
        _line("Reçue le", date_longue(timezone.localdate(demande.cree_le))),
    ]
    if demande.registre and demande.registre["nom"]:
        lignes.append(
            _line("Registre des entreprises", f"{demande.registre['nom']}, {demande.registre['adresse']}")
        )
    return lignes


def _lines_of_organisme(organisme) -> list[dict]:
    """The organisme of this SIRET, to compare."""
    return [
        _line("Raison sociale", organisme.raison_sociale),
        _line("Nom d’usage", organisme.nom_usage),
        _line("SIRET", grouper(organisme.siret, 3, 3, 3, 5)),
        _line("NDA", grouper(organisme.nda, 2, 2, 5, 2)),
        _line("Téléphone", organisme.telephone),
        _line("E-mail", organisme.courriel),
    ]
