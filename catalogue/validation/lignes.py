"""What the queue shows: its lines and its counters."""

from dataclasses import dataclass, field

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from catalogue.enums import StatutAction, label_niveau
from catalogue.models import Action, Session
from catalogue.validation import presence
from catalogue.validation.cadence import Cadence
from sofi.typographie import NBSP, date_longue

#: Long texts that no list shows.
LONGS_TEXTES = (
    "complement_descriptif",
    "commentaire_prerequis",
    "formation__objectif_libre",
    "formation__programme_libre",
    "formation__certification__objectif",
    "formation__certification__programme",
    "formation__certification__certificateurs",
    "formation__certification__valideurs",
)


@dataclass(frozen=True)
class Ligne:
    """One waiting action, as the queue says it."""

    pk: int
    revision: int
    intitule: str
    organisme: str
    niveau: str
    lieu: str
    attente: str
    envoyee_le: str
    echeance: str
    est_en_retard: bool
    est_urgente: bool
    nb_sessions: int
    premiere_session: str
    examinateur: str
    est_mienne: bool
    regards: list[str] = field(default_factory=list)

    @property
    def priorite(self) -> str:
        """« Urgente, en retard », as an export says it."""
        mots = [
            mot for mot, vrai in (("urgente", self.est_urgente), ("en retard", self.est_en_retard)) if vrai
        ]
        return ", ".join(mots or ["normale"]).capitalize()


def with_line(queue: QuerySet, user) -> QuerySet:
    """The queue with all its lines show to `user`, in one query."""
    nombre = Session.objects.filter(action=OuterRef("pk")).order_by().values("action")
    nombre = nombre.annotate(nombre=Count("pk")).values("nombre")
    rows = queue.select_related(
        "organisme", "formation__certification", "site_dispensateur", "examinateur"
    ).defer(*LONGS_TEXTES)
    return rows.annotate(
        nb_sessions=Coalesce(Subquery(nombre, output_field=IntegerField()), 0),
        regards=presence.of_lines(user),
    )


def line_of(action: Action, cadence: Cadence, user) -> Ligne:
    """The line of an action fetched by `with_line`, on the day of `cadence`."""
    certification = action.formation.certification
    envoi = timezone.localdate(action.soumise_le)
    site = action.site_dispensateur
    return Ligne(
        pk=action.pk,
        revision=action.revision,
        intitule=action.intitule,
        organisme=action.organisme.nom,
        niveau=label_niveau(certification.niveau if certification else None),
        lieu=f"{site.ville} ({site.departement})" if site else "",
        attente=_jours_ouvres(cadence.attente(envoi)),
        envoyee_le=date_longue(envoi),
        echeance=date_longue(cadence.echeance(envoi)),
        est_en_retard=cadence.est_en_retard(envoi),
        est_urgente=cadence.est_urgente(action.premier_debut),
        nb_sessions=action.nb_sessions,
        premiere_session=date_longue(action.premier_debut),
        examinateur=str(action.examinateur or ""),
        est_mienne=action.examinateur_id == user.pk,
        regards=action.regards,
    )


def _jours_ouvres(nombre: int) -> str:
    if not nombre:
        return "moins d’un jour ouvré"
    return f"{nombre}{NBSP}jour{'s' if nombre > 1 else ''} ouvré{'s' if nombre > 1 else ''}"


def counters(cadence: Cadence) -> list[dict]:
    """The counters of the workshop, over the whole region, each with the list it counts."""
    actions = reverse("tableau_de_bord:action_list")
    return [
        {
            "libelle": "Actions à valider",
            "nombre": cadence.nombres[StatutAction.EN_ATTENTE_VALIDATION],
            "url": reverse("validation:file"),
            "agir": True,
        },
        {
            "libelle": "Questions posées, sans réponse encore",
            "nombre": cadence.nombres[StatutAction.EN_ATTENTE_REPONSE],
            "url": f"{actions}?etat=en_attente_reponse",
        },
        {
            "libelle": "Actions en cours de saisie",
            "nombre": cadence.nombres[StatutAction.EN_SAISIE],
            "url": f"{actions}?etat=en_saisie",
        },
        {
            "libelle": "Messages d’organismes sans réponse",
            "nombre": cadence.nombres["messages"],
            "url": f"{actions}?etat=reponse_carif",
            "agir": True,
        },
        {
            "libelle": "Sites à valider",
            "nombre": cadence.nombres["sites"],
            "url": reverse("etablissements:sites_a_valider"),
            "agir": True,
        },
        {
            "libelle": "Demandes AIF hors Certifinfo",
            "nombre": cadence.nombres["aif"],
            "url": reverse("aif:demande_list"),
            "agir": True,
        },
    ]
