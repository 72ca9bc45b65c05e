"""The columns of the formations of an organisme as a file."""

from sofi.export import Colonnes

#: Rows carry their organisme, their certification and `nb_actions`.
FORMATIONS: Colonnes = [
    ("Formation", lambda formation: formation.intitule),
    ("Code Certifinfo", lambda formation: formation.certification_id or "hors Certifinfo"),
    ("Organisme", lambda formation: formation.organisme.nom),
    ("SIRET", lambda formation: formation.organisme.siret),
    ("Actions", lambda formation: formation.nb_actions),
]
