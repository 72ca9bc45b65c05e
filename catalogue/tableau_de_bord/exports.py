"""The columns of each list of the dashboard as a file."""

from datetime import date

from catalogue.enums import Audience
from catalogue.models import Action, Session, Site
from catalogue.tableau_de_bord.lignes import describe
from sofi.export import Colonnes


def columns(model: type, audience: Audience, on: date) -> Colonnes:
    """The columns of the list of `model`, in the words of `audience`, on the date `on`."""

    def etat(row) -> str:
        return describe(row, audience, on, peut_saisir=False)["libelle"]

    return {Action: _action, Session: _session, Site: _site}[model](etat)


def _certifinfo(action: Action) -> str:
    return action.formation.certification_id or "hors Certifinfo"


def _lieu(site: Site | None) -> str:
    return f"{site.code_postal} {site.ville}" if site else ""


def _action(etat) -> Colonnes:
    return [
        ("N° d’action", lambda action: action.pk),
        ("Formation", lambda action: action.intitule),
        ("Code Certifinfo", lambda action: _certifinfo(action)),
        ("Ancien code", lambda action: action.certification_precedente),
        ("Organisme", lambda action: action.organisme.nom),
        ("SIRET", lambda action: action.organisme.siret),
        ("Lieu", lambda action: _lieu(action.site_dispensateur)),
        ("État", etat),
        ("Sessions", lambda action: len(action.sessions.all())),
        ("Première session", lambda action: min((s.date_debut for s in _dated(action)), default=None)),
        ("Envoyée le", lambda action: action.soumise_le),
        ("Validée le", lambda action: action.validee_le),
        ("Modifiée le", lambda action: action.modifie_le),
    ]


def _dated(action: Action) -> list[Session]:
    return [session for session in action.sessions.all() if session.date_debut]


def _session(etat) -> Colonnes:
    return [
        ("Numéro", lambda session: session.numero),
        ("N° d’action", lambda session: session.action_id),
        ("Formation", lambda session: session.action.intitule),
        ("Code Certifinfo", lambda session: _certifinfo(session.action)),
        ("Organisme", lambda session: session.organisme.nom),
        ("SIRET", lambda session: session.organisme.siret),
        ("Lieu", lambda session: _lieu(session.site_lieu)),
        ("Début", lambda session: session.date_debut),
        ("Fin", lambda session: session.date_fin),
        ("Places", lambda session: session.capacite),
        ("Places disponibles", lambda session: session.places_disponibles),
        ("État", etat),
        ("En ligne jusqu’au", lambda session: session.en_ligne_jusqu_au),
    ]


def _site(etat) -> Colonnes:
    return [
        ("Site", lambda site: site.nom),
        ("Organisme", lambda site: site.organisme.nom),
        ("SIRET du site", lambda site: site.siret),
        ("Adresse", lambda site: site.lignes),
        ("Code postal", lambda site: site.code_postal),
        ("Ville", lambda site: site.ville),
        ("État", etat),
    ]
