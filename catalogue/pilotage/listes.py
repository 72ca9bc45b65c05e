"""The lists behind the figures: what each row says, on screen as in a file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalogue.enums import StatutAction, TypeEvenement
from catalogue.models import Demande, Organisme
from catalogue.pilotage import criteres, mouvements
from catalogue.pilotage.filters import ActionFilter, OrganismeFilter, QuestionFilter
from catalogue.pilotage.mois import is_month, label, last_months
from sofi import export
from sofi.acces import carif_required
from sofi.paging import page_by_key
from sofi.typographie import NBSP, apostrophes, date_longue, grouper

#: Long texts that no list shows.
_TEXTES = ("objectif", "programme", "certificateurs", "valideurs")


@dataclass(frozen=True)
class Colonne:
    """One column: its title, its value in a file and on screen, and where it leads ('' nowhere)."""

    titre: str
    lire: Callable[[Any], Any]
    url: Callable[[Any], str] = lambda row: ""

    def show(self, row) -> str:
        """The value on screen: the day of an instant in letters."""
        valeur = self.lire(row)
        if isinstance(valeur, datetime):
            return date_longue(timezone.localdate(valeur))
        return "" if valeur is None else str(valeur)


@dataclass(frozen=True)
class Liste:
    """What a list is: its title, the name of its file, its columns, and its order (see `sofi.paging`)."""

    titre: str
    fichier: str
    colonnes: tuple[Colonne, ...]
    cle: str
    descending: bool = False


def _organisme_url(pk: int) -> str:
    return reverse("etablissements:organisme", args=[pk])


def _dossier_url(pk: int) -> str:
    return reverse("validation:dossier", args=[pk])


def _lean(rows, prefixe: str = ""):
    """Without the long texts of the formation."""
    return rows.defer(*(f"{prefixe}formation__certification__{texte}" for texte in _TEXTES))


COLONNES_ORGANISME = (
    Colonne("Organisme", lambda row: row.nom, lambda row: _organisme_url(row.pk)),
    Colonne("SIRET", lambda row: grouper(row.siret, 3, 3, 3, 5)),
    Colonne("Téléphone", lambda row: row.telephone),
    Colonne("E-mail", lambda row: row.courriel),
    Colonne("Inscrit le", lambda row: row.cree_le),
)
COLONNES_ACTION = (
    Colonne("Formation", lambda row: apostrophes(row.intitule), lambda row: _dossier_url(row.pk)),
    Colonne("Certifinfo", lambda row: row.formation.certification_id or "hors Certifinfo"),
    Colonne("Organisme", lambda row: str(row.organisme), lambda row: _organisme_url(row.organisme_id)),
    Colonne("Validée le", lambda row: row.validee_le),
)
COLONNES_QUESTION = (
    Colonne(
        "Formation", lambda row: apostrophes(row.action.intitule), lambda row: _dossier_url(row.action_id)
    ),
    Colonne(
        "Organisme",
        lambda row: str(row.action.organisme),
        lambda row: _organisme_url(row.action.organisme_id),
    ),
    Colonne("Posée le", lambda row: row.posee_le),
    Colonne("Par", lambda row: str(row.posee_par)),
    Colonne("Rappels envoyés", lambda row: row.relances),
)
COLONNES_MOUVEMENT = (
    Colonne(
        "Formation", lambda row: apostrophes(row.action.intitule), lambda row: _dossier_url(row.action_id)
    ),
    Colonne(
        "Organisme",
        lambda row: str(row.action.organisme),
        lambda row: _organisme_url(row.action.organisme_id),
    ),
    Colonne("Quoi", lambda row: TypeEvenement(row.type).label),
    Colonne("Le", lambda row: row.le),
    Colonne("Par", lambda row: row.qui),
)
COLONNES_ECARTEE = (
    Colonne("Session", lambda row: row.pk, lambda row: _dossier_url(row.diffusion.action_id)),
    Colonne("Formation", lambda row: apostrophes(row.diffusion.intitule)),
    Colonne(
        "Organisme",
        lambda row: str(row.diffusion.organisme),
        lambda row: _organisme_url(row.organisme_id),
    ),
    Colonne("Fin", lambda row: f"{row.date_fin:%d/%m/%Y}"),
    Colonne("Ce qui ne va pas", lambda row: f"{NBSP}; ".join(row.fautes)),
)
DELAI = Colonne("Jours ouvrés", lambda row: row.delai_ouvre)


@carif_required
@require_safe
def organismes(request: HttpRequest) -> HttpResponseBase:
    """Organisations by name; `?manque=` those that lack something, `?inscrit=` those that came in a month."""
    filtre = OrganismeFilter(request.GET, Organisme.objects.visible_to(request.user))
    critere = criteres.find(criteres.ORGANISMES, request.GET.get("manque", ""))
    titre = critere.manque if critere else "Organismes"
    return _render(request, Liste(titre, "organismes", COLONNES_ORGANISME, "tri"), filtre.qs, filtre)


@carif_required
@require_safe
def actions(request: HttpRequest) -> HttpResponseBase:
    """Validated actions, newest first; `?manque=` those whose sheet lacks something."""
    rows = _lean(criteres.actions()).select_related("organisme", "formation__certification")
    filtre = ActionFilter(request.GET, rows)
    critere = criteres.find(criteres.ACTIONS, request.GET.get("manque", ""))
    titre = f"Actions validées {critere.manque}" if critere else "Actions validées"
    liste = Liste(titre, "actions-validees", COLONNES_ACTION, "id", descending=True)
    return _render(request, liste, filtre.qs, filtre)


@carif_required
@require_safe
def questions(request: HttpRequest) -> HttpResponseBase:
    """Questions that wait for an organisme's answer, oldest first; `?depuis=` for so many days."""
    rows = _lean(Demande.objects.visible_to(request.user).ouvertes(), "action__")
    rows = rows.filter(action__statut=StatutAction.EN_ATTENTE_REPONSE)
    rows = rows.select_related("posee_par", "action__organisme", "action__formation__certification")
    filtre = QuestionFilter(request.GET, rows)
    liste = Liste("Questions sans réponse", "questions", COLONNES_QUESTION, "posee_le")
    return _render(request, liste, filtre.qs, filtre)


