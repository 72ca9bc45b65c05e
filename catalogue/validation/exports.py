"""The columns of the queue as a file."""

from django.utils import timezone

from catalogue.validation.cadence import Cadence
from catalogue.validation.lignes import line_of
from sofi.export import Colonnes


def columns(cadence: Cadence, user) -> Colonnes:
    """The queue as `user` sees it on the day of `cadence`; rows are actions fetched by `with_line`."""

    def envoi(action):
        return timezone.localdate(action.soumise_le)

    return [
        ("N° d’action", lambda action: action.pk),
        ("Formation", lambda action: action.intitule),
        ("Code Certifinfo", lambda action: action.formation.certification_id),
        ("Niveau", lambda action: line_of(action, cadence, user).niveau),
        ("Organisme", lambda action: action.organisme.nom),
        ("SIRET", lambda action: action.organisme.siret),
        ("Lieu", lambda action: line_of(action, cadence, user).lieu),
        ("Envoyée le", lambda action: action.soumise_le),
        ("Jours ouvrés d’attente", lambda action: cadence.attente(envoi(action))),
        ("Échéance", lambda action: cadence.echeance(envoi(action))),
        ("Priorité", lambda action: line_of(action, cadence, user).priorite),
        ("Sessions", lambda action: action.nb_sessions),
        ("Première session", lambda action: action.premier_debut),
        ("Examinée par", lambda action: str(action.examinateur or "")),
        ("Prise en charge le", lambda action: action.prise_le),
    ]
