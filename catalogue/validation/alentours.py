"""What happened to an action, as its dossier tells it: journal, questions, notes, and its sisters."""

from django.db.models import Count, Max, Min

from catalogue import historique, points
from catalogue.enums import Audience, StatutAction
from catalogue.models import Action, PointDemande
from sofi.typographie import date_longue

#: The journal shows its latest lines; the whole of it stays in the database.
MAX_EVENEMENTS = 50
#: How many of the organisme's other actions on the same formation are shown.
MAX_SOEURS = 20


def history(action: Action, user) -> list[dict]:
    """The journal as `user` may read it, the latest first. One query."""
    evenements = action.evenements.readable_by(user).select_related("auteur")
    return [historique.describe(evenement) for evenement in evenements[:MAX_EVENEMENTS]]


def questions(action: Action) -> list[dict]:
    """The questions, the latest first, with their points. Two queries."""
    demandes = action.demandes.select_related("posee_par", "repondue_par").prefetch_related("points")
    return [
        {"demande": demande, "points": [_point(action, point) for point in demande.points.all()]}
        for demande in demandes
    ]


def _point(action: Action, point: PointDemande) -> dict:
    return {
        "libelle": points.libelle(action, point),
        "cause": point.get_cause_display(),
        "texte": point.texte,
        "est_corrige": point.corrige_le is not None,
    }


def notes(action: Action) -> list:
    """The staff's notes, the latest first. One query."""
    return list(action.notes.select_related("auteur"))


def sisters(action: Action) -> list[dict]:
    """The organisme's other actions on the same formation, probable duplicates first. One query."""
    dates = {"debut": Min("sessions__date_debut"), "fin": Max("sessions__date_fin")}
    soeurs = (
        Action.objects.filter(formation=action.formation_id)
        .exclude(pk=action.pk)
        .exclude(statut=StatutAction.ARCHIVEE)
        .select_related("site_dispensateur")
        .annotate(**dates, nb_sessions=Count("sessions"))
        .order_by("-pk")[:MAX_SOEURS]
    )
    lignes = [_sister(action, soeur) for soeur in soeurs]
    return sorted(lignes, key=lambda ligne: not ligne["est_double"])


def _sister(action: Action, soeur) -> dict:
    sessions = list(action.sessions.all())
    debuts = [session.date_debut for session in sessions if session.date_debut]
    fins = [session.date_fin for session in sessions if session.date_fin]
    croise = bool(debuts and fins and soeur.debut and soeur.fin) and (
        min(debuts) <= soeur.fin and soeur.debut <= max(fins)
    )
    periode = (
        f"du {date_longue(soeur.debut)} au {date_longue(soeur.fin)}" if soeur.debut and soeur.fin else ""
    )
    return {
        "pk": soeur.pk,
        "complement": soeur.complement_intitule,
        "statut": soeur.statut,
        "etat": StatutAction(soeur.statut).label_for(Audience.CARIF),
        "site": str(soeur.site_dispensateur or ""),
        "nb_sessions": soeur.nb_sessions,
        "periode": periode,
        "est_double": croise and soeur.site_dispensateur_id == action.site_dispensateur_id,
    }
