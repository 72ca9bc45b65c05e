"""The columns of an action's history as a file."""

from sofi.export import Colonnes


def _changements(ligne: dict) -> list[str]:
    return [
        f"{change['libelle']}\u00a0: {change['avant'] or 'rien'} → {change['apres'] or 'rien'}"
        if change["a_des_valeurs"]
        else change["libelle"]
        for change in ligne["changements"]
    ]


#: Rows are those of `catalogue.historique.describe`.
HISTORIQUE: Colonnes = [
    ("Le", lambda ligne: ligne["quand"]),
    ("Par", lambda ligne: ligne["qui"]),
    ("Quoi", lambda ligne: ligne["quoi"]),
    ("Texte", lambda ligne: ligne["texte"]),
    ("Ce qui a changé", _changements),
]
