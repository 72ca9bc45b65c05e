"""« À faire »: what waits for the organisme, drawn from the same numbers as the counters."""

from dataclasses import dataclass

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
        "refusees",
        "action a été refusée : le motif vous dit quoi corriger",
        "actions ont été refusées : le motif vous dit quoi corriger",
        "Lire le motif",
    ),
    Tache(
        ACTIONS,
        "en_saisie",
        "action n’est pas encore envoyée : le Carif-Oref ne peut pas la relire",
        "actions ne sont pas encore envoyées : le Carif-Oref ne peut pas les relire",
        "Reprendre la saisie",
    ),
    Tache(
        SESSIONS,
        "expirantes",
        "session se termine dans moins d’un mois : pensez à saisir la suivante",
        "sessions se terminent dans moins d’un mois : pensez à saisir les suivantes",
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


def build_a_faire(nombres: dict[tuple[str, str], int]) -> list[dict]:
    """The lines that have something to do, most urgent first; `nombres` comes from `compteurs.count`."""
    lines = []
    for tache in TACHES:
        nombre = nombres[tache.groupe.titre, tache.code]
        if nombre:
            lines.append(
                {
                    "code": tache.code,
                    "nombre": nombre,
                    "texte": tache.singulier if nombre == 1 else tache.pluriel,
                    "geste": tache.geste,
                    "url": tache.groupe.url(tache.groupe.find(tache.code)),
                }
            )
    return lines
