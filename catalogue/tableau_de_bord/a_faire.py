"""« À faire »: what waits for the organisme, drawn from the same numbers as the counters."""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone

from catalogue.enums import EtatQualiopi
from catalogue.models import Organisme
from sofi.typographie import date_longue, il_y_a

from .compteurs import ACTIONS, SESSIONS, Groupe


@dataclass(frozen=True)
class Tache:
    """One line: how many rows of a state wait, and the act that brings it to zero."""

    groupe: Groupe
    code: str
    singulier: str
    pluriel: str
    geste: str


TACHES = (
    Tache(
        ACTIONS,
        "en_attente_reponse",
        "question du Carif-Oref attend votre réponse",
        "questions du Carif-Oref attendent votre réponse",
        "Lire et répondre",
    ),
    Tache(
        ACTIONS,
        "reponse_of",
        "message du Carif-Oref attend votre réponse",
        "messages du Carif-Oref attendent votre réponse",
        "Lire les messages",
    ),
    Tache(
        ACTIONS,
        "refusees",
        "action a été refusée : le motif vous dit quoi corriger",
        "actions ont été refusées : le motif vous dit quoi corriger",
        "Lire le motif",
    ),
    Tache(
        ACTIONS,
        "jamais_envoyees",
        "action n’est pas encore envoyée : le Carif-Oref ne peut pas la relire",
        "actions ne sont pas encore envoyées : le Carif-Oref ne peut pas les relire",
        "Reprendre la saisie",
    ),
    Tache(
        ACTIONS,
        "a_renvoyer",
        "action modifiée ou reprise, à renvoyer : le Carif-Oref ne peut pas relire vos changements",
        "actions modifiées ou reprises, à renvoyer : le Carif-Oref ne peut pas relire vos changements",
        "Finir et renvoyer",
    ),
    Tache(
        SESSIONS,
        "sans_suite",
        "session se termine dans moins d’un mois et rien ne la suit : pensez à saisir la suivante",
        "sessions se terminent dans moins d’un mois et rien ne les suit : pensez à saisir les suivantes",
        "Voir ce qui se termine",
    ),
    Tache(
        ACTIONS,
        "code_remplace",
        "action a changé de code Certifinfo : relisez-la",
        "actions ont changé de code Certifinfo : relisez-les",
        "Relire",
    ),
)


def build_a_faire(
    nombres: dict[tuple[str, str], int], precisions: dict[str, str] | None = None
) -> list[dict]:
    """The lines that have something to do, most urgent first.

    `nombres` comes from `compteurs.count`; `precisions` says more of some codes.
    """
    lines = []
    for tache in TACHES:
        nombre = nombres.get((tache.groupe.titre, tache.code), 0)
        if nombre:
            lines.append(
                {
                    "code": tache.code,
                    "nombre": nombre,
                    "texte": tache.singulier if nombre == 1 else tache.pluriel,
                    "precision": (precisions or {}).get(tache.code, ""),
                    "geste": tache.geste,
                    "url": tache.groupe.url(tache.groupe.find(tache.code)),
                }
            )
    return lines


def build_reports(nombre: int) -> list[dict]:
    """The line of the `nombre` errors that visitors reported and nobody answered, if there is any."""
    if not nombre:
        return []
    ligne = {
        "code": "signalements",
        "nombre": nombre,
        "texte": "erreur est signalée sur vos fiches publiques"
        if nombre == 1
        else "erreurs sont signalées sur vos fiches publiques",
        "precision": "",
        "geste": "Lire et répondre",
        "url": reverse("signalements:liste"),
    }
    return [ligne]


def build_qualiopi(organisme: Organisme, on: date) -> list[dict]:
    """The line of a Qualiopi certificate that has ended, or soon will: public fundings are refused then."""
    match organisme.qualiopi_etat(on):
        case EtatQualiopi.EXPIRE:
            suite = "est expiré depuis le {} : indiquez les dates du nouveau"
        case EtatQualiopi.EXPIRE_BIENTOT:
            suite = "expire le {} : indiquez les dates du suivant dès que vous l’avez"
        case _:
            return []
    ligne = {
        "code": "qualiopi",
        "nombre": 1,
        "texte": f"certificat Qualiopi {suite.format(date_longue(organisme.qualiopi_fin))}",
        "precision": "Les financements publics et mutualisés le demandent.",
        "geste": "Mettre la fiche à jour",
        "url": f"{reverse('etablissements:organisme_edit', args=[organisme.pk])}#id_qualiopi_debut",
    }
    return [ligne]


def age_of_drafts(premier: datetime | None, on: date) -> dict[str, str]:
    """For how long the oldest action never sent, begun at `premier`, has waited: said on its line."""
    jours = (on - timezone.localdate(premier)).days if premier else 0
    return {"jamais_envoyees": f"La plus ancienne est commencée {il_y_a(jours)}."} if jours else {}
