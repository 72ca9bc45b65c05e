"""How a request is read on a page, by both sides."""

from catalogue.enums import StatutAIF
from catalogue.models import DemandeAIF, EvenementAIF
from sofi.typographie import date_longue, grouper, quantite

#: The look of each state (components/etat.html).
ETATS = {
    StatutAIF.ENVOYEE: "en_attente_validation",
    StatutAIF.PRISE: "en_saisie",
    StatutAIF.TRANSFORMEE: "validee",
    StatutAIF.REFUSEE: "refusee",
    StatutAIF.ANNULEE: "archivee",
}
#: Names of fields that differ from their column's.
_NOMS = {
    "lieu_lignes": "adresse du lieu",
    "duree_centre": "durée en centre",
    "duree_hebdo": "durée hebdo",
}
_UNITES = {"duree_centre": "h", "duree_hebdo": "h"}


def nom(champ: str) -> str:
    """The field's name, as a sentence holds it."""
    return _NOMS.get(champ) or str(DemandeAIF._meta.get_field(champ).verbose_name)


def lire(demande: DemandeAIF, champ: str) -> str:
    """The stored value of `champ` in words; empty when it is not filled."""
    valeur = getattr(demande, champ)
    if champ in ("date_debut", "date_fin"):
        return date_longue(valeur)
    if champ in _UNITES:
        return quantite(valeur, _UNITES[champ])
    if champ == "siret":
        return grouper(valeur, 3, 3, 3, 5)
    if isinstance(valeur, list):
        return ", ".join(valeur)
    return "" if valeur is None else str(valeur)


def lines(demande: DemandeAIF) -> list[dict]:
    """The whole request, in the manual's order."""
    champs = (
        *("intitule", "objectif", "programme", "siret", "nom_usage", "date_debut", "date_fin"),
        *("duree_centre", "duree_hebdo", "url", "lieu_organisme"),
    )
    places_aif = demande.places_aif
    return [
        *(_line(nom(champ), lire(demande, champ)) for champ in champs),
        _line("lieu de la formation", demande.lieu_adresse),
        _line("nombre de places de la session", str(demande.places_session)),
        _line("dispositif", "AIF"),
        _line("nombre de places AIF", "Toutes" if places_aif is None else str(places_aif)),
        _line("précisions pour le Carif-Oref", demande.precisions or "Aucune"),
    ]


def _line(libelle: str, valeur: str) -> dict:
    return {"libelle": libelle[:1].upper() + libelle[1:], "valeur": valeur}


def history(evenements) -> list[dict]:
    """The journal, as components/historique.html reads it. One query."""
    return [
        {"quand": e.le, "qui": e.qui, "quoi": _what(e), "texte": e.texte}
        for e in evenements.select_related("auteur", "demande__organisme")
    ]


def _what(evenement: EvenementAIF) -> str:
    """« Modification de la demande : date de début, intitulé de la formation »."""
    champs = evenement.details.get("champs", [])
    noms = ", ".join(nom(champ) for champ in champs)
    return f"{evenement.get_type_display()} : {noms}" if noms else evenement.get_type_display()
