"""The columns of the directory and of the places to check, as files for the Carif-Oref.

Organisations read the directory on screen only: a file of every colleague's address is not for them.
"""

from datetime import date

from catalogue.enums import StatutSite
from sofi.export import Colonnes


def organismes(on: date) -> Colonnes:
    return [
        ("Raison sociale", lambda organisme: organisme.raison_sociale),
        ("Nom d’usage", lambda organisme: organisme.nom_usage),
        ("SIRET", lambda organisme: organisme.siret),
        ("NDA", lambda organisme: organisme.nda),
        ("Téléphone", lambda organisme: organisme.telephone),
        ("E-mail", lambda organisme: organisme.courriel),
        ("Code postal", lambda organisme: organisme.code_postal),
        ("Ville", lambda organisme: organisme.ville),
        ("Qualiopi", lambda organisme: organisme.qualiopi_etat(on).label),
        ("Fin du certificat", lambda organisme: organisme.qualiopi_fin),
    ]


def sites() -> Colonnes:
    """Rows are places fetched with their organisme."""
    return [
        ("Site", lambda site: site.nom),
        ("Organisme", lambda site: site.organisme.nom),
        ("SIRET du site", lambda site: site.siret),
        ("Adresse", lambda site: site.lignes),
        ("Code postal", lambda site: site.code_postal),
        ("Ville", lambda site: site.ville),
        ("Département", lambda site: site.departement),
        ("État", lambda site: StatutSite(site.statut).label),
        ("Soumis le", lambda site: site.soumis_le),
    ]
