"""What the tests of the requests share: a request as it is typed, an offer as the screen sends it."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from catalogue.enums import ModalitesES, NiveauEntree, TypeParcours
from catalogue.hors_certifinfo import Offre
from catalogue.models import Action, Dispositif, Formation, Session, Site, TypeDispositif


def typed() -> dict:
    """What an OF types for a place that SOFI does not know."""
    debut = timezone.localdate() + timedelta(days=40)
    return {
        "intitule": "Voilerie et sellerie nautique",
        "objectif": "Tracer, couper et assembler une voile.",
        "programme": "Matières\nTracé\nCouture",
        "siret": "130 005 481 00010",
        "nom_usage": "Voiles et Cordages",
        "date_debut": debut.isoformat(),
        "date_fin": (debut + timedelta(days=60)).isoformat(),
        "duree_centre": "210 h",
        "duree_hebdo": "35",
        "url": "www.exemple.fr/voilerie",
        "lieu_organisme": "Atelier du port",
        "ligne1": "3 quai du Port",
        "ligne2": "Bâtiment C",
        "lieu_code_postal": "85 100",
        "lieu_ville": "Les Sables-d’Olonne",
        "places_session": "8",
        "places_aif": "5",
        "precisions": "Chaussures de sécurité fournies.",
    }


#: What the request does not say, and that sending needs.
COMPLEMENT = {
    "action-niveau_entree": "1",
    "action-type_parcours": "1",
    "session-modalites_enseignement": "0",
    "session-rythmes": ["temps_plein"],
}


def new_offre(organisme, *, lieu: Site | None = None, site: Site | None = None) -> Offre:
    """A complete, unsaved offer, at `site` or at a place to create."""
    debut = timezone.localdate() + timedelta(days=40)
    return Offre(
        formation=Formation(organisme=organisme, intitule_libre="Voilerie", objectif_libre="Coudre."),
        action=Action(
            organisme=organisme,
            site_dispensateur=site,
            niveau_entree=NiveauEntree.SANS_NIVEAU,
            type_parcours=TypeParcours.GROUPE,
            modalites_es=ModalitesES.DATES_FIXES,
            duree_centre=210,
            duree_hebdo=35,
        ),
        session=Session(
            organisme=organisme,
            site_lieu=site,
            date_debut=debut,
            date_fin=debut + timedelta(days=60),
            rythmes=["temps_plein"],
            modalites_enseignement="0",
            capacite=8,
            jeton=uuid4(),
        ),
        dispositif=Dispositif(
            organisme=organisme,
            type=TypeDispositif.objects.get(pk="aif"),
            publics=["80006"],
            nb_places=5,
            jeton=uuid4(),
        ),
        lieu=lieu,
    )
