"""What the rules need besides the action's own tree: fetched at once, in a constant number of queries."""

from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, QuerySet

from catalogue.enums import StatutAction
from catalogue.models import Action, Commune, FicheRepertoire, Formation, Remplacement, Session, Site
from sofi.preparees import Lecture

#: An action in one of these states announces its sessions, or is about to.
ANNONCEES = (StatutAction.EN_ATTENTE_VALIDATION, StatutAction.EN_ATTENTE_REPONSE, StatutAction.VALIDEE)


@dataclass(frozen=True)
class Faits:
    """The day of the question, and facts from elsewhere: the rules that need an absent one are silent."""

    on: date
    remplacements: tuple[Remplacement, ...] = ()
    fiches: tuple[FicheRepertoire, ...] = ()
    communes: tuple[Commune, ...] = ()
    #: Sessions of the organisme's other actions on the same formation, with `types` of active dispositifs.
    voisines: tuple[Session, ...] = ()

    @classmethod
    def load(cls, action: Action, on: date) -> "Faits":
        """The facts about a fetched tree: four queries at most, whatever the number of sessions."""
        certification = action.formation.certification
        return cls(
            on,
            tuple(REMPLACEMENTS.rows(action.formation_id)) if certification else (),
            tuple(certification.fiches) if certification else (),
            _communes(sites_of(action)),
            tuple(VOISINES.rows(action.pk, action.formation_id, action.site_dispensateur_id)),
        )


def est_passee(session: Session, on: date) -> bool:
    """Whether a session was published and has ended: history, which a renewed action keeps as it is."""
    return session.numero is not None and session.date_fin is not None and session.date_fin < on


def a_controler(action: Action, on: date) -> list[Session]:
    """The sessions of the fetched tree that the rules look at: all but those of the past."""
    return [session for session in action.sessions.all() if not est_passee(session, on)]


def sites_of(action: Action) -> list[Site]:
    """The places of the fetched tree, each once, in order."""
    sites = [action.site_dispensateur, *(session.site_lieu for session in action.sessions.all())]
    return list({site.pk: site for site in sites if site}.values())


def _remplacements(formation: int) -> QuerySet[Remplacement]:
    """What replaces the code of a formation."""
    codes = Formation.objects.filter(pk=formation).values("certification")
    rows = Remplacement.objects.filter(ancien_code__in=codes).select_related("nouvelle")
    return rows.order_by("nouvelle_id")


def _communes(sites: list[Site]) -> tuple[Commune, ...]:
    """The communes that bear a postal code of `sites`, those they took in, and those the sites name."""
    if not sites:
        return ()
    codes = sorted({site.code_postal for site in sites})
    nommees = {site.commune_id for site in sites if site.commune_id}
    return tuple(
        Commune.objects.filter(
            Q(codes_postaux__overlap=codes) | Q(pk__in=nommees) | Q(actuelle__codes_postaux__overlap=codes)
        ).order_by()
    )


def _voisines(action: int, formation: int, site: int) -> QuerySet[Session]:
    """Sessions that start on the same days in other actions of the formation, announced or about to be."""
    return (
        Session.objects.filter(
            Q(action__statut__in=ANNONCEES) | Q(numero__isnull=False),
            action__formation=formation,
            action__site_dispensateur=site,
            est_archivee=False,
            date_debut__in=Session.objects.filter(action=action).values("date_debut"),
        )
        .exclude(action=action)
        .annotate(types=ArrayAgg("dispositifs__type", filter=Q(dispositifs__est_actif=True), default=[]))
        .order_by("pk")
    )


REMPLACEMENTS, VOISINES = Lecture(_remplacements), Lecture(_voisines, 3)
