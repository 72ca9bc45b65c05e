"""What a row of each list says, read in a constant number of queries."""

from datetime import date

from django.db.models import F, Prefetch, QuerySet
from django.urls import reverse

from catalogue.enums import Audience, StatutAction, StatutSite
from catalogue.models import Action, Session, Site
from catalogue.models.session import one_month_after

#: Long texts of an action and of what it hangs from: no list shows them.
_TEXTES = (
    "complement_descriptif",
    "commentaire_prerequis",
    "formation__objectif_libre",
    "formation__programme_libre",
    "formation__certification__objectif",
    "formation__certification__programme",
    "formation__certification__certificateurs",
    "formation__certification__valideurs",
)


def with_row(queryset: QuerySet) -> QuerySet:
    """The queryset of a list with all its rows show: no more queries, however many rows."""
    model = queryset.model
    if model is Action:
        sessions = Session.objects.only("action_id", "date_debut", "date_fin").order_by("date_debut", "pk")
        rows = queryset.select_related("organisme", "formation__certification", "site_dispensateur")
        return rows.defer(*_TEXTES).prefetch_related(Prefetch("sessions", sessions))
    if model is Session:
        rows = queryset.select_related("organisme", "action__formation__certification", "site_lieu")
        rows = rows.defer(*(f"action__{texte}" for texte in _TEXTES))
        return rows.annotate(en_ligne_jusqu_au=F("diffusion__date_fin"))
    return queryset.select_related("organisme")


def describe(row: Action | Session | Site, audience: Audience, on: date, *, peut_saisir: bool) -> dict:
    """What the template shows beside the row's own columns.

    `etat` and `libelle` of its badge; `url`, where its name leads; for an action the next act, `geste` and
    `geste_url`; for a session `en_ligne`.
    """
    match row:
        case Action():
            statut = StatutAction(row.statut)
            badge = {"etat": statut.value, "libelle": statut.label_for(audience)}
            return badge | _links_of_action(row, audience, peut_saisir)
        case Session():
            etat, libelle = _etat_of_session(row, on)
            en_ligne = row.en_ligne_jusqu_au is not None and row.en_ligne_jusqu_au >= on
            # For its organisme: « Où en est ma session ? » of the récapitulatif.
            suivi = "#suivi" if audience is Audience.OF else ""
            url = _url_of_action(row.action_id, audience) + suivi
            return {"etat": etat, "libelle": libelle, "en_ligne": en_ligne, "url": url}
        case Site():
            return {"etat": row.statut, "libelle": StatutSite(row.statut).label}


def _url_of_action(pk: int, audience: Audience) -> str:
    name = "validation:dossier" if audience is Audience.CARIF else "tunnel:recapitulatif"
    return reverse(name, args=[pk])


def _links_of_action(action: Action, audience: Audience, peut_saisir: bool) -> dict:
    """Where the title leads, and the act that the action's state calls for."""
    url = _url_of_action(action.pk, audience)
    geste, geste_url = "Voir le récapitulatif", url
    if audience is Audience.CARIF:
        geste = "Ouvrir le dossier"
    elif peut_saisir and action.statut == StatutAction.EN_SAISIE:
        geste, geste_url = "Reprendre la saisie", reverse("tunnel:reprendre", args=[action.pk])
    elif peut_saisir and action.statut == StatutAction.EN_ATTENTE_REPONSE:
        geste = "Lire et répondre"
    elif action.statut == StatutAction.REFUSEE:
        geste = "Lire le motif"
    if action.reponse_due == audience.value and geste != "Lire et répondre":
        geste, geste_url = "Lire le message", reverse("echanges:fil", args=[action.pk])
    return {"url": url, "geste": geste, "geste_url": geste_url}


def _etat_of_session(session: Session, on: date) -> tuple[str, str]:
    """Code and words of a session's activity; agrees with `actives`, `expirantes` and `inactives`."""
    if session.numero is None:
        return session.action.statut, "Jamais validée"
    fin = session.date_fin
    if session.est_archivee or (fin and fin < on):
        return "inactive", "Inactive"
    if fin is None:
        return "en_saisie", "Dates à saisir"
    if fin < one_month_after(on):
        return "bientot_inactive", "Inactive dans moins d’un mois"
    return "active", "Active"
