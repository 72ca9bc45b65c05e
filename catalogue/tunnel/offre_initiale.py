"""What the one-screen offer starts with: all that a « Demande AIF hors Certifinfo » says."""

from catalogue.certifications.mots import plain
from catalogue.enums import ModalitesEnseignement, ModalitesES, NiveauEntree, Public, Rythme, TypeParcours
from catalogue.hors_certifinfo import AIF
from catalogue.models import DemandeAIF, Organisme, Site, TypeDispositif
from catalogue.tunnel.etape_form import sites_of
from catalogue.tunnel.offre_forms import EXISTANT, NOUVEAU

#: Hours a week from which a formation is « à temps plein » (France Travail's own limit).
TEMPS_PLEIN = 30


def for_organisme(organisme: Organisme) -> dict[str, dict]:
    """Initial values of an offer without request. Two queries."""
    avec_site = sites_of(organisme.pk, None).exists()
    return {"lieu": {"lieu": EXISTANT if avec_site else NOUVEAU}, "dispositif": _dispositif()}


def for_demande(demande: DemandeAIF) -> dict[str, dict]:
    """Initial values of the offer that `demande` asks for: everything it says has its field. Two queries.

    Its dates are fixed ones, and the AIF is for job seekers. What an offer needs and a request does not ask
    has the ordinary answer, which the screen says and the agent may change.
    """
    sites = list(sites_of(demande.organisme_id, None))
    lieu = next((site for site in sites if _is_there(site, demande)), None)
    dispensateur = _dispensateur(sites, lieu, demande)
    return {
        "formation": {
            "intitule_libre": demande.intitule,
            "objectif_libre": demande.objectif,
            "programme_libre": demande.programme,
        },
        "lieu": {"lieu": EXISTANT if lieu else NOUVEAU} | ({} if lieu else _address(demande)),
        "action": {
            "site_dispensateur": dispensateur.pk if dispensateur else None,
            "url": demande.url,
            "niveau_entree": NiveauEntree.NON_COMMUNIQUE,
            "type_parcours": TypeParcours.GROUPE,
            "modalites_es": ModalitesES.DATES_FIXES,
            "duree_centre": demande.duree_centre,
            "duree_hebdo": demande.duree_hebdo.normalize(),
        },
        "session": {
            "site_lieu": lieu.pk if lieu else None,
            "date_debut": demande.date_debut,
            "date_fin": demande.date_fin,
            "rythmes": [Rythme.TEMPS_PLEIN if demande.duree_hebdo >= TEMPS_PLEIN else Rythme.TEMPS_PARTIEL],
            "modalites_enseignement": ModalitesEnseignement.PRESENTIEL,
            "capacite": demande.places_session,
            "places_disponibles": demande.places_session,
        },
        "dispositif": _dispositif() | {"nb_places": demande.places_aif or demande.places_session},
    }


def _dispositif() -> dict:
    """The AIF, when the nomenclature holds it. One query."""
    connu = TypeDispositif.objects.filter(pk=AIF).exists()
    return {"type": AIF if connu else None, "publics": [Public.DEMANDEUR_EMPLOI]}


def _dispensateur(sites: list[Site], lieu: Site | None, demande: DemandeAIF) -> Site | None:
    """The place that gives the course: that of the SIRET, or of the name in use, the one found, the only one.

    A request often gives the organisation's own SIRET, which no place need have.
    """
    par_siret = (site for site in sites if site.siret == demande.siret)
    par_nom = (site for site in sites if plain(site.nom) == plain(demande.nom_usage))
    seul = sites[0] if len(sites) == 1 else None
    return next(par_siret, None) or next(par_nom, None) or lieu or seul


def _is_there(site: Site, demande: DemandeAIF) -> bool:
    """Whether `site` is at the address asked for, case and accents aside."""
    if site.code_postal != demande.lieu_code_postal:
        return False
    return [plain(ligne) for ligne in site.lignes] == [plain(ligne) for ligne in demande.lieu_lignes]


def _address(demande: DemandeAIF) -> dict:
    """The place asked for, as a new one is typed."""
    lignes = {f"ligne{rang}": ligne for rang, ligne in enumerate(demande.lieu_lignes, start=1)}
    return {
        "nom": demande.lieu_organisme,
        **lignes,
        "code_postal": demande.lieu_code_postal,
        "ville": demande.lieu_ville,
    }
