"""The points of a question: which field of which row, why, and what the organisme has ticked « corrigé »."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from catalogue import lecture
from catalogue.completude import nom_session
from catalogue.enums import CauseCorrection, StatutAction
from catalogue.models import Action, Demande, Dispositif, Formation, PointDemande, Session
from catalogue.permissions import Role, role_on

#: What a question may point at, by level of the offer.
CHAMPS = {
    "formation": ("certification",),
    "action": (
        "site_dispensateur",
        "complement_intitule",
        "complement_descriptif",
        "url",
        "niveau_entree",
        "type_parcours",
        "modalites_pedagogiques",
        "modalites_es",
        "duree_centre",
        "duree_entreprise",
        "duree_hebdo",
        "commentaire_duree",
        "commentaire_prerequis",
    ),
    "session": (
        "site_lieu",
        "date_debut",
        "date_fin",
        "rythmes",
        "periodes",
        "modalites_enseignement",
        "capacite",
        "places_disponibles",
    ),
    "dispositif": (
        "type",
        "publics",
        "codes_externes",
        "nb_places",
        "cout_stagiaire",
        "prise_en_charge",
        "est_actif",
    ),
}
MODELES = {"action": Action, "session": Session, "dispositif": Dispositif}


@dataclass(frozen=True)
class Point:
    """One field to correct: « session.date_debut » of the session `objet_pk` (0: formation or action)."""

    champ: str
    cause: CauseCorrection
    objet_pk: int = 0
    texte: str = ""


class CocheRefusee(Exception):
    """Ticks that may not be kept now; `str()` is the French sentence for the user."""


def add_points(demande: Demande, points: Sequence[Point]) -> None:
    """Write the points of a new question. One query."""
    PointDemande.objects.bulk_create(
        PointDemande(
            demande=demande,
            champ=point.champ,
            objet_pk=point.objet_pk,
            cause=point.cause,
            texte=point.texte.strip(),
        )
        for point in points
    )


def still_open(action: Action) -> bool:
    """Whether the open question of `action` has a point that is not ticked. One query."""
    ouverts = PointDemande.objects.filter(demande__action=action, demande__close_le__isnull=True)
    return ouverts.filter(corrige_le__isnull=True).exists()


@transaction.atomic
def tick(action_pk: int, *, coches: Collection[int], decoches: Collection[int] = (), by) -> None:
    """Tick the points `coches` of the open question « corrigé », and take back the tick of `decoches`.

    Only what the person changed: a colleague's ticks stay. A point already ticked keeps who ticked it and
    when. Raises `CocheRefusee` when `by` may not type in the action, or when its question is closed.
    """
    action = Action.objects.select_for_update(of=("self",)).get(pk=action_pk)
    _check(action, by)
    points = PointDemande.objects.filter(demande__action=action, demande__close_le__isnull=True)
    points.filter(pk__in=decoches).update(corrige_le=None, corrige_par=None)
    points.filter(pk__in=coches, corrige_le__isnull=True).update(corrige_le=timezone.now(), corrige_par=by)


def row_of(action: Action, point: PointDemande) -> Formation | Action | Session | Dispositif | None:
    """The row `point` speaks of, in the fetched tree `action`; ``None`` when it was deleted since."""
    sessions = list(action.sessions.all())
    rows = {
        "formation": [action.formation],
        "action": [action],
        "session": sessions,
        "dispositif": [d for session in sessions for d in session.dispositifs.all()],
    }.get(point.champ.partition(".")[0], [])
    return next((row for row in rows if point.objet_pk in (0, row.pk)), None)


def libelle(action: Action, point: PointDemande) -> str:
    """« Session du 01/03/2027, date début »: what `point` speaks of, in the fetched tree `action`."""
    etape, _, champ = point.champ.partition(".")
    row = row_of(action, point)
    match row:
        case Session():
            ou = nom_session(row)
        case Dispositif():
            ou = f"Dispositif {row}"
        case None:
            ou = "Session supprimée" if etape == "session" else f"{etape.capitalize()} supprimé"
        case _:
            ou = etape.capitalize()
    return f"{ou}, {nom_champ(etape, champ)}"


def nom_champ(etape: str, champ: str) -> str:
    """« date début »: the name of a field of `CHAMPS`, as it stands after a comma."""
    if etape == "formation":
        return "code Certifinfo"
    if champ not in CHAMPS.get(etape, ()):
        return champ
    nom = lecture.nom(MODELES[etape], champ)
    return nom if nom[:3].isupper() else nom[:1].lower() + nom[1:]


def _check(action: Action, by) -> None:
    if role_on(by, action) is not Role.OF:
        raise CocheRefusee("Vous n’avez pas le droit de répondre à cette question.")
    if action.statut != StatutAction.EN_ATTENTE_REPONSE:
        raise CocheRefusee("Cette question n’attend plus de réponse\u00a0: vos coches ne sont pas gardées.")
