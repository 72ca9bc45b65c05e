"""What the queue shows: its lines and its counters."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet, TextField
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils import timezone

from catalogue.enums import Camp, StatutAction, label_niveau
from catalogue.validation import presence
from catalogue.validation.cadence import Cadence, Delai
from catalogue.validation.file import with_query
from sofi.adresses import adresse_of
from sofi.typographie import apostrophes, date_longue

#: Long texts that no list of actions shows.
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

    #: Names the action and its revision in the checkbox of a batch.
    choix: str
    url: str
    intitule: str
    code: str
    organisme: str
    siret: str
    niveau: str
    lieu: str
    delai: Delai
    sessions: str
    premiere_session: str
    examinateur: str
    est_mienne: bool
    #: The organisme waits for an answer to a message of the thread.
    attend_reponse: bool
    regards: list[str] = field(default_factory=list)

    @property
    def priorite(self) -> str:
        """« Urgente, en retard », as an export says it."""
        mots = [
            mot
            for mot, vrai in (("urgente", self.delai.est_urgente), ("en retard", self.delai.est_en_retard))
            if vrai
        ]
        return ", ".join(mots or ["normale"]).capitalize()


#: What the queue and its export read of an action: plain columns, three times as fast as five models.
COLONNES = (
    "pk",
    "revision",
    "soumise_le",
    "premier_debut",
    "prise_le",
    "complement_intitule",
    "formation__intitule_libre",
    "formation__certification_id",
    "formation__certification__intitule",
    "formation__certification__niveau",
    "examinateur_id",
    "reponse_due",
)
#: What it reads around it, one value each. Sub-selects: PostgreSQL took five times as long to plan the joins
#: as to run them; written out: Django took longer to write them.
AUTOUR = {
    "nb_sessions": "SELECT count(*) FROM catalogue_session s WHERE s.action_id = catalogue_action.id",
    # Of an action whose sessions have all begun, `premier_debut` is the day it was sent.
    "commence_alors": "SELECT EXISTS (SELECT FROM catalogue_session s WHERE s.action_id = catalogue_action.id"
    " AND s.date_debut = catalogue_action.premier_debut)",
    "nom_organisme": "SELECT coalesce(nullif(o.nom_usage, ''), o.raison_sociale) FROM catalogue_organisme o"
    " WHERE o.id = catalogue_action.organisme_id",
    "siret": "SELECT o.siret FROM catalogue_organisme o WHERE o.id = catalogue_action.organisme_id",
    "lieu": "SELECT s.ville || ' (' || s.departement || ')' FROM catalogue_site s"
    " WHERE s.id = catalogue_action.site_dispensateur_id AND s.ville <> ''",
    "nom_examinateur": "SELECT u.prenom || ' ' || u.nom FROM accounts_user u"
    " WHERE u.id = catalogue_action.examinateur_id",
}


def with_line(queue: QuerySet, user) -> QuerySet:
    """The queue as rows of `COLONNES` and `AUTOUR`: all its lines show to `user`, in one query."""
    autour = {
        nom: RawSQL(sql, (), output_field=TextField())  # noqa: S611 - constants
        for nom, sql in AUTOUR.items()
    }
    rows = queue.annotate(**autour, regards=presence.of_lines(user))
    return rows.values_list(*COLONNES, *autour, "regards", named=True)


def first_session(row) -> date | str:
    """When the first session to come of a `row` begins; what there is to say when there is none to come."""
    if row.commence_alors:
        return row.premier_debut
    return "Déjà commencée" if row.nb_sessions else "Aucune"


def line_of(row, cadence: Cadence, user, requete: str = "") -> Ligne:
    """The line of a `row` fetched by `with_line`, on the day of `cadence`, within the filters `requete`."""
    formation = row.formation__certification__intitule or row.formation__intitule_libre
    premiere = first_session(row)
    return Ligne(
        choix=f"{row.pk}-{row.revision}",
        url=with_query(adresse_of("validation:dossier", row.pk), requete),
        intitule=apostrophes(" – ".join(filter(None, [formation, row.complement_intitule]))),
        code=row.formation__certification_id or "",
        organisme=row.nom_organisme,
        siret=row.siret,
        niveau=label_niveau(row.formation__certification__niveau),
        lieu=row.lieu or "",
        delai=cadence.delai(timezone.localdate(row.soumise_le), row.premier_debut),
        sessions=f"{row.nb_sessions} session{'s' if row.nb_sessions > 1 else ''}",
        premiere_session=premiere if isinstance(premiere, str) else date_longue(premiere),
        examinateur=row.nom_examinateur or "",
        est_mienne=row.examinateur_id == user.pk,
        attend_reponse=row.reponse_due == Camp.CARIF,
        regards=row.regards,
    )


def counters(cadence: Cadence) -> list[dict]:
    """The counters of the workshop, over the whole region, each with the list it counts.

    What organisations are typing waits for nobody here: the pilot board counts it.
    """
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
        {
            "libelle": "Demandes de clé d’activation",
            "nombre": cadence.nombres["cles"],
            "url": reverse("accounts:demande_list"),
            "agir": True,
        },
        {
            "libelle": "Erreurs signalées par des visiteurs",
            "nombre": cadence.nombres["signalements"],
            "url": reverse("signalements:liste"),
            "agir": True,
        },
    ]
