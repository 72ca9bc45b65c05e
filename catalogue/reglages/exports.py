"""The columns of the settings' history as a file."""

from sofi.export import Colonnes


def _changements(ligne: dict) -> list[str]:
    return [
        f"{change['libelle']}\u00a0: {change['avant']} → {change['apres']}" for change in ligne["changements"]
    ]


#: Rows are those of `lecture.evenement`.
HISTORIQUE: Colonnes = [
    ("Le", lambda ligne: ligne["le"]),
    ("Par", lambda ligne: ligne["qui"]),
    ("Réglage", lambda ligne: ligne["famille"]),
    ("Nom", lambda ligne: ligne["libelle"]),
    ("Version", lambda ligne: ligne["version"]),
    ("Quoi", lambda ligne: ligne["quoi"]),
    ("Ce qui a changé", _changements),
]
