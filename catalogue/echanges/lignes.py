"""What each line of the thread says to its reader: who speaks, to whom, and whether it was read."""

from collections.abc import Sequence

from django.db.models import Prefetch

from catalogue.avis.points import describe_point
from catalogue.enums import Camp, TypeEvenement
from catalogue.fil import other_read_until, read_until, side_of, side_of_line
from catalogue.models import Action, Demande, Evenement, PointDemande

AUTOMATIQUE = "auto"


def describe(action: Action, rows: Sequence[Evenement], user) -> list[dict]:
    """The lines of a page of the thread, in the words of `user`. Four queries, five with questions."""
    camp = side_of(user)
    lu, lu_en_face = read_until(action, user), other_read_until(action, camp)
    demandes = _questions(action, rows)
    debuts = dict(action.sessions.values_list("pk", "date_debut")) if demandes else {}
    return [
        {
            "evenement": row,
            "camp": _side(row, camp),
            "qui": _who(row, camp, action, user),
            "quoi": row.get_type_display(),
            "points": [describe_point(point, debuts) for point in _points(row, demandes)],
            "attend": row.details.get("attend", False),
            "est_nouveau": row.pk > lu and row.auteur_id != user.pk,
            "est_lu_en_face": side_of_line(row) is camp and row.pk <= lu_en_face,
        }
        for row in rows
    ]


def _side(row: Evenement, camp: Camp) -> str:
    """« nous », « eux », or « auto » for what nobody wrote: a change of state says it by itself."""
    if not row.texte:
        return AUTOMATIQUE
    return "nous" if side_of_line(row) is camp else "eux"


def _who(row: Evenement, camp: Camp, action: Action, user) -> str:
    """« Vous », « Votre organisme (Zoé Roy) », « Le Carif-Oref (Awa Diallo) »."""
    if row.auteur_id == user.pk:
        return "Vous"
    if side_of_line(row) is Camp.CARIF:
        return f"Le Carif-Oref ({row.auteur})"
    agent = ", du Carif-Oref" if row.pour_organisme else ""
    organisme = "Votre organisme" if camp is Camp.OF else str(action.organisme)
    return f"{organisme} ({row.auteur}{agent})"


def _questions(action: Action, rows: Sequence[Evenement]) -> list[Demande]:
    """The action's questions with their points, the last first, when a row is one."""
    if not any(row.type == TypeEvenement.REQUEST_CHANGES for row in rows):
        return []
    points = Prefetch("points", PointDemande.objects.order_by("pk"))
    return list(action.demandes.order_by("-pk").prefetch_related(points))


def _points(row: Evenement, demandes: list[Demande]) -> list[PointDemande]:
    """The points of the question a row tells: the last one asked by then in the same words."""
    if row.type != TypeEvenement.REQUEST_CHANGES:
        return []
    posees = (d for d in demandes if d.posee_le <= row.le and d.question == row.texte)
    demande = next(posees, None)
    return list(demande.points.all()) if demande else []
