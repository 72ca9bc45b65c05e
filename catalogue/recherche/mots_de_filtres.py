"""Words that titles do not hold, and filters say: « CAP boucher apprentissage », « anglais à distance »."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from catalogue.certifications.mots import plain
from catalogue.recherche.champs import OUI

if TYPE_CHECKING:
    from catalogue.recherche.filtres import OffreFilter

_DISTANCE = ("modalite", ("mixte", "distance"))
_ALTERNANCE = ("dispositif", ("contrat-apprentissage", "contrat-professionnalisation"))
#: A plain word → the filter, and its values (of dispositifs, those that the table holds).
FILTRES: dict[str, tuple[str, tuple[str, ...]]] = {
    "cpf": ("cpf", (OUI,)),
    **dict.fromkeys(("distance", "distanciel", "ligne", "visio", "visioconference"), _DISTANCE),
    **dict.fromkeys(("alternance", "alternant", "alternante"), _ALTERNANCE),
    **dict.fromkeys(("apprentissage", "apprenti", "apprentie"), ("dispositif", _ALTERNANCE[1][:1])),
}


def values_of(filtre: "OffreFilter", mots: Iterable[str]) -> dict[str, dict[str, str]]:
    """Filter → value → how the page says it, for the words `mots` that filters say; nothing unless all are
    said so. One query, when a dispositif is and the types were not read."""
    found: dict[str, dict[str, str]] = {}
    for mot in mots:
        nom, codes = FILTRES.get(plain(mot), ("", ()))
        field = filtre.form.fields.get(nom)
        libelles = dict(getattr(field, "choices", ())) or ({OUI: field.label} if field else {})
        kept = {code: str(libelles[code]) for code in codes if code in libelles}
        if not kept:
            return {}
        found.setdefault(nom, {}).update(kept)
    return found
