"""What the queue shows: its lines, its counters, and who comes next."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from catalogue.enums import StatutAction, label_niveau
from catalogue.models import Action, Session, Site
from catalogue.validation.filters import FileFilter
from sofi.typographie import date_longue, il_y_a


@dataclass(frozen=True)
class Ligne:
    """One waiting action, as the queue says it."""

    pk: int
    intitule: str
    organisme: str
    niveau: str
    attente: str
    envoyee_le: str
    nb_sessions: int
    premiere_session: str
    lieu: str


def queue_for(user) -> QuerySet:
    """The actions waiting for a decision that `user` may see."""
    return Action.objects.visible_to(user).en_attente_validation()


def with_line(queue: QuerySet) -> QuerySet:
    """The queue with all its lines show, in two queries."""
    dates = Session.objects.only("action_id", "date_debut").order_by("date_debut", "pk")
    return queue.select_related(
        "organisme", "formation__certification", "site_dispensateur"
    ).prefetch_related(Prefetch("sessions", dates))


def line_of(action: Action, on: date) -> Ligne:
    """The line of an action fetched by `with_line`, on the date `on`."""
    certification = action.formation.certification
    sessions = action.sessions.all()
    envoyee = timezone.localtime(action.soumise_le).date()
    site = action.site_dispensateur
    return Ligne(
        pk=action.pk,
        intitule=action.intitule,
        organisme=action.organisme.nom,
        niveau=label_niveau(certification.niveau if certification else None),
        attente=il_y_a((on - envoyee).days),
        envoyee_le=date_longue(envoyee),
        nb_sessions=len(sessions),
        premiere_session=date_longue(sessions[0].date_debut) if sessions else "",
        lieu=f"{site.ville} ({site.departement})" if site else "",
    )


def counters() -> list[dict]:
    """The four counters of the workshop, over the whole region, each with the list it counts.

    Two queries, on partial indexes that hold only what is still to be dealt with.
    """
    rares = Action.objects.filter(~Q(statut__in=[StatutAction.VALIDEE, StatutAction.ARCHIVEE]))
    par_statut = dict(rares.order_by().values_list("statut").annotate(Count("statut")))
    actions = reverse("tableau_de_bord:action_list")
    return [
        {
            "libelle": "Actions à valider",
            "nombre": par_statut.get(StatutAction.EN_ATTENTE_VALIDATION, 0),
            "url": reverse("validation:file"),
            "agir": True,
        },
        {
            "libelle": "Questions posées, sans réponse encore",
            "nombre": par_statut.get(StatutAction.EN_ATTENTE_REPONSE, 0),
            "url": f"{actions}?etat=en_attente_reponse",
        },
        {
            "libelle": "Actions en cours de saisie",
            "nombre": par_statut.get(StatutAction.EN_SAISIE, 0),
            "url": f"{actions}?etat=en_saisie",
        },
        {
            "libelle": "Sites à valider",
            "nombre": Site.objects.a_valider().count(),
            "url": reverse("etablissements:sites_a_valider"),
            "agir": True,
        },
    ]


def next_in_queue(user, filtres: str) -> Action | None:
    """The oldest waiting action within the filters of the address `filtres`."""
    queue = FileFilter(QueryDict(filtres), queue_for(user)).qs
    return queue.order_by("soumise_le", "pk").first()
