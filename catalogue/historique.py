"""An action's journal in words: who, when, what, and for each field what it was and what it became."""

from catalogue import lecture
from catalogue.models import Action, Dispositif, Evenement, Session

_MODELES = {"action": Action, "session": Session, "dispositif": Dispositif}
#: How long a value may be on the page: the whole text is in the field itself.
LONGUEUR = 160


def describe(evenement: Evenement) -> dict:
    """A line as templates/components/historique.html reads it. Needs `auteur`; no query."""
    details = evenement.details
    quoi = evenement.get_type_display()
    if objet := details.get("objet"):
        quoi += f" – {objet} {details.get('pk', '')}"
    if "ancien" in details and "nouveau" in details:
        quoi += f"\u00a0: {details['ancien']} → {details['nouveau']}"
    return {
        "quand": evenement.le,
        "qui": evenement.qui,
        "quoi": quoi,
        "texte": evenement.texte,
        "changements": _changes(details),
    }


def _changes(details: dict) -> list[dict]:
    """What was changed: `libelle`, `avant`, `apres`; without values on lines older than these."""
    objet, valeurs = details.get("objet", ""), details.get("valeurs", {})
    modele = _MODELES.get(objet)
    connus = {f.name for f in modele._meta.concrete_fields} if modele else set()
    return [
        {
            "libelle": lecture.nom(modele, champ),
            "a_des_valeurs": champ in valeurs,
            "avant": _short(valeurs[champ][0]) if champ in valeurs else "",
            "apres": _short(valeurs[champ][1]) if champ in valeurs else "",
        }
        for champ in details.get("champs", [])
        if champ in connus
    ]


def _short(texte: str) -> str:
    return f"{texte[: LONGUEUR - 1].rstrip()}…" if len(texte) > LONGUEUR else texte
