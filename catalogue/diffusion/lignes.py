"""A session as the lists say it."""

from datetime import date

from catalogue.enums import ModalitesES
from catalogue.models import Diffusion
from catalogue.numeros import numero_action
from sofi.adresses import adresse_of
from sofi.typographie import apostrophes

from . import mots


def line(row: Diffusion, jour: date) -> dict:
    """A session in a list, of a row read `with_parts`."""
    session, lieu = row.session_, row.session_["site_lieu"]
    return {
        "numero": row.numero,
        "url": adresse_of("diffusion:session", row.numero),
        "url_action": adresse_of("diffusion:action", numero_action(row.action_id)),
        "intitule": apostrophes(row.intitule),
        "organisme": mots.nom(row.organisme_),
        "dates": mots.periode(row.date_debut, row.date_fin),
        "est_permanente": row.entrees_ == ModalitesES.PERMANENTES,
        "est_commencee": row.date_debut < jour,
        "quand": mots.quand(row.date_debut, row.entrees_, jour),
        "lieu": f"{lieu['ville']} ({lieu['departement']})",
        "modalite": mots.modalite(session),
        "prix": mots.prix_de(row.dispositifs_),
        "financements": ", ".join(dict.fromkeys(d["libelle"] for d in row.dispositifs_)),
        "places": mots.places(session) or "Non communiqué",
        "est_complete": session["places_disponibles"] == 0,
        "autres": getattr(row, "nb_sessions", 1) - 1,
    }
