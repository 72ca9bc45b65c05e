"""What a mail and the thread say of the fields to correct."""

from catalogue.models import Action, PointDemande
from catalogue.points import nom_champ
from sofi.typographie import NBSP, date_longue


def points_of(action: Action) -> list[str]:
    """The points of the action's open question, each on one line: field, cause, what the agent added."""
    points = PointDemande.objects.filter(demande__action=action, demande__close_le__isnull=True)
    debuts = dict(action.sessions.values_list("pk", "date_debut"))
    return [describe_point(point, debuts) for point in points]


def field_name(objet: str, champ: str) -> str:
    """« Durée en centre »: the name of a field of the offer as the forms write it; a code when unknown."""
    nom = nom_champ(objet, champ)
    return nom[:1].upper() + nom[1:]


def describe_point(point: PointDemande, debuts: dict) -> str:
    """A point on one line; `debuts` holds the first days of the action's sessions, by key."""
    objet, _, champ = point.champ.partition(".")
    ou = ""
    if objet == "session" and (debut := debuts.get(point.objet_pk)):
        ou = f" (session du {date_longue(debut)})"
    texte = " ".join(point.texte.split())
    fin = f". {texte}" if texte else ""
    return f"{field_name(objet, champ)}{ou}{NBSP}: {point.get_cause_display().lower()}{fin}"
