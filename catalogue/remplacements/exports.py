"""The columns of the codes to replace as a file."""

from sofi.export import Colonnes


def _successeurs(ligne: dict) -> list[str]:
    return [f"{suivante.code} {suivante.intitule}" for suivante in ligne["successeurs"]]


#: Rows are those the page shows.
CODES: Colonnes = [
    ("Code Certifinfo", lambda ligne: ligne["certification"].code),
    ("Certification", lambda ligne: ligne["certification"].intitule),
    ("Situation", lambda ligne: ligne["situation"].etiquette),
    ("Remplacée par", _successeurs),
    ("Actions", lambda ligne: ligne["nb_actions"]),
    ("Organismes", lambda ligne: ligne["nb_organismes"]),
]