@carif_required
@require_safe
def mouvements_du_mois(request: HttpRequest) -> HttpResponseBase:
    """What happened in the month `?mois=`, or in the board's twelve, newest first.

    `?quoi=` answers, sendings, creations.
    """
    mouvement = mouvements.find(request.GET.get("quoi", "decisions"))
    mois = request.GET.get("mois", "")
    if mouvement is None or (mois and not is_month(mois)):
        raise Http404
    douze = last_months(timezone.localdate())
    rows = mouvements.between(mouvement, mois or douze[0], mois or douze[-1])
    rows = _lean(rows, "action__")
    rows = rows.select_related("auteur", "action__organisme", "action__formation__certification")
    colonnes = COLONNES_MOUVEMENT + ((DELAI,) if mouvement.code == "decisions" else ())
    titre = f"{mouvement.libelle}{NBSP}: {label(mois) if mois else 'douze derniers mois'}"
    fichier = "-".join(filter(None, [mouvement.code, mois]))
    liste = Liste(titre, fichier, colonnes, "le", descending=True)
    return _render(request, liste, rows)


@carif_required
@require_safe
def ecartees(request: HttpRequest) -> HttpResponseBase:
    """The sessions online that no feed may hold, with what breaks the schema; the first to end on top."""
    rows = criteres.put_aside(timezone.localdate()).defer("xml", "diffusion__contenu")
    rows = rows.select_related("diffusion__organisme")
    liste = Liste("Sessions écartées du flux", "sessions-ecartees", COLONNES_ECARTEE, "date_fin")
    return _render(request, liste, rows)


def _render(request: HttpRequest, liste: Liste, rows: QuerySet, filtre=None) -> HttpResponseBase:
    """One page of `rows`, or all of them as a file with `?format=`."""
    if export.asked(request):
        sens = "-" if liste.descending else ""
        colonnes = [(colonne.titre, colonne.lire) for colonne in liste.colonnes]
        return export.export(
            request, liste.fichier, colonnes, rows.order_by(f"{sens}{liste.cle}", f"{sens}pk")
        )
    page = page_by_key(rows, request.GET, key=liste.cle, descending=liste.descending)
    context = {
        "titre": liste.titre,
        "colonnes": liste.colonnes,
        "page": page,
        "lignes": [
            [(colonne.titre, colonne.show(row), colonne.url(row)) for colonne in liste.colonnes]
            for row in page.rows
        ],
        "form": filtre.form if filtre else None,
        "filtres": filtre.chips() if filtre else [],
        "telechargements": export.links(request),
    }
    return render(request, "pilotage/liste.html", context)
