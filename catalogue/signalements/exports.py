"""The columns of the list of reports as a file. The visitor's address is not among them: it is to answer."""

from sofi.export import Colonnes

#: Rows are `Signalement`, fetched with their organisme, their action's formation and who answered.
SIGNALEMENTS: Colonnes = [
    ("Session", lambda row: row.numero),
    ("N° d’action", lambda row: row.action_id),
    ("Formation", lambda row: row.action.intitule),
    ("Organisme", lambda row: row.organisme.nom),
    ("Ce qui ne va pas", lambda row: row.get_objet_display()),
    ("Ce que dit le visiteur", lambda row: row.texte),
    ("Signalé le", lambda row: row.cree_le),
    ("État", lambda row: row.get_statut_display()),
    ("Réponse", lambda row: row.reponse),
    ("Répondu par", lambda row: row.traite_par),
    ("Répondu le", lambda row: row.traite_le),
]
