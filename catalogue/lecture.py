"""How the value of a field is read on a page: « 35 h », « 1 234,50 € », « Temps plein, Le week-end »."""

from datetime import date
from decimal import Decimal

from django.utils.formats import number_format

from catalogue.models import Action, Dispositif, Session

_UNITES = {"duree_centre": "h", "duree_entreprise": "h", "duree_hebdo": "h"}
_LISTES = {"rythmes": "rythmes_libelles", "periodes": "periodes_libelles", "publics": "publics_libelles"}
_TEXTES = {"est_actif": "etat_libelle", "cout_stagiaire": "cout_libelle"}
#: Columns of the récapitulatif named otherwise than their field.
_NOMS = {
    "commentaire_prerequis": "Commentaire prérequis",
    "est_actif": "État",
    "url": "URL vers le site de l’OF",
}


def nom(modele: type[Action | Session | Dispositif], champ: str) -> str:
    """The field's name as the forms write it."""
    if champ in _NOMS:
        return _NOMS[champ]
    verbose = str(modele._meta.get_field(champ).verbose_name)
    return verbose[:1].upper() + verbose[1:]


def lire(row: Action | Session | Dispositif, champ: str) -> str:
    """The stored value of `champ` in words; empty when it is not filled."""
    if champ in _LISTES:
        return ", ".join(getattr(row, _LISTES[champ]))
    if champ in _TEXTES:
        return getattr(row, _TEXTES[champ])
    if row._meta.get_field(champ).choices:
        return getattr(row, f"get_{champ}_display")()
    match getattr(row, champ):
        case None | "":
            return ""
        case bool(valeur):
            return "Oui" if valeur else "Non"
        case date() as valeur:
            return f"{valeur:%d/%m/%Y}"
        case int() | Decimal() as valeur:
            nombre = number_format(valeur, use_l10n=True, force_grouping=True)
            nombre = nombre.rstrip("0").rstrip(",") if "," in nombre else nombre
            unite = _UNITES.get(champ)
            return f"{nombre}\u00a0{unite}" if unite else nombre
        case valeur:
            return str(valeur)


def lignes(row: Action | Session | Dispositif, champs: list[str], url: str = "") -> list[dict]:
    """The rows of templates/components/fiche.html for `champs`, each with its « Modifier » if `url`."""
    return [
        {"libelle": nom(type(row), champ), "valeur": lire(row, champ), "url": url, "ancre": f"id_{champ}"}
        for champ in champs
    ]
