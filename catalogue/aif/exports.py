"""The columns of the list of requests, once a file."""

from catalogue.enums import StatutAIF
from catalogue.models import DemandeAIF


def demandes(*, est_carif: bool) -> list[tuple]:
    """A request per row, with its organisme; for the Carif-Oref, with who deals with it."""
    colonnes = [
        ("Numéro", lambda d: d.numero),
        ("Formation", lambda d: d.intitule),
        ("Organisme", lambda d: d.organisme.nom),
        ("SIRET du dispensateur", lambda d: d.siret),
        ("Date de début", lambda d: d.date_debut),
        ("Date de fin", lambda d: d.date_fin),
        ("Durée en centre (heures)", lambda d: d.duree_centre),
        ("Code postal", lambda d: d.lieu_code_postal),
        ("Ville", lambda d: d.lieu_ville),
        ("Places de la session", lambda d: d.places_session),
        ("Places AIF", lambda d: d.places_aif),
        ("État", lambda d: StatutAIF(d.statut).label),
        ("Envoyée le", lambda d: d.cree_le),
        ("Traitée par", _examinateur) if est_carif else None,
        ("Décidée le", lambda d: d.decidee_le),
        ("Motif du refus", lambda d: d.motif),
        ("Action", lambda d: d.action_id),
    ]
    return [colonne for colonne in colonnes if colonne]


def _examinateur(demande: DemandeAIF) -> str:
    return str(demande.examinateur) if demande.examinateur else ""
