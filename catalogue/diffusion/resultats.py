"""The sessions found, as the page of results shows them."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Func, JSONField

from catalogue.enums import ModalitesEnseignement, ModalitesES, label_niveau
from catalogue.models import Diffusion
from catalogue.numeros import numero_action
from catalogue.recherche.lieux import Lieu
from catalogue.recherche.ordre import Resultats
from sofi.adresses import adresse_of
from sofi.typographie import NBSP, apostrophes

#: What is shown of the frozen sheet (`catalogue.instantane.build_contenu`).
CHAMPS = ("raison_sociale", "nom_usage", "insee", "modalite", "places", "modalites_es", "cpf", "dispositifs")
A_DISTANCE = {
    ModalitesEnseignement.MIXTE.value: "En partie à distance",
    ModalitesEnseignement.DISTANCE.value: "Entièrement à distance",
}
COLONNES = ("numero", "action_id", "intitule", "niveau", "departement", "ville", "date_debut", "date_fin")


class _Montre(Func):
    """The values of `CHAMPS`; the sheet is unpacked once for all of them."""

    template = """(
        SELECT jsonb_build_array(
            organisme->'raison_sociale', organisme->'nom_usage', session->'site_lieu'->'insee',
            session->'modalites_enseignement', session->'places_disponibles', action->'modalites_es',
            formation->'cpf', dispositifs)
        FROM jsonb_to_record(%(expressions)s) AS fiche
            (organisme jsonb, session jsonb, action jsonb, formation jsonb, dispositifs jsonb)
    )"""
    output_field = JSONField()


@dataclass(frozen=True)
class Carte:
    """A session found."""

    numero: str
    intitule: str
    url: str
    action_url: str
    organisme: str
    lieu: str
    distance: str
    dates: str
    niveau: str
    modalite: str
    financements: list[str] = field(default_factory=list)
    est_cpf: bool = False
    places: str = ""
    est_complete: bool = False


def load_cards(found: Resultats, *, lieu: Lieu | None, jour: date) -> list[Carte]:
    """The cards of a page of results, in its order. One query; a session gone meanwhile is left out."""
    rows = {
        row["numero"]: row | dict(zip(CHAMPS, row["montre"], strict=True))
        for row in Diffusion.objects.filter(pk__in=found.numeros)
        .order_by()
        .annotate(montre=_Montre("contenu"))
        .values(*COLONNES, "montre")
    }
    distances = lieu.distances if lieu else {}
    return [_card(rows[numero], distances, jour) for numero in found.numeros if numero in rows]


def _card(row: dict, distances: dict[str, float], jour: date) -> Carte:
    a_distance = row["modalite"] == ModalitesEnseignement.DISTANCE
    est_esp = row["modalites_es"] == ModalitesES.PERMANENTES
    return Carte(
        numero=row["numero"],
        intitule=apostrophes(row["intitule"]),
        url=adresse_of("diffusion:session", row["numero"]),
        action_url=adresse_of("diffusion:action", numero_action(row["action_id"])),
        organisme=row["nom_usage"] or row["raison_sociale"],
        lieu=f"{row['ville']} ({row['departement']})" if row["departement"] else row["ville"],
        distance="" if a_distance else _distance(distances.get(row["insee"] or "")),
        dates=_dates(row["date_debut"], row["date_fin"], est_esp=est_esp, jour=jour),
        niveau=label_niveau(row["niveau"]) if row["niveau"] else "",
        modalite=A_DISTANCE.get(row["modalite"], ""),
        financements=list(dict.fromkeys(d["libelle"] for d in row["dispositifs"])),
        est_cpf=row["cpf"] == "oui",
        places=_places(row["places"]),
        est_complete=row["places"] == 0,
    )


def _distance(km: float | None) -> str:
    """« à 12 km »; '' in the commune itself, or when nobody asked."""
    return f"à {max(1, round(km))}{NBSP}km" if km else ""


def _dates(debut: date, fin: date, *, est_esp: bool, jour: date) -> str:
    if est_esp and debut <= jour:
        return f"Entrées permanentes, jusqu’au {fin:%d/%m/%Y}"
    what = "Entrées permanentes, du" if est_esp else "Commencée, du" if debut < jour else "Du"
    return f"{what} {debut:%d/%m/%Y} au {fin:%d/%m/%Y}"


def _places(places: int | None) -> str:
    if places is None:
        return ""
    if places == 0:
        return "Complète"
    return f"{places} place{'s' if places > 1 else ''} disponible{'s' if places > 1 else ''}"
